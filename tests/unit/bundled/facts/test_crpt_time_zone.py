"""The outlet's time zone in a check: tag 1011, N stands for UTC+(N+1)."""

import pytest

from ncash.bundled.markedgoods.crpt.node import avg_time, time_zone
from ncash.testing import FrozenClock


@pytest.mark.parametrize(
    ("offset", "zone"),
    [("+02:00", 1), ("+03:00", 2), ("+05:00", 4), ("+12:00", 11), ("+00:00", 2), ("+13:00", 2), ("+05:30", 2)],
)
def test_the_offset_of_the_clock_names_the_zone_and_moscow_stands_for_any_other(offset: str, zone: int) -> None:
    assert time_zone(FrozenClock(f"2027-01-15T12:00:00{offset}")) == zone


@pytest.mark.parametrize(
    ("body", "value"),
    [(b'{"avgTimeMs":37}', 37.0), (b'{"avgTimeMs":0.5}', 0.5), (b"{}", None), (b'{"avgTimeMs":true}', None),
     (b'{"avgTimeMs":"37"}', None), (b'{"avgTimeMs":-1}', None), (b"<html>", None)],
)  # fmt: skip
def test_only_a_number_that_can_be_one_is_a_speed(body: bytes, value: float | None) -> None:
    assert avg_time(body) == value
