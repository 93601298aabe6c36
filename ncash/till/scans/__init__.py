"""Scans: what one burst is, and what it does."""
