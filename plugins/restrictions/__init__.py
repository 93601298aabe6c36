"""Restrictions of sale by time and goods."""

from pathlib import Path

from ncash.language import catalogue

catalogue("restrictions", Path(__file__).parent / "locale")
