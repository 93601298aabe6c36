"""What a mask tells of a code besides that it fits: where elements begin, with separators and without."""

from itertools import pairwise

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from ncash.bundled.markedgoods.masks.automaton import parsed
from ncash.bundled.markedgoods.masks.captures import idle, mistakes, names
from ncash.bundled.markedgoods.masks.gaps import gapped, wants_separator, written
from ncash.bundled.markedgoods.masks.patterns import compiled, translated
from ncash.bundled.markedgoods.masks.proofs.identification import doubt
from ncash.bundled.markedgoods.masks.structure import bare, serials, structure
from ncash.bundled.markedgoods.settings.samples import SAMPLES
from ncash.model.codes.elements import identifier, starts
from ncash.model.codes.steps import Steps

HEAD = "01(?<barcode>[0-9]{14})21"
GTIN = "0104607042439209" + "21"
NOBODY = "01" + "0" * 14 + "21"
BLOCK = ("2095134", "8005145000", "931209", "24010067290")
KEFIR = ("5abcde", "93AbCd", "17271231", "10LOT1", "3102000353")
SHOES = ("5hTq8LmNoPq4S", "240SHOE5200BLACK042", "17271231", "91EE10", "92" + "aB3d" * 22)
DATED_SHOES = (SHOES[0], SHOES[1] + SHOES[2], *SHOES[3:])
"""As a mask sees them that does not know the date."""
SHORT = ("5hTq8LmNoPq4S", "91EE10", "92" + "aB3d" * 11)


def taken_apart(mask: str, parts: tuple[str, ...], stated: tuple[int, ...] = ()) -> tuple[str, ...]:
    """The elements that a mask makes of a code without separators."""
    told, code = structure(translated(HEAD + mask)), GTIN + "".join(parts)
    assert told is not None
    assert compiled(HEAD + mask).fullmatch(code) or bare(translated(HEAD + mask)), "the code does not fit"
    return tuple(code[a:b] for a, b in pairwise((18, *told.starts(code, stated), len(code))))


@pytest.mark.parametrize(
    ("mask", "parts"),
    [
        (r".{7}\s*8005\d{6}\s*93.{4}\s*240.{8}", BLOCK),
        (r".{7}8005\d{6}93.{4}240.{8}", BLOCK),
        (r".{7}(8005\d{6}|93.{4}|240.{8})+", BLOCK),
        (r".{6}93.{4}(17\d{6})?(10.{1,20})?(310[0-5]\d{6})?", KEFIR),
        (r".{6}\s*9[13].{4}\s*(?:11|17)\d{6}10.{1,20}\x1d310\d{7}", KEFIR),
        (r".{13}240.{16}17\d{6}91.{4}92.{88}", SHOES),
        (r".{13}(?<remove1>\s*|\\u001d)240.{24}(?<remove2>\s*)91.{4}92.{88}", DATED_SHOES),
        (r"(.\s*){13}91.{4}92.{44}", SHORT),
        (r".{13}\x{001d}.{6}\x{001d}.{46}", SHORT),
        (r".{1,20}(91.{4})?92.{44}", SHORT),
        (r".{13}[\x1d|]91.{4}\\u001d92.{44}", SHORT),
        (r".{13}(\x1d)?9(?:1|3).{4}<GS>92.{44}", SHORT),
        (r"5.{12}91[0-9A-F]{4}92.{44}", SHORT),
    ],
)  # fmt: skip
def test_elements_begin_where_the_mask_spells_them_or_separates_them(mask: str, parts: tuple[str, ...]) -> None:
    assert taken_apart(mask, parts) == parts


@pytest.mark.parametrize("mask", [".+", ".{13}.{52}", "[^ ]*", r".{13}(.\s*){52}"])
def test_a_mask_that_spells_nothing_tells_nothing(mask: str) -> None:
    assert taken_apart(mask, SHORT) == ("".join(SHORT),)


def test_what_a_separator_says_must_fit_the_mask() -> None:
    told = structure(translated(HEAD + r".{13}91.{4}92.{44}"))
    assert told is not None
    code = GTIN + "".join(SHORT)
    assert told.starts(code, (31,)) == told.starts(code, (31, 37)) == told.starts(code) == (31, 37)
    assert told.starts(code, (30,)) == told.starts(code, (31, 40)) == ()


