"""Cloud Tasks in small: queues and tasks over gRPC, and the dispatcher that calls the targets."""
