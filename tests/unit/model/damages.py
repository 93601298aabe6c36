"""Marks and what scanners do to them: a catalogue that says of each damage what must become of it."""

import random
import string
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from ncash.bundled.markedgoods.masks.matching import Masks
from ncash.bundled.markedgoods.settings.samples import SAMPLES
from ncash.model.codes.keyboard import typed
from ncash.model.codes.repair import valid_gtin
from ncash.model.mark import GS, LAYOUTS, Layout, plain, wire
from ncash.model.scan import Scan

SERIAL: Final = string.ascii_letters + string.digits + "!%&'()*+,-./_:;=<>?\""
BASE64: Final = string.ascii_letters + string.digits + "+/"
ALL: Final = tuple(layout for same in LAYOUTS.values() for layout in same)

REPAIRED: Final = "repaired"
REFUSED: Final = "refused"
EITHER: Final = "repaired or refused"
"""Two codes can come out of it for some marks: then nothing is chosen."""
UNSEEN: Final = "unseen"
"""Nothing in the text shows it; Chestny Znak knows the code, or does not."""


class Section(NamedTuple):
    mask: str
    category: str


MASKS: Final = Masks([Section(sample.mask, sample.name) for sample in SAMPLES])


def gtin(chance: random.Random) -> str:
    head = "0" + "".join(chance.choices(string.digits, k=12))
    return next(head + digit for digit in string.digits if valid_gtin(head + digit))


def value(chance: random.Random, ai: str, length: int) -> str:
    if ai == "92":
        return "".join(chance.choices(BASE64, k=length - 1)) + "="
    if ai == "91":
        return "".join(chance.choices("0123456789ABCDEF", k=length))
    return "".join(chance.choices(BASE64 if ai in ("93", "240") else string.digits, k=length))


def code(chance: random.Random, layout: Layout) -> str:
    """A mark with GS, as a scanner that is set well sends it."""
    serial = "".join(chance.choices(SERIAL, k=layout.serial))
    tail = "".join(element.ai + value(chance, element.ai, element.length) for element in layout.tail)
    return wire(f"01{gtin(chance)}21{serial}{tail}")


def good(chance: random.Random) -> str:
    """A mark of a sample category, whose serial and signature show letters of both cases and nothing else's damage."""
    while True:
        mark = code(chance, chance.choice(ALL))
        bare = plain(mark)
        letters = bare[18:]
        plain_look = not any(text in bare for text in ("029", "u001d")) and bare[18] not in "|~"
        if MASKS.read(Scan(mark)) and plain_look and any(map(str.isalpha, letters)):
            return mark


class Damage(NamedTuple):
    outcome: str
    make: Callable[[random.Random, str], str]


def _instead(token: str) -> Callable[[random.Random, str], str]:
    return lambda chance, mark: mark.replace(GS, token)


def _framed(before: str, after: str) -> Callable[[random.Random, str], str]:
    return lambda chance, mark: before + mark + after


def _mixed(chance: random.Random, mark: str) -> str:
    """One letter of the other layout among those of the right one."""
    places = [at for at, one in enumerate(mark) if one.isalpha() and at > 17]
    at = chance.choice(places)
    return mark[:at] + typed(mark[at]) + mark[at + 1 :]


CATALOGUE: Final[Mapping[str, Damage]] = {
    "GS dropped": Damage(REPAIRED, _instead("")),
    **{
        f"GS as {token!r}": Damage(REPAIRED, _instead(token))
        for token in ("<GS>", "{GS}", "{FNC1}", "&#x1D;", "␝", " ")
    },
    **{f"GS as {token!r}": Damage(REPAIRED, _instead(token)) for token in ("\\u001d", "\\x1d", "u001d")},
    **{
        f"GS as {token!r}": Damage(REPAIRED, _instead(token))
        for token in (
            "<FNC1>",
            "[GS]",
            r"\u1d",
            r"\x_GS",
            r"\F",
            "^029",
            "_x001D_",
            "%1D",
            "&#29;",
            "¦",
            "\xe8",
            "\u00a0",
        )
    },
    **{f"GS as {token!r}": Damage(EITHER, _instead(token)) for token in ("029", "0029", "§", "@")},
    "full-width letters": Damage(
        REPAIRED, lambda chance, mark: mark.translate({c: c + 0xFEE0 for c in range(33, 127)})
    ),
    "a letter with an accent": Damage(REFUSED, lambda chance, mark: mark[:20] + chance.choice("éßµ½") + mark[21:]),
    "hidden characters": Damage(REPAIRED, lambda chance, mark: "\ufeff" + mark[:21] + "\u200b" + mark[21:]),
    **{f"GS as {token!r}": Damage(REPAIRED, _instead(token)) for token in ("|", "~", "^]")},
    **{f"{aim} in front": Damage(REPAIRED, _framed(aim, "")) for aim in ("]d2", "]d1", "]C1", "]Q3", "]e0")},
    **{f"{sign!r} in front": Damage(REPAIRED, _framed(sign, "")) for sign in (GS, "\xe8", "\x02")},
    **{f"{sign!r} behind": Damage(REPAIRED, _framed("", sign)) for sign in ("\r", "\n", "\r\n", "\t", "\x03", GS)},
    "the Russian layout": Damage(REPAIRED, lambda chance, mark: typed(mark)),
    "the same code twice": Damage(REPAIRED, lambda chance, mark: mark + mark),
    "the same code twice, a line each": Damage(REPAIRED, lambda chance, mark: f"{mark}\r\n{mark}"),
    "two codes": Damage(REFUSED, lambda chance, mark: mark + good(chance)),
    "letters of two layouts": Damage(REFUSED, _mixed),
    "swapped case": Damage(UNSEEN, lambda chance, mark: mark.swapcase()),
    "a character changed": Damage(UNSEEN, lambda chance, mark: mark[:20] + chance.choice(SERIAL) + mark[21:]),
}


def is_signed(mark: str) -> bool:
    """Whether the mark has a signature long enough that the loss of its capitals shows."""
    return len(plain(mark)) > 80
