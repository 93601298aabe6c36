"""Elements of GS1 strings: application identifiers, how long their values are, and where one element ends.

Of the GS1 General Specifications only what a marking code can carry after its serial is needed, and lengths; a check
digit is never verified here.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple


class Identifier(NamedTuple):
    """One application identifier: shortest and longest value, and whether that is all digits."""

    least: int
    most: int
    digits: bool = False


LONGEST_SERIAL: Final = 20
"""Characters of AI 21 at most."""
_LONGEST_OWN: Final = 96
"""AI 91 to 99 hold 90 by the standard; signatures of shoes are a little longer."""


def _rows() -> Iterator[tuple[str, Identifier]]:
    yield "00", Identifier(18, 18, True)
    for ai in ("01", "02"):
        yield ai, Identifier(14, 14, True)
    for ai in ("11", "12", "13", "15", "16", "17"):
        yield ai, Identifier(6, 6, True)
    yield "20", Identifier(2, 2, True)
    for ai in ("10", "21", "22", "243", "254", "427", "710", "711", "712", "713", "714", "715", "716", "7020", "8002"):
        yield ai, Identifier(1, 20)
    for ai in ("235", "8013"):
        yield ai, Identifier(1, 28)
    for ai in ("240", "241", "250", "251", "400", "401", "403", "7002", "7023", "8004", "8010", "90"):
        yield ai, Identifier(1, 30)
    yield from (("242", Identifier(1, 6, True)), ("30", Identifier(1, 8, True)), ("37", Identifier(1, 8, True)))
    yield from (("253", Identifier(13, 30)), ("255", Identifier(13, 25, True)), ("402", Identifier(17, 17, True)))
    for family in range(310, 370):
        yield f"{family}?", Identifier(6, 6, True)
    for front, most in (("390", 15), ("391", 18), ("392", 15), ("393", 18), ("394", 4), ("395", 6)):
        yield f"{front}?", Identifier(1, most, True)
    for number in range(410, 418):
        yield str(number), Identifier(13, 13, True)
    yield from (("420", Identifier(1, 20)), ("421", Identifier(3, 12)), ("422", Identifier(3, 3, True)))
    yield from (("423", Identifier(3, 15, True)), ("424", Identifier(3, 3, True)), ("425", Identifier(3, 15, True)))
    yield from (("426", Identifier(3, 3, True)), ("7001", Identifier(13, 13, True)), ("7003", Identifier(10, 10, True)))
    yield from (("7004", Identifier(1, 4, True)), ("7005", Identifier(1, 12)), ("7006", Identifier(6, 6, True)))
    yield from (
        ("7007", Identifier(6, 12, True)),
        ("7011", Identifier(6, 10, True)),
        ("8001", Identifier(14, 14, True)),
    )
    yield from (("8005", Identifier(6, 6, True)), ("8006", Identifier(18, 18, True)), ("8008", Identifier(8, 12, True)))
    yield from (("8007", Identifier(1, 34)), ("8012", Identifier(1, 20)), ("8020", Identifier(1, 25)))
    yield from (("7040", Identifier(4, 4)), ("8200", Identifier(1, 70)))
    for number in range(91, 100):
        yield str(number), Identifier(1, _LONGEST_OWN)


IDENTIFIERS: Final = dict(_rows())
"""By identifier; `?` stands for the digit that says where the decimal point is."""
_LENGTHS: Final = (2, 3, 4)
_PREDEFINED: Final = frozenset(
    {"00", "01", "02", "03", "04", "20", "41", *map(str, range(11, 20)), *map(str, range(31, 37))}
)
"""First two digits of identifiers whose values need no separator behind them, by the standard."""


def identifier(code: str, at: int = 0) -> str | None:
    """The application identifier that stands there; no identifier begins with a whole other one."""
    for length in _LENGTHS:
        found = code[at : at + length]
        if found in IDENTIFIERS:
            return found
    point = code[at + 3 : at + 4]
    return found if point.isdigit() and f"{code[at : at + 3]}?" in IDENTIFIERS else None


def values(ai: str) -> Identifier:
    """What the values of an identifier are like. Raises KeyError for none."""
    return IDENTIFIERS.get(ai) or IDENTIFIERS[f"{ai[:3]}?"]


def separated(ai: str) -> bool:
    """Whether a separator must follow the value of this identifier, unless the code ends there."""
    return ai[:2] not in _PREDEFINED


def starts(segment: str) -> tuple[int, ...] | None:
    """Where the elements of a text between two separators begin; None when it is not made of elements.

    Values of predefined length follow one another; the first of variable length takes the rest.
    """
    found, at = [], 0
    while at < len(segment):
        ai = identifier(segment, at)
        if ai is None:
            return None
        row, begin = values(ai), at + len(ai)
        end = len(segment) if separated(ai) else begin + row.most
        value = segment[begin:end]
        if not row.least <= len(value) <= row.most or (row.digits and not (value.isascii() and value.isdigit())):
            return None
        found.append(at)
        at = end
    return tuple(found)
