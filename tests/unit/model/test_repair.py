"""What scanners really send, row by row, and what is made of it."""

import string

import pytest

from ncash.model.codes.candidates import candidates
from ncash.model.codes.diagnosis import Damage, diagnosis
from ncash.model.codes.keyboard import meant, typed
from ncash.model.codes.repair import (
    BRACKETS,
    DOUBLE,
    HIDDEN,
    LAYOUT,
    LEADING,
    PREFIX,
    SEPARATOR,
    TERMINATOR,
    WIDE,
    doubtful,
    linear,
    valid_gtin,
)
from ncash.model.codes.soundness import refusable
from ncash.model.mark import GS, plain


def certain(text: str) -> bool:
    """Whether the scan can mean one code only, and one whose letters kept their case."""
    found = candidates(text)
    return len(found) == 1 and not refusable(plain(found[0].text))


MILK = "01046705401760992159aB1c\x1d93dGVz"
CHEESE = "0104670540176099215Zz9_d\x1d93Kx/2\x1d3103000750"
WATER = "010467054017609921SABR4xUi7kTq0\x1d93pG7e"
SHAMPOO = "0104670540176099215hTq8LmNoPq3R\x1d91EE10\x1d92Zm9yZXN0IGdyZWVuIHdpdGggYSBsb25nIHNpZ25hdC8="
PACK = "04601653035829H;dV)bFACVUdGVz"

REPAIRED = {
    "Alt+029 as digits": (WATER.replace(GS, "029"), WATER, (SEPARATOR,)),
    "Alt+0029 as digits": (WATER.replace(GS, "0029"), WATER, (SEPARATOR,)),
    "a bar": (MILK.replace(GS, "|"), MILK, (SEPARATOR,)),
    "a tilde": (SHAMPOO.replace(GS, "~"), SHAMPOO, (SEPARATOR,)),
    "Ctrl+]": (CHEESE.replace(GS, "^]"), CHEESE, (SEPARATOR,)),
    "a leading GS": (GS + MILK, MILK, (LEADING,)),
    "a leading 0xE8": ("\xe8" + MILK, MILK, (LEADING,)),
    "DataMatrix identifier": ("]d2" + MILK, MILK, (PREFIX,)),
    "a pack's identifier": ("]d2" + PACK, PACK, (PREFIX,)),
    "identifier and dropped GS": ("]C1" + MILK.replace(GS, ""), MILK, (PREFIX,)),
    "ETX": (MILK + "\x03", MILK, (TERMINATOR,)),
    "the Russian layout": (typed(MILK), MILK, (LAYOUT,)),
    "the Russian layout, GS as text": (typed(MILK.replace(GS, "<GS>")), MILK, (LAYOUT, SEPARATOR)),
    "twice": (MILK + MILK, MILK, (DOUBLE,)),
    "a pack twice": (PACK + PACK, PACK, (DOUBLE,)),
    "thrice, a line each": ("\r".join((MILK, MILK, MILK)), MILK, (DOUBLE,)),
    "FNC1 by name": (WATER.replace(GS, "<FNC1>"), WATER, (SEPARATOR,)),
    "0xE8 for GS": (MILK.replace(GS, "\xe8"), MILK, (SEPARATOR,)),
    "0xE8 in front, of code page 1251": ("и" + MILK, MILK, (LEADING,)),
    "a sign of nobody's, thirteen characters in": (WATER.replace(GS, "§"), WATER, (SEPARATOR,)),
    "a sign of nobody's, twice": (SHAMPOO.replace(GS, "@"), SHAMPOO, (SEPARATOR,)),
    "hidden characters": ("\ufeff" + MILK[:20] + "\u200b" + MILK[20:], MILK, (HIDDEN,)),
    "full-width letters": (MILK.replace(GS, "").translate({c: c + 0xFEE0 for c in range(33, 127)}), MILK, (WIDE,)),
    "й of two characters": (
        typed("01046705401760992159aq1c\x1d93dGVz").replace("й", "и\u0306"),
        "01046705401760992159aq1c\x1d93dGVz",
        (LAYOUT,),
    ),
    "brackets with a blank behind each": ("(01)04670540176099 (21)59aB1c (93)dGVz", MILK, (BRACKETS, SEPARATOR)),
    "brackets": ("(01)04670540176099(21)59aB1c(93)dGVz", MILK, (BRACKETS,)),
}

