"""What the engineer reads about a scanner."""

import pytest

from ncash.model.codes.keyboard import typed
from ncash.model.mark import GS
from ncash.support.explain.scanner import CODES, examined

SHORT, LONG = CODES

GOOD = {"as it should be": SHORT, "with CR": LONG + "\r", "with an identifier": "]d2" + SHORT}
SPOILT = {
    "GS as text": (SHORT.replace(GS, "<GS>"), "repaired", "ASCII 29"),
    "Russian layout": (typed(LONG), "repaired", "USA"),
    "CapsLock": (SHORT.swapcase(), "damaged", "CapsLock"),
    "all small": (SHORT.lower(), "damaged", "case conversion"),
    "a long one all small": (LONG.lower(), "damaged", "case conversion"),
    "twice": (SHORT * 2, "repaired", "pause"),
    "two codes": (SHORT + LONG, "damaged", "terminator"),
    "cut": (LONG[:-12], "damaged", "delay"),
    "EAN": ("]E04607042439162", "damaged", "square"),
}


@pytest.mark.parametrize("row", GOOD)
def test_a_good_scanner_has_nothing_to_change(row: str) -> None:
    found = examined(GOOD[row])
    assert (found.verdict, found.change, found.seen["GS"]) == ("good", (), "ASCII 29")


@pytest.mark.parametrize("row", SPOILT)
def test_what_a_scanner_spoils_names_the_setting_to_change(row: str) -> None:
    text, verdict, setting = SPOILT[row]
    found = examined(text)
    assert found.verdict == verdict
    assert any(setting in change for change in found.change)


def test_dropped_separators_are_told_and_work() -> None:
    found = examined(SHORT.replace(GS, ""))
    assert (found.verdict, found.seen["GS"]) == ("good", "dropped")
