"""Who may add marked goods without their mark, by role."""

from pathlib import Path

from ncash.language import catalogue

catalogue("restrictions", Path(__file__).parent / "locale")
