"""The setting xapikey: which token (X-API-KEY, one per legal entity) checks the goods of which department."""

import re
from contextlib import suppress
from enum import Enum
from typing import Final, NamedTuple

from ncash.language import phrase

EVERY: Final = "-1"
"""The department of the form for one legal entity."""
NOT_CHECKED: Final = "1"
"""The token of a department whose goods are not checked."""

_BRACKET: Final = re.compile(r"\[\s*(?P<depts>-1|[0-9]+(?:\s*\.\s*[0-9]+)*)\s*:\s*(?P<token>[!-+\--Z\\^-~]+)\s*\]")
_COMMA: Final = re.compile(r"\s*,\s*")


class NoToken(Enum):
    """Why a department has no token."""

    UNCHECKED = "unchecked"
    """The shop says that its goods are not checked."""
    MISSING = "missing"
    """No bracket names it: its goods are not sold (till.md §9)."""


UNCHECKED: Final = NoToken.UNCHECKED
MISSING: Final = NoToken.MISSING


def masked(secret: str) -> str:
    """Enough of a token to recognise it by: its last four characters, and of a short one nothing."""
    return f"****{secret[-4:]}" if len(secret) >= 16 else "****"


class Token:
    """An X-API-KEY. Shown masked wherever it is printed; only `value` is the secret."""

    __slots__ = ("value",)

    def __init__(self, value: str) -> None:
        self.value: Final = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Token) and self.value == other.value

    def __hash__(self) -> int:
        return hash(self.value)

    def __str__(self) -> str:
        return masked(self.value)

    def __repr__(self) -> str:
        return f"Token({masked(self.value)})"


class Tokens(NamedTuple):
    """The brackets of xapikey in their order; None stands for the token of unchecked departments."""

    brackets: tuple[tuple[tuple[str, ...], Token | None], ...]

    def for_dept(self, dept: str) -> Token | NoToken:
        """The token for goods of this department."""
        for depts, token in self.brackets:
            if dept in depts or EVERY in depts:
                return UNCHECKED if token is None else token
        return MISSING

    def all(self) -> tuple[Token, ...]:
        """Each token once, from the last to the first: the order in which the list of sites is asked for."""
        return tuple(dict.fromkeys(token for _, token in reversed(self.brackets) if token is not None))

    def depts(self, token: Token) -> tuple[str, ...]:
        """The departments this token is for; `-1` stands for every one."""
        return tuple(dept for depts, own in self.brackets if own == token for dept in depts)


def _brackets(text: str) -> list[tuple[tuple[str, ...], Token | None]]:
    found: list[tuple[tuple[str, ...], Token | None]] = []
    at = 0
    while at < len(text):
        if found:
            comma = _COMMA.match(text, at)
            if comma is None:
                raise ValueError(phrase("no comma after bracket {count}", count=len(found)))
            at = comma.end()
        bracket = _BRACKET.match(text, at)
        if bracket is None:
            raise ValueError(phrase("bracket {count} cannot be read", count=len(found) + 1))
        depts = tuple(part.strip() for part in bracket["depts"].split("."))
        found.append((depts, None if bracket["token"] == NOT_CHECKED else Token(bracket["token"])))
        at = bracket.end()
    return found


def parse_tokens(text: str) -> Tokens:
    """Read the value of xapikey. Raises ValueError, whose text shows departments and never a token."""
    found = _brackets(text.strip())
    if not found:
        raise ValueError("xapikey is empty")
    named = [dept for depts, _ in found for dept in depts]
    if EVERY in named and (len(found) > 1 or found[0][1] is None):
        raise ValueError("[-1:TOKEN] stands alone and needs a token")
    if named == ["1"]:
        raise ValueError("a lone [1:TOKEN] is not allowed, one legal entity is [-1:TOKEN]")
    twice = sorted({dept for dept in named if named.count(dept) > 1})
    if twice:
        raise ValueError(phrase("named twice: department {departments}", departments=", ".join(twice)))
    return Tokens(tuple(found))


def tokens_of(xapikey: str) -> Tokens | None:
    """The tokens of the setting; None when it is empty or cannot be read (`ncash check` says so)."""
    with suppress(ValueError):
        return parse_tokens(xapikey) if xapikey else None
    return None