def test_of_several_readings_the_one_that_separators_bear_out_counts() -> None:
    told = structure(translated(HEAD + r".{1,20}(91.{4})?92.{44}"))
    assert told is not None
    code = GTIN + "5abcde91AbCd92" + "aB3d" * 11
    assert told.starts(code) == (24, 30)
    assert told.starts(code, (30,)) == (24, 30)
    assert told.starts(code[:24] + "x" + code[24:], (31,)) == (25, 31)


def test_a_code_that_takes_too_long_is_not_taken_apart() -> None:
    told = structure(translated(HEAD + r".{13}91.{4}92.{44}"))
    assert told is not None
    assert told.starts(GTIN + "".join(SHORT), steps=Steps(30)) == ()
    assert told.starts(GTIN + "é") == ()


@pytest.mark.parametrize(
    ("mask", "lengths"),
    [
        (r".{13}91.{4}", {13}),
        (r"(.{6}|.{8})\s*93.{4}", {6, 8}),
        (r".{6,9}93.{4}", {6, 7, 8, 9}),
        (r".{13}(240.{4}|\s+)?91.{4}", {13}),
        (".+", set(range(21))),
        ("(?=.{6}93).{12}", set(range(21))),
    ],
)
def test_the_lengths_of_serials_are_told(mask: str, lengths: set[int]) -> None:
    assert serials(translated(HEAD + mask)) == lengths


def test_the_vendors_masks_tell_their_serials_and_serve_as_they_are() -> None:
    told = {sample.name: set(serials(translated(sample.mask))) for sample in SAMPLES}
    others = {"Camera": {20}, "Common": {13}, "Water": {13}, "PackagedBeer": {7}, "Seafood": {6}, "Shoes": {13}}
    assert told == {"Milk": {6, 8, 13}, **others}
    assert [sample.name for sample in SAMPLES if bare(translated(sample.mask))] == []


WRITTEN = [r"\x1d", r"\x{001d}", r"\u001d", r"\\u001d", r"[\x1d ]", r"\x1d+", r"(\x1d|\\x1d|<GS>)", r"\s+", r"\035",
           r"(?<remove1>\\u001d)", r"[|]", "{GS}", "¦", r"[^\x21-\x7e]", r"(?:\x1d){1,3}"]  # fmt: skip


@pytest.mark.parametrize("separator", WRITTEN)
def test_a_separator_that_is_wanted_is_left_out(separator: str) -> None:
    narrow = bare(translated(HEAD + ".{6}" + separator + "93.{4}"))
    assert narrow is not None
    found = narrow.fullmatch(GTIN + "5abcde93AbCd")
    assert found is not None
    assert found["barcode"] == "04607042439209"


@pytest.mark.parametrize("piece", [r"\s*", r"\x1d?", r"(\x1d|\s*)", r"(\s+)?", r"(240.{4}|\s+)?", r"#?", ""])
def test_a_separator_that_may_be_left_out_changes_nothing(piece: str) -> None:
    assert bare(translated(HEAD + ".{6}" + piece + "93.{4}")) is None


@pytest.mark.parametrize("piece", ["#", r"\t", "[#$]", r"\x07", "é", ".", r"\W", r"[\x1dA]"])
def test_what_is_no_separator_stays(piece: str) -> None:
    assert not wants_separator(gapped(parsed(translated(".{6}" + piece + "93"))))


PIECES = st.sampled_from(
    ["a", "[0-9]", ".", "x{2,3}", r"\x1d", r"\s*", r"(b|\x1d)", r"[\x1d ]+", r"\\u001d", "(c|de)?", "[^a-y]", r"\d{2}",
     "[!-/]", "-", r"(a\x1db){1,2}", "<GS>"]
)  # fmt: skip


@given(st.lists(PIECES, min_size=1, max_size=6).map("".join), st.data())
def test_the_mask_without_separators_fits_each_code_that_it_fits_with_them(mask: str, draw: st.DataObject) -> None:
    dialect = translated(mask)
    text = draw.draw(st.from_regex(regex_of(dialect), fullmatch=True))
    if not compiled(mask).fullmatch(text) or not text.isascii():
        return
    code = text.replace("\\u001d", "").replace("<GS>", "").translate({0x1D: None, **dict.fromkeys(b" \t\n\r\x0b\x0c")})
    narrow = regex.compile(written(gapped(parsed(dialect))), regex.ASCII | regex.VERSION0)
    assert narrow.fullmatch(code), (mask, text)


