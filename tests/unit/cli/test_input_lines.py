"""Lines of a host that pauses, that never pauses, and that says too much."""

import os
from collections.abc import Iterator

import pytest

from ncash.cli.lines import OVERDUE_SECONDS, lines
from ncash.testing import FrozenClock

Ends = tuple[int, int]


@pytest.fixture
def pipe() -> Iterator[Ends]:
    """The end a till reads and the end its host writes; the host closes its own."""
    reading, writing = os.pipe()
    yield reading, writing
    os.close(reading)


def test_a_host_that_never_pauses_leaves_time_for_housekeeping(pipe: Ends) -> None:
    reading, writing = pipe
    clock = FrozenClock()
    idled: list[bytes] = []
    os.write(writing, b"first\n")
    told = lines(reading, 100, lambda: idled.append(said), clock)
    for said in (b"first", b"second", b"third"):
        assert next(told) == said
        os.write(writing, b"second\n" if said == b"first" else b"third\n")
        clock.move(OVERDUE_SECONDS)
    assert idled == [b"second", b"third"]
    os.close(writing)


def test_a_host_that_waits_for_no_answer_leaves_time_between_its_lines(pipe: Ends) -> None:
    reading, writing = pipe
    clock = FrozenClock()
    happened: list[bytes] = []
    os.write(writing, b"first\nsecond\n")
    os.close(writing)
    for line in lines(reading, 100, lambda: happened.append(b"idle"), clock):
        happened.append(line)
        clock.move(OVERDUE_SECONDS)
    assert happened == [b"first", b"idle", b"second", b"idle"]


def test_a_silent_host_leaves_time_for_housekeeping(pipe: Ends) -> None:
    reading, writing = pipe
    idled: list[bool] = []

    def idle() -> None:
        idled.append(True)
        os.close(writing)

    assert list(lines(reading, 100, idle, FrozenClock())) == []
    assert idled == [True]


def test_a_line_without_an_end_counts_and_one_that_is_too_long_is_cut(pipe: Ends) -> None:
    reading, writing = pipe
    os.write(writing, b"12345678\n1234\n12")
    os.close(writing)
    assert list(lines(reading, 4, lambda: None, FrozenClock())) == [b"12345", b"1234", b"12"]
