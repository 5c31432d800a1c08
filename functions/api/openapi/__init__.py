"""The OpenAPI document and the reference pages made from it."""
