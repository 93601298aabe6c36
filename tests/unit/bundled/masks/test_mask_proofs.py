"""Masks proved, not sampled: shared codes, disjoint masks, masks that can never serve; checked by the real matcher."""

from itertools import combinations

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from ncash.bundled.markedgoods.masks.automaton import MARK_CHARACTERS, UndecidableMask, automaton
from ncash.bundled.markedgoods.masks.matching import compiled
from ncash.bundled.markedgoods.masks.proofs import overlap
from ncash.bundled.markedgoods.masks.proofs.proofs import findings
from ncash.bundled.markedgoods.settings.samples import SAMPLES

MASKS = {sample.name: sample.mask for sample in SAMPLES}
HEAD = "01(?<barcode>[0-9]{14})21"

SHARED = (
    (HEAD + ".{13}93.{4}", HEAD + ".{6,13}93.{4}"),
    (HEAD + ".{13}93.{4}", HEAD + "[A-Z]{13}93[0-9]{4}"),
    (HEAD + ".{7}93.{4}", HEAD + ".{7}(91|93).{4}"),
    (HEAD + ".{6}93.{4}", ".{30}"),
    (HEAD + ".{6}93.{4}(3103\\d{6})?", HEAD + ".{16}93.{4}"),
    (HEAD + ".{13}91.{4}92.{44}", HEAD + ".{13}91.{4}92.{40,90}"),
    (HEAD + ".{13}91.{4}92.{44}", HEAD + ".+"),
    ("[0-9]{14}.{15}", "[0-9A-Z]{29}"),
    ("(ab|cd)+", "(abcd)*ab"),
    ("a?b?c?", "c"),
    ("\\w{5}", "\\d{5}"),
    ("[^0-9]{3}", "[A-F]{3}"),
    ("x(y{2,4})z", "xyyyz"),
    ("(?:ab){2,}", "ababab"),
    ("[+*-]{2}", "[!-/]{2}"),
    ("\\x41.", "A\\x{0042}"),
    ("a(b|)c", "ac"),
    ("(a|b|c){3}", "abc"),
    ("[a-c]+?d", "abd"),
    ("^abc$", "abc"),
)
APART = (
    (HEAD + ".{13}93.{4}", HEAD + ".{12}93.{4}"),
    (HEAD + ".{13}93.{4}", HEAD + ".{13}94.{4}"),
    (HEAD + ".{6}93.{4}", HEAD + ".{8}93.{4}"),
    (HEAD + ".{13}91.{4}92.{44}", HEAD + ".{13}91.{4}92.{45,90}"),
    ("[0-9]{29}", "[0-9]{28}"),
    ("[0-9]{29}", "[0-9]{28}[A-Z]"),
    ("(ab)+", "(ab)*a"),
    ("(aa)+", "a(aa)*"),
    ("[a-f]{4}", "[g-z]{4}"),
    ("[^0-9]+", "[0-9]+"),
    ("\\d{3,5}", "\\d{6,9}"),
    ("a{3}", "a{2}|a{4}"),
    ("ab?c", "abbc"),
    ("x.{2}y", "x.{3}y"),
    ("\\w+", "[!%&]+"),
    ("a\\s*b", "acb"),
    ("a.c", "a\\x{001d}c"),
    ("(01|02)3", "(03|04)3"),
    ("[A-Z]{2}[0-9]{2}", "[A-Z]{3}[0-9]"),
    ("(abc){2}", "(abc){3}"),
)


@pytest.mark.parametrize(("one", "other"), SHARED)
def test_masks_that_share_a_code_show_one_that_the_matcher_takes_for_both(one: str, other: str) -> None:
    code = overlap.common_code(automaton(one), automaton(other))
    assert code is not None
    assert compiled(one).fullmatch(code)
    assert compiled(other).fullmatch(code)


@pytest.mark.parametrize(("one", "other"), APART)
def test_near_misses_are_proved_to_share_nothing(one: str, other: str) -> None:
    assert overlap.common_code(automaton(one), automaton(other)) is None


def test_no_two_of_the_seven_shipped_masks_share_a_code() -> None:
    assert [pair for pair in combinations(MASKS, 2) if overlap.common_code(*(automaton(MASKS[n]) for n in pair))] == []
    assert list(findings(MASKS.items())) == []


