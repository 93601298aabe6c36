"""What goes to the disk: the close of a receipt and the write of a scan, against bare commits in the same mode."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from functools import partial
from itertools import count
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, Final

from bench.figures import Promise, percentile

from ncash.model.decision import Decision, Effects, Step, Verdict, told
from ncash.model.goods import Cashier, Goods
from ncash.model.mark import Mark
from ncash.model.ports import Saving
from ncash.model.receipt import Payment, Position, Receipt
from ncash.model.record import Entry
from ncash.model.request import GOODS_FIRST, AddItem
from ncash.store.closing import GOODSITEM
from ncash.store.documents import SqliteDocuments, open_documents
from ncash.store.receipts import row

LINES = 10
SCAN_WRITE = "durable write of a scan"
SMALL = "INSERT INTO small (time, line) VALUES (?, ?)"
NOW = "2027-01-15T12:00:00+03:00"
FISCAL = {"number": 1, "drive": "9999078900000001", "sign": "0123456789", "time": NOW}
STEPS = tuple(
    Step(name, Verdict.ALLOW, None, "checkLocalUniqueness", value="true", source="markedgoods.ini:14")
    for name in ("input", "match", "marked", "receipt", "uniqueness", "whitelist", "server", "crpt", "reserve")
)
CHECKS = told(STEPS)
TAGS = {"1262": "030", "1263": "21.11.2023", "1264": "1944", "1265": f"UUID={'0' * 36}&Time=1768467600000"}


def position(n: int, mark: str) -> Position:
    """A marked position with the trail and the tags of a sale that CRPT allowed."""
    return Position(
        n,
        "3",
        "Молоко 3,2% 930 мл",
        "4670540176099",
        quantity=Decimal("1.000"),
        price=8990,
        tmctype=7,
        marked=True,
        category="Milk",
        excisemark=f"010467054017609921{mark}\x1d93dGVz",
        cis=f"010467054017609921{mark}",
        checks=CHECKS,
        tags=TAGS,
        baseprice=8990,
    )


@contextmanager
def tills(folder: Path) -> Iterator[tuple[SqliteDocuments, sqlite3.Connection]]:
    """A till's books with an open shift, and a bare connection to a database of the same make."""
    folder.mkdir()
    books, bare = open_documents(folder / "Documents.sqlite", "1", "1"), folder / "Bare.sqlite"
    books.open_shift(NOW, None)
    open_documents(bare, "1", "1").close()
    connection = sqlite3.connect(bare, isolation_level=None, cached_statements=256)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    connection.execute("CREATE TABLE small (id INTEGER PRIMARY KEY, time TEXT, line TEXT)")
    connection.execute("INSERT INTO document (documentid, uuid, doctype, docnum, cashcode, closed, docsum) "
                       "VALUES (1, 'bench', 1, 1, '1', 1, 0)")  # fmt: skip
    try:
        yield books, connection
    finally:
        connection.close()
        books.close()


def timed(work: Callable[[], object]) -> float:
    """Seconds of one call."""
    begun = perf_counter()
    work()
    return perf_counter() - begun


def bare_commit(connection: sqlite3.Connection, statement: str, rows: list[tuple[Any, ...]]) -> None:
    """One executemany in a transaction of its own."""
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(statement, rows)
    connection.execute("COMMIT")


def receipts(folder: Path, number: int) -> tuple[Promise, Promise]:
    """Closing a receipt of ten lines, and how far its slowest closes are from the ordinary ones."""
    closes, bares = [], []
    with tills(folder) as (books, connection):
        for receipt in _receipts(number):
            books.save_receipt(Saving(receipt, (), [p.cis for p in receipt.positions if p.cis]))
            books.idle()
            money = (Payment("cash", receipt.total),)
            closes.append(timed(partial(books.close_receipt, receipt, money, NOW, FISCAL)))
            books.idle()
            rows = [(1, *row(p, receipt.kind.opcode)) for p in receipt.positions]
            bares.append(timed(partial(bare_commit, connection, GOODSITEM, rows)))
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
    p50, tail = median(closes), percentile(bares, 99) / median(bares)
    bare = median(bares)
    slow = (
        f"Of the bare commits in the same run it was {tail:.2f} × their median: more than three says that the disk was "
        "not ours alone."
    )
    return (
        Promise(
            f"commit of a receipt of {LINES} lines", 1.5, p50 / bare, p50,
            base="bare executemany of its lines", base_seconds=bare,
        ),
        Promise(
            "its 99th percentile", 3.0, percentile(closes, 99) / p50, percentile(closes, 99),
            base="its median", base_seconds=p50, note=slow,
        ),
    )  # fmt: skip


