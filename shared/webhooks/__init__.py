"""Webhooks: endpoints, event bodies, signatures, and which addresses may be called."""
