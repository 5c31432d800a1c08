"""ffmpeg and ffprobe: their programs, command lines, reports, limits and errors."""
