"""The program `ncash till` and `ncash queue` beside a cash server: what is owed arrives, whatever is killed."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ncash.testing import eventually

from .conftest import CIS, CIS_TOO, WATER, WATER_TOO, Shop

PATIENCE = 60.0


class Program:
    """A program of the shop, line by line."""

    def __init__(self, shop: Shop, *command: str) -> None:
        folders = ["--conf", str(shop.folder / "conf"), "--data", str(shop.folder / "data")]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "ncash.cli.main", *command, *folders],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def read(self) -> dict[str, Any]:
        """The next line."""
        assert self.process.stdout is not None
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer

    def send(self, cmd: str, **fields: Any) -> dict[str, Any]:
        """The answer to a command."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"cmd": cmd, **fields}) + "\n")
        self.process.stdin.flush()
        return self.read()

    def kill(self) -> None:
        """As a power cut does."""
        self.process.kill()
        self.process.wait(PATIENCE)

    def close(self) -> None:
        """Leave nothing behind."""
        self.kill()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            assert stream is not None
            stream.close()


@pytest.fixture
def programs(shop: Shop) -> Iterator[Callable[..., Program]]:
    """Starts programs and ends them."""
    started: list[Program] = []

    def start(*command: str) -> Program:
        started.append(Program(shop, *command))
        return started[-1]

    yield start
    for one in started:
        one.close()


def till(programs: Callable[..., Program], cash: str = "1") -> Program:
    program = programs("till", "--cash", cash)
    assert program.read()["event"] == "ready"
    return program


def sell(program: Program, *marks: str) -> dict[str, Any]:
    program.send("open")
    for mark in marks:
        assert program.send("scan", data=mark)["decision"]["verdict"] == "allow"
    return program.send("close")


def test_a_running_till_sends_what_it_owes_and_says_so(shop: Shop, programs: Callable[..., Program]) -> None:
    program = till(programs)
    assert sell(program, WATER)["document"]["doctype"] == 1
    eventually(lambda: shop.server.state(WATER).status == "SOLD")
    eventually(lambda: program.send("state")["unsent"] == 0)
    assert [(one.op, one.result) for one in shop.owed()] == [("sold", "applied")]


def test_what_a_killed_till_owed_the_next_one_sends(shop: Shop, programs: Callable[..., Program]) -> None:
    first = till(programs)
    first.send("open")
    first.send("scan", data=WATER)
    shop.server.off()
    first.send("close")
    first.kill()
    shop.server.on()
    till(programs)
    eventually(lambda: shop.server.state(WATER).status == "SOLD")
    assert shop.ops() == [("sold", CIS)]


def test_two_tills_have_one_sender_and_the_second_takes_over(shop: Shop, programs: Callable[..., Program]) -> None:
    first, second = till(programs), till(programs, "2")
    sell(first, WATER)
    eventually(lambda: shop.server.state(WATER).status == "SOLD")
    first.kill()
    sell(second, WATER_TOO)
    eventually(lambda: shop.server.state(WATER_TOO).status == "SOLD")
    assert sorted(shop.ops()) == [("sold", CIS), ("sold", CIS_TOO)]


def test_the_queue_is_sent_by_hand_and_by_a_service(shop: Shop, programs: Callable[..., Program]) -> None:
    one = shop.till()
    shop.server.off()
    one.send("open")
    one.send("scan", data=WATER)
    one.send("close")
    by_hand = programs("queue", "send", "--json")
    told = by_hand.read()
    assert (told["ok"], told["sent"], told["unsent"]) == (False, 0, 1)
    assert by_hand.process.wait(PATIENCE) == 1
    service = programs("queue", "send", "--loop")
    shop.server.on()
    eventually(lambda: shop.server.state(WATER).status == "SOLD")
    assert Path(shop.folder / "data/queue.lock").exists()
    eventually(lambda: shop.owed()[0].result is not None)
    service.process.send_signal(signal.SIGTERM)
    assert service.process.wait(PATIENCE) == 0
