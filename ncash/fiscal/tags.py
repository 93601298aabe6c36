"""A position in the words of the fiscal data format: what every driver and the emulator tell alike (FFD 1.05 and 1.2).

Sources: crpt.md §10 and §12. Kinds 1300 to 1306 of tag 1163 and the types of tag 1162 other than `44 4D` stand in no
document that could be had; they are what registers are seen to write.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from ncash.model.fiscal.register import FiscalLine
from ncash.model.mark import PACK_CIS, cis, is_pack, plain
from ncash.model.money import rubles

FFD_105: Final = "1.05"
NOT_IN_105: Final = "FFD 1.05: codes are not checked in the drive"
INDUSTRY: Final = ("1262", "1263", "1264", "1265")
"""Parts of tag 1260 in the order that registers demand."""
OBJECTS_105: Final[Mapping[int, int]] = {30: 2, 31: 2, 32: 1, 33: 1}
"""Tag 1212 where FFD 1.05 has no word for a mark: excise goods and goods."""
LETTERS: Final[Mapping[int, str]] = {
    0: "[М]", 1: "[М-]", 3: "[М]", 5: "[М-]", 7: "[М-]", 15: "[М+]", 16: "[М]", 17: "[М-]", 19: "[М]",
}  # fmt: skip
"""Tag 2106 as it is printed before the name of a position."""
DATA_MATRIX: Final = b"\x44\x4d"
LONGEST_SERIAL: Final = 24
LONGEST_UNKNOWN: Final = 32
_LINEAR: Final[Mapping[int, tuple[int, bytes]]] = {
    8: (1301, b"\x45\x08"),
    13: (1302, b"\x45\x0d"),
    14: (1303, b"\x49\x0e"),
}
"""Lengths of EAN-8, EAN-13 and ITF-14: kind of tag 1163, type of tag 1162."""
_GS1: Final = re.compile(r"01([0-9]{14})21(.+)", re.ASCII | re.DOTALL)
_FUR: Final = re.compile(r"[A-Z]{2}-[0-9]{6}-[A-Z0-9]{10}", re.ASCII)
_EGAIS_2, _EGAIS_3 = 68, 150


def letter(bits: int) -> str:
    """Tag 2106 on paper: М+ right for everybody, М- wrong for somebody, М not known."""
    wrong = bool(bits & 1 and not bits & 2) or bool(bits & 4 and not bits & 8)
    return LETTERS.get(bits, "[М-]" if wrong else "[М]")


def product(code: str) -> tuple[int, str]:
    """The kind of a code and its value in tag 1163 (FFD 1.2)."""
    text = plain(code)
    if text.isascii() and text.isdecimal() and len(text) in _LINEAR:
        return _LINEAR[len(text)][0], text
    identity = cis(code)
    if _GS1.fullmatch(identity):
        return (1305 if len(identity) < len(text) else 1304), identity
    if is_pack(text):
        return 1306, identity
    if _FUR.fullmatch(text):
        return 1307, text
    if len(text) == _EGAIS_2:
        return 1308, text[8:31]
    if len(text) == _EGAIS_3:
        return 1309, text[:14]
    return 1300, text[:LONGEST_UNKNOWN]


def nomenclature(code: str) -> bytes | None:
    """Tag 1162 (FFD 1.05): type, GTIN in six bytes, serial number; None for a code that has no such form."""
    text = plain(code)
    if text.isascii() and text.isdecimal() and len(text) in _LINEAR:
        return _LINEAR[len(text)][1] + int(text).to_bytes(6, "big")
    if is_pack(text):
        gtin, serial = text[:14], text[14:PACK_CIS]
    elif found := _GS1.fullmatch(cis(code)):
        gtin, serial = found.groups()
    else:
        return None
    return DATA_MATRIX + int(gtin).to_bytes(6, "big") + serial[:LONGEST_SERIAL].encode("ascii", "replace")


def industry(line: FiscalLine, ffd: str = "1.2") -> dict[str, str]:
    """Tag 1260 in its order; empty without a check, and before FFD 1.2."""
    if ffd == FFD_105:
        return {}
    return {tag: line.industry[tag] for tag in INDUSTRY if line.industry.get(tag)}


def object_of(line: FiscalLine, ffd: str = "1.2") -> int:
    """Tag 1212 in the words of this format."""
    return OBJECTS_105.get(line.object, line.object) if ffd == FFD_105 else line.object


def tags(line: FiscalLine, ffd: str = "1.2", result: int | None = None) -> dict[str, Any]:
    """A position by tag numbers. `result` is tag 2106 where the line brings none."""
    told: dict[str, Any] = {
        "1030": line.name,
        "1023": str(line.quantity),
        "1079": rubles(line.price),
        "1043": rubles(line.amount),
        "1212": object_of(line, ffd),
        "1214": 4,
    }
    if line.tax:
        told["1199"] = line.tax
    if ffd == FFD_105:
        return {**told, **_marked_105(line)}
    told["2108"] = line.unit
    if line.mark is not None:
        kind, value = product(line.mark)
        bits = line.result if line.result is not None else result
        told |= {"1163": {str(kind): value}, "2000": line.mark, "2102": 0, "2106": bits or 0}
        if line.status is not None:
            told["2003"] = int(line.status)
    shown = industry(line, ffd)
    return {**told, "1260": shown} if shown else told


def _marked_105(line: FiscalLine) -> dict[str, Any]:
    code = nomenclature(line.mark) if line.mark is not None else None
    return {"1162": code.hex(" ").upper()} if code is not None else {}
