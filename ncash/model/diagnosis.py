"""Why a scan was not read, for the cashier who holds the scanner (scanner.md)."""

import re
from enum import StrEnum
from typing import Final, NamedTuple

from ncash.model.keyboard import russian
from ncash.model.mark import LAYOUTS, plain
from ncash.model.repair import AIM, begins_as_code, candidates, meant_code, one_case, parts

_SHORTEST: Final = 20
_DIGITS: Final = 10
"""A code begins with more of them than a text does."""
_SWAPPED: Final = tuple(aim.swapcase() for aim in AIM if aim.lower() != aim.upper() and aim not in ("]e0", "]E0"))
_SMALL: Final = ("<gs>", "{gs}", "{fnc1}", "\\U001D", "\\X1D")
_HEADLESS: Final = re.compile(r"[0-9]{1,15}21.{6,20}9[13].{4}", re.ASCII)
"""A code whose first characters are gone."""


class Damage(StrEnum):
    """What is wrong with a scan."""

    TWO_CODES = "two_codes"
    LAYOUT = "layout"
    CAPS_LOCK = "caps_lock"
    ONE_CASE = "one_case"
    CUT = "cut"
    UNCLEAR = "unclear"
    LINEAR = "linear"
    """A barcode where a mark is wanted; the till says so, not `diagnosis`."""


class Diagnosis(NamedTuple):
    """The damage, and the codes it is about."""

    damage: Damage
    codes: tuple[str, ...] = ()


def diagnosis(text: str) -> Diagnosis | None:
    """What is wrong with a scan that was not read; None when it is no damaged mark, or a whole one no mask wants."""
    code = plain(text)
    if len(code) < _SHORTEST or meant_code(text) is not None:
        return None
    together = parts(text)
    if together:
        return Diagnosis(Damage.TWO_CODES, tuple(plain(one) for one in together))
    if russian(code):
        return Diagnosis(Damage.LAYOUT) if sum(map(str.isdigit, code[:20])) > _DIGITS else None
    if any(code.startswith(aim) for aim in _SWAPPED) or any(small in text for small in _SMALL):
        return Diagnosis(Damage.CAPS_LOCK if any(map(str.isupper, code[18:])) else Damage.ONE_CASE)
    if one_case(code):
        return Diagnosis(Damage.ONE_CASE)
    if len(candidates(text)) > 1:
        return Diagnosis(Damage.UNCLEAR)
    if begins_as_code(code):
        return Diagnosis(Damage.CUT if _ends_early(code) else Damage.UNCLEAR)
    return Diagnosis(Damage.CUT) if _HEADLESS.match(code) else None


def _ends_early(code: str) -> bool:
    """Whether more characters could make a code of a known layout out of it."""
    for length, layouts in LAYOUTS.items():
        if length <= len(code):
            continue
        for layout in layouts:
            at = 18 + layout.serial
            for element in layout.tail:
                seen = code[at : at + len(element.ai)]
                if not element.ai.startswith(seen):
                    break
                at += len(element.ai) + element.length
            else:
                return True
    return False
