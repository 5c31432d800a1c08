"""What clients send, parsed into typed values."""
