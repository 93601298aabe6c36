"""Scans that no mask reads: what a scanner made of the code, undone where exactly one code can be meant (scanner.md).

A candidate is proved by the check digit of its GTIN, by GS1 character set 82 and by a layout of marking codes; the
plugin adds its masks. Letters whose case was changed cannot be proved, and are never changed back.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

from ncash.model.keyboard import meant, mixed, russian
from ncash.model.mark import GS, LAYOUTS, PACK_LENGTH, RENDERINGS, Layout, is_pack, layout_of, plain, wire

SET_82: Final = r"!\"%&'()*+,\-./0-9:;<=>?A-Z_a-z"
"""GS1 character set 82 as the inside of a class."""
_ODD: Final = re.compile(f"[^{SET_82}]")
_PERMITTED: Final = bytes(code for code in range(128) if not _ODD.match(chr(code)))
_WHOLE: Final = re.compile(f"[{SET_82}]+")

AIM: Final = ("]d2", "]d1", "]C1", "]Q3", "]e0", "]E0")
"""Symbology identifiers (ISO/IEC 15424) in front of a code."""
LINEAR: Final = "]E0"
"""EAN: the wrong symbol for a mark."""
FNC1: Final = "\xe8"
_FRAME: Final = " \t\r\n\x02\x03"
"""What scanners put around a code."""
_DIGITS: Final = ("0029", "029")
"""Alt+029 that arrived as digits."""
_BARE: Final = ("|", "~", "^]", "u001d", "\\029", "[GS]", "(GS)")
_LEFT: Final = "u001d"
"""What is left of an escaped GS without its backslash: five characters that no serial has by chance."""
_TOKENS: Final = "|".join(re.escape(text) for text in (*RENDERINGS, *_BARE, *_DIGITS, GS)) + r"|\s+"
_LONGEST_TOKEN: Final = 8
_STARTS: Final = re.compile(r"(?=01[0-9]{14}21)", re.ASCII)
_HEAD: Final = re.compile(r"01([0-9]{14})21", re.ASCII)
_SIGNATURE: Final = 44
"""Characters of the shortest base64 signature (element 92); so many without one capital do not come by chance."""
_LETTERS: Final = 20
_GLUED_FROM: Final = 120
_BRACKETED: Final = re.compile(r"\((01|21|17|91|92|93|240|335[0-6]|3103|7003|8005)\)")

TERMINATOR: Final = "terminator"
PREFIX: Final = "aim"
LEADING: Final = "leading"
SEPARATOR: Final = "separator"
LAYOUT: Final = "layout"
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
}
"""What a repair may undo, in words."""


class Candidate(NamedTuple):
    """A code that the scan can mean, with GS where the layout wants it, and what was undone to get it."""

    text: str
    steps: tuple[str, ...]


def valid_gtin(digits: str) -> bool:
    """Whether the last of 8, 12, 13 or 14 digits is the check digit of the others."""
    if not (digits.isascii() and digits.isdigit()) or len(digits) not in (8, 12, 13, 14):
        return False
    odd, even = digits[-2::-2], digits[-3::-2]
    return (3 * sum(map(int, odd)) + sum(map(int, even)) + int(digits[-1])) % 10 == 0


def proved(code: str) -> bool:
    """Whether a code without separators has a valid GTIN, permitted characters and a known layout."""
    if not _WHOLE.fullmatch(code) or _LEFT in code:
        return False
    if is_pack(code):
        return valid_gtin(code[:14])
    return layout_of(code) is not None and valid_gtin(code[2:16])


def doubtful(code: str) -> bool:
    """Whether a code without separators shows damage though a mask may fit it: dots of masks fit everything."""
    if not code.isascii() or code.encode().translate(None, _PERMITTED) or _LEFT in code:
        return True
    return len(code) > _SIGNATURE + 18 and (one_case(code) or glued(code))


def refusable(code: str) -> bool:
    """Whether the damage is certain, so that no mask that fits makes a mark of it."""
    return _LEFT in code or russian(code) or one_case(code) or glued(code)


def one_case(code: str) -> bool:
    """Whether a signature lost its capitals, or its small letters: 44 characters of base64 have both."""
    tail = code.rpartition("92")[2] if len(code) < _SIGNATURE else code[-_SIGNATURE:]
    if len(tail) != _SIGNATURE or tail not in (tail.lower(), tail.upper()):
        return False
    return sum(map(str.isalpha, tail)) >= _LETTERS


def glued(code: str) -> bool:
    """Whether a whole second code begins inside a long one."""
    if len(code) < _GLUED_FROM:
        return False
    return any(found.start() and valid_gtin(code[found.start() + 2 :][:14]) for found in _STARTS.finditer(code))


def candidates(text: str) -> tuple[Candidate, ...]:
    """Every code that the scan can mean; none, one, or several of which nobody can choose. Glued codes are separate."""
    if mixed(text):
        return ()
    found: dict[str, Candidate] = {}
    for bare, steps in _unframed(text):
        for code, more in _codes(bare):
            found.setdefault(plain(code), Candidate(code, (*steps, *more)))
    return tuple(found.values())


def parts(text: str) -> tuple[str, ...]:
    """The different codes glued together in one scan, in their order; none when it is not wholly made of codes."""
    if mixed(text):
        return ()
    for bare, _ in _unframed(text):
        for codes in _split(bare):
            different = tuple(dict.fromkeys(codes))
            if len(different) > 1:
                return different
    return ()


def _unframed(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The text without what stands around the code."""
    steps: list[str] = []
    if russian(text):
        text = meant(text)
        steps.append(LAYOUT)
    bare = text.strip(_FRAME)
    if bare != text and bare != text.strip():
        steps.append(TERMINATOR)
    prefix = next((aim for aim in AIM if bare.startswith(aim)), None)
    if prefix:
        bare = bare[len(prefix) :]
        steps.append(PREFIX)
    front = bare.lstrip(GS + FNC1)
    if front != bare:
        steps.append(LEADING)
    if front:
        yield front, tuple(steps)


