"""Other ways to run the test suite: with branch coverage, and on every ffmpeg."""
