"""Read the tags of each family into the model."""
