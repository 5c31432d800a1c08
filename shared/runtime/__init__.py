"""What a running function needs: configuration, structured logs, start-up."""
