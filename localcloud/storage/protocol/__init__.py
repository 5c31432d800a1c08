"""HTTP as Cloud Storage speaks it: requests, ranges, multipart bodies, partial responses, downloads, CORS."""
