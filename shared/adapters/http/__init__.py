"""HTTP calls to addresses that users chose."""
