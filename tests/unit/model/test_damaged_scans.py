"""No damaged scan becomes another mark, and every damage that leaves one meaning is undone."""

import random
from typing import Final

import pytest

from ncash.model.mark import plain, wire
from ncash.model.scan import Scan
from tests.sizes import sized

from .damages import CATALOGUE, EITHER, MASKS, REFUSED, REPAIRED, UNSEEN, good, is_signed

SCANS: Final = sized(4_000, 1_000_000)
EACH: Final = SCANS // len(CATALOGUE) + 1


def read(text: str) -> str | None:
    """The mark that a scan is taken for, in the bytes that go to Chestny Znak."""
    mark = MASKS.read(Scan(text))
    return None if mark is None else wire(mark.text)


@pytest.mark.parametrize("name", [name for name, damage in CATALOGUE.items() if damage.outcome != UNSEEN])
def test_a_damaged_scan_is_never_taken_for_another_code(name: str) -> None:
    damage, chance = CATALOGUE[name], random.Random(name)
    repaired = 0
    for _ in range(EACH):
        mark = good(chance)
        text = damage.make(chance, mark)
        got = read(text)
        assert got in (None, mark), f"{text!r} was taken for {got!r}"
        assert got == mark or damage.outcome != REPAIRED, f"{text!r} was not repaired"
        assert got is None or damage.outcome != REFUSED, f"{text!r} was repaired without proof"
        repaired += got is not None
    assert damage.outcome != EITHER or repaired


@pytest.mark.parametrize("change", [str.lower, str.upper])
def test_a_signature_of_one_case_is_refused(change: object) -> None:
    assert callable(change)
    chance = random.Random(1)
    signed = [mark for mark in (good(chance) for _ in range(2_000)) if is_signed(mark)]
    assert signed
    assert [read(change(mark)) for mark in signed] == [None] * len(signed)


def test_a_scan_that_is_right_stays_as_it_came() -> None:
    chance = random.Random(2)
    for _ in range(EACH):
        text = good(chance)
        mark = MASKS.read(Scan(text))
        assert mark is not None
        assert (mark.raw, mark.scanned, mark.repairs, plain(mark.text)) == (text, None, (), plain(text))
