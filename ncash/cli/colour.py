"""Colours for people: only on a terminal, and not with NO_COLOR (no-color.org)."""

import os
from typing import Final, TextIO

from ncash.model.finding import FAIL, OK, WARN
from ncash.settings.problems import ERROR, WARNING

RED, YELLOW, GREEN = "31", "33", "32"
COLOURS: Final = {OK: GREEN, WARN: YELLOW, WARNING: YELLOW, FAIL: RED, ERROR: RED}


def painted(level: str, text: str, stream: TextIO) -> str:
    """The text in the colour of the level, or as it is."""
    if level not in COLOURS or os.environ.get("NO_COLOR") or not stream.isatty():
        return text
    return f"\x1b[{COLOURS[level]}m{text}\x1b[0m"
