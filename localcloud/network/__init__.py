"""The ports on loopback that the local cloud chooses and listens on."""
