"""Any sequence of sales, returns, crashes and faults of the register; after each step nothing is broken that must hold.

A crash is the end of everything at some step of a command: the till that comes after it has only the disk.
"""

import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from hypothesis import HealthCheck, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from ncash.fiscal.emulated.faults import Faults
from ncash.fiscal.emulator import files_of
from ncash.system import failpoints
from ncash.testing.invariants import violations
from tests.sizes import sized

from .world import driven, shop_in

MARKS: Final = (
    "010469999990001321dEmO-WaTeR001\x1d93aBcD",
    "0104670540176099215AbCd1\x1d93dGVz",
    "010469999990003721BeErAb7\x1d93dGVz",
)
CODES: Final = (*MARKS, "4600000000015", "4699999900013")
COMMANDS: Final[tuple[Mapping[str, Any], ...]] = (
    *({"cmd": "scan", "data": code} for code in CODES),
    {"cmd": "open"},
    {"cmd": "open", "kind": "return"},
    {"cmd": "close"},
    {"cmd": "close"},
    {"cmd": "close"},
    {"cmd": "cancel"},
    {"cmd": "defer"},
    {"cmd": "storno", "position": 1},
    {"cmd": "press", "button": "cancel"},
    {"cmd": "shift", "do": "close"},
)
REGISTER: Final = ("silent_after", "silent_before", "paper_middle", "busy", "refuse", "check_silent", "check_refused")
SLOWLY_SEEN: Final = frozenset({"I7", "I14"})
"""Looked for at the end only."""


class PowerFailure(BaseException):
    """Nothing after this happens."""


def failing_at(number: int) -> Callable[[str], None]:
    """The power fails at this step of the thread that works for the cashier; reading changes nothing."""
    left = number

    def reached(name: str) -> None:
        nonlocal left
        if name == "store.reading" or "_work" not in threading.current_thread().name:
            return
        left -= 1
        if left <= 0:
            raise PowerFailure(name)

    return reached


class Day(RuleBasedStateMachine):
    """A till on a folder, and what goes wrong with it."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="ncash-machine-"))
        self.data = shop_in(self.folder) / "data"
        self.till = driven(self.folder / "shop")
        self.register = Faults(files_of(self.data, "1")[2])
        self.books = sqlite3.connect(self.data / "Documents.sqlite", isolation_level=None)
        self.closed: list[str] = []

    @initialize()
    def begin(self) -> None:
        self.send({"cmd": "open"})

    def send(self, command: Mapping[str, Any]) -> dict[str, Any]:
        """A command and its answer, which is always a clear one."""
        answer = self.till.send(**command)
        note(f"{command} -> {answer.get('error') or [text['key'] for text in answer['screen']]}")
        assert answer["ok"] or (answer["error"]["text"] and answer["error"]["code"] != "internal")
        if command["cmd"] == "close" and answer.get("document"):
            self.closed.append(answer["document"]["id"])
        self.hold()
        return answer

    def hold(self) -> None:
        """Nothing is broken, and what was answered is there."""
        assert violations(self.data, but=SLOWLY_SEEN) == []
        there = {str(number) for (number,) in self.books.execute("SELECT documentid FROM document").fetchall()}
        assert there.issuperset(self.closed)

    @rule(command=st.sampled_from(COMMANDS))
    def do(self, command: Mapping[str, Any]) -> None:
        self.send(command)

    @rule(codes=st.lists(st.sampled_from(CODES), min_size=1, max_size=2))
    def serve(self, codes: list[str]) -> None:
        for code in codes:
            self.send({"cmd": "scan", "data": code})
        self.send({"cmd": "close"})
        self.send({"cmd": "open"})

    @rule(command=st.sampled_from(COMMANDS), step=st.integers(1, 30))
    def crash(self, command: Mapping[str, Any], step: int) -> None:
        failpoints.arm(failing_at(step))
        try:
            self.till.send(**command)
        except PowerFailure as failure:
            note(f"{command} -> the power fails at {failure}")
        finally:
            failpoints.arm(None)
        self.till.restart()
        self.hold()

    @precondition(lambda self: self.till.shop.documents.deferred())
    @rule()
    def restore(self) -> None:
        self.send({"cmd": "restore", "receipt": self.till.shop.documents.deferred()[0].id})

    @rule(kind=st.sampled_from(REGISTER))
    def register_fails(self, kind: str) -> None:
        self.register.add(kind, times=1)

    @rule()
    def new_paper(self) -> None:
        self.register.remove("paper_out")

    def teardown(self) -> None:
        self.books.close()
        self.till.close()
        assert violations(self.data, self.folder / "shop/conf") == []
        shutil.rmtree(self.folder)


Day.TestCase.settings = settings(
    max_examples=sized(12, 1_000),
    stateful_step_count=sized(25, 60),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestDay = Day.TestCase
