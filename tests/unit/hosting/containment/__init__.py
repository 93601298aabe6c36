"""A shop with a plugin that misbehaves."""
