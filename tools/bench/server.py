"""The cash server: reservations over HTTP, with an account and a history row, against pgbench with the same work."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

from bench.figures import Promise
from bench.postgres import Postgres, know, postgres

from ncash.server.database import accounts
from ncash.server.database.connection import address, engine_of
from ncash.server.database.migrations import upgrade

CLIENTS: Final = 16
MARKS: Final = 10
"""Marks of a receipt that is reserved in one call."""
SECRET: Final = "bench-only"
LOAD: Final = Path(__file__).with_name("load.py")
_NO_LIMIT: Final = "[Server]\nrequestsPerSecond = 0\n"


class Run(NamedTuple):
    """One run of the load generator."""

    rate: float
    """Marks a second."""
    p50: float
    p99: float
    """Seconds of a call."""


class Target:
    """Server processes on one database."""

    def __init__(self, *ports: int) -> None:
        self._ports = ports
        self._begun = 0

    def beside(self, other: "Target") -> "Target":
        """Both together."""
        both = Target(*self._ports, *other._ports)
        both._begun = 5_000
        return both

    def load(self, marks: int, seconds: float) -> Run:
        """Reserve marks that nobody reserved before. Raises RuntimeError when a call was refused."""
        self._begun += CLIENTS
        words = (",".join(map(str, self._ports)), CLIENTS, seconds, marks, f"till-1.{SECRET}", self._begun)
        done = subprocess.run(
            [sys.executable, str(LOAD), *map(str, words)], capture_output=True, text=True, check=True, timeout=600
        )
        told = json.loads(done.stdout)
        if told["refused"]:
            raise RuntimeError(f"{told['refused']} calls were refused")
        return Run(told["rate"], told["p50"], told["p99"])


@contextmanager
def served(database: str, folder: Path) -> Iterator[Target]:
    """A server process on a database that has one account."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "ncash.ini").write_text(_NO_LIMIT, encoding="utf-8")
    engine = engine_of(address(database, folder))
    upgrade(engine)
    with engine.begin() as connection:
        if accounts.find(connection, "till-1") is None:
            accounts.add(connection, "till-1", role=accounts.TILL, kind=accounts.KEY, secret=SECRET, now=0)
    engine.dispose()
    words = ("--database", database, "--listen", "127.0.0.1:0", "--conf", str(folder), "--data", str(folder))
    with (folder / "server.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "ncash.cli.main", "server", "run", *words],
            stdout=subprocess.PIPE, stderr=log, text=True,
        )  # fmt: skip
    assert process.stdout is not None
    try:
        yield Target(int(process.stdout.readline().rpartition(":")[2]))
    finally:
        process.terminate()
        process.communicate()


def _compared(what: str, runs: Sequence[Run], base: Sequence[float], limit: float, named: str) -> Promise:
    ratios = [other / run.rate for run, other in zip(runs, base, strict=True)]
    took, other = median(1 / run.rate for run in runs), median(1 / one for one in base)
    calls = f"A call takes {median(r.p50 for r in runs) * 1e3:.1f} ms, p99 {median(r.p99 for r in runs) * 1e3:.1f} ms."
    return Promise(what, limit, measured=median(ratios), seconds=took, base=named, base_seconds=other, note=calls)


def _against_pgbench(made: Postgres, folder: Path, turns: int, seconds: int) -> Iterator[Promise]:
    with ExitStack() as stack:
        uri = made.database("chain")
        chain = stack.enter_context(served(uri, folder / "chain"))
        two = chain.beside(stack.enter_context(served(uri, folder / "second")))
        store = stack.enter_context(served(str(folder / "store" / "store.sqlite"), folder / "store"))
        for target in (chain, two, store):
            target.load(1, 1)
        base, single, double, many, file = [], [], [], [], []
        for _ in range(turns):
            single.append(chain.load(1, seconds))
            base.append(made.pgbench("chain", CLIENTS, seconds, folder))
            double.append(two.load(1, seconds))
            many.append(two.load(MARKS, seconds))
            file.append(store.load(1, seconds))
    named = f"pgbench, the same statements, {CLIENTS} clients"
    yield _compared("Cash server, a reservation over HTTP, PostgreSQL", single, base, 2.0, named)
    yield _compared("the same with two processes", double, base, 2.0, named)
    yield _compared(f"Cash server, {MARKS} marks in a call, two processes, a mark", many, base, 0.5, named)
    yield _compared("Cash server, a reservation over HTTP, SQLite", file, base, 1 / 0.3, named)
    middle, late = median(run.p50 for run in single), median(run.p99 for run in single)
    yield Promise(
        f"its answer with {CLIENTS} clients, PostgreSQL, p99",
        5.0,
        measured=late / middle,
        seconds=late,
        base="p50",
        base_seconds=middle,
    )


def _with_many_marks(made: Postgres, folder: Path, sizes: Sequence[int], turns: int, seconds: int) -> Iterator[Promise]:
    with ExitStack() as stack:
        targets = []
        for size in sizes:
            uri = made.database(f"marks{size}")
            target = stack.enter_context(served(uri, folder / str(size)))
            know(uri, size)
            target.load(1, 1)
            targets.append(target)
        runs = [[target.load(1, seconds) for target in targets] for _ in range(turns)]
    base = [turn[0].rate for turn in runs]
    for at, size in enumerate(sizes[1:], 1):
        what = f"Cash server, a reservation beside {size:,} known marks"
        yield _compared(what, [turn[at] for turn in runs], base, 1.5, f"beside {sizes[0]:,}")


def measured(folder: Path, quick: bool) -> Iterator[Promise]:
    """Every promise of the server."""
    folder.mkdir(parents=True)
    turns, seconds = (3, 2) if quick else (5, 6)
    sizes = (100_000, 1_000_000) if quick else (100_000, 1_000_000, 10_000_000)
    with postgres() as made:
        yield from _against_pgbench(made, folder, turns, seconds)
        yield from _with_many_marks(made, folder, sizes, turns, seconds)
