"""Restrictions of sale by time and goods."""
