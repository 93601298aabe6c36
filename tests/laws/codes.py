"""Marks of every structure there is, the masks that read them, and what scanners make of both."""

import random
import string
import unicodedata
from collections.abc import Callable
from typing import Final, NamedTuple

from ncash.bundled.markedgoods.masks.matching import Masks
from ncash.bundled.markedgoods.settings import MarkedGoods
from ncash.bundled.markedgoods.settings.samples import SAMPLES
from ncash.model.codes.keyboard import typed
from ncash.model.codes.repair import valid_gtin
from ncash.model.mark import GS, LAYOUTS, RENDERINGS

HEAD: Final = "01(?<barcode>[0-9]{14})21"
SERIAL: Final = string.ascii_letters + string.digits + "!%&'()*+,-./_:;=<>?\""
BASE64: Final = string.ascii_letters + string.digits + "+/"

OWN: Final = {
    "Tobacco": HEAD + r".{7}\s*8005\d{6}(\s*93.{4})?",
    "Block": HEAD + r".{7}\s*8005\d{6}\s*93.{4}\s*240.{8}",
    "Sneakers": HEAD + r".{13}240.{16}17\d{6}91.{4}92.{88}",
    "Dated": HEAD + r".{9}\s*93.{4}\s*17\d{6}\s*10.{1,20}\s*3102\d{6}",
    "Cheese": HEAD + r".{13}\s*93.{4}\s*3103(?<weight>\d{6})",
    "Ten": HEAD + r".{10}\x{001d}93.{6}",
    "Pack": r"(?<barcode>[0-9]{14}).{15}",
}
"""Masks of a shop beside the vendor's; no code fits two of them."""
SECTIONS: Final = (
    *(MarkedGoods.defaults(sample.name, mask=sample.mask) for sample in SAMPLES),
    *(MarkedGoods.defaults(name, mask=mask) for name, mask in OWN.items()),
)
MASKS: Final = Masks(SECTIONS)


class Unit(NamedTuple):
    """A marked unit: its code as the label has it, with GS, and its CIS."""

    code: str
    cis: str


Tail = tuple[tuple[str, int, bool], ...]
"""Elements behind the serial: identifier, length of the value, and whether GS follows where another element does."""
STRUCTURES: Final[tuple[tuple[int, Tail], ...]] = (
    *((one.serial, tuple((e.ai, e.length, e.variable) for e in one.tail)) for same in LAYOUTS.values() for one in same),
    (7, (("8005", 6, True), ("93", 4, True), ("240", 8, True))),
    (13, (("240", 16, True), ("17", 6, False), ("91", 4, True), ("92", 88, True))),
    (9, (("93", 4, True), ("17", 6, False), ("10", 7, True), ("3102", 6, False))),
    (10, (("93", 6, True),)),
)


def gtin(chance: random.Random) -> str:
    head = "0" + "".join(chance.choices(string.digits, k=12))
    return next(head + digit for digit in string.digits if valid_gtin(head + digit))


def value(chance: random.Random, ai: str, length: int) -> str:
    if ai == "92":
        return "".join(chance.choices(BASE64, k=length - 1)) + "="
    if ai == "91":
        return "".join(chance.choices("0123456789ABCDEF", k=length))
    if ai == "240":
        return "".join(chance.choices(string.ascii_letters + string.digits, k=length))
    return "".join(chance.choices(BASE64 if ai in ("93", "10") else string.digits, k=length))


def unit(chance: random.Random) -> Unit:
    return pack(chance) if chance.random() < 0.03 else unit_of(chance, *chance.choice(STRUCTURES))


def pack(chance: random.Random) -> Unit:
    code = gtin(chance) + "".join(chance.choices(SERIAL, k=15))
    return Unit(code, code[:21])


def unit_of(chance: random.Random, serial: int, tail: Tail) -> Unit:
    cis = f"01{gtin(chance)}21" + "".join(chance.choices(SERIAL, k=serial))
    code, owed = cis, True
    for ai, length, variable in tail:
        code += (GS if owed else "") + ai + value(chance, ai, length)
        owed = variable
    return Unit(code, cis)


TOLD_AS: Final = (GS, "", " ", "   ", "\u00a0", "\u2003", *RENDERINGS)
"""Separators that are understood wherever they stand."""
SPELLED_AS: Final = (
    r"\u1d", r"\x_GS", "<FNC1>", "[FNC1]", "(FNC1)", "[GS]", r"\F", r"\GS", "^029", "^]", "~029", "#29#", "<0x1D>",
    "[0x1d]", "_x001D_", "%1D", "&#29;", "&#X1D;", r"\x{001d}", r"\u{1d}", r"\035", r"\029", "u001d", "U+001D",
    "chr(29)", "|", "~", "¦", "¬", "\xe8", "Ã¨", "↔", "029", "0029", "x1D", "§", "@", "#", "<SEP>", "фыв",
)  # fmt: skip
"""Other texts in the place of a separator; the last ones are nobody's."""
IN_FRONT: Final = ("", "", "", "]d2", "]C1", "]Q3", GS, "\xe8", "и", "Ã¨", "\x02", "<GS>", "\ufeff", "]d2\xe8")
BEHIND: Final = ("", "", "", "\r", "\r\n", "\t", "\x03", GS, "\x04", " ", "\u200b")


def wide(text: str) -> str:
    return "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in text)


OVER_ALL: Final[tuple[Callable[[str], str], ...]] = (
    str, str, str, str, typed, wide, lambda text: unicodedata.normalize("NFD", typed(text)),
)  # fmt: skip
"""What a keyboard layout or an input method makes of the whole."""


def scanned(chance: random.Random, code: str, separators: tuple[str, ...]) -> str:
    """What a scanner sends for a code: one way to write GS, something around it, a layout over it."""
    separator = chance.choice(separators)
    text = chance.choice(IN_FRONT) + code.replace(GS, separator) + chance.choice(BEHIND)
    if chance.random() < 0.1:
        at = chance.randrange(len(text))
        text = text[:at] + chance.choice("\u200b\ufeff\u00ad\u2060") + text[at:]
    return chance.choice(OVER_ALL)(text)
