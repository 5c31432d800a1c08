"""What conversions cost: a measured table, and the prediction from it."""
