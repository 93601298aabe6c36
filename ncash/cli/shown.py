"""What may be written to a terminal or a pipe: characters that do nothing there, and that its encoding has."""

import codecs
import sys
from typing import Any, Final, TextIO

ESCAPES: Final = "ncash.escapes"
"""Name of the way out for characters that an encoding does not have."""


def word(value: Any) -> str:
    """A value that does nothing to a terminal."""
    return "".join(one if one.isprintable() else escaped(one) for one in str(value))


def escaped(text: str) -> str:
    r"""Every character as `\uXXXX`, which JSON reads back; beyond U+FFFF as two of them."""
    units = text.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


def _replaced(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return escaped(error.object[error.start : error.end]), error.end


def prepare(*streams: TextIO) -> None:
    """Let these streams write any text, whatever their encoding is (a Russian locale may be KOI8-R)."""
    codecs.register_error(ESCAPES, _replaced)
    for stream in streams or (sys.stdout, sys.stderr):
        change = getattr(stream, "reconfigure", None)
        if change is not None:
            change(errors=ESCAPES)
