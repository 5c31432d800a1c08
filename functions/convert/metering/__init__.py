"""Levels, silent ends and waveforms of PCM audio."""
