"""The local verdict: from a scan to the answer, without network and without a durable write."""

import sqlite3
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

from bench import shops
from bench.figures import Promise, Work, best_in_turns, ratio

from ncash.shop import Shop, real_outside
from ncash.store.documents import SqliteDocuments
from ncash.store.open_receipts import LAST_USE
from ncash.till.session import Till

VERDICT = "local verdict, scan to answer"
BATCH = 60
"""Scans, or bare statements, between two looks at the clock."""


class UnwrittenBooks(SqliteDocuments):
    """Documents that are read as ever; the open receipt and the journal are not written."""

    def save_receipt(self, *given: Any, **named: Any) -> None:
        """Nothing."""

    def journal(self, *given: Any) -> None:
        """Nothing."""


class Scans:
    """A till with an empty open receipt, and a scanner with marks that were never sold."""

    def __init__(self, conf: Path, data: Path) -> None:
        self._shop = Shop(conf, data, real_outside())
        books = data / "Documents.sqlite"
        room = self._shop.till.room
        self._unwritten = UnwrittenBooks(books, "1", "1")
        self._shop.till.handle({"cmd": "open"})
        self._till = Till(room._replace(world=room.world._replace(documents=self._unwritten)))
        self._empty = self._shop.till.view
        self._marks = shops.marks()
        self._bare = sqlite3.connect(books, isolation_level=None, cached_statements=256)

    def verdicts(self) -> None:
        """A batch of scans, each allowed into the empty receipt."""
        till, empty = self._till, self._empty
        for mark in islice(self._marks, BATCH):
            till.view = empty
            answer = till.handle({"cmd": "scan", "data": mark})
            if not answer["receipt"]["positions"]:
                raise AssertionError(f"{mark!r} was not allowed: {answer}")

    def selects(self) -> None:
        """A batch of bare uniqueness statements without a hit, each for a mark of its own."""
        execute = self._bare.execute
        for mark in islice(self._marks, BATCH):
            execute(LAST_USE, (mark[:31],)).fetchone()

    def close(self) -> None:
        """Close the databases; the receipt is annulled."""
        self._shop.till.handle({"cmd": "cancel"})
        self._unwritten.close()
        self._bare.close()
        self._shop.close()


def measured(folder: Path, few: int, many: int, blocks: int) -> tuple[Promise, Promise]:
    """The verdict against a bare SELECT, and with many sold marks against few."""
    books = [_scans(folder / f"{number}", number) for number in (few, many)]
    try:
        works: list[Work] = [work for one in books for work in (one.verdicts, one.selects)]
        times = [[t / BATCH for t in own] for own in best_in_turns(works, blocks)]
    finally:
        for one in books:
            one.close()
    small, select, large, _ = times
    return (
        Promise(VERDICT, 8.0, ratio(small, select), median(small),
                "bare uniqueness SELECT", median(select)),
        Promise(f"the same with {many:,} sold marks", 1.35, ratio(large, small), median(large),
                f"with {few:,}", median(small)),
    )  # fmt: skip


def _scans(folder: Path, number: int) -> Scans:
    conf, data = shops.shop(folder)
    (data / "Documents.sqlite").unlink()
    shops.sold(data / "Documents.sqlite", number)
    return Scans(conf, data)
