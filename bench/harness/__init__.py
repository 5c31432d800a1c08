"""What every benchmark uses: figures, audio material, a localcloud, the cost of a process."""
