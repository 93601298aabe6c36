"""A time limit is left out only where a mask says by itself that no match can take long."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ncash.bundled.markedgoods.masks.automaton import parsed
from ncash.bundled.markedgoods.masks.brevity import MANY, brief, ways
from ncash.bundled.markedgoods.masks.matching import compiled
from ncash.bundled.markedgoods.settings.samples import SAMPLES
from ncash.model.scan import MAX_SCAN


@pytest.mark.parametrize("mask", [sample.mask for sample in SAMPLES])
def test_the_vendors_masks_are_brief(mask: str) -> None:
    assert brief(mask)


@pytest.mark.parametrize(("mask", "count"), [
    ("01(?<barcode>[0-9]{14})21.{13}", 1), ("a?b?", 4), ("(a|b|cd)?", 4), (".{84,95}", 12), (r"\s*a\s+", 1),
    ("(a?){2}", MANY), (".*", MANY), ("(.{1,9}){3}", MANY), (r"[^\s]*", MANY), ("(a|b)(c|d)(e|f)", 8),
    ("(a|bc){1}", 2), ("(a|bc){1}" * 6, MANY), ("(a|bc){0}", 1), ("a{,}", MANY), ("a{}", 1),
])  # fmt: skip
def test_ways_are_counted(mask: str, count: int) -> None:
    assert ways(parsed(mask)) == count
    assert brief(mask) is (count < MANY)


@pytest.mark.parametrize("mask", [r"(a)\1", "a(?=b)", "(a", "(?>a)", "(a|a)*b", "(a+)+b"])
def test_what_is_not_understood_is_not_brief(mask: str) -> None:
    assert not brief(mask)


PIECES = st.sampled_from(
    ["a", ".", "[0-9]", "a?", ".{2}", "(a|ab){1}", ".{1,3}", "(a|ab)", "(a|b)?", r"\s*", "(.{3}){2}", "(a|.)b?"]
)


@given(st.lists(PIECES, min_size=1, max_size=8).map("".join), st.sampled_from("ab0"))
def test_a_brief_mask_is_over_soon_on_the_longest_scan(mask: str, character: str) -> None:
    if brief(mask):
        begun = time.process_time()
        compiled(mask).fullmatch(character * MAX_SCAN)
        assert time.process_time() - begun < 5
