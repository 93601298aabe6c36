"""A marking code (КМ): separators, the parts of a GS1 element string, the CIS, the form that goes on the wire.

Sources: crpt.md §7.5 and §13 (operator's guide R17 §2.8 and annexes), till.md §1 and §3.
"""

from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from ncash.model.codes.layouts import HEAD
from ncash.model.codes.layouts import LAYOUTS as LAYOUTS
from ncash.model.codes.layouts import PACK_CIS as PACK_CIS
from ncash.model.codes.layouts import PACK_LENGTH as PACK_LENGTH
from ncash.model.codes.layouts import Element as Element
from ncash.model.codes.layouts import Layout as Layout
from ncash.model.codes.layouts import is_pack as is_pack
from ncash.model.codes.layouts import layout_of as layout_of
from ncash.model.codes.separators import GS as GS
from ncash.model.codes.separators import RENDERINGS as RENDERINGS
from ncash.model.codes.separators import SEPARATOR as SEPARATOR
from ncash.model.codes.separators import cuts
from ncash.model.codes.separators import plain as plain
from ncash.model.codes.separators import trimmed as trimmed


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
    """What was undone (ncash.model.codes.repair.STEPS), in order."""
    former: str | None = None
    """What its CIS was before masks and separators were asked (ADR 35), when that is something else."""
    reader: str = ""
    """The plugin that read it; the host fills it in. Only this one judges the mark and says what a position gets."""

    def names(self, cis: str | None) -> bool:
        """Whether a CIS that was kept is this unit's, as it is found now or as it was found before."""
        return cis is not None and (cis == self.cis or cis == self.former)


class MarkUse(NamedTuple):
    """A registered operation on a CIS: opcode 50 sold, 58 returned, with its document."""

    opcode: int
    documentid: int
    docnum: int
    cashcode: str
    time: str


class MarkTaken(Exception):
    """The mark stands in another receipt of this database, or was registered meanwhile."""

    def __init__(self, cis: str, text: str) -> None:
        super().__init__(text)
        self.cis = cis


def cis(text: str) -> str:
    """КИ of a code written with, without or with rendered separators: GTIN and serial (R17 §2.8).

    The 29 characters of a tobacco pack give their first 21. Else a known layout tells where the serial ends, or the
    first separator that an element follows. A code of no known layout that came without separators stands for itself.
    """
    code = plain(text)
    layout = layout_of(code)
    if layout is not None:
        end = HEAD + layout.serial
        if len(code) == len(text) or (text.startswith(GS, end) and text.startswith(code[:end])):
            return code[:end]
    elif is_pack(code):
        return code[:PACK_CIS]
    from ncash.model.codes.anatomy import anatomy

    return anatomy(text).cis


def former_cis(code: str) -> str:
    """The CIS of a code without separators by the older rule: its length tells the layout, an unknown one is whole."""
    layout = layout_of(code)
    return code[: HEAD + layout.serial] if layout is not None else code[:PACK_CIS] if is_pack(code) else code


@lru_cache(maxsize=256)
def _parts(layout: Layout) -> tuple[slice, ...]:
    """The pieces between the separators of a code of this layout."""
    ends, at, owed = [], HEAD + layout.serial, True
    for element in layout.tail:
        ends += [at] if owed else []
        at, owed = at + len(element.ai) + element.length, element.variable
    return tuple(slice(begin, end) for begin, end in pairwise((0, *ends, at)))


def wire(text: str) -> str:
    """The code as CRPT wants it, with a raw GS after each element of variable length (R17 §1.5)."""
    code = plain(text)
    layout = layout_of(code)
    if layout is not None:
        spelled = GS.join([code[part] for part in _parts(layout)])
        if text in (spelled, code):  # as nearly every scan comes; anything else wants a look at its separators
            return spelled
    from ncash.model.codes.anatomy import anatomy, inner

    found = anatomy(text)
    if found.starts:
        return found.with_separators(cuts(text))
    if GS in trimmed(text):
        return trimmed(text)
    ends = sorted({0, *inner(cuts(text), found.code), len(found.code)})
    return GS.join(found.code[begin:end] for begin, end in pairwise(ends))


def telling(text: str, identity: str) -> str:
    """The code as it is told to whoever has no masks: its separators, or one where its CIS ends, show the CIS."""
    code = plain(text)
    if cis(text) == identity or not code.startswith(identity):
        return text
    return identity + GS + code[len(identity) :]


def places(text: str) -> dict[str, slice]:
    """Where the values of the elements after the serial stand in the code without separators, by identifier.

    A code of no known layout has none, unless separators show its elements.
    """
    from ncash.model.codes.anatomy import anatomy
    from ncash.model.codes.elements import identifier

    found = anatomy(text)
    ends = (*found.starts[1:], len(found.code)) if found.starts else ()
    named = ((identifier(found.code, start) or "", start, end) for start, end in zip(found.starts, ends, strict=True))
    return {ai: slice(start + len(ai), end) for ai, start, end in named}


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
    if one == other:
        return True
    if len(one) > 14 or len(other) > 14 or not (one.isascii() and one.isdigit()):
        return False
    return one.zfill(14) == other.zfill(14)


def ean(gtin: str) -> str:
    """A GTIN as people read it: 13 digits when it starts with 0."""
    return gtin[1:] if len(gtin) == 14 and gtin.startswith("0") else gtin
