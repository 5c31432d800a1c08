"""Levels and waveforms of decoded PCM."""
