"""Values in the files of others as they are read: what each kind accepts, and what it becomes.

A number may be written as a JSON number or as a text of digits with a point. `55,00` is refused like any other text
that is no number: whether the comma parts thousands or kopecks is the writer's to say (docs/adr/0034).
"""

import json
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final, NamedTuple

from ncash.language import phrase, recorded

DIGITS: Final = 10
"""Money and quantities have at most so many before the point, so that a float gives their decimals back exactly."""
LONGEST_BARCODE: Final = 100
"""Characters of the longest barcode, as in the vendor's column."""
_ON: Final = frozenset({"1", "true", "yes", "on"})
_OFF: Final = frozenset({"0", "false", "no", "off", ""})
_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)
_BARCODE: Final = re.compile(r"[0-9]+|[A-Za-z][0-9A-Za-z._/+%$-]*", re.ASCII)
_DEPT: Final = re.compile(r"[0-9]{1,9}", re.ASCII)


class FieldKind(NamedTuple):
    """One kind of values that a field of an object may have, and how it is read."""

    name: str
    """For the reference."""
    accepted: str
    """For the fault of a value that is not accepted."""
    read: Callable[[Any], Any]
    """The value. Raises ValueError, its text empty or saying more than `accepted` does."""


def _scalar(value: Any) -> str:
    kind = type(value)
    if kind is str:
        text: str = value
        if not text.isascii():
            try:
                text.encode("utf-8")
            except UnicodeEncodeError as error:
                raise ValueError("a text without lone surrogates") from error
        return text
    if kind is int:
        return str(value)
    if kind is Decimal and value.is_finite():
        return str(value if value != value.to_integral_value() or value.adjusted() > 20 else int(value))
    raise ValueError


def _number(value: Any) -> Decimal:
    text = value.strip() if isinstance(value, str) else _scalar(value)
    if isinstance(value, str) and not _NUMBER.fullmatch(text):
        raise ValueError(
            phrase("{text}, with a point", text=text.replace(",", "."))
            if _NUMBER.fullmatch(text.replace(",", "."))
            else ""
        )
    exact = Decimal(text)
    if not exact.is_finite() or exact.adjusted() >= DIGITS:
        raise ValueError(recorded("a number of at most {digits} digits before the point", digits=DIGITS))
    return exact


def _places(value: Any, places: int) -> float:
    exact = _number(value)
    if exact < 0 or exact != round(exact, places):
        raise ValueError
    return float(exact)


def _whole(value: Any) -> int:
    exact = _number(value)
    if exact < 0 or exact != exact.to_integral_value():
        raise ValueError
    return int(exact)


def _flag(value: Any) -> int:
    word = str(value).strip().lower() if type(value) in (str, bool, int) else "?"
    if word in _ON or word in _OFF:
        return int(word in _ON)
    raise ValueError


def _barcode(value: Any) -> str:
    text = _scalar(value)
    if len(text) > LONGEST_BARCODE or not _BARCODE.fullmatch(text):
        raise ValueError
    return text


def _dept(value: Any) -> str:
    text = _scalar(value).strip()
    if not _DEPT.fullmatch(text):
        raise ValueError
    return str(int(text))


_any: Final = json.JSONEncoder(default=str).encode


TEXT: Final = FieldKind("text", "a text or a number", _scalar)
CODE: Final = FieldKind("code", "a text or a number", _scalar)
BARCODE: Final = FieldKind(
    "barcode",
    recorded(
        "digits, {longest_barcode} at most, or a code of your own that begins with a Latin letter, as in A-100",
        longest_barcode=LONGEST_BARCODE,
    ),
    _barcode,
)
DEPT: Final = FieldKind("department", "a number of a department, as in 1", _dept)
MONEY: Final = FieldKind(
    "rubles",
    "an amount in rubles with at most two digits after the point, as in 55.00",
    lambda value: _places(value, 2),
)
QUANTITY: Final = FieldKind(
    "quantity", "a number with at most three digits after the point", lambda value: _places(value, 3) or None
)
NUMBER: Final = FieldKind("number", "a number, with a point if it has parts", lambda value: float(_number(value)))
WHOLE: Final = FieldKind("whole number", "a whole number", _whole)
FLAG: Final = FieldKind("switch", "true or false", _flag)
KEPT: Final = FieldKind("kept as it is", "any JSON", _any)
OBJECT: Final = FieldKind("object", "an object", _any)
LIST: Final = FieldKind("list", "a list of objects", _any)
