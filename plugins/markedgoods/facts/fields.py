"""Fields of an answer, one by one: how a value becomes what it says, however it is spelt.

A spelling that leaves no doubt is read. One that cannot be read counts as absent where nothing is judged by the field,
and stands against the mark where something is (ADR 36).
"""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any, Final

from ncash.bundled.markedgoods.facts.dates import wall_time

_TRUE: Final = ("true", "1", "yes")
_FALSE: Final = ("false", "0", "no")
_LATEST: Final = 10**15
"""Milliseconds far past any date a clock can show, and kopecks far past any price."""
_SHOWN: Final = 40
_USUAL: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z", re.ASCII)
"""How CRPT writes nearly every date: needs no closer look unless there is no such day or time."""


def said(value: Any) -> bool | None:
    """What a flag says in words, numbers or texts; None for anything that is neither yes nor no."""
    if type(value) is bool:
        return value
    word = str(value).strip().lower() if type(value) in (str, int) else ""
    return word in _TRUE if word in (*_TRUE, *_FALSE) else None


def flag(value: Any, against: bool) -> bool:
    """A flag of an answer that may allow a sale. What speaks against the mark (`against`) counts in any spelling; what
    speaks for it is JSON's own true or false, or proves nothing. Raises ValueError."""
    if type(value) is bool:
        return value
    if said(value) is against:
        return against
    raise ValueError("not true or false")


def count(value: Any) -> int:
    """A whole number, also as a text of digits. Raises ValueError."""
    if type(value) is float and value.is_integer():
        value = int(value)
    if type(value) is str and value.strip().isascii() and value.strip().isdecimal() and len(value) <= len(str(_LATEST)):
        value = int(value)
    if type(value) is not int or not 0 <= value < _LATEST:
        raise ValueError("not a whole number")
    return value


def stamp(value: Any) -> int:
    """Milliseconds since 1970; ТС ПИоТ may write them as a text. Raises ValueError."""
    found = count(value)
    if not found:
        raise ValueError("not milliseconds")
    return found


def text(value: Any) -> str:
    """A text. Raises ValueError."""
    if type(value) is not str:
        raise ValueError("not a text")
    return value


def date(value: Any) -> str:
    """A date as every reader of ISO 8601 reads the same digits: as it stands where it is written so, else put into
    that form. Raises ValueError."""
    if type(value) is str and _USUAL.fullmatch(value):
        with suppress(ValueError):
            datetime.fromisoformat(value)
            return value
    moment = wall_time(value)
    with suppress(ValueError):
        if type(value) is str and datetime.fromisoformat(value).replace(tzinfo=None, microsecond=0) == moment:
            return value
    return moment.isoformat()


def listed(value: Any) -> list[Any]:
    """A list. Raises ValueError."""
    if type(value) is not list:
        raise ValueError("not a list")
    return value


def texts(value: Any) -> tuple[str, ...]:
    """Texts; one alone is a list of one. Raises ValueError."""
    return tuple(text(item) for item in listed([value] if type(value) is str else value))


def counts(value: Any) -> tuple[int, ...]:
    """Whole numbers; one alone is a list of one. Raises ValueError."""
    return tuple(count(item) for item in (value if type(value) is list else [value]))


def dates(value: Any) -> dict[str, str]:
    """The dates of an object that can be read. Raises ValueError."""
    if type(value) is not dict:
        raise ValueError("not an object")
    found: dict[str, str] = {}
    for name, written in value.items():
        try:
            found[name] = date(written)
        except ValueError:
            continue
    return found


OPTIONAL: Final[Mapping[str, Callable[[Any], Any]]] = {
    **dict.fromkeys(("grayZone", "isOwner"), lambda value: flag(value, False)),
    **dict.fromkeys(("expireDate", "productionDate"), date),
    **dict.fromkeys(("mrp", "smp", "packageQuantity", "innerUnitCount", "soldUnitCount"), count),
    **dict.fromkeys(("packageType", "parent", "gtin", "message"), text),
    "ogvs": texts,
    "groupIds": counts,
    "variableExpirations": dates,
}
"""Fields that an answer may lack, with their readers."""
JUDGED: Final = ("expireDate", "groupIds", "mrp", "smp", "packageQuantity")
"""Those of them by which a sale is judged: one that is there and cannot be read is told, not passed over."""


def absent(value: Any) -> bool:
    """Nothing is said: null, or a blank text."""
    return value is None or (type(value) is str and not value.strip())


def optional(element: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """What the optional fields say, and which judged ones cannot be read, with a piece of what stands there."""
    found: dict[str, Any] = {}
    unread: dict[str, str] = {}
    for name, reader in OPTIONAL.items():
        if name not in element or absent(value := element[name]):
            continue
        try:
            found[name] = reader(value)
        except ValueError:
            if name in JUDGED:
                unread[name] = "".join(c for c in str(value)[:_SHOWN] if c.isprintable())
    return found, unread
