"""Plugin expirydiscount."""

from pathlib import Path

from ncash.language import catalogue

catalogue("expirydiscount", Path(__file__).parent / "locale")
