"""Codes as a journal shows them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ncash.bundled.markedgoods.settings.samples import SAMPLES
from ncash.model.mark import cis, plain, wire
from ncash.model.record import kept_cis
from ncash.model.veil import digest, quoting, tails, veiled
from ncash.settings.declare import Sample

GS = "\x1d"
MILK = f"0103041094787443215Qbag!{GS}93Zj+w{GS}3103000353"
CLOTHES = f"0104699999910043215hTq8LmNoPq3R{GS}91EE10{GS}92Zm9yZXN0IGdyZWVuIHdpdGggYSBsb25nIHNpZ25hdC8="
PACK = "04601653035829H;dV)bFACVUdGVz"
CODES = (
    MILK,
    CLOTHES,
    PACK,
    f"010461013628057121/798DM%{GS}8005199000{GS}93dGVz",
    f"0104699999910036215uVw/Ab{GS}93Tt1Z",
)


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        (MILK, f"0103041094787443215Qbag!{GS}93Aa+a{GS}3103000353"),
        (MILK.replace(GS, ""), "0103041094787443215Qbag!93Aa+a3103000353"),
        (f" {MILK.replace(GS, '<GS>')}\r", " 0103041094787443215Qbag!<GS>93Aa+a<GS>3103000353\r"),
        (PACK, "04601653035829H;dV)bFACVUaAAa"),
        (CODES[3], f"010461013628057121/798DM%{GS}8005199000{GS}93aAAa"),
        ("0104699999912345215Qbag!xyz93Ab1=", "0104699999912345215Qbag!xyz93Aa0="),
        ("4600000000015", "4600000000015"),
        ("", ""),
    ],
)
def test_only_the_verification_part_is_covered(code: str, shown: str) -> None:
    assert veiled(code) == shown


@pytest.mark.parametrize("code", CODES)
def test_a_veiled_code_has_the_same_form_and_the_same_cis(code: str) -> None:
    shown = veiled(code)
    assert [m.start() for m in re.finditer(GS, shown)] == [m.start() for m in re.finditer(GS, code)]
    assert (cis(shown), len(wire(shown))) == (cis(code), len(wire(code)))
    assert not [tail for tail in tails(code) if tail in shown]
    assert veiled(shown) == shown


@pytest.mark.parametrize("code", CODES)
def test_a_cis_stays_in_clear(code: str) -> None:
    assert kept_cis(cis(code), code) == cis(code)


def test_a_code_of_no_known_form_is_its_own_cis_and_is_covered_as_such() -> None:
    code = "0104699999912345215Qbag!xyz93Ab12"
    assert cis(code) == code
    assert kept_cis(cis(code), code) == "0104699999912345215Qbag!xyz93Aa00"


def test_the_digest_is_that_of_the_code_on_the_wire() -> None:
    assert digest(MILK) == digest(MILK.replace(GS, "")) == digest(MILK.replace(GS, "<GS>"))
    assert digest(MILK) != digest(MILK[:-1] + "4")


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_a_mask_reads_a_veiled_code_as_it_reads_the_code(sample: Sample) -> None:
    mask = re.compile(sample.mask.replace("(?<", "(?P<").replace(r"\x{001d}", r"\x1d"))
    for code in CODES:
        assert bool(mask.fullmatch(code)) is bool(mask.fullmatch(veiled(code)))


@given(st.text(max_size=80))
def test_any_text_keeps_its_length_and_everything_but_a_tail(text: str) -> None:
    shown = veiled(text)
    assert len(shown) == len(text)
    if not tails(text):
        assert shown == text
    assert len(plain(shown)) == len(plain(text))


@pytest.mark.parametrize("spelling", [MILK, plain(MILK), wire(MILK)])
def test_a_code_quoted_by_somebody_else_is_shown_without_its_verification_part(spelling: str) -> None:
    assert quoting(f"bad code {spelling}: no", (MILK, PACK)) == f"bad code {veiled(spelling)}: no"
    assert "Zj+w" not in quoting(spelling, (MILK,))
