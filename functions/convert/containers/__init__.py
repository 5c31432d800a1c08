"""What container formats say of themselves in their headers and at their ends; pure readers of bytes."""
