"""The upload: fetched into a file, or streamed into ffmpeg, and probed."""
