"""ffmpeg and ffprobe: their command lines, reports, limits and errors."""
