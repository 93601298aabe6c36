"""One scanner burst."""

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


class Scan(NamedTuple):
    """What a scanner sent in one burst, without its terminator."""

    data: str
    input: str = TEXT
    """`text` for a keyboard wedge, `binary` for a device that can send non-printing characters."""
