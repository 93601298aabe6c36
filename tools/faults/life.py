"""One life of a till: it opens the folder, goes on with the story, and dies where it is told to."""

import os
import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from functools import partial
from itertools import count
from pathlib import Path
from random import Random as Chance
from typing import Any, Final, NamedTuple

from faults import office
from faults.books import Books, State
from faults.forked import Broken, Hit, Report
from faults.scenarios import AT_REST, BESIDE, DEFERRED, IDLE, Command
from faults.stage import BEGUN, JUMPS, Stage, WarmShop, clock_of, opened

from ncash.errors import UserError
from ncash.fiscal.emulated.faults import Faults
from ncash.fiscal.emulator import files_of

PATIENCE: Final = 30
"""Seconds in which a cashier repeats what the till said it could not do."""
PAUSE: Final = 0.01
ROUNDS: Final = 40
LONG: Final = 400.0
"""Seconds after which the sender tries again whatever happened; they do not pass for anybody else."""


class Script(NamedTuple):
    """A story with the state of the books before each of its steps, as an undisturbed till leaves them."""

    name: str
    steps: tuple[Command, ...]
    states: tuple[State, ...]
    """One more than steps: the last is how the story ends."""
    alone: tuple[bool, ...]
    """Whether no dialog was open before the step: a till that was started again can go on from here."""
    forgets: bool = False
    """Documents that were answered may be away for a while."""


class NotOpened(Exception):
    """The till that was ended in the middle of a story does not start."""


def killing(at: int, report: Report) -> Hit:
    """Die at the failpoint of this number."""

    def hit(number: int, name: str) -> None:
        if number == at:
            report("died", name)
            os.kill(os.getpid(), signal.SIGKILL)

    return hit


def register_faults(data: Path) -> Faults:
    """What the emulated register of this folder is told to do wrong."""
    return Faults(files_of(data, "1")[2])


