"""Pictures as players show them: JPEG or PNG, and small enough for every container."""
