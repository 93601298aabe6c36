"""The local verdict: from a scan to the decision, without network and without a durable write."""

import sqlite3
from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median
from time import thread_time
from typing import Any

from bench import shops
from bench.figures import Promise, Work, best_in_turns, ratio

from ncash.model.ports import Saving
from ncash.model.scan import Scan
from ncash.shop.shop import Shop, real_outside
from ncash.store.documents import SqliteDocuments
from ncash.store.open_receipts import LAST_USE
from ncash.till.answer import verdict_json
from ncash.till.deciding import decide
from ncash.till.scans.scanning import mark_first
from ncash.till.session import Till

VERDICT = "local verdict, scan to decision"
BATCH = 60
"""Scans, or bare statements, between two looks at the clock."""
NO_DEVICE = "[Fiscal]\ncheckMarks = false\n"
"""The drive's own check of a code is no part of a local verdict."""
EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"
STEPS = 9
"""Checks that a trail tells of, made or skipped."""


class UnwrittenBooks(SqliteDocuments):
    """Documents that are read as ever; the open receipt and the journal are not written."""

    def save_receipt(self, saving: Saving) -> None:
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
        self._room = room._replace(premises=room.premises._replace(documents=self._unwritten))
        self._till = Till(self._room)
        self._empty = self._shop.till.view
        self._marks = shops.marks()
        self._others = shops.marks(shops.GOODS)
        self._bare = sqlite3.connect(books, isolation_level=None, cached_statements=256)

    def decisions(self) -> None:
        """A batch of scans, each decided for the empty receipt."""
        self._decided(self._marks)

    def first_decisions(self) -> None:
        """The same, each of goods that this till has not sold yet."""
        self._decided(self._others)

    def _decided(self, marks: Iterator[str]) -> None:
        room, view = self._room, self._empty
        for mark in islice(marks, BATCH):
            room.plugins.begin()
            read = room.plugins.read(Scan(mark))
            told = verdict_json(decide(room, mark_first(room, view, read))) if read else {}
            if told.get("verdict") != "allow" or len(told["checks"]) < STEPS:
                raise AssertionError(f"{mark!r} was not allowed: {told}")

    def answers(self) -> None:
        """A batch of scans, each allowed into the empty receipt and answered."""
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


def measured(folder: Path, few: int, many: int, blocks: int) -> Iterator[Promise]:
    """The verdict against a bare SELECT, with many sold marks against few, and what belongs to it."""
    books = [_scans(folder / f"{number}", number) for number in (few, many)]
    small, large = books
    more = _scans(folder / "examples", few, examples=True)
    books.append(more)
    works: list[Work] = [
        small.decisions, small.selects, large.decisions, small.first_decisions, small.answers, more.answers,
    ]  # fmt: skip
    try:
        turns = best_in_turns(works, blocks, clock=thread_time)
    finally:
        for one in books:
            one.close()
    times = [[t / BATCH for t in own] for own in turns]
    decided, select, decided_large, first, answered, with_examples = times
    against = partial(Promise, base="bare uniqueness SELECT", base_seconds=median(select))
    yield against(VERDICT, 8.0, ratio(decided, select), median(decided))
    yield Promise(
        f"the same with {many:,} sold marks",
        1.35,
        measured=ratio(decided_large, decided),
        seconds=median(decided_large),
        base=f"with {few:,}",
        base_seconds=median(decided),
    )
    yield against("the same, goods for the first time", None, ratio(first, select), median(first))
    yield against("scan to the whole answer", None, ratio(answered, select), median(answered))
    yield Promise(
        "the same with the three example plugins",
        1.3,
        measured=ratio(with_examples, answered),
        seconds=median(with_examples),
        base="without them",
        base_seconds=median(answered),
    )


def _with_examples(conf: Path) -> str:
    """Settings that switch the example plugins on, and what they need."""
    names = sorted(path.name for path in EXAMPLES.iterdir() if path.is_dir())
    (conf / "stoplist.csv").write_text(
        "gtin;from;to;reason\n04600000000000;2027-01-01;2027-01-02;x\n", encoding="utf-8"
    )
    paths = ", ".join(str(EXAMPLES / name) for name in names)
    switches = "".join(f"{name} = on\n" for name in names)
    return f"[Host]\npluginsPath = {paths}\n[plugins]\n{switches}[AgeQuestion]\ndepartments = 77\n"


def _scans(folder: Path, number: int, examples: bool = False) -> Scans:
    conf, data = shops.shop(folder)
    if examples:
        (conf / "ncash.ini.d" / "98-examples.ini").write_text(_with_examples(conf), encoding="utf-8")
    (conf / "ncash.ini.d" / "99-bench.ini").write_text(NO_DEVICE, encoding="utf-8")
    (data / "Documents.sqlite").unlink()
    shops.sold(data / "Documents.sqlite", number)
    return Scans(conf, data)
