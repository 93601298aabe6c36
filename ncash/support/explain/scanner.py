"""The scanner desk: what a scanner does to a code that is known, and what the journal says about a shop's scanners."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from ncash.language import phrase
from ncash.model.codes.candidates import candidates
from ncash.model.codes.diagnosis import Damage, diagnosis
from ncash.model.codes.keyboard import meant, mixed, russian
from ncash.model.codes.repair import DOUBLE, STEPS, linear
from ncash.model.codes.unwrapping import HIDDEN, WIDE
from ncash.model.mark import GS, plain
from ncash.model.scan import AIM, LINEAR
from ncash.store.sqlite.connection import Connection

CODES: Final = (
    "010467054017609921TeSt+qW\x1d93aBcD",
    "010467054017609921TeStAbCdEfGhI\x1d91EE10\x1d92ZXhhbXBsZSBvZiBhIHNpZ25hdHVyZSBmb3IgdGVzdHM=",
)
"""Test codes of no goods: letters of both cases in every part, GS once and twice."""

_SQL: Final = (
    "SELECT cashcode, kind, json_extract(line, '$.mark.repairs'), "
    "json_extract(line, '$.checks[0].fact.damage'), COUNT(*) FROM journal "
    "WHERE kind = 'unread' OR (kind = 'verdict' AND json_extract(line, '$.mark') IS NOT NULL) "
    "GROUP BY 1, 2, 3, 4 ORDER BY 1"
)
_CHANGES: Final[Mapping[str, str]] = {
    "dropped": "let the scanner send control characters (GS, ASCII 29); works without, but proves less",
    "text": "switch off the replacement of GS by text; send ASCII 29",
    "russian": "scanner keyboard country: USA, and the till's layout: English; best is a COM port",
    "swapped": "switch CapsLock off, or let the scanner override it (Caps Lock: auto)",
    "one_case": "scanner: case conversion off; remote desktop: keyboard redirection as scan codes off (send Unicode)",
    "twice": "a longer pause between reads of the same code (same symbol timeout)",
    "glued": "a terminator (CR) after every code",
    "linear": "scan the square code; nothing to change at the scanner",
    "foreign": "scanner and till: the same keyboard layout (USA, English) and code page; best is a COM port",
    "cut": "a longer inter-character delay, or a longer buffer of the keyboard; try a COM port",
    "unclear": "reset the scanner to its defaults, then: control characters on, USA keyboard, CR behind",
}


@dataclass(frozen=True, slots=True)
class ScanResult:
    """Result of one test scan: what the scanner does to codes."""

    verdict: str
    """`good`, `repaired` (the till undoes it), `damaged` (it cannot) or `another code`."""
    seen: Mapping[str, str]
    change: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        """Whether nothing has to be changed."""
        return not self.change

    def json(self) -> dict[str, Any]:
        """As JSON values."""
        return {"verdict": self.verdict, "seen": dict(self.seen), "change": list(self.change)}


def examined(text: str) -> ScanResult:
    """What the scanner did to a test code, or to any code that the till can read.

    Raises nothing: what goes wrong on the way is what is seen.
    """
    try:
        return _examined(text)
    except Exception as error:
        return ScanResult("damaged", {"fault": f"{type(error).__name__}: {error}"}, (_CHANGES["unclear"],))


def _examined(text: str) -> ScanResult:
    bare = text.strip("\r\n\t\x02\x03 ")
    us = meant(bare) if russian(bare) and not mixed(bare) else bare
    prefix = next((aim for aim in AIM if us.startswith(aim)), "")
    seen = {"prefix": prefix or "none", "terminator": _terminator(text), "layout": _layout(bare)}
    if prefix == LINEAR or linear(us):
        return ScanResult("damaged", {**seen, "symbol": "a linear barcode"}, (_CHANGES["linear"],))
    known = next((code for code in CODES if _same_keys(us[len(prefix) :], code)), None)
    found = candidates(text)
    causes = list(_causes(text, us, known, [one.steps for one in found]))
    seen |= {"letters": _letters(us, known), "GS": _separator(us, causes)}
    changes = tuple(_CHANGES[cause] for cause in dict.fromkeys(causes) if cause != "dropped")
    if not causes or causes == ["dropped"]:
        return ScanResult("good" if len(found) == 1 else "another code", seen)
    whole = len(found) == 1 and not {"swapped", "one_case"} & set(causes)
    return ScanResult("repaired" if whole else "damaged", seen, changes)


def _same_keys(text: str, code: str) -> bool:
    """Whether the text is this test code but for the case of letters and for GS."""
    bare, wanted = plain(text).lower(), plain(code).lower()
    return bare == wanted or any(one.text.lower() == code.lower() for one in candidates(text))


def _causes(text: str, us: str, known: str | None, steps: list[tuple[str, ...]]) -> Iterable[str]:
    if russian(text):
        yield "russian"
    letters = _letters(us, known)
    if letters in ("swapped", "all small", "all large", "mixed up"):
        yield "swapped" if letters == "swapped" else "one_case"
    damage = diagnosis(text)
    if damage is not None:
        yield from _NAMED[damage.damage]
    if any(DOUBLE in one for one in steps):
        yield "twice"
    if any(step in one for one in steps for step in (HIDDEN, WIDE)):
        yield "foreign"
    if any("separator" in one for one in steps) or (GS not in us and plain(us) != us):
        yield "text"
    elif GS not in us and steps:
        yield "dropped"


_NAMED: Final[Mapping[Damage, tuple[str, ...]]] = {
    Damage.TWO_CODES: ("glued",),
    Damage.LAYOUT: ("russian",),
    Damage.FOREIGN: ("foreign",),
    Damage.SEPARATOR: ("text",),
    Damage.CAPS_LOCK: ("swapped",),
    Damage.ONE_CASE: ("one_case",),
    Damage.CUT: ("cut",),
    Damage.UNCLEAR: ("unclear",),
    Damage.LINEAR: ("linear",),
}


def _terminator(text: str) -> str:
    tail = text[len(text.rstrip("\r\n\t\x03")) :]
    return {"": "none, or Enter", "\r": "CR", "\t": "Tab", "\x03": "ETX"}.get(tail, repr(tail))


def _layout(text: str) -> str:
    if mixed(text):
        return "mixed"
    return "Russian" if russian(text) else "English"


def _letters(us: str, known: str | None) -> str:
    if known is None:
        return "unknown: not a test code"
    wanted = plain(known)
    if wanted in plain(us) or any(plain(one.text) == wanted for one in candidates(us)):
        return "as they should be"
    bare = plain(us)
    if bare.endswith(wanted.swapcase()):
        return "swapped"
    return (
        "all small" if bare.endswith(wanted.lower()) else "all large" if bare.endswith(wanted.upper()) else "mixed up"
    )


def _separator(us: str, causes: list[str]) -> str:
    if GS in us.lstrip(GS):
        return "ASCII 29"
    return "written as text" if "text" in causes else "dropped"


@dataclass(slots=True)
class Usage:
    """Scans of marks at one till."""

    till: str
    scans: int = 0
    repaired: int = 0
    refused: int = 0
    causes: Counter[str] = field(default_factory=Counter)

    def json(self) -> dict[str, Any]:
        """As JSON values."""
        return {"till": self.till, "scans": self.scans, "repaired": self.repaired, "refused": self.refused,
                "causes": dict(self.causes)}  # fmt: skip


def usage(connection: Connection, till: str | None = None) -> list[Usage]:
    """Figures of each till, or of one, out of the journal: decided scans and those refused for their damage."""
    found: dict[str, Usage] = {}
    for cashcode, kind, repairs, damage, count in connection.all(_SQL):
        if till is not None and cashcode != till:
            continue
        one = found.setdefault(cashcode, Usage(cashcode))
        one.scans += count
        if kind == "unread":
            one.refused += count
            one.causes[phrase("refused: {damage}", damage=damage)] += count
        elif repairs:
            one.repaired += count
            one.causes.update({phrase("repaired: {step}", step=STEPS[step]): count for step in json.loads(repairs)})
    return list(found.values())
