"""Codes as a journal keeps them: everything but the verification part in clear (ADR 0020)."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from ncash.model.mark import GS, SEPARATOR, is_pack, places, plain, wire

VERIFICATION: Final = ("91", "92", "93")
"""Identifiers of the key, the signature and the short verification code."""
_PACK_TAIL: Final = 25
_SHORTEST: Final = 24
"""Characters of the shortest text that can hold a code: GTIN, serial and a verification part."""
_LOOKS_LIKE_TAIL: Final = re.compile(
    r"(?:91(?P<key>.{4}))?92(?P<signature>.{40,96})$|93(?P<short>.{4})(?:3103\d{6}|335\d{7})?$", re.DOTALL
)


def _tails(text: str) -> Iterator[slice]:
    """Where the verification part stands in the code without separators; by its look when its elements are unknown."""
    code = plain(text)
    if is_pack(code):
        yield slice(_PACK_TAIL, len(code))
        return
    known = places(text)
    if known:
        yield from (place for ai, place in known.items() if ai in VERIFICATION)
        return
    look = _LOOKS_LIKE_TAIL.search(code, 18)
    if look:
        yield from (slice(*look.span(name)) for name, value in look.groupdict().items() if value is not None)


def _stands_in(code: str) -> str:
    """A stand-in for each character."""
    return code.translate(_FOR_ASCII) if code.isascii() else "".join(map(_stand_in, code))


def _stand_in(character: str) -> str:
    """A character of the same kind, so that a mask reads the veiled code as it reads the code."""
    if character.isdecimal():
        return "0"
    if character.isalpha():
        return "A" if character.isupper() else "a"
    return character if character == "=" else "+"


_FOR_ASCII: Final = {code: _stand_in(chr(code)) for code in range(128)}


@lru_cache(1024)
def veiled(text: str) -> str:
    """The code with each character of its verification part replaced by one of its kind; separators stay."""
    if len(text) < _SHORTEST:
        return text
    code, tails = plain(text), tuple(_tails(text))
    if not tails:
        return text
    pieces = text.split(GS)
    if sum(map(len, pieces)) == len(code):
        return _with_separators(pieces, code, tails)
    separators = [found.span() for found in SEPARATOR.finditer(text)]
    covered = {at for start, end in separators for at in range(start, end)}
    kept = [at for at in range(len(text)) if at not in covered]
    shown = list(text)
    for tail in tails:
        for at in kept[tail]:
            shown[at] = _stand_in(text[at])
    return "".join(shown)


def quoting(text: str, codes: Iterable[str]) -> str:
    """Somebody else's text, in which these codes may stand with or without their separators, as a journal shows it."""
    for code in codes:
        for spelling in dict.fromkeys((code, wire(code), plain(code))):
            text = text.replace(spelling, veiled(spelling)) if spelling else text
    return text


def _with_separators(pieces: list[str], code: str, tails: tuple[slice, ...]) -> str:
    """The veiled code, cut as the text was that has no other separators than GS."""
    for tail in tails:
        code = code[: tail.start] + _stands_in(code[tail]) + code[tail.stop :]
    at, shown = 0, []
    for piece in pieces:
        shown.append(code[at : at + len(piece)])
        at += len(piece)
    return GS.join(shown)


def tails(text: str) -> tuple[str, ...]:
    """The parts of the code that `veiled` covers."""
    code = plain(text)
    return tuple(code[tail] for tail in _tails(text))


def digest(text: str) -> str:
    """SHA-256 of the code as it goes on the wire, in hexadecimal digits."""
    from hashlib import sha256

    return sha256(wire(text).encode("utf-8", "backslashreplace")).hexdigest()
