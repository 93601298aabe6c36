"""Real trouble with the disk and its neighbours: nothing answered is lost, and every answer is a clear text."""

import os
import resource
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ncash.errors import UserError
from ncash.system.locks import TillLock
from ncash.testing import DrivenTill, FrozenClock
from ncash.testing.invariants import violations

from .world import driven, shop_in

WATER, MILK, BREAD = "010469999990001321dEmO-WaTeR001\x1d93aBcD", "0104670540176099215AbCd1\x1d93dGVz", "4600000000015"
LONG = 20


@pytest.fixture
def clock() -> FrozenClock:
    """The clock of the till."""
    return FrozenClock()


@pytest.fixture
def till(tmp_path: Path, clock: FrozenClock) -> Iterator[DrivenTill]:
    """A till with one sale in its books."""
    with driven(shop_in(tmp_path), clock) as running:
        running.send("open")
        running.send("scan", data=BREAD)
        assert running.send("close")["document"]
        yield running


def code_of(answer: dict[str, Any]) -> str:
    """The code of a refusal that was told in words."""
    assert answer["error"]["text"]
    assert answer["screen"]
    code: str = answer["error"]["code"]
    return code


def data_of(till: DrivenTill) -> Path:
    """Its data folder."""
    return till.shop.data


@contextmanager
def full(till: DrivenTill) -> Iterator[None]:
    """No page more for Documents, as on a disk that is full."""
    connection = till.shop.documents.connection
    connection.one("PRAGMA max_page_count = 1")
    try:
        yield
    finally:
        connection.one("PRAGMA max_page_count = 1000000")


def test_on_a_full_disk_a_sale_is_refused_in_words_and_goes_on_when_there_is_room(till: DrivenTill) -> None:
    till.send("open")
    with full(till):
        codes = set()
        for number in range(LONG):
            answer = till.send("scan", data=f"010469999990001321dEmO-WaTeR{number:03}\x1d93aBcD")
            codes |= set() if answer["ok"] else {code_of(answer)}
            assert till.send("shift", do="x")["ok"]
        positions = till.send("state")["receipt"]["positions"]
        assert codes == {"database_write"}
    assert till.restart()["receipt"]["positions"] == positions
    assert till.send("scan", data=MILK)["ok"]
    assert till.send("close")["document"]
    assert violations(data_of(till)) == []


def test_a_close_on_a_full_disk_makes_one_document_at_most(till: DrivenTill) -> None:
    till.send("open")
    till.send("scan", data=WATER)
    till.send("scan", data=MILK)
    answers = []
    with full(till):
        answers += [till.send("close") for _ in range(3)]
    answers += [till.send("close")] if not any(answer.get("document") for answer in answers) else []
    assert sum(answer.get("document") is not None for answer in answers) == 1
    assert violations(data_of(till)) == []


def test_a_writer_beside_the_till_is_waited_for(till: DrivenTill) -> None:
    other = sqlite3.connect(data_of(till) / "Documents.sqlite", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    letting_go = threading.Timer(0.3, lambda: other.execute("COMMIT"))
    letting_go.start()
    assert till.send("open")["ok"]
    letting_go.join()
    assert till.send("scan", data=WATER)["receipt"]["positions"]
    other.close()


@contextmanager
def few_handles() -> Iterator[None]:
    """The process may open no file more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    held = [os.open(os.devnull, os.O_RDONLY)]
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(held) + 1, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        for handle in held:
            os.close(handle)


def test_without_file_handles_every_answer_is_a_clear_one(till: DrivenTill) -> None:
    till.send("open")
    with few_handles():
        answers = [till.send("scan", data=WATER), till.send("close"), till.send("state")]
    assert all(answer["ok"] or answer["error"]["code"] != "internal" for answer in answers)
    if not any(answer.get("document") for answer in answers):
        till.send("scan", data=WATER)
        assert till.send("close")["document"]
    assert violations(data_of(till)) == []


@pytest.mark.parametrize("jump", [-7_200.0, -60.0, 3_600.0, 40_000.0])
def test_a_clock_that_jumps_within_a_receipt_changes_nothing_about_it(
    till: DrivenTill, clock: FrozenClock, jump: float
) -> None:
    till.send("open")
    till.send("scan", data=WATER)
    clock.move(jump)
    till.send("scan", data=BREAD)
    clock.move(-jump)
    answer = till.send("close")
    assert [position["n"] for position in answer["receipt"]["positions"]] == [1, 2]
    assert answer["document"]
    assert till.send("shift", do="close")["ok"]
    assert violations(data_of(till)) == []


def test_a_till_that_cannot_write_its_lock_says_so_and_starts_when_it_can(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        with pytest.raises(UserError, match=r"till-1\.lock cannot be written: File too large") as refused:
            TillLock(tmp_path, "1")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert refused.value.hint
    TillLock(tmp_path, "1").release()
