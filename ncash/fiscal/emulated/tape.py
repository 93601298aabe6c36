"""What the emulated register prints: a text file, one line each. It is cut off like paper: nobody reads it back."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

WIDTH: Final = 48
TAIL: Final = 1_000_000


class PaperTape:
    """The paper."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def put(self, lines: Iterable[str]) -> None:
        """Print. Raises OSError."""
        text = "".join(f"{''.join(c if c.isprintable() else ' ' for c in line)}\n" for line in lines)
        handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            os.write(handle, text.encode("utf-8"))
        finally:
            os.close(handle)

    def holds(self, number: int) -> bool:
        """Whether the document of this number was printed to its end."""
        if not self._path.exists():
            return False
        with self._path.open("rb") as file:
            file.seek(max(self._path.stat().st_size - TAIL, 0))
            return f"\n{foot(number)}\n".encode() in file.read()


def foot(number: int) -> str:
    """The last line of a fiscal document."""
    return f"--- ФД {number} ---"


def row(left: str, right: str) -> str:
    """Two words at the two edges of the paper."""
    return f"{left}{right:>{max(WIDTH - len(left), len(right) + 1)}}"