@given(st.sampled_from(sorted({mask for pair in (*SHARED, *APART) for mask in pair} | set(MASKS.values()))), st.data())
def test_the_automaton_says_of_every_text_what_the_matcher_says(mask: str, draw: st.DataObject) -> None:
    text = draw.draw(st.one_of(st.from_regex(_plain(mask), fullmatch=True), st.text(MARK_CHARACTERS, max_size=40)))
    if set(text) <= set(MARK_CHARACTERS):
        assert accepts(mask, text) is bool(compiled(mask).fullmatch(text))


def _plain(mask: str) -> str:
    readable = regex.sub(r"\(\?<(\w+)>", r"(?P<\1>", mask)
    return regex.sub(r"\\x\{0*([0-9a-f]{2})\}", r"\\x\1", readable)


def accepts(mask: str, text: str) -> bool:
    found = automaton(mask)
    states = {0}
    for char in text:
        bit = 1 << MARK_CHARACTERS.index(char)
        states = {target for state in states for bits, target in found.moves[state] if bits & bit}
    return any(found.final[state] for state in states)


@pytest.mark.parametrize(
    ("mask", "code"),
    [
        ("01[^\\d\\D]", "MG065"),
        ("01\\t+93", "MG061"),
        ("x{3}#", "MG061"),
        (".+", "MG062"),
        ("[0-9]*.*", "MG062"),
        ("(.|..)+", "MG062"),
        ("(?<barcode>[0-9]{13})21.{6}", "MG063"),
        ("01(?<barcode>0{13}[1-9])21.{6}", "MG063"),
        ("01(?<barcode>[0-9]{14})21(a|aa)+93", "MG064"),
        ("01([0-9]+)+93", "MG064"),
        ("(x*y?)*z", "MG064"),
        ("01(?=2)2", "MG065"),
        ("(a)\\1", "MG065"),
    ],
)
def test_a_mask_by_itself(mask: str, code: str) -> None:
    assert code in [finding.code for finding in findings([("MarkedGoods.X", mask)])]


@pytest.mark.parametrize("mask", ["01\\s+93", "01.{6}\\x{001d}93.{4}", "01.{6}\\\\u001d93"])
def test_a_mask_that_needs_a_separator_fits_texts_as_they_are_scanned(mask: str) -> None:
    assert not [finding.code for finding in findings([("MarkedGoods.X", mask)])]


def test_two_masks_that_need_a_separator_may_share_a_code() -> None:
    masks = [("MarkedGoods.X", "01.{6}\\x{001d}93"), ("MarkedGoods.Y", "01.{6}\\s*\\x{1d}93")]
    assert [finding.code for finding in findings(masks)] == ["MG060"]


def test_a_mask_that_needs_a_separator_shares_codes_with_one_that_does_not() -> None:
    masks = [("MarkedGoods.X", "01.{6}\\x{001d}93.{4}"), ("MarkedGoods.Y", "01.{6}93.{4}")]
    assert [(finding.code, finding.other) for finding in findings(masks)] == [("MG060", "MarkedGoods.Y")]


@pytest.mark.parametrize("mask", ["(a|aa)+c", "([0-9]+)+x", "(x*y?)*z"])
def test_the_text_that_shows_a_runaway_mask_stops_the_real_matcher(mask: str) -> None:
    shown = next(f.example for f in findings([("MarkedGoods.X", mask)]) if f.code == "MG064")
    try:
        assert not compiled(mask).fullmatch(shown, timeout=0.05)
    except TimeoutError:
        return


@pytest.mark.parametrize("mask", ["a++b", "(?>ab)c", "a(?i)b", "(?R)", "a{1,9999}{2}", "[[:alpha:]]", "\\bx", "a**"])
def test_what_the_proof_does_not_cover_is_said(mask: str) -> None:
    with pytest.raises(UndecidableMask):
        automaton(mask)


def test_a_gtin_automaton_knows_the_check_digit() -> None:
    found = overlap.valid_gtins()
    alphabet = MARK_CHARACTERS
    for text, valid in (("04670540176099", True), ("04670540176098", False), ("0467054017609", False)):
        states = {0}
        for char in text:
            bit = 1 << alphabet.index(char)
            states = {target for state in states for bits, target in found.moves[state] if bits & bit}
        assert any(found.final[state] for state in states) is valid
