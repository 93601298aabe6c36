"""One life of a till: a forked process opens the folder, goes on with the story, and dies where it is told to."""

import gc
import json
import os
import signal
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from random import Random as Chance
from typing import Any, Final, NamedTuple

from faults.books import Books, State
from faults.scenarios import DEFERRED, IDLE, Command
from faults.stage import Stage, WarmShop, opened

from ncash import failpoints
from ncash.fiscal.emulator import files_of
from ncash.fiscal.faults import Faults
from ncash.model.decision import NOTHING

PATIENCE: Final = 30
"""Seconds in which a cashier repeats what the till said it could not do."""
PAUSE: Final = 0.01
ROUNDS: Final = 40
LONG: Final = 400.0
"""Seconds after which the sender tries again whatever happened; they do not pass for anybody else."""
READING: Final = "store.reading"
SECONDS: Final = 60
"""A life that lasts longer hangs."""
Hit = Callable[[int, str], None]
Report = Callable[[str, Any], None]


class Script(NamedTuple):
    """A story with the state of the books before each of its steps, as an undisturbed till leaves them."""

    name: str
    steps: tuple[Command, ...]
    states: tuple[State, ...]
    """One more than steps: the last is how the story ends."""
    alone: tuple[bool, ...]
    """Whether no dialog was open before the step: a till that was started again can go on from here."""


class Told(NamedTuple):
    """What a life said before it ended."""

    died: str = ""
    """The failpoint at which it was killed; empty when it came to its end."""
    hits: tuple[str, ...] = ()
    """Failpoints in the order they were reached; told by a life that came to its end."""
    acked: int = -1
    """Steps that were answered, in all lives; -1 when this one answered none."""
    documents: tuple[str, ...] = ()
    """Documents that were acknowledged."""
    faults: tuple[str, ...] = ()
    refused: str = ""
    """Why the till did not start."""
    failed: Mapping[str, int] = NOTHING
    """Steps that failed by order."""


class Broken(Exception):
    """The till did what it must never do."""


class Reporter:
    """Writes a line for everything that happens; what is written stays when the process is killed."""

    def __init__(self, pipe: int) -> None:
        self._pipe = pipe

    def __call__(self, what: str, value: Any) -> None:
        os.writev(self._pipe, [json.dumps([what, value]).encode(), b"\n"])


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


def armed(hit: Hit | None, names: list[str], reading: bool = False) -> None:
    """Count the failpoints of this thread at which something may have changed, with `reading` the others too; threads
    in the background come at no certain moment."""
    main = threading.get_ident()

    def reached(name: str) -> None:
        if threading.get_ident() == main and (reading or name != READING):
            names.append(name)
            if hit is not None:
                hit(len(names), name)

    failpoints.arm(reached)


class Life:
    """A cashier at a till that was just started."""

    def __init__(
        self, stage: Stage, data: Path, name: str, report: Report, minutes: float = 0.0, chance: Chance | None = None
    ) -> None:
        """Raises UserError when the till does not open."""
        self._report = report
        self.shop: WarmShop = opened(stage, data, name, minutes, chance)
        self.books = Books(data)

    def say(self, command: Command) -> Mapping[str, Any]:
        """The till's answer to one step of a story."""
        if command["cmd"] == IDLE:
            self.shop.documents.idle()
            self.shop.send_owed()
            return {"ok": True}
        if command.get("receipt") == DEFERRED:
            command = {**command, "receipt": self.books.deferred()}
        return self.shop.till.handle(dict(command))

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
        lost = [number for number in documents if not self.books.document(number)]
        if lost:
            raise Broken(f"I2: documents {lost} were acknowledged and are gone")
        stood = self._place(script, acked)
        at = self._afresh(script, stood)
        self._report("acked", max(stood, at))
        self._through(script, at)
        state = self.books.state()
        if state != script.states[-1]:
            raise Broken(f"the story ends with {state}, undisturbed with {script.states[-1]}")

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
        if not answer["ok"] or command["cmd"] == IDLE:
            return bool(answer["ok"])
        if command["cmd"] == "close":
            return answer["document"] is not None
        receipt = answer["receipt"]
        return receipt is None or receipt["state"] != "open" or len(receipt["positions"]) == wanted


def _positions(state: State) -> int:
    """How many positions the open receipt has."""
    return sum(1 for row in state[0] if row[1] is not None)


def lived(
    work: Callable[[Report], None],
    hit: Callable[[Report], Hit] | None = None,
    attach: Callable[[int], None] | None = None,
) -> Told:
    """Fork, do the work there, and bring back what it said until it ended or was killed.

    The child waits until `attach` has done with its process id.
    """
    reading, writing = os.pipe()
    gate, opening = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        os.close(opening)
        os.read(gate, 1)
        _child(work, hit, Reporter(writing))
    os.close(writing)
    os.close(gate)
    if attach is not None:
        attach(child)
    os.close(opening)
    with os.fdopen(reading, "rb") as pipe:
        lines = pipe.read().splitlines()
    _, status = os.waitpid(child, 0)
    return _read(lines, status)


def _child(work: Callable[[Report], None], hit: Callable[[Report], Hit] | None, report: Report) -> None:
    gc.disable()
    signal.alarm(SECONDS)
    names: list[str] = []
    code = 0
    try:
        armed(hit(report) if hit else None, names)
        work(report)
        failpoints.arm(None)
        report("hits", names)
    except Broken as error:
        report("fault", str(error))
    except BaseException as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        report("fault", f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno}: {error}")
        code = 1
    finally:
        os._exit(code)


def _read(lines: Sequence[bytes], status: int) -> Told:
    told = Told()
    for line in lines:
        what, value = json.loads(line)
        match what:
            case "died":
                told = told._replace(died=value)
            case "hits":
                told = told._replace(hits=tuple(value))
            case "acked":
                told = told._replace(acked=value)
            case "document":
                told = told._replace(documents=(*told.documents, value))
            case "refused":
                told = told._replace(refused=value)
            case "failed":
                told = told._replace(failed=value)
            case "fault":
                told = told._replace(faults=(*told.faults, value))
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    if (status != 0 and not told.faults) and not (killed and told.died):
        how = f"signal {os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else f"status {status}"
        told = told._replace(faults=(f"the process ended with {how}",))
    return told