def _codes(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield from _one(text)
    for codes in _split(text):
        if len(set(codes)) == 1:
            yield codes[0], (DOUBLE,)


def _one(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Codes that the whole text can be, whatever stands for GS at the ends of elements."""
    if text[:1] == "(":
        opened = _BRACKETED.sub(r"\1", text)
        for code, more in _one(opened):
            yield code, (BRACKETS, *more)
        return
    if proved(text):
        yield wire(text), ()
    for layout in _possible(len(text)):
        pattern = _pattern(layout)
        match = pattern.fullmatch(text)
        if match is None:
            continue
        code = "".join(value for name, value in match.groupdict().items() if name != "sep")
        if code != text and proved(code):
            yield wire(code), (() if match["sep"] in ("", GS) else (SEPARATOR,))


def _possible(length: int) -> Iterator[Layout]:
    """Layouts that a text of this length can be, with something at each place that GS may stand at."""
    for bare, layouts in LAYOUTS.items():
        for layout in layouts:
            if bare <= length <= bare + _LONGEST_TOKEN * (len(layout.tail) + 2):
                yield layout


@cache
def _pattern(layout: Layout) -> "re.Pattern[str]":
    """What stands for GS is the same at every place of one code."""
    pieces = [f"(?:{_TOKENS})?(?P<v0>01[0-9]{{14}}21[{SET_82}]{{{layout.serial}}})(?P<sep>{_TOKENS}|)"]
    owed = False
    for number, element in enumerate(layout.tail, 1):
        pieces.append(("(?P=sep)" if owed else "") + f"(?P<v{number}>{element.ai}[{SET_82}]{{{element.length}}})")
        owed = element.variable
    return re.compile("".join(pieces) + f"(?:{_TOKENS})?", re.ASCII)


def _split(text: str) -> Iterator[tuple[str, ...]]:
    """Every way to cut the text into two or more whole codes."""
    for at in _cuts(text):
        left = _whole(text[:at])
        if left is None:
            continue
        right = _whole(text[at:])
        if right is not None:
            yield left, right
        for rest in _split(text[at:]):
            yield left, *rest


def _cuts(text: str) -> Iterator[int]:
    """Places where another code may begin."""
    places = {found.start() for found in _STARTS.finditer(text)}
    for aim in AIM:
        places |= {found.start() for found in re.finditer(re.escape(aim), text)}
    places |= {PACK_LENGTH, 13, len(text) - 13}
    return iter(sorted(at for at in places if 0 < at < len(text)))


def _whole(text: str) -> str | None:
    """The one code that a part is; a barcode of 13 digits is one too."""
    bare = text.strip(_FRAME)
    aim = next((aim for aim in AIM if bare.startswith(aim)), "")
    bare = bare[len(aim) :].strip(GS)
    if len(bare) == 13 and valid_gtin(bare):
        return bare
    found = {code for code, _ in _one(bare)}
    return found.pop() if len(found) == 1 else None


def meant_code(text: str) -> Candidate | None:
    """The only code that a scan can mean; None for none, for several, and for letters whose case is lost."""
    found = candidates(text)
    return found[0] if len(found) == 1 and not refusable(plain(found[0].text)) else None


def begins_as_code(text: str) -> bool:
    """Whether the text begins with `01`, a valid GTIN and `21`."""
    head = _HEAD.match(text)
    return head is not None and valid_gtin(head[1])


def linear(text: str) -> str | None:
    """The digits of an EAN or ITF barcode with its check digit, the identifier taken off; None for anything else."""
    bare = text.strip(_FRAME).removeprefix(LINEAR).removeprefix("]I1")
    return bare if valid_gtin(bare) else None
