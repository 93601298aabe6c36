"""One scanner burst."""

import re
from typing import Final, NamedTuple

MAX_SCAN: Final = 512
"""Characters of the longest scan that is looked at (till.md §10)."""

TEXT: Final = "text"
BINARY: Final = "binary"
INPUTS: Final = (TEXT, BINARY)
RESTORED: Final = "restored"
"""No scanner sent it: the text of a mark out of a receipt that was put aside or made elsewhere."""
AIM: Final = ("]d2", "]d1", "]C1", "]Q3", "]e0", "]E0")
"""Symbology identifiers (ISO/IEC 15424) that scanners put in front of a code."""
LINEAR: Final = "]E0"
"""EAN: the wrong symbol for a mark."""


_HALVES: Final = re.compile("[\ud800-\udfff]")
_BYTES: Final = range(0xDC80, 0xDD00)
"""How a host that reads a scanner with Python's `surrogateescape` writes bytes that are no UTF-8."""


def writable(data: str) -> str:
    """A scan as text that can be written down: halves of characters are the byte that they stand for, or U+FFFD,
    which no mark holds."""
    return _HALVES.sub(lambda half: chr(ord(half[0]) - 0xDC00) if ord(half[0]) in _BYTES else "\ufffd", data)


class Scan(NamedTuple):
    """What a scanner sent in one burst, without its terminator."""

    data: str
    input: str = TEXT
    """`text` for a keyboard wedge, `binary` for a device that can send non-printing characters."""
