"""What builds, stages and sets up the project; nothing of it is deployed."""
