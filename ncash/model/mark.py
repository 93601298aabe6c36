"""A marking code (КМ): separators, the parts of a GS1 element string, the CIS, the form that goes on the wire.

Sources: crpt.md §7.5 and §13 (operator's guide R17 §2.8 and annexes), till.md §1 and §3.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

GS: Final = "\x1d"
RENDERINGS: Final = ("\\u001d", "\\u001D", "\\x1d", "\\x1D", "<GS>", "{GS}", "{FNC1}", "&#x1D;", "&#x1d;", "␝")
"""How scanners and copy-and-paste write GS (scanner.md)."""

SEPARATOR: Final = re.compile("|".join([*(re.escape(text) for text in RENDERINGS), r"[\x1d\s]"]))
_BEGINS: Final = re.compile(r"[\\<{&␝\s]")
"""What a rendering begins with, and blanks; GS itself is looked for before."""
_NO_BEGINNING: Final = bytes(code for code in range(128) if not _BEGINS.match(chr(code)))
"""ASCII without those: taken out of a code at once, which is quicker than a look at every character."""
_ENDS: Final = " \t\r\n\x1d"
_LINEAR: Final = re.compile(r"01[0-9]{14}21", re.ASCII)
PACK_LENGTH: Final = 29
"""Tobacco packs carry GTIN 14, serial 7, price 4, verification 4 and no identifiers."""
PACK_CIS: Final = 21


class Element(NamedTuple):
    """One element of a code after `01` and `21`: its identifier, length of its value, and whether GS must follow it."""

    ai: str
    length: int
    variable: bool = True


class Layout(NamedTuple):
    """A way marks are put together: the serial's length, then the elements."""

    serial: int
    tail: tuple[Element, ...]

    @property
    def length(self) -> int:
        """Characters of a whole code of this layout without any separator."""
        return 18 + self.serial + sum(len(e.ai) + e.length for e in self.tail)


_SHORT = Element("93", 4)
_KEY = Element("91", 4)
_WEIGHT = Element("3103", 6, variable=False)
_PRICE = Element("8005", 6)
_BEST_BEFORE = Element("17", 6, variable=False)
_EXPIRY = Element("7003", 10)


def _layouts() -> Iterator[Layout]:
    for serial in (6, 7, 8, 13):
        yield Layout(serial, (_SHORT,))
    for serial in (6, 8, 13):
        yield Layout(serial, (_SHORT, _WEIGHT))
    for digit in range(7):
        yield Layout(7, (_SHORT, Element(f"335{digit}", 6, variable=False)))
    for dated in (_BEST_BEFORE, _EXPIRY):
        yield Layout(13, (dated, _SHORT))
        yield Layout(13, (dated, _SHORT, _WEIGHT))
    yield Layout(7, (_PRICE,))
    yield Layout(7, (_PRICE, _SHORT))
    for serial in (6, 13, 20):
        yield Layout(serial, (_KEY, Element("92", 44)))
    for signature in range(84, 96):
        yield Layout(13, (_KEY, Element("92", signature)))
        yield Layout(13, (Element("240", 4), _KEY, Element("92", signature)))


def _by_length() -> dict[int, tuple[Layout, ...]]:
    table: dict[int, tuple[Layout, ...]] = {}
    for layout in _layouts():
        table[layout.length] = (*table.get(layout.length, ()), layout)
    return table


LAYOUTS: Final = _by_length()


def _places(layout: Layout) -> tuple[tuple[str, int], ...]:
    """The identifiers after the serial, and where they stand in a code without separators."""
    at, found = 18 + layout.serial, []
    for element in layout.tail:
        found.append((element.ai, at))
        at += len(element.ai) + element.length
    return tuple(found)


_MARKS_OF: Final = {length: tuple((one, _places(one)) for one in layouts) for length, layouts in LAYOUTS.items()}


class Mark(NamedTuple):
    """A scanned marking code as one category's mask reads it."""

    raw: str
    """The scan as it came, or the code it was proved to mean: this goes to CRPT and to the fiscal register."""
    text: str
    """What is stored in `excisemark`: blanks at the ends trimmed, no separators when the mask has `removeN`."""
    cis: str
    """КИ: the identifying part every uniqueness rule compares."""
    category: str | None = None
    """Name of the subsection, `Milk` for `[MarkedGoods.Milk]`."""
    gtin: str | None = None
    """The 14 digits of the mask's `barcode`, when it has that capture."""
    weight: Decimal | None = None
    """Kilograms, from the mask's `weight`."""
    input: str = "text"
    scanned: str | None = None
    """What the scanner sent, when `raw` is its repaired form; None for a scan that is used as it came."""
    repairs: tuple[str, ...] = ()
    """What was undone (ncash.model.repair.STEPS), in order."""


