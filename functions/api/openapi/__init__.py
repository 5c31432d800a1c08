"""The OpenAPI document and the readable reference made from it."""
