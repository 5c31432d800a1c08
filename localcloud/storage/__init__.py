"""Cloud Storage in small: the JSON API, the XML API with V4 signed URLs, resumable sessions and CORS."""
