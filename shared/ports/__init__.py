"""What the use cases need of the outside world, as protocols; `shared/adapters` implements them."""
