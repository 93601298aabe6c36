"""Damaged databases: looked at, and what they still tell."""
