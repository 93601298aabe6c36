"""Plugin markedgoods."""

from pathlib import Path

from ncash.language import catalogue

catalogue("markedgoods", Path(__file__).parent / "locale")