def regex_of(dialect: str) -> str:
    return dialect.replace("[^a-y]", "[z0-9]").replace(".", "[!-~]")


@pytest.mark.parametrize(
    ("mask", "code"),
    [
        (".+", NOBODY + "a" * 22),
        (".{13}.{52}", NOBODY + "a" * 65),
        (".{6,40}93.{4}", NOBODY + "a" * 21 + "93aaaa"),
        (".{6,20}93.{4}(3103[0-9]{6})?", NOBODY + "aaaaaaa93aaaa3103930000"),
    ],
)
def test_a_mask_that_does_not_show_where_the_serial_ends_is_found_by_a_code(mask: str, code: str) -> None:
    told = structure(translated(HEAD + mask))
    assert told is not None
    assert doubt(told) == code
    assert compiled(HEAD + mask).fullmatch(code)


@pytest.mark.parametrize(
    "mask",
    [*(sample.mask for sample in SAMPLES), HEAD + ".{6,20}93.{4}", HEAD + ".{19}", "[0-9]{29}", "a+",
     HEAD + ".{13}(17.{6})?(10.{1,20})?93.{4}", "(?<barcode>[0-9]{14}).{15}", HEAD + r"(.{7}\x1d8005|.{6}\x1d93).{6}"],
)  # fmt: skip
def test_a_mask_that_does_is_not_doubted(mask: str) -> None:
    told = structure(translated(mask))
    assert told is not None
    assert doubt(told) is None


@pytest.mark.parametrize(
    ("mask", "found"),
    [
        ("(?<barcode>a)(?P<weight>b)(?'remove1'c)", ["barcode", "weight", "remove1"]),
        (r"\(?<a>[(?<b>](?<=c)(?<!d)(?P=e)[]](?<f>g)", ["f"]),
        ("(?<x>a)|(?<x>b)", ["x", "x"]),
    ],
)
def test_captures_are_named_as_they_stand(mask: str, found: list[str]) -> None:
    assert names(mask) == found


@pytest.mark.parametrize(
    ("captures", "said"),
    [
        (["barcode", "weight", "remove1", "remove2", "remove10"], "remove3"),
        (["Barcode"], "write (?<barcode>…)"),
        (["REMOVE1"], "write (?<remove1>…)"),
        (["remove0"], "no number from 1"),
        (["remove01"], "no number from 1"),
        (["removeX"], "no number from 1"),
        (["remove2", "remove1", "remove1"], "stands there 2 times"),
        (["remove2"], "remove1"),
        (["barcode", "barcode"], "stands there 2 times"),
    ],
)
def test_a_capture_that_cannot_be_read_as_it_is_named_is_a_mistake(captures: list[str], said: str) -> None:
    mask = "".join(f"(?<{name}>.)" for name in captures)
    assert [said in text for text in mistakes(mask)] == [True]


def test_captures_as_they_should_be_are_none() -> None:
    mask = r"(?<barcode>.)(?<weight>.)(?<remove2>.)(?<remove1>.)(.)(?:.)"
    assert list(mistakes(mask)) == list(idle(mask)) == []
    assert ["did you mean barcode?" in text for text in idle("(?<barkode>.)(?<gtin>.)")] == [True, False]


@pytest.mark.parametrize(
    ("segment", "places"),
    [
        ("93AbCd", (0,)),
        ("1727123110LOT", (0, 8)),
        ("3103000353", (0,)),
        ("310300035393AbCd", (0, 10)),
        ("24010067290", (0,)),
        ("8005145000", (0,)),
        ("800514500", None),
        ("80051450000", None),
        ("3103abcdef", None),
        ("04abc", None),
        ("xyz", None),
        ("17", None),
    ],
)
def test_elements_follow_one_another_as_gs1_says(segment: str, places: tuple[int, ...] | None) -> None:
    assert starts(segment) == places


@pytest.mark.parametrize(
    ("text", "ai"), [("93x", "93"), ("3103x", "3103"), ("310x", None), ("24", None), ("240", "240"), ("8005", "8005")]
)
def test_an_identifier_is_known_by_its_first_digits(text: str, ai: str | None) -> None:
    assert identifier(text) == ai
