"""Why a scan was not read, for the cashier who holds the scanner (scanner.md)."""

import re
from enum import StrEnum
from typing import Final, NamedTuple

from ncash.model.codes.anatomy import inner, well_formed
from ncash.model.codes.candidates import candidates
from ncash.model.codes.keyboard import digits_of_other_layouts, russian
from ncash.model.codes.layouts import HEAD, LAYOUTS, layout_of, places
from ncash.model.codes.repair import proved
from ncash.model.codes.separators import cuts, plain
from ncash.model.codes.soundness import begins_as_code, one_case, permitted, refusable
from ncash.model.codes.spelling import foreign, misspelled, signs, swapped
from ncash.model.codes.splitting import parts
from ncash.model.codes.steps import OutOfSteps, Steps
from ncash.model.codes.unwrapping import unwrapped
from ncash.model.scan import AIM

_SHORTEST: Final = 20
_DIGITS: Final = 10
"""A code begins with more of them than a text does."""
_LONGEST_SIGN: Final = 12
"""Characters of the longest separator that is looked for."""
_SWAPPED: Final = tuple(aim.swapcase() for aim in AIM if aim.lower() != aim.upper() and aim not in ("]e0", "]E0"))
_HEADLESS: Final = re.compile(r"[0-9]{1,15}21.{6,20}9[13].{4}", re.ASCII)
"""A code whose first characters are gone."""


class Damage(StrEnum):
    """What is wrong with a scan."""

    TWO_CODES = "two_codes"
    LAYOUT = "layout"
    FOREIGN = "foreign"
    SEPARATOR = "separator"
    CAPS_LOCK = "caps_lock"
    ONE_CASE = "one_case"
    CUT = "cut"
    UNCLEAR = "unclear"
    LINEAR = "linear"
    """A barcode where a mark is wanted; the till says so, not `diagnosis`."""


class Diagnosis(NamedTuple):
    """The damage, and the codes or the piece of the scan it is about."""

    damage: Damage
    codes: tuple[str, ...] = ()
    piece: str = ""
    fault: str = ""
    """What went wrong while the scan was looked at; empty when nothing did."""


UNCLEAR: Final = Diagnosis(Damage.UNCLEAR)


def diagnosis(text: str, steps: Steps | None = None) -> Diagnosis | None:
    """What is wrong with a scan that was not read; None when it is no damaged mark, or a whole one no mask wants.

    Raises nothing: a scan that would take more than `steps` is unclear, and so is one that something goes wrong with.
    """
    try:
        return _found(text, steps or Steps()) if len(plain(text)) >= _SHORTEST else None
    except OutOfSteps:
        return UNCLEAR
    except Exception as error:
        return UNCLEAR._replace(fault=f"{type(error).__name__}: {error}")


def _found(text: str, steps: Steps) -> Diagnosis | None:
    meant = candidates(text, steps)
    if len(meant) == 1 and not refusable(plain(meant[0].text)):
        return None
    together = parts(text, steps)
    if together:
        return Diagnosis(Damage.TWO_CODES, tuple(plain(one) for one in together))
    code = plain(text)
    if russian(code) and sum(map(str.isdigit, code[:20])) > _DIGITS:
        return Diagnosis(Damage.LAYOUT)
    if any(code.startswith(aim) for aim in _SWAPPED) or swapped(text):
        return Diagnosis(Damage.CAPS_LOCK if any(map(str.isupper, code[18:])) else Damage.ONE_CASE)
    if one_case(code):
        return Diagnosis(Damage.ONE_CASE)
    if len(meant) > 1:
        return UNCLEAR
    return _misspelled(text, steps) or _incomplete(text)


def _misspelled(text: str, steps: Steps) -> Diagnosis | None:
    """Characters that no mark has, or a text in the place of GS."""
    bare = unwrapped(text)[0] or text
    code, strangers = plain(bare), foreign(plain(bare))
    if begins_as_code(code):
        sign = "" if inner(cuts(bare, blanks=False), code) else separator_in(bare, steps)
        if (
            strangers
            and sign not in (*strangers, "")
            and layout_of(code.replace(strangers[0], "A" * len(strangers[0])))
        ):
            sign = ""
        if sign or misspelled(code):
            spelled = [code[begin:end] for begin, end in signs(code)]
            named = [*spelled, *([] if sign[:1].isalnum() else [sign]), *strangers, sign]
            return Diagnosis(Damage.SEPARATOR, piece=named[0])
    heads = (bare, *digits_of_other_layouts(text))
    if strangers and any(begins_as_code(plain(head)) for head in heads):
        return Diagnosis(Damage.FOREIGN, piece=strangers[0][0])
    return None


def separator_in(text: str, steps: Steps) -> str:
    """The text that stands in every place of GS of a code that is sound otherwise; empty when there is none.

    It has some character that is no letter and no digit: others may belong to a serial. Raises OutOfSteps.
    """
    found = set()
    code = plain(text)
    for layouts in LAYOUTS.values():
        for layout in layouts:
            steps.take()
            at = HEAD + layout.serial
            owed = 1 + sum(element.variable for element in layout.tail[:-1])
            length, rest = divmod(len(code) - layout.length, owed)
            if rest or not 0 < length <= _LONGEST_SIGN or not permitted(code[:at]):
                continue
            sign = code[at : at + length]
            if sign.isalnum() and sign.isascii():
                continue
            bare = code.replace(sign, "")
            if len(bare) == layout.length and proved(bare) and all(bare.startswith(ai, p) for ai, p in places(layout)):
                found.add(sign)
    return min(found, key=lambda sign: (sign[0].isalnum(), len(sign))) if found else ""


def _incomplete(text: str) -> Diagnosis | None:
    """A code that begins or ends early."""
    code = plain(text)
    if not begins_as_code(code):
        return Diagnosis(Damage.CUT) if _HEADLESS.match(code) else None
    longer = any(layout_of(code[:length]) for length in LAYOUTS if length < len(code))
    stated = frozenset[int]() if longer else inner(cuts(text, blanks=False), code)
    if _ends_early(code, min(stated, default=None)):
        return Diagnosis(Damage.CUT)
    return None if well_formed(code, stated) else UNCLEAR


def _ends_early(code: str, stated: int | None) -> bool:
    """Whether more characters could make a code of a known layout out of it, one whose serial ends where GS stands."""
    for length, layouts in LAYOUTS.items():
        if length <= len(code):
            continue
        for layout in layouts:
            at = HEAD + layout.serial
            if stated not in (None, at):
                continue
            for element in layout.tail:
                seen = code[at : at + len(element.ai)]
                if not element.ai.startswith(seen):
                    break
                at += len(element.ai) + element.length
            else:
                return True
    return False