class Life:
    """A cashier at a till that was just started."""

    def __init__(
        self, stage: Stage, data: Path, name: str, report: Report, minutes: float = 0.0, chance: Chance | None = None
    ) -> None:
        """With `chance` requests to the cash server go astray. Raises UserError when the till does not open."""
        self._report = report
        self.jumps: Chance | None = None
        """With it the clock is set wrong before each step."""
        self._names = (f"{name}{'+' * times}" for times in count())
        """Each opening has chance of its own: one and the same would give two receipts one id."""
        self._clock = clock_of(minutes)
        self._opened = partial(opened, stage, data, clock=self._clock, chance=chance)
        self._minutes = minutes
        self._open()

    def _open(self) -> None:
        self.shop: WarmShop = self._opened(next(self._names))
        if self.shop.till.room.blocked() is not None:
            raise Broken("I8: the till takes its files for broken or cut")
        self.books = Books(self.shop.data)

    def say(self, command: Command) -> Mapping[str, Any]:
        """The answer to one step of a story."""
        if command["cmd"] in BESIDE:
            return self._beside(command)
        if command.get("receipt") == DEFERRED:
            command = {**command, "receipt": self.books.deferred()}
        return self.shop.till.handle(dict(command))

    def _beside(self, command: Command) -> Mapping[str, Any]:
        """What is done beside the till, or while it rests. Raises UserError."""
        shop, what = self.shop, command["cmd"]
        if what == IDLE:
            shop.documents.idle()
            shop.send_owed()
            return {"ok": True}
        if what in AT_REST:
            self._clock.move(1)
            self.books.close()
            shop.close()
        try:
            office.DO[what](shop.conf, shop.data, self._clock, command)
        finally:
            if what in AT_REST:
                self._open_again()
        return {"ok": True}

    def _open_again(self) -> None:
        try:
            self._open()
        except UserError as error:
            raise NotOpened(str(error)) from error

    def _clock_jumps(self, chance: Chance) -> None:
        """Somebody sets the clock."""
        self._clock.set(BEGUN + timedelta(minutes=self._minutes + chance.choice(JUMPS)))

    def undisturbed(self, steps: Sequence[Command]) -> Iterator[tuple[State, bool]]:
        """Do the whole story: the books before each step and after the last, and whether no dialog was open then."""
        for command in steps:
            yield self._stand()
            if not (answer := self.say(command))["ok"]:
                raise Broken(f"{dict(command)} is refused by an undisturbed till: {answer['error']}")
        yield self._stand()

    def _stand(self) -> tuple[State, bool]:
        return self.books.state(), self.shop.till.view.dialog is None

    def close(self) -> None:
        """Send what is owed, and end the till where it stands."""
        for _ in range(ROUNDS):
            if self.books.unsent():
                self.shop.outside.clock.sleep(LONG)
                self.say({"cmd": IDLE})
        self.books.close()
        self.shop.close()

    def go_on(self, script: Script, acked: int, documents: Sequence[str]) -> None:
        """Find out where the story stands and tell it to its end."""
        if not script.forgets:
            self._all_there(documents)
        stood = self._place(script, acked)
        at = self._afresh(script, stood)
        self._report("acked", max(stood, at))
        self._through(script, at)
        self._all_there(documents)
        state = self.books.state()
        if state != script.states[-1]:
            raise Broken(f"the story ends with {state}, undisturbed with {script.states[-1]}")

    def _all_there(self, documents: Sequence[str]) -> None:
        lost = [number for number in documents if not self.books.document(number)]
        if lost:
            raise Broken(f"I2: documents {lost} were acknowledged and are gone")

    def _place(self, script: Script, acked: int) -> int:
        """The next step: what was answered stands, what was not is there as a whole or not at all."""
        state = self.books.state()
        possible = [acked, *([acked + 1] if acked < len(script.steps) else [])]
        found = [n for n in possible if script.states[n] == state]
        if not found:
            before, after = (script.states[n] for n in (possible[0], possible[-1]))
            raise Broken(f"after {acked} answers the books hold {state}, neither {before} nor {after}")
        return found[0]

    def _afresh(self, script: Script, at: int) -> int:
        """Where a cashier begins whose dialog was lost: before it was opened, else with the goods in hand."""
        back = at
        while not script.alone[back] and script.states[back - 1] == script.states[at]:
            back -= 1
        if script.alone[back]:
            return back
        return next(n for n in range(at, len(script.steps)) if script.steps[n]["cmd"] == "scan")

    def _through(self, script: Script, at: int) -> None:
        """Every step that is left, again and again while the till says that it cannot yet, as cashiers do."""
        until = time.monotonic() + PATIENCE
        while at < len(script.steps):
            if self.jumps is not None:
                self._clock_jumps(self.jumps)
            answer = self.say(script.steps[at])
            if self._carried_out(script.steps[at], answer, _positions(script.states[at + 1])):
                if document := answer.get("document"):
                    self._report("document", document["id"])
                at, until = at + 1, time.monotonic() + PATIENCE
                self._report("acked", at)
                continue
            if time.monotonic() > until:
                why = answer.get("error") or answer["screen"]
                raise Broken(f"{dict(script.steps[at])} is not done after {PATIENCE} s: {why}")
            time.sleep(PAUSE)
            self._mend(answer)
            if self.shop.till.view.dialog is None:
                at = self._afresh(script, at)

    def _mend(self, answer: Mapping[str, Any]) -> None:
        """A new roll for the register, time for the sender; and what stands refused is scanned again: its check failed
        when it came back."""
        register_faults(self.shop.data).remove("paper_out")
        self.say({"cmd": IDLE})
        for position in (answer["receipt"] or {"positions": ()})["positions"] if "receipt" in answer else ():
            if position["refused"] and position["excisemark"]:
                self.say({"cmd": "scan", "data": position["excisemark"]})

    def _carried_out(self, command: Command, answer: Mapping[str, Any], wanted: int) -> bool:
        if not answer["ok"] or command["cmd"] in BESIDE:
            return bool(answer["ok"])
        if command["cmd"] == "close":
            return answer["document"] is not None
        receipt = answer["receipt"]
        return receipt is None or receipt["state"] != "open" or len(receipt["positions"]) == wanted


def _positions(state: State) -> int:
    """How many positions the open receipt has."""
    return sum(1 for row in state[0] if row[1] is not None)