def plain(text: str) -> str:
    """The code without any separator: GS, its renderings, blanks."""
    bare = text.replace(GS, "")
    if bare.isascii():
        return SEPARATOR.sub("", text) if bare.encode().translate(None, _NO_BEGINNING) else bare
    return SEPARATOR.sub("", text) if _BEGINS.search(bare) else bare


def trimmed(text: str) -> str:
    """The code without blanks, line ends and separators at its ends."""
    return text.strip(_ENDS)


def layout_of(code: str) -> Layout | None:
    """The layout that a code without separators fits, or None.

    A length belongs to one serial length only, so the answer never depends on how the scanner wrote GS.
    """
    if not _LINEAR.match(code):
        return None
    for layout, places in _MARKS_OF.get(len(code), ()):
        for identifier, at in places:
            if not code.startswith(identifier, at):
                break
        else:
            return layout
    return None


def cis(text: str) -> str:
    """КИ of a code written with, without or with rendered separators: GTIN and serial (R17 §2.8).

    The 29 characters of a tobacco pack give their first 21. A code of no known layout stands for itself,
    without separators, so that it is equal to itself however it was scanned.
    """
    return identity(plain(text))


def identity(code: str) -> str:
    """КИ of a code without separators; see `cis`."""
    if len(code) == PACK_LENGTH and is_pack(code):
        return code[:PACK_CIS]
    layout = layout_of(code)
    return code[: 18 + layout.serial] if layout is not None else code


def wire(text: str) -> str:
    """The code as CRPT wants it, with a raw GS after each element of variable length (R17 §1.5)."""
    if GS in text.strip(_ENDS):
        return trimmed(text)
    code = plain(text)
    layout = layout_of(code)
    if layout is None:
        rendered = SEPARATOR.sub(GS, trimmed(text))
        return re.sub(f"{GS}+", GS, rendered)
    at = 18 + layout.serial
    parts = [code[:at]]
    separate = True
    for element in layout.tail:
        end = at + len(element.ai) + element.length
        parts.append((GS if separate else "") + code[at:end])
        separate, at = element.variable, end
    return "".join(parts)


def places(code: str) -> dict[str, slice]:
    """Where the values of the elements after the serial stand in a code without separators, by identifier.

    A code of no known layout has none.
    """
    layout = layout_of(code)
    found: dict[str, slice] = {}
    if layout is not None:
        at = 18 + layout.serial
        for element in layout.tail:
            at += len(element.ai)
            found[element.ai] = slice(at, at + element.length)
            at += element.length
    return found


def is_pack(code: str) -> bool:
    """Whether a code without separators is that of a tobacco pack."""
    return len(code) == PACK_LENGTH and code[:14].isdigit() and not _LINEAR.match(code)


@lru_cache(maxsize=4096)
def gtin_forms(gtin: str) -> tuple[str, ...]:
    """The barcodes a GTIN may stand under, in the order of till.md §2: 14 digits, 13, then without leading zeros."""
    shorter = gtin[1:] if gtin.startswith("0") else gtin
    bare = gtin.lstrip("0") or "0"
    return tuple(dict.fromkeys((gtin, shorter, bare)))


def gtin14(barcode: str) -> str:
    """A barcode as it is compared: up to 14 digits are a GTIN padded with zeros to 14, other texts are as they are."""
    return barcode.zfill(14) if len(barcode) <= 14 and barcode.isascii() and barcode.isdigit() else barcode


def same_barcode(one: str, other: str) -> bool:
    """Whether two barcodes name the same goods: UPC-A, EAN-13 and GTIN of one article differ in leading zeros only."""
    return one == other or gtin14(one) == gtin14(other)


def ean(gtin: str) -> str:
    """A GTIN as people read it: 13 digits when it starts with 0."""
    return gtin[1:] if len(gtin) == 14 and gtin.startswith("0") else gtin
