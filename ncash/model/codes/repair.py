"""Scans that no mask reads: what a scanner made of the code, undone where exactly one code can be meant (scanner.md).

A candidate is proved by the check digit of its GTIN, by GS1 character set 82 and by a layout of marking codes; the
plugin adds its masks. Letters whose case was changed cannot be proved, and are never changed back.
"""

import re
from collections.abc import Iterator
from typing import Final

from ncash.model.codes.elements import identifier, separated
from ncash.model.codes.layouts import HEAD, LAYOUTS, Layout, is_pack, layout_of
from ncash.model.codes.separators import GS, plain
from ncash.model.codes.soundness import doubtful as doubtful
from ncash.model.codes.soundness import permitted
from ncash.model.codes.soundness import valid_gtin as valid_gtin
from ncash.model.codes.spelling import POSSIBLE, TOLD, foreign, misspelled, respelled
from ncash.model.codes.steps import Steps
from ncash.model.codes.unwrapping import FRAME, HIDDEN, PREFIX, TERMINATOR, WIDE, unwrapped
from ncash.model.codes.unwrapping import LAYOUT as LAYOUT
from ncash.model.codes.unwrapping import LEADING as LEADING
from ncash.model.mark import wire
from ncash.model.scan import AIM as AIM
from ncash.model.scan import LINEAR as LINEAR

_LONGEST_SIGN: Final = 8
"""Characters of the longest unknown text that is taken for a separator."""
_BRACKETS: Final = re.compile(r"\(([0-9]{2,4})\)", re.ASCII)

SEPARATOR: Final = "separator"
DOUBLE: Final = "double"
BRACKETS: Final = "brackets"
STEPS: Final = {
    TERMINATOR: "control characters around the code",
    PREFIX: "the symbology identifier in front",
    LEADING: "FNC1 in front",
    SEPARATOR: "GS written as text, or as the digits of Alt+029",
    LAYOUT: "typed in the Russian layout",
    DOUBLE: "the same code twice in one scan",
    BRACKETS: "identifiers in brackets",
    HIDDEN: "characters that cannot be seen",
    WIDE: "full-width letters or digits",
}
"""What a repair may undo, in words."""


def proved(code: str) -> bool:
    """Whether a code without separators has a valid GTIN, permitted characters and a known layout."""
    if not permitted(code) or misspelled(code):
        return False
    if is_pack(code):
        return valid_gtin(code[:14]) and code[:14].strip("0") != ""
    return layout_of(code) is not None and valid_gtin(code[2:16])


def readings(text: str, steps: Steps) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Codes that the whole text can be, whatever stands for GS at the ends of elements. Raises OutOfSteps."""
    steps.take()
    opened = without_brackets(text)
    if opened is not None:
        yield from ((code, (BRACKETS, *more)) for code, more in readings(opened, steps))
        return
    spelled = respelled(text)
    if spelled != text and proved(plain(spelled)):
        yield wire(spelled), (SEPARATOR,)
        return
    code = plain(text)
    if proved(code):
        yield wire(text), (() if code == text.replace(GS, "") else (SEPARATOR,))
    for sign in _signs(text):
        for layout in _possible(len(text), len(sign)):
            steps.take()
            laid = _laid(text, sign, layout)
            if laid is not None and proved(laid):
                yield wire(laid), (SEPARATOR,)


def forms(text: str, steps: Steps) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Texts with GS that a damaged scan can stand for, whatever its layout, and what was undone. Raises OutOfSteps."""
    bare, undone = unwrapped(text)
    opened = without_brackets(bare)
    if opened is not None:
        bare, undone = opened, (*undone, BRACKETS)
    spelled = respelled(bare)
    if spelled != bare:
        yield spelled, (*undone, SEPARATOR)
    elif undone:
        yield bare, undone
    for sign in _signs(bare):
        steps.take()
        yield bare.replace(sign, GS), (*undone, SEPARATOR)


def without_brackets(text: str) -> str | None:
    """An element string whose identifiers stand in brackets, as a scanner sends it; None for anything else."""
    if text[:4] != "(01)":
        return None
    parts, owed = [], False
    cut = _BRACKETS.split(text)
    for ai, value in zip(cut[1::2], cut[2::2], strict=True):
        if identifier(ai) != ai:
            return None
        parts.append((GS if owed else "") + ai + value.strip(GS))
        owed = separated(ai)
    return "".join(parts)


def _signs(text: str) -> Iterator[str]:
    """Texts that may stand for GS in it."""
    for sign in (*TOLD, *POSSIBLE):
        if sign in text:
            yield sign
    unknown = foreign(text)
    if len(unknown) == 1 and len(unknown[0]) <= _LONGEST_SIGN and unknown[0] not in TOLD:
        shape = plain(text.replace(unknown[0], "A" * len(unknown[0])))
        if layout_of(shape) is None:
            # Where the text would have a known layout with the sign as a part of it, a letter was misread instead.
            yield unknown[0]


def _possible(length: int, sign: int) -> Iterator[Layout]:
    """Layouts that a text of this length can be, with the sign at each place that GS may stand at."""
    for bare, layouts in LAYOUTS.items():
        for layout in layouts:
            if bare < length <= bare + sign * (len(layout.tail) + 1):
                yield layout


def _laid(text: str, sign: str, layout: Layout) -> str | None:
    """The code of a text that has the sign at every place where this layout wants GS; it may end with one, too."""
    at = HEAD + layout.serial
    parts, owed = [text[:at]], True
    for element in layout.tail:
        if text.startswith(sign, at):
            at += len(sign)
        elif owed:
            return None
        if not text.startswith(element.ai, at):
            return None
        end = at + len(element.ai) + element.length
        parts.append(text[at:end])
        owed, at = element.variable, end
    return "".join(parts) if text[at:] in ("", sign) else None


def linear(text: str) -> str | None:
    """The digits of an EAN or ITF barcode with its check digit, the identifier taken off; None for anything else."""
    bare = text.strip(FRAME).removeprefix(LINEAR).removeprefix("]I1")
    return bare if valid_gtin(bare) else None
