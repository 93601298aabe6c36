"""Rules of bcode.ini: what a label says, and which lines are no rules."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ncash.model.codes.label import Label, apply, rule, rules_from

WEIGHT = "21???????????=BBBBBBBQQ.QQQX"


def test_a_weight_label_gives_its_barcode_and_kilograms() -> None:
    rules, faults = rules_from([WEIGHT])
    assert not faults
    assert apply(rules, "2103321055451") == Label("2103321", Decimal("5.545"), weighed=True)


def test_the_check_digit_is_not_verified() -> None:
    rules, _ = rules_from([WEIGHT])
    labels = {apply(rules, f"210332105545{digit}") for digit in range(10)}
    assert labels == {Label("2103321", Decimal("5.545"), weighed=True)}


@pytest.mark.parametrize(
    "text", ["2203321055451", "210332105545", "21033210554511", "2103321O55451", "", "2103321٠55451"]
)
def test_a_text_that_does_not_fit_is_no_label(text: str) -> None:
    rules, _ = rules_from([WEIGHT])
    assert apply(rules, text) is None


def test_the_first_rule_that_fits_counts() -> None:
    rules, _ = rules_from(["22???=BBBBB", "2????=BBXXQ", "2????=BBBBB"])
    assert apply(rules, "22123") == Label("22123", None)
    assert apply(rules, "23127") == Label("23", Decimal(7))


def test_a_rule_whose_quantity_is_no_number_leaves_the_text_to_the_next() -> None:
    rules, _ = rules_from(["2???=BBQQ", "??A?=BBBB"])
    assert apply(rules, "21A4") == Label("21A4", None)


def test_a_label_of_zero_says_nothing_about_the_quantity() -> None:
    rules, _ = rules_from([WEIGHT])
    assert apply(rules, "2103321000001") == Label("2103321", None, weighed=True)


@pytest.mark.parametrize(
    ("line", "barcode", "quantity"),
    [
        ('"21????=BBBBQQ"', "2112", Decimal(34)),
        ("  21???? = BBBB.QQ  ", "2112", Decimal("0.34")),
        ("21????=BBBBQQ.", "2112", Decimal(34)),
        ("21????=BXBXBQ", "223", Decimal(4)),
    ],
)
def test_quotes_blanks_and_any_order_of_letters_are_accepted(line: str, barcode: str, quantity: Decimal) -> None:
    assert rule(line).read("21" + "1234"[:4]) == Label(barcode if barcode != "223" else "213", quantity, ".Q" in line)


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("21??=BBQZ", "has Z: accepted are B, Q, X and one point"),
        ("21??=bbqq", "has b q"),
        ("21??=BBQ", "4 characters and template 'BBQ' 3 letters"),
        ("21??=XXQQ", "has no B"),
        ("21??", "is no rule"),
        ("=BBQQ", "is no rule"),
        ("21??=", "is no rule"),
        ("21??=BB.Q.Q", "2 points"),
        ("21??=B.BXX", "stands at no Q"),
        ("2?????=BB.QQQQ", "4 Q after the point"),
    ],
)
def test_a_line_that_is_no_rule_says_why(line: str, part: str) -> None:
    rules, faults = rules_from([WEIGHT, line])
    assert len(rules) == 1
    assert faults[0].at == 1
    assert part in faults[0].text


def test_a_repeated_mask_is_named_because_it_is_never_tried() -> None:
    rules, faults = rules_from([WEIGHT, "", "21???????????=BBBBBBBBBBBBB"])
    assert len(rules) == 1
    assert faults[0].at == 2
    assert "never tried" in faults[0].text


@given(st.text(max_size=40), st.text(max_size=20))
def test_no_line_and_no_scan_breaks_the_reader(line: str, scan: str) -> None:
    rules, faults = rules_from([line])
    assert len(rules) + len(faults) == (1 if line.strip() else 0)
    apply(rules, scan)


@given(st.integers(0, 99), st.integers(0, 999))
def test_every_weight_is_read_exactly(kilograms: int, grams: int) -> None:
    label = rule(WEIGHT).read(f"2103321{kilograms:02d}{grams:03d}7")
    assert label is not None
    assert (label.quantity or 0) * 1000 == kilograms * 1000 + grams