def _receipts(number: int) -> Iterator[Receipt]:
    marks = count()
    for n in range(number):
        positions = tuple(position(i, f"{next(marks):08d}") for i in range(1, LINES + 1))
        yield Receipt(f"receipt-{n}", positions=positions, last_n=LINES, opened=NOW, shift=1)


def scans(folder: Path, number: int) -> Iterator[Promise]:
    """What a scan writes: the open receipt with one position more, its mark, its journal line."""
    saves, same, bares, words = [], [], [], []
    with tills(folder) as (books, connection):
        for receipt in _receipts(number // LINES):
            for n in range(1, LINES + 1):
                part = receipt._replace(positions=receipt.positions[:n], last_n=n)
                new = part.positions[-1]
                begun = perf_counter()
                lines = [_entry(part, new).line(NOW)]
                words.append(perf_counter() - begun)
                saves.append(timed(partial(books.save_receipt, Saving(part, lines, [str(new.cis)], part.kind.opcode))))
                rows = [books.connection.one(read) for read in _WRITTEN]
                same.append(timed(partial(_written_bare, connection, rows)))
                bares.append(timed(partial(bare_commit, connection, SMALL, [(NOW, new.cis)])))
            books.cancel_receipt(receipt, NOW)
            books.idle()
            for statement in _CLEARED:
                connection.execute(statement)
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
    save = median(saves)
    note = f"Putting the line of the journal into words beforehand took {median(words) * 1e6:.0f} µs more."
    yield Promise(
        SCAN_WRITE,
        2.0,
        save / median(same),
        save,
        base="bare commit of the same rows, FULL",
        base_seconds=median(same),
        note=note,
    )
    yield Promise(
        "the same",
        None,
        save / median(bares),
        save,
        base="bare commit of one small row, FULL",
        base_seconds=median(bares),
    )


_WRITTEN: Final = (
    "SELECT * FROM openreceipt ORDER BY cashcode DESC LIMIT 1",
    "SELECT * FROM openposition ORDER BY uuid DESC, posnum DESC LIMIT 1",
    "SELECT * FROM openmark ORDER BY cis DESC LIMIT 1",
    "SELECT * FROM journal ORDER BY seq DESC LIMIT 1",
    "SELECT * FROM journalhead",
)
"""The rows of one scan, of which each is the latest of its table."""
_PUT: Final = (
    "INSERT OR REPLACE INTO openreceipt VALUES (?, ?, ?, ?)",
    "INSERT INTO openposition VALUES (?, ?, ?)",
    "INSERT INTO openmark VALUES (?, ?, ?)",
    "INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "INSERT OR REPLACE INTO journalhead VALUES (?, ?, ?)",
)
_CLEARED: Final = ("DELETE FROM openreceipt", "DELETE FROM openposition", "DELETE FROM openmark")


def _written_bare(connection: sqlite3.Connection, rows: list[tuple[Any, ...] | None]) -> None:
    """The same rows into tables of the same make, in one transaction, by nobody's code but SQLite's."""
    connection.execute("BEGIN IMMEDIATE")
    for statement, values in zip(_PUT, rows, strict=True):
        connection.execute(statement, values or ())
    connection.execute("COMMIT")


def _entry(receipt: Receipt, new: Position) -> Entry:
    """What is recorded about the position that joined."""
    code = str(new.excisemark)
    mark = Mark(code, code, str(new.cis), "Milk", gtin="04670540176099")
    goods = Goods(new.code, new.bcode, new.name, new.price, tmctype=new.tmctype)
    before = receipt._replace(positions=receipt.positions[:-1])
    request = AddItem(before, GOODS_FIRST, goods, mark, label=new.bcode, cashier=Cashier("1", "", frozenset({"10"})))
    return Entry("verdict", request, Decision(Verdict.ALLOW, STEPS, effects=Effects(tags=TAGS)))
