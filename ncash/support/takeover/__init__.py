"""Taking over from an Artix shop."""
