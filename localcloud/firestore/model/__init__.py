"""What every part uses: messages, resource names, field paths, the order of values, sizes, errors."""
