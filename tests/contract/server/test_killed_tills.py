"""Two to eight till processes race for each mark; tills and servers are killed, answers lost, deliveries doubled."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random
from typing import Any, Final

import pytest

from ncash.server.database.connection import address, engine_of
from tests.sizes import CAMPAIGN, sized

from . import racing_till
from .checker import Journals, Step, checked, of_journals, of_mark
from .test_process import SERVER
from .town import KEYS, PATIENCE

ENGINES: Final = ("sqlite", "postgresql") if CAMPAIGN else ("sqlite",)
ROUNDS: Final = sized(6, 10_000)
"""On each engine."""
BASKET: Final = 50
"""Races in a round: so many marks that all tills want."""
SESSION: Final = sized(6, 500)
"""Rounds that the same tills play."""
TILL_KILLED, SERVER_KILLED = (20, 200) if CAMPAIGN else (3, 6)
"""In one of so many rounds."""


class Servers:
    """Two processes on one database, each at a port of its own for good."""

    def __init__(self, database: str, folder: Path) -> None:
        (folder / "ncash.ini").write_text("[Server]\nrequestsPerSecond = 0\n", encoding="utf-8")
        self._words = ["--database", database, "--data", str(folder), "--conf", str(folder)]
        self._running: list[subprocess.Popen[str]] = []
        self.ports: list[int] = []
        for _ in range(2):
            process, port = self._started(0)
            self._running.append(process)
            self.ports.append(port)

    def _started(self, port: int) -> tuple[subprocess.Popen[str], int]:
        command = [*SERVER, "--listen", f"127.0.0.1:{port}", *self._words]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert process.stdout is not None
        return process, int(process.stdout.readline().rpartition(":")[2])

    def kill(self, which: int) -> None:
        """SIGKILL, and start it again."""
        gone(self._running[which])
        self._running[which], _ = self._started(self.ports[which])

    def close(self) -> None:
        for process in self._running:
            gone(process)


def gone(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait(PATIENCE)
    for end in (process.stdin, process.stdout):
        if end is not None:
            end.close()


class Tills:
    """Some till processes that play the same rounds."""

    def __init__(self, count: int, ports: list[int], folder: Path) -> None:
        self._ports, self._folder = ",".join(map(str, ports)), folder
        self.count = count
        self._running = [self._started(number) for number in range(count)]

    def _started(self, number: int) -> subprocess.Popen[str]:
        journal = self._folder / f"till{number}.journal"
        words = [str(number), self._ports, KEYS["till"], str(BASKET), str(journal)]
        return subprocess.Popen(
            [sys.executable, "-m", "server.racing_till", *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True, cwd=Path(__file__).parent.parent,
        )  # fmt: skip

    def begin(self, number: int, whom: int) -> None:
        """Let a till play a round."""
        line = self._running[whom].stdin
        assert line is not None
        line.write(f"{number}\n")
        line.flush()

    def played(self, number: int, whom: int) -> None:
        """Wait until it has."""
        line = self._running[whom].stdout
        assert line is not None
        assert line.readline() == f"{number}\n"

    def kill(self, whom: int) -> None:
        """SIGKILL, and start it again."""
        gone(self._running[whom])
        self._running[whom] = self._started(whom)

    def close(self) -> None:
        for process in self._running:
            gone(process)


@contextmanager
def session(count: int, servers: Servers, folder: Path) -> Iterator[Tills]:
    tills = Tills(count, servers.ports, folder)
    try:
        yield tills
    finally:
        tills.close()


def played(number: int, tills: Tills, servers: Servers, chance: Random) -> None:
    """One round: the victims are killed while the others are at it."""
    for whom in range(tills.count):
        tills.begin(number, whom)
    if number % TILL_KILLED == 1:
        victim = chance.randrange(tills.count)
        if chance.random() < 0.5:
            tills.played(number, (victim + 1) % tills.count)
            tills.begin(number, (victim + 1) % tills.count)
        tills.kill(victim)
        tills.begin(number, victim)
    if number % SERVER_KILLED == 2:
        servers.kill(chance.randrange(2))
    for whom in range(tills.count):
        tills.played(number, whom)


@pytest.mark.parametrize("engine", ENGINES)
def test_whoever_is_killed_no_mark_is_sold_twice_unseen(engine: str, databases: Any, tmp_path: Path) -> None:
    database, chance, number = databases.ready(engine), Random(7), 0
    with ExitStack() as stack:
        servers = Servers(database, tmp_path)
        stack.callback(servers.close)
        while number < ROUNDS:
            with session(chance.randint(2, sized(4, 8)), servers, tmp_path) as tills:
                for _ in range(SESSION):
                    played(number, tills, servers, chance)
                    number += 1
        opened = engine_of(address(database, tmp_path))
        stack.callback(opened.dispose)
        states = checked(opened, tmp_path.glob("*.journal"))
    assert states.total() == number * BASKET
    assert states["SOLD"] > states.total() // 2


def steps(*words: str) -> list[Step]:
    """A history of documents a and b, written short."""
    known = {"r": ("reserve sale", "RESERVED_SALE"), "u": ("unreserve sale", "UNRESERVED_SALE"), "s": ("sold", "SOLD"),
             "t": ("returned", "RETURNED")}  # fmt: skip
    return [Step("m", n, *known[word[0]], word[1]) for n, word in enumerate(words, 1)]


@pytest.mark.parametrize(
    ("words", "conflicts", "wrong"),
    [
        (("ra", "sa"), set(), False),
        (("ra", "ua", "rb", "sb", "tb", "ra"), set(), False),
        (("ra", "sa", "sb"), {3}, False),
        (("ra", "sa", "sb"), set(), True),
        (("ra", "sa"), {2}, True),
        (("ra", "rb"), set(), True),
        (("ra", "sa", "ra"), set(), True),
        (("ra", "ub"), set(), True),
        (("ra", "ta"), set(), True),
    ],
)
def test_the_checker_sees_what_must_not_be(words: tuple[str, ...], conflicts: set[int], wrong: bool) -> None:
    assert bool(list(of_mark(steps(*words), conflicts))) == wrong


@pytest.mark.parametrize(
    ("history", "done", "wrong"),
    [
        (("ra", "sa"), {"i"}, 0),
        (("ra", "sa"), set(), 1),
        (("ra", "sa", "sa"), {"i"}, 1),
        (("sa",), {"i"}, 1),
        (("ra", "sa", "sb"), {"i"}, 1),
    ],
)
def test_the_checker_holds_histories_against_what_tills_heard(
    history: tuple[str, ...], done: set[str], wrong: int
) -> None:
    seen = Journals(frozenset({("m", "a")}), {"i": ("m", "sold", "a")}, {"i": frozenset({"applied", "duplicate"})})
    assert len(list(of_journals({"m": steps(*history)}, done, seen))) == wrong


def test_a_serial_is_the_same_mark_for_till_and_test() -> None:
    assert racing_till.marked("7")["mark"].startswith("0104607042439162215000000000007\x1d93")
