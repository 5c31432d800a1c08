"""The service as clients call it: gRPC for every method, JSON for those without a stream."""
