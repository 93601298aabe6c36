"""Years of sales behind a till: it greets at once after a crash, and a day of sales leaves nothing behind in memory.

`make campaign` takes two million receipts and a hundred thousand sales, `make test` a thousandth of them.
"""

import gc
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import pytest

from ncash.fiscal.emulator import EmulatedRegister
from ncash.system import failpoints
from ncash.system.clock import SystemClock
from ncash.testing import DrivenTill, FrozenClock
from tests.sizes import CAMPAIGN, sized

from .conftest import BREAD, MILK, opened, sold

RECEIPTS: Final = sized(5_000, 2_000_000)
SALES: Final = sized(150, 100_000)
READY: Final = 2.0 if CAMPAIGN else 20.0
"""Seconds from the start of the program to the answer about the first goods of the next sale; in `make test` many
programs run at once."""
PATIENCE: Final = 300.0
"""Seconds in which the database of an unclean end is looked through, and marked goods wait."""
KILLED: Final = 77
PER_SALE: Final = 5
"""Objects that the collector sees; a leak of one position, receipt or answer a sale is more."""
_N: Final = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
SHIFTS: Final = (
    _N + "INSERT INTO workshift (shiftnum, cashcode, shopcode, timebeg, timeend, exported) "
    "SELECT i, '1', '1', '2024-01-01', '2024-01-02', '2024-01-02' FROM n"
)
DOCUMENTS: Final = (
    _N + "INSERT INTO document (uuid, workshiftid, shiftnum, doctype, docnum, cashcode, shopcode, timebeg, timeend, "
    "closed, docsum, kind, channel, fiscal, extra) SELECT printf('%08x-0000-4000-8000-%012d', i, i), 1 + i / 500, "
    "1 + i / 500, 1, i, '1', '1', '2024-01-01', '2024-01-02', 1, 45.9, 'sale', 'cashier', "
    'printf(\'{"number":%d,"drive":"9999078900000001"}\', i), \'{}\' FROM n'
)
LINES: Final = (
    "INSERT INTO Goodsitem (documentid, posnum, bcode, code, name, price, baseprice, cquant, summ, opcode, dept, "
    "fractional, tmctype, marked, excisemark, cis, checks, tags, extra) "
    "SELECT documentid, 1, '4600000000015', '1', 'Хлеб', 45.9, 45.9, 1.0, 45.9, 50, '1', 0, 7, 1, "
    "printf('010467054017609921%013d', documentid), printf('010467054017609921%013d', documentid), '[]', '{}', '{}' "
    "FROM document"
)
MONEY: Final = (
    "INSERT INTO moneyitem (documentid, posnum, opcode, type, summ) "
    "SELECT documentid, 1, 70, 'cash', 45.9 FROM document"
)


def filled(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as books:
        books.execute("PRAGMA synchronous = OFF")
        books.execute("BEGIN")
        books.execute(SHIFTS, (1 + RECEIPTS // 500,))
        books.execute(DOCUMENTS, (RECEIPTS,))
        books.execute(LINES)
        books.execute(MONEY)
        books.execute("COMMIT")
        books.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def drive_of(folder: Path) -> None:
    """The emulated drive goes on where those documents end."""
    register = EmulatedRegister(folder / "data", FrozenClock())
    register.open_shift("Анна")
    register.close_shift("Анна")
    (last,) = register.memory.documents()[1:]
    line = json.dumps({**last, "number": RECEIPTS + 1, "receipt_before": None})
    register.memory.path.write_text(line + "\n", encoding="ascii")


def killed(folder: Path) -> None:
    """A till in a process of its own dies when the drive has the document and the books do not."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            failpoints.arm(lambda reached: os._exit(KILLED) if reached == "close.registered" else None)
            with opened(folder) as till:
                sold(till, *[BREAD] * 10)
            code = 0
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == KILLED


@pytest.fixture
def many(folder: Path, books: Path) -> Path:
    """Books of years; the till was killed in the middle of a close."""
    with opened(folder):
        pass
    filled(books)
    drive_of(folder)
    killed(folder)
    with closing(sqlite3.connect(books)) as database:
        assert database.execute("SELECT expected, dropped FROM fiscalintent").fetchall() == [(RECEIPTS + 3, 0)]
    return folder


class Program:
    """A till as a program, with the seconds since its start."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-m", "ncash.cli.main", "till", "--conf", folder / "conf", "--data", folder / "data"]
        self._clock = SystemClock()
        self._begun = self._clock.monotonic()
        self._running = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def heard(self) -> tuple[dict[str, Any], float]:
        """The next line, and when it came."""
        assert self._running.stdout is not None
        answer: dict[str, Any] = json.loads(self._running.stdout.readline())
        return answer, self._clock.monotonic() - self._begun

    def asked(self, **command: Any) -> tuple[dict[str, Any], float]:
        """The answer to a command, and when it came."""
        assert self._running.stdin is not None
        self._running.stdin.write(json.dumps(command).encode("ascii") + b"\n")
        self._running.stdin.flush()
        return self.heard()

    def end(self) -> int:
        """Its exit code."""
        with self._running as running:
            assert running.stdin is not None
            running.stdin.close()
            return running.wait(600)


def test_a_till_is_ready_at_once_after_a_crash_whatever_lies_behind_it(many: Path) -> None:
    till = Program(many)
    greeting, greeted = till.heard()
    begun, settled = till.asked(cmd="open")
    scanned, ready = till.asked(cmd="scan", data=BREAD)
    closed, sale = till.asked(cmd="close")
    till.asked(cmd="open")
    marked, checked = till.asked(cmd="scan", data=MILK)
    while [text["key"] for text in marked["screen"]] == ["DatabaseChecked"] and checked < PATIENCE:
        marked, checked = till.asked(cmd="scan", data=MILK)
    assert till.end() == 0
    size = (many / "data" / "Documents.sqlite").stat().st_size // 1_000_000
    sys.stdout.write(
        f"\n{RECEIPTS:,} receipts, {size} MB, seconds after the start: greeting {greeted:.2f}, unfinished close "
        f"settled {settled:.2f}, a scan of the next sale {ready:.2f}, that sale closed {sale:.2f}, a mark "
        f"added {checked:.2f}; load {os.getloadavg()[0]:.1f}\n"
    )
    assert len(greeting["receipt"]["positions"]) == 10
    assert begun["screen"][0]["key"] == "FiscalAdopted"
    assert (scanned["ok"], marked["decision"]["verdict"]) == (True, "allow")
    assert closed["document"]["fiscal"]["number"] == RECEIPTS + 4
    assert ready < READY


def objects() -> int:
    gc.collect()
    return len(gc.get_objects())


def resident() -> int:
    """Bytes of memory that this process holds."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


def test_sales_leave_nothing_behind_in_memory(till: DrivenTill) -> None:
    day(till, 0, 60)
    seen, memory = objects(), resident()
    day(till, 60, SALES)
    left, grown = objects() - seen, resident() - memory
    sys.stdout.write(f"\n{SALES:,} sales: {left} objects, {grown / 1e6:.1f} MB of memory more\n")
    assert left < PER_SALE * SALES
    assert grown < (16 if CAMPAIGN else 64) * 1_000_000


def day(till: DrivenTill, first: int, count: int) -> None:
    for n in range(first, first + count):
        answer = sold(till, BREAD, f"010467054017609921{n:06}\x1d93dGVz")
        assert answer["ok"], answer
        if n % 500 == 499:
            till.send("shift", do="close")
