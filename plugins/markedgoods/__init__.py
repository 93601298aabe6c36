"""Marked goods: a mark is read, checked, sold once, and proved in the receipt."""

from pathlib import Path

from ncash.language import catalogue

catalogue("markedgoods", Path(__file__).parent / "locale")
