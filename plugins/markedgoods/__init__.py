"""Marked goods: a mark is read, checked, sold once, and proved in the receipt."""
