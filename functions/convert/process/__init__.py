"""Child processes: started under limits, fed, listened to, throttled and ended."""
