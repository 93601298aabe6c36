"""A position by FFD tags: the worked example of tag 1162, the kinds of tag 1163, the order of tag 1260, the letters of
tag 2106, and what FFD 1.05 can carry."""

from datetime import datetime
from decimal import Decimal

import pytest

from ncash.fiscal import qr, tags
from ncash.model.fiscal.register import FiscalLine, Made, MarkResult, PlannedStatus

MILK = "0104670540176099215zzzzz\x1d93dGVz"
EXAMPLE = "44 4D 04 3F 71 E3 5A E3 35 27 57 39 55 6D"
INDUSTRY = {"1265": "UUID=x&Time=1", "1262": "030", "1264": "1944", "1263": "21.11.2023"}


def sold(mark: str | None = MILK, kind: int = 33) -> FiscalLine:
    return FiscalLine(
        "Milk", "4670540176099", Decimal("1.000"), 0, 8990, 8990, "1", kind, "vat10", mark, PlannedStatus.PIECE_SOLD,
        15, INDUSTRY,
    )  # fmt: skip


@pytest.mark.parametrize("tail", ["\x1d93dGVz", "93dGVz", ""])
def test_the_worked_example_of_tag_1162(tail: str) -> None:
    code = tags.nomenclature("010467054017609921" + "5'W9Um" + tail)
    assert code is not None
    assert code.hex(" ").upper() == EXAMPLE


def test_a_tobacco_pack_has_a_tag_1162_of_gtin_and_serial() -> None:
    code = tags.nomenclature("04670540176099" + "5'W9UmA" + "ABCD" + "dGVz")
    assert code is not None
    assert code.hex(" ").upper() == f"{EXAMPLE} 41"


def test_a_code_of_no_known_form_has_no_tag_1162() -> None:
    assert tags.nomenclature("https://example.invalid/") is None


@pytest.mark.parametrize(
    ("code", "kind", "value"),
    [
        (MILK, 1305, "0104670540176099215zzzzz"),
        ("0104670540176099215zzzzz", 1304, "0104670540176099215zzzzz"),
        ("04670540176099abcdefgABCDdGVz", 1306, "04670540176099abcdefg"),
        ("46068563", 1301, "46068563"),
        ("4670540176099", 1302, "4670540176099"),
        ("14670540176096", 1303, "14670540176096"),
        ("RU-430302-ABC1234567", 1307, "RU-430302-ABC1234567"),
        ("A" * 8 + "B" * 23 + "C" * 37, 1308, "B" * 23),
        ("D" * 14 + "E" * 136, 1309, "D" * 14),
        ("something else that is rather long, longer than 32", 1300, "somethingelsethatisratherlong,lo"),
    ],
)
def test_the_kind_of_a_code_is_its_tag_under_1163(code: str, kind: int, value: str) -> None:
    assert tags.product(code) == (kind, value)


def test_the_parts_of_tag_1260_keep_their_order() -> None:
    assert list(tags.industry(sold())) == ["1262", "1263", "1264", "1265"]


@pytest.mark.parametrize(
    ("bits", "shown"),
    [(0, "[М]"), (1, "[М-]"), (3, "[М]"), (5, "[М-]"), (7, "[М-]"), (15, "[М+]"), (16, "[М]"), (17, "[М-]"),
     (19, "[М]")],
)  # fmt: skip
def test_the_letter_of_a_result_says_what_the_result_says(bits: int, shown: str) -> None:
    assert tags.letter(bits) == shown
    assert (shown == "[М-]") == MarkResult(bits).refused


def test_every_sum_of_bits_has_a_letter_that_agrees_with_the_refusal() -> None:
    assert all((tags.letter(bits) == "[М-]") == MarkResult(bits).refused for bits in range(32))


def test_a_position_in_ffd_1_2() -> None:
    assert tags.tags(sold()) == {
        "1030": "Milk", "1023": "1.000", "1079": "89.90", "1043": "89.90", "1212": 33, "1214": 4, "1199": "vat10",
        "2108": 0, "1163": {"1305": "0104670540176099215zzzzz"}, "2000": MILK, "2102": 0, "2106": 15, "2003": 1,
        "1260": {"1262": "030", "1263": "21.11.2023", "1264": "1944", "1265": "UUID=x&Time=1"},
    }  # fmt: skip


def test_a_position_in_ffd_1_05_keeps_the_code_of_the_goods_and_nothing_of_the_check() -> None:
    told = tags.tags(sold(), tags.FFD_105)
    assert told == {
        "1030": "Milk", "1023": "1.000", "1079": "89.90", "1043": "89.90", "1212": 1, "1214": 4, "1199": "vat10",
        "1162": "44 4D 04 3F 71 E3 5A E3 35 7A 7A 7A 7A 7A",
    }  # fmt: skip
    assert tags.tags(sold(kind=31), tags.FFD_105)["1212"] == 2


def test_goods_without_a_code_have_no_tag_of_one() -> None:
    told = tags.tags(sold(None, 32)._replace(industry={}, status=None, result=None))
    assert not {"2000", "1163", "1260", "2003", "2102", "2106"} & set(told)
    assert told["1212"] == 32


def test_a_qr_code_is_read_as_it_is_written() -> None:
    made = Made(7, "9999078900000001", "0123456789", "2027-01-15T12:00:05+03:00", 10, True, 0)
    zone = datetime.fromisoformat(made.time).tzinfo
    told = qr.read(qr.written(made), zone)
    assert told is not None
    assert told.made() == made


NO_SALES = (
    "", None, 5, "t=1", "t=20270115T1200&s=1.00&fn=1&i=7&fp=1&n=3", "t=x&s=1&fn=1&i=1&fp=1&n=1",
    "t=20270115T1200&s=1.001&fn=1&i=7&fp=1&n=1", "t=20270115T1200&s=1&fn=1&i=0&fp=1&n=1",
)  # fmt: skip


@pytest.mark.parametrize("text", NO_SALES)
def test_what_is_no_qr_code_of_a_sale_is_none(text: object) -> None:
    assert qr.read(text, None) is None
