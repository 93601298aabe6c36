"""A lower price for goods whose date of expiry is near."""

from pathlib import Path

from ncash.language import catalogue

catalogue("expirydiscount", Path(__file__).parent / "locale")
