"""All masks as one pattern read a code as they do one by one."""

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ncash.bundled.markedgoods.masks.alternation import CAPTURES, Fit, alternation
from ncash.bundled.markedgoods.masks.matching import Masks, compiled, translated
from ncash.bundled.markedgoods.settings import MarkedGoods
from ncash.bundled.markedgoods.settings.samples import SAMPLES
from ncash.model.mark import GS, RENDERINGS, SEPARATOR, plain
from ncash.model.scan import Scan

VENDOR: Final = tuple(sample.mask for sample in SAMPLES)
PIECES: Final = ("01", "0" * 14, "04600000000015", "21", "serial", "s" * 7, "s" * 13, "93", "Zjqw", "91", "k" * 44,
                 "92", "3103", "000353", "3352", "17", "271231", "7003", " ", GS, "240", "k" * 88)  # fmt: skip
TEXTS: Final = st.lists(st.sampled_from(PIECES), max_size=9).map("".join)


def one_by_one(masks: tuple[str, ...], text: str) -> Fit | None:
    for number, mask in enumerate(masks):
        match = compiled(mask).fullmatch(text)
        if match:
            caught = match.groupdict()
            return Fit(number, *(caught.get(name) for name in CAPTURES))
    return None


@given(TEXTS, st.permutations(VENDOR))
def test_the_first_mask_in_the_order_of_the_file_is_found(text: str, masks: list[str]) -> None:
    together = alternation([translated(mask) for mask in masks])
    assert together is not None
    assert together.first(text, 1.0) == one_by_one(tuple(masks), text)


def test_the_vendors_masks_are_read_together() -> None:
    code = "01" + "04600000000015" + "21" + "serial" + "93Zjqw" + "3103000353"
    together = alternation([translated(mask) for mask in VENDOR])
    assert together is not None
    assert together.first(code, 1.0) == Fit(0, "04600000000015", "000353")


@pytest.mark.parametrize("masks", [("a(?<barcode>b)", "a(b)(?<weight>1)?"), ("x|a", "ab"), ("a(?=b).", "ab")])
def test_masks_that_overlap_keep_their_order(masks: tuple[str, ...]) -> None:
    for order in (masks, masks[::-1]):
        together = alternation(order)
        assert together is not None
        assert together.first("ab", 1.0) == one_by_one(order, "ab")


@pytest.mark.parametrize("mask", [r"(.)\1", r"(?i)a", r"(a)(?1)", r"(?<x>a)(?&x)", r"(?P<x>a)(?P=x)", r"(a)?(?(1)b)",
                                  r"(?R)?a", r"a\g<1>(b)", r"a(*FAIL)|b", "(?<category_0>a)"])  # fmt: skip
def test_a_mask_that_means_something_else_beside_others_keeps_all_apart(mask: str) -> None:
    assert alternation(["ab", mask]) is None


def test_a_mask_with_a_reference_is_still_read() -> None:
    sections = [
        MarkedGoods.defaults("Twins", mask=r"(.)\1(?<barcode>[0-9]{14})"),
        MarkedGoods.defaults("Other", mask="a"),
    ]
    mark = Masks(sections).read(Scan("xx04600000000015"))
    assert mark is not None
    assert (mark.category, mark.gtin) == ("Twins", "04600000000015")


def test_after_a_mask_ran_away_the_others_are_still_read() -> None:
    masks = Masks([MarkedGoods.defaults("Bad", mask="(a|aa)+b"), MarkedGoods.defaults("Good", mask="a+")])
    for _ in range(2):
        mark = masks.read(Scan("a" * 60))
        assert mark is not None
        assert mark.category == "Good"
    assert masks.timeouts == 2


@given(st.lists(st.sampled_from([*RENDERINGS, " ", "\t", "\n", GS, "<", "GS>", "\\", "u001d", "01", "x", "&#x1"])))
def test_separators_are_found_in_whatever_they_stand(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert plain(text) == SEPARATOR.sub("", text)


def test_no_group_of_an_earlier_mask_is_left_behind() -> None:
    together = alternation(["(?<barcode>1)(?<weight>2)x", "(?<barcode>12)y"])
    assert together is not None
    assert together.first("12y", 1.0) == Fit(1, "12", None)