DIAGNOSED = {
    "two codes": (MILK + WATER, Damage.TWO_CODES),
    "a barcode and a code": ("4607042439162" + MILK, Damage.TWO_CODES),
    "letters of two layouts": (MILK.replace("a", "ф"), Damage.LAYOUT),
    "all lower case": (SHAMPOO.lower(), Damage.ONE_CASE),
    "all upper case": (SHAMPOO.upper(), Damage.ONE_CASE),
    "CapsLock, told by GS": (MILK.replace(GS, "<GS>").swapcase(), Damage.CAPS_LOCK),
    "CapsLock, told by the identifier": (("]d2" + SHAMPOO).swapcase(), Damage.CAPS_LOCK),
    "the tail is missing": (SHAMPOO[:-9], Damage.CUT),
    "the verification part is missing": (WATER[:-7], Damage.CUT),
    "the head is missing": (WATER[5:], Damage.CUT),
    "too much behind": (SHAMPOO + "xX" * 30, Damage.UNCLEAR),
    "an accent": (WATER.replace("B", "é"), Damage.FOREIGN),
    "a fraction": (WATER.replace("B", "½"), Damage.FOREIGN),
    "a look-alike of another alphabet": (WATER.replace("A", "Α"), Damage.FOREIGN),
    "a Cyrillic look-alike": (WATER.replace("A", "А"), Damage.LAYOUT),
    "a letter for a sign": (MILK.replace(GS, "§"), Damage.SEPARATOR),
    "a word for a sign": (MILK.replace(GS, "<END>"), Damage.SEPARATOR),
    "0xE8 of code page 1251 where a letter may stand": (MILK.replace(GS, "и"), Damage.LAYOUT),
    "two meanings": (MILK.replace(GS, "0029"), Damage.UNCLEAR),
}


@pytest.mark.parametrize("row", REPAIRED)
def test_a_row_is_repaired(row: str) -> None:
    text, code, steps = REPAIRED[row]
    assert candidates(text) == ((code, steps),)
    assert diagnosis(text) is None


@pytest.mark.parametrize("row", DIAGNOSED)
def test_a_row_is_refused_with_its_reason(row: str) -> None:
    text, damage = DIAGNOSED[row]
    found = diagnosis(text)
    assert not certain(text)
    assert found is not None
    assert found.damage is damage


def test_two_codes_are_both_named() -> None:
    found = diagnosis(MILK + "]d2" + WATER)
    assert found is not None
    assert found.codes == (plain(MILK), plain(WATER))


@pytest.mark.parametrize("text", ["", "4607042439162", "bread and butter", MILK, PACK, "Молоко отборное 3,2% жирности"])
def test_what_is_no_damaged_mark_has_no_diagnosis(text: str) -> None:
    assert diagnosis(text) is None


@pytest.mark.parametrize("code", [MILK, CHEESE, WATER, SHAMPOO, PACK])
def test_a_code_as_it_should_be_is_not_doubted(code: str) -> None:
    assert not doubtful(plain(code))


@pytest.mark.parametrize(
    "text", [MILK.replace("099", "098"), SHAMPOO.replace("099", "090") + "\x03", "]d2" + MILK[:-1]]
)
def test_without_the_check_digit_or_a_layout_nothing_is_meant(text: str) -> None:
    assert not certain(text)


def test_the_two_layouts_share_their_keys_one_to_one() -> None:
    keys = string.ascii_letters + string.digits + string.punctuation
    assert meant(typed(keys)) == keys
    assert len(set(typed(keys))) == len(keys)


@pytest.mark.parametrize("digits", ["96385074", "4607042439162", "04670540176099", "036000291452"])
def test_a_check_digit_is_that_of_its_number_only(digits: str) -> None:
    assert [digits[:-1] + last for last in "0123456789" if valid_gtin(digits[:-1] + last)] == [digits]


def test_a_barcode_is_known_with_its_identifier() -> None:
    assert linear("]E04607042439162\r") == "4607042439162"
    assert linear(MILK) is None
