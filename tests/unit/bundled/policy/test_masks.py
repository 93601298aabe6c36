"""The vendor's mask dialect, whole-text matches, and what a mark is made of."""

from decimal import Decimal
from typing import NamedTuple

import pytest

from ncash.bundled.markedgoods.masks.matching import MATCH_SECONDS, MaskError, Masks, checked, compiled, translated
from ncash.model.scan import Scan


class Section(NamedTuple):
    """A category as the settings have it."""

    category: str | None
    mask: str


MILK = Section("Milk", r"\s*01(?<barcode>[0-9]{14})21.{6}\s*93.{4}(\s*3103(?<weight>\d{6}))?")
PERFUME = Section(
    "Common", r"01(?<barcode>[0-9]{14})21.{13}(?<remove1>\s*|\\u001d)91.{4}(?<remove2>\s*|\\u001d)92.{44}"
)
CODE = "0103041094787443215Qbag!\x1d93Zjqw"
LONG = "0104699999900044215hTq8LmNoPq3R{}91EE10{}92Zm9yZXN0IGdyZWVuIHdpdGggYSBsb25nIHNpZ25hdC8="


@pytest.mark.parametrize(
    ("mask", "dialect"),
    [
        (r"a\x{001d}b", "a\\\x1db"),
        (r"a\x{41}b", "aAb"),
        (r"a{2}b{,3}c{1,}", r"a{2}b{,3}c{1,}"),
        (r"a{b", r"a\{b"),
        (r"{2}a", r"\{2}a"),
        (r"[{a]", r"[{a]"),
        (r"[a{b]{", r"[a{b]\{"),
        (r"[a]{", r"[a]\{"),
        (r"\{a\\{", r"\{a\\\{"),
        ("a\\", "a\\"),
        ("", ""),
    ],
)
def test_the_vendors_spelling_is_translated(mask: str, dialect: str) -> None:
    assert translated(mask) == dialect


@pytest.mark.parametrize(
    ("mask", "text", "fits"),
    [
        ("01[0-9]{2}", "0112", True),
        ("01[0-9]{2}", "01123", False),
        ("01[0-9]{2}", "x0112", False),
        (r"a\x{001d}b", "a\x1db", True),
        (r"\d{2}", "١٢", False),
        (r"a\\u001db", "a\\u001db", True),
    ],
)
def test_a_mask_is_about_the_whole_text_and_about_ascii_digits(mask: str, text: str, fits: bool) -> None:
    assert (compiled(mask).fullmatch(text) is not None) is fits


@pytest.mark.parametrize(
    ("mask", "says"),
    [
        ("", r"^the mask is empty; .*\.\{13\}$"),
        ("a" * 1025, "^the mask has 1025 characters; at most 1024 are accepted$"),
        ("(?<remove>a)", r"has no number; .*\(\?<remove2>…\)$"),
        ("(?P<remove>a)", "has no number"),
        ("(a", "not a regular expression"),
        ("[a", "not a regular expression"),
        ("a{5000000000}", "not a regular expression"),
    ],
)
def test_a_mask_that_cannot_serve_says_why(mask: str, says: str) -> None:
    with pytest.raises(MaskError, match=says):
        compiled(mask)


def test_the_longest_mask_serves() -> None:
    assert compiled("a" * 1024).fullmatch("a" * 1024)


def test_a_match_has_fifty_milliseconds() -> None:
    assert MATCH_SECONDS == 0.05


@pytest.mark.parametrize("mask", [r"(a|aa)+b", r"(0|00)+x", r"01\d{14}21(a|aa)+c"])
def test_a_mask_that_runs_away_is_found_by_probing(mask: str) -> None:
    with pytest.raises(MaskError, match="runs away"):
        checked(mask)


def test_a_mask_that_answers_is_fine() -> None:
    checked(MILK.mask)
    checked(PERFUME.mask)


def test_a_mark_is_read_with_everything_in_it() -> None:
    mark = Masks([MILK]).read(Scan(f" {CODE}\x1d3103000353 ", "binary"))
    assert mark is not None
    assert mark.raw == f" {CODE}\x1d3103000353 "
    assert (mark.text, mark.cis) == (f"{CODE}\x1d3103000353", "0103041094787443215Qbag!")
    assert (mark.category, mark.gtin, mark.weight, mark.input) == ("Milk", "03041094787443", Decimal("0.353"), "binary")


@pytest.mark.parametrize(
    ("digits", "weight"), [("000000", None), ("000001", Decimal("0.001")), ("123456", Decimal("123.456"))]
)
def test_a_weight_is_kilograms_with_three_digits(digits: str, weight: Decimal | None) -> None:
    mark = Masks([MILK]).read(Scan(f"{CODE}3103{digits}"))
    assert mark is not None
    assert mark.weight == weight


@pytest.mark.parametrize("separator", ["", "\x1d", "\\u001d", " ", "<GS>"])
def test_a_separator_may_be_written_in_any_way(separator: str) -> None:
    mark = Masks([PERFUME]).read(Scan(LONG.format(separator, separator)))
    assert mark is not None
    assert (mark.text, mark.category) == (LONG.format("", ""), "Common")


