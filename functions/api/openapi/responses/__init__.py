"""JSON Schemas of responses, by what they are about."""
