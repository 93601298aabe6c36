"""Marking codes as they are built, and as scanners damage them."""
