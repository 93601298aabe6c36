"""Two tills of one data folder race for the same marks: each mark is sold once, the other till is told."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from tests.sizes import sized

from .conftest import Till, keys, names

RACES = sized(1_000, 10_000)
BATCH = 20
"""Marks in one receipt."""


def mark(number: int) -> str:
    """A bottle of water of its own."""
    return f"010469999990001321Race{number:09}\x1d93aBcD"


@pytest.fixture
def tills(shop: Path) -> Iterator[tuple[Till, Till]]:
    """Two cash numbers, two processes, one data folder."""
    with Till(shop, "--cash", "1") as one, Till(shop, "--cash", "2") as other:
        yield one, other


def sell(till: Till, start: Barrier, batches: list[range]) -> dict[int, bool]:
    """Scan every mark of every batch at the same time as the other till; which ones were allowed."""
    allowed: dict[int, bool] = {}
    for batch in batches:
        assert till.send("open")["ok"]
        held = 0
        start.wait()
        for number in batch:
            answer = till.scan(mark(number))
            allowed[number] = len(names(answer)) > held
            held = len(names(answer))
            assert allowed[number] or keys(answer) == ["AlreadyRegistered"], answer
        assert till.send("close" if held else "cancel")["ok"]
    return allowed


def sold(shop: Path) -> dict[str, int]:
    """How often each CIS stands in Goodsitem of closed sales."""
    connection = sqlite3.connect(shop / "data/Documents.sqlite")
    try:
        rows = connection.execute(
            "SELECT g.cis, COUNT(*) FROM Goodsitem g JOIN document d USING (documentid) "
            "WHERE d.doctype = 1 AND g.cis IS NOT NULL GROUP BY g.cis"
        ).fetchall()
        return dict(rows)
    finally:
        connection.close()


def test_of_two_tills_one_sells_and_the_other_is_told(shop: Path, tills: tuple[Till, Till]) -> None:
    batches = [range(first, first + BATCH) for first in range(0, RACES, BATCH)]
    start = Barrier(2, timeout=300)
    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(lambda till: sell(till, start, batches), tills)
    assert [number for number in one if one[number] == other[number]] == []
    counts = sold(shop)
    assert (len(counts), set(counts.values())) == (RACES, {1})
    assert min(sum(one.values()), sum(other.values())) > RACES // 100, "the tills never met"


def test_a_mark_in_the_other_open_receipt_is_taken_until_that_receipt_lets_it_go(tills: tuple[Till, Till]) -> None:
    one, other = tills
    for till in tills:
        till.send("open")
    assert names(one.scan(mark(1))) == ["Вода питьевая 0,5 л"]
    assert keys(other.scan(mark(1))) == ["AlreadyRegistered"]
    one.send("storno", all=True)
    assert names(other.scan(mark(1))) == ["Вода питьевая 0,5 л"]
    assert keys(one.scan(mark(1))) == ["AlreadyRegistered"]
    other.send("cancel")
    assert names(one.scan(mark(1))) == ["Вода питьевая 0,5 л"]


def test_a_killed_till_keeps_its_marks_until_it_is_back(shop: Path, tills: tuple[Till, Till]) -> None:
    one, other = tills
    one.send("open")
    one.scan(mark(1))
    one.kill()
    other.send("open")
    assert keys(other.scan(mark(1))) == ["AlreadyRegistered"]
    with Till(shop, "--cash", "1") as again:
        assert names(again.greeting) == ["Вода питьевая 0,5 л"]
        assert again.send("close")["ok"]
    assert keys(other.scan(mark(1))) == ["AlreadyRegistered"]


def test_each_till_recovers_its_own_receipt(shop: Path, tills: tuple[Till, Till]) -> None:
    ids = [till.send("open")["receipt"]["id"] for till in tills]
    for till in tills:
        till.kill()
    with Till(shop, "--cash", "2") as other, Till(shop, "--cash", "1") as one:
        assert [one.greeting["receipt"]["id"], other.greeting["receipt"]["id"]] == ids
