"""Resumable uploads: sessions, the bytes that they receive, and the requests to a session URI."""
