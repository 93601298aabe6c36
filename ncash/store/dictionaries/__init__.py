"""Dictionaries: goods, people and the white list, and the AIF files that fill them."""
