"""ffmpeg: its programs, command line, progress, limits and errors."""
