"""What support looks at and mends: a room for each of its commands."""
