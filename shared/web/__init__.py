"""The HTTP framework of api and notify: routing, JSON bodies, CORS, problem responses."""
