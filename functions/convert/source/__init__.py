"""The upload: fetched or streamed into ffmpeg."""