def test_without_remove_the_text_is_kept_as_scanned() -> None:
    plain = Section("Common", r"01(?<barcode>[0-9]{14})21.{13}91.{4}92.{44}")
    mark = Masks([plain]).read(Scan(LONG.format("\x1d", "\x1d")))
    assert mark is not None
    assert mark.text == LONG.format("\x1d", "\x1d")


@pytest.mark.parametrize(
    "written",
    [r"\x{001d}", r"\x1d", r"\u001d", r"\\u001d", r"[\x1d ]", r"\035", "<GS>", "[|]", r"(\x1d|\\x1d)", r"\s+"],
)
def test_a_mask_that_wants_the_separator_fits_with_it_and_without(written: str) -> None:
    masks = Masks([Section("GS", rf"01(?<barcode>[0-9]{{14}})21.{{6}}{written}93.{{4}}")])
    for separator in ("\x1d", "", " ", "\\u001d", "|"):
        mark = masks.read(Scan(CODE.replace("\x1d", separator)))
        assert mark is not None, separator
        assert (mark.category, mark.cis) == ("GS", "0103041094787443215Qbag!")


def test_a_mask_that_cannot_be_taken_apart_is_tried_on_the_code_as_it_goes_out() -> None:
    masks = Masks([Section("GS", r"01(?<barcode>[0-9]{14})(?=21).{8}\x{001d}93.{4}")])
    for separator in ("\x1d", "", " ", "\\u001d"):
        mark = masks.read(Scan(CODE.replace("\x1d", separator)))
        assert mark is not None, separator
        assert (mark.category, mark.cis) == ("GS", "0103041094787443215Qbag!")


def test_the_first_section_of_the_file_that_fits_wins() -> None:
    second = Section("Second", r"01(?<barcode>[0-9]{14}).*")
    for sections, name in (([MILK, second], "Milk"), ([second, MILK], "Second")):
        mark = Masks(sections).read(Scan(CODE))
        assert mark is not None
        assert mark.category == name


def test_sections_with_one_mask_or_none_or_a_bad_one_are_idle() -> None:
    twin = Section("Twin", MILK.mask)
    masks = Masks([MILK, twin, Section("None", ""), Section("Bad", "("), PERFUME])
    assert [category.name for category in masks.categories] == ["Common"]
    assert masks.read(Scan(CODE)) is None


def test_a_mask_that_runs_away_at_the_till_is_counted_and_does_not_fit() -> None:
    masks = Masks([Section("Slow", "(1|11)+b"), Section("Fast", "1+")])
    mark = masks.read(Scan("1" * 200))
    assert mark is not None
    assert (mark.category, masks.timeouts) == ("Fast", 1)


def test_a_mask_that_runs_away_on_a_repaired_code_is_counted_each_time_and_wants_nothing() -> None:
    masks = Masks([MILK, Section("Slow", "01(.|..)+x")])
    for counted in (1, 2):
        mark = masks.read(Scan(f"]d2{CODE}"))
        assert mark is not None
        assert (mark.category, mark.scanned, mark.repairs) == ("Milk", f"]d2{CODE}", ("aim",))
        assert masks.timeouts == counted


def test_what_fits_no_mask_is_no_mark() -> None:
    masks = Masks([MILK, PERFUME])
    assert masks.read(Scan("4600000000015")) is None
    assert masks.read(Scan("")) is None
    assert masks.timeouts == 0


def test_a_section_without_a_name_is_a_category_too() -> None:
    masks = Masks([Section(None, "a+")])
    assert [category.name for category in masks.categories] == [""]
    assert (masks.categories[0].captures, masks.categories[0].removes) == (frozenset(), False)
    perfume = Masks([PERFUME]).categories[0]
    assert (perfume.captures, perfume.removes) == (frozenset({"barcode", "remove1", "remove2"}), True)


def in_russian_layout(code: str) -> str:
    return code.translate(str.maketrans("Qbagqjw!", "Йифпйоц!"))


TYPED = in_russian_layout("0103041094787443215Qbagq93Zjqw".replace("Z", "z")).replace("z", "я")
MEANT = "0103041094787443215Qbagq\x1d93zjqw"


def test_a_repaired_scan_is_read_when_one_category_wants_it() -> None:
    mark = Masks([MILK]).read(Scan(TYPED))
    assert mark is not None
    assert (mark.raw, mark.category, mark.repairs) == (MEANT, "Milk", ("layout",))


def test_a_repaired_scan_that_two_categories_want_is_no_mark() -> None:
    assert Masks([MILK, Section("Beer", r"01(?<barcode>[0-9]{14})21.{6}93.{4}")]).read(Scan(TYPED)) is None


def test_a_repaired_scan_that_no_category_wants_is_no_mark() -> None:
    assert Masks([PERFUME]).read(Scan(TYPED)) is None


@pytest.mark.parametrize("odd", ["é", "½", "#", "ф", "\x07", "\ud800", "|"])
def test_a_text_with_a_character_that_no_mark_has_is_no_mark_whatever_mask_fits(odd: str) -> None:
    badge = Section("Badge", r".(?<barcode>[0-9]{14})")
    masks = Masks([badge])
    assert masks.read(Scan("x03041094787443")) is not None
    assert masks.read(Scan(f"{odd}03041094787443")) is None


def test_a_weight_that_is_no_number_is_none() -> None:
    mark = Masks([Section("Odd", r"a(?<weight>.+)")]).read(Scan("abc"))
    assert mark is not None
    assert mark.weight is None
