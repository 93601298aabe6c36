"""A fiscal register without hardware: numbered documents on disk, shifts, codes checked, a tape, and faults on demand.

It forgives nothing: the same order given twice makes two documents, as real registers do. Reports of shifts are
documents with numbers of their own.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeVar
from zlib import crc32

from ncash.fiscal import slips
from ncash.fiscal.emulated import making
from ncash.fiscal.emulated.faults import Faults, PlannedFault
from ncash.fiscal.emulated.memory import FsyncFailed, Memory
from ncash.fiscal.emulated.tape import PaperTape
from ncash.fiscal.place import Place
from ncash.fiscal.tags import FFD_105, NOT_IN_105, letter
from ncash.language import recorded
from ncash.model.fiscal.register import (
    FiscalOrder,
    Made,
    MarkCheck,
    MarkResult,
    RegisterRefused,
    RegisterSilent,
    RegisterStatus,
    ShiftState,
)
from ncash.model.mark import cis
from ncash.model.ports import Clock
from ncash.system.failpoints import declare, failpoint

T = TypeVar("T")
SERIAL: Final = "9999078900000001"
"""Of till 1; other tills have drives of their own."""
LONGEST_SHIFT: Final = timedelta(hours=24)
LONGEST_UNSENT: Final = timedelta(days=30)
CHECKED: Final = 15
BEFORE: Final = declare("fiscal.emulator.before", "the emulated drive has the command and has made nothing")
MADE: Final = declare("fiscal.emulator.made", "the document is in the emulated drive and not on paper")
PRINTED: Final = declare("fiscal.emulator.printed", "the document is on paper, the till has no answer yet")


def files_of(data: Path, till: str) -> tuple[Path, Path, Path]:
    """Documents, tape and faults of a till's emulated register."""
    name = "fiscal-emulator" if till == "1" else f"fiscal-emulator-{till}"
    return data / f"{name}.jsonl", data / f"{name}.txt", data / f"{name}.faults.json"


def serial_of(till: str) -> str:
    """Number of the drive of a till."""
    number = int(till) if till.isascii() and till.isdecimal() else crc32(till.encode())
    return f"99990789{number % 10**8:08d}"


class EmulatedRegister:
    """Implements ncash.model.fiscal.register.FiscalRegister. `faults` says what goes wrong."""

    def __init__(self, data: Path, clock: Clock, till: str = "1", ffd: str = "1.2", operator: str = "Кассир") -> None:
        documents, tape, faults = files_of(data, till)
        self.serial = serial_of(till)
        self.faults = Faults(faults)
        self.memory = Memory(documents)
        self.tape = PaperTape(tape)
        self._clock = clock
        self._ffd = ffd
        self._operator = operator
        self._results: dict[str, int] = {}
        self._pending: tuple[str, int] | None = None

    def status(self) -> RegisterStatus:
        """How it is now."""
        self._wait()
        self._work_on()
        last = self._last() or {}
        return RegisterStatus(
            shift=self._shift(last),
            shift_number=last.get("shift", 0),
            last_number=last.get("number", 0),
            drive=self.serial,
            paper=self.faults.peek("paper_out") is None,
            busy=self.faults.peek("at_work") is not None,
            unsent=last.get("unsent", 0),
            unsent_since=last.get("unsent_since"),
            ffd=self._ffd,
            unprinted=bool(last.get("type")) and not self._printed(last["number"]),
        )

    def last(self) -> Made | None:
        """The receipt made last."""
        last = self._last()
        if last is None:
            return None
        if last.get("type", "receipt") == "receipt":
            return making.made(last)
        before = last.get("receipt_before")
        return making.made(before) if before else None

    def find(self, order_id: str) -> Made | None:
        """The document of this order."""
        self._wait()
        found = self._read(lambda: self.memory.of(order_id))
        return making.made(found) if found is not None else None

    def register(self, order: FiscalOrder) -> Made:
        """Make one document; a second one for an order that comes again."""
        self._wait()
        failpoint(BEFORE)
        late = self.faults.take("late")
        if not late:
            self._refuse_or_hush()
        last = self._ready()
        if self._shift(last) is not ShiftState.OPEN:
            raise RegisterRefused(
                recorded("the shift of the register is {value}", value=self._shift(last).value), "open the shift"
            )
        self._sound(order)
        named = order._replace(operator=order.operator or self._operator)
        fields = making.receipt(named, last, self._results, self._ffd)
        if late:
            self.faults.add("queued", fields, times=int(late.value or 3))
            raise RegisterSilent("the emulated register does not answer")
        document = self._stamped(last, fields)
        if busy := self.faults.take("busy"):
            self.faults.add("at_work", document, times=int(busy.value or 2))
            raise RegisterSilent("the emulated register is still at work on the document")
        self._made(document)
        self._results.clear()
        if self.faults.take("silent_after"):
            raise RegisterSilent("the emulated register does not answer")
        return making.made(document)._replace(unprinted=self.faults.peek("paper_out") is not None)

    def check_mark(self, check: MarkCheck) -> MarkResult:
        """Tag 2106 as `faults` has it, else 15: right in the drive, and right for the operator."""
        self._wait()
        if self._ffd == FFD_105:
            return MarkResult(0, NOT_IN_105)
        code = cis(check.mark)
        if refused := self.faults.take("check_refused", code):
            raise RegisterRefused(str(refused.value or "the code is of no known form"), "scan the mark again")
        if self.faults.take("check_silent", code):
            raise RegisterSilent("the emulated register does not answer")
        told = self.faults.take("bits", code)
        bits = int(told.value) if told else CHECKED
        self._pending = check.mark, bits
        return MarkResult(bits, letter(bits))

    def accept_mark(self, check: MarkCheck) -> None:
        """The code goes into the buffer."""
        if self._ffd == FFD_105:
            return
        if self._pending is None or self._pending[0] != check.mark:
            raise RegisterRefused("no check of this code stands in the register", "check the code again")
        self._results[check.mark] = self._pending[1]
        self._pending = None

    def decline_mark(self, check: MarkCheck) -> None:
        """The code is forgotten."""
        self._pending = None
        self._results.pop(check.mark, None)

    def forget_marks(self) -> None:
        """Empty the buffer."""
        self._pending = None
        self._results.clear()

    def open_shift(self, operator: str) -> int:
        """A report of the opening, with a number."""
        last = self._reported(operator, "open", ShiftState.CLOSED)
        number: int = last["shift"]
        return number

    def close_shift(self, operator: str) -> Mapping[str, Any]:
        """A report of the closing, with a number; also for a shift that has run too long."""
        return making.counts(self._reported(operator, "close", ShiftState.OPEN, ShiftState.EXPIRED))

    def report_x(self, operator: str) -> Mapping[str, Any]:
        """Printed, and no document."""
        last = self._last() or {}
        if self._shift(last) is ShiftState.CLOSED:
            raise RegisterRefused("the shift of the register is closed", "open the shift")
        self.print_lines(slips.totals("X-ОТЧЁТ", making.counts(last)))
        return making.counts(last)

    def print_lines(self, lines: Sequence[str]) -> None:
        """Print a text that is no fiscal document."""
        if self.faults.peek("paper_out"):
            raise RegisterRefused("the register has no paper", "put in a new roll")
        self._print(lines)

    def print_copy(self) -> None:
        """Print what is not on paper yet, or a copy of what is."""
        last = self._last()
        if last is None:
            raise RegisterRefused("the drive holds no document")
        copy = ["КОПИЯ"] if self._printed(last["number"]) else []
        self.print_lines([*copy, *slips.document(last)])

    def catch_up(self) -> None:
        """Make what is queued now; a shift that was closed meanwhile lets nothing be made."""
        while queued := self.faults.peek("queued"):
            self._late(queued)

    def load_paper(self) -> None:
        """A new roll."""
        self.faults.remove("paper_out")

    def _last(self) -> dict[str, Any] | None:
        return self._read(self.memory.last)

    def _printed(self, number: int) -> bool:
        return self._read(lambda: self.tape.holds(number))

    def _read(self, ask: Callable[[], T]) -> T:
        try:
            return ask()
        except (OSError, ValueError) as error:
            raise RegisterSilent(recorded("the emulated drive cannot be read: {error}", error=error)) from error

    def _now(self) -> datetime:
        return self._clock.now()

    def _wait(self) -> None:
        if slow := self.faults.take("slow"):
            self._clock.sleep(float(slow.value or 1))

    def _late(self, queued: PlannedFault) -> None:
        last = self._last() or {}
        if self._shift(last) is ShiftState.OPEN:
            self._made(self._stamped(last, making.behind(queued.value, last)))
        self.faults.drop(queued)

    def _work_on(self) -> None:
        """Count the questions until a document that is being made, or is queued, is there."""
        queued = self.faults.peek("queued")
        if queued is not None and (queued.times or 1) <= 1:
            self._late(queued)
        else:
            self.faults.take("queued")
        work = self.faults.peek("at_work")
        if work is None:
            return
        there = not work.value or (self._last() or {}).get("number", 0) >= work.value["number"]
        if not there and work.times is not None and work.times <= 1:
            self._made(work.value)
        self.faults.take("at_work")

    def _shift(self, last: Mapping[str, Any]) -> ShiftState:
        opened = last.get("shift_opened")
        if not opened:
            return ShiftState.CLOSED
        expired = self._now() - datetime.fromisoformat(opened) > LONGEST_SHIFT
        return ShiftState.EXPIRED if expired else ShiftState.OPEN

    def _refuse_or_hush(self) -> None:
        if refused := self.faults.take("refuse"):
            raise RegisterRefused(str(refused.value or "the emulated register refuses"))
        if self.faults.take("silent_before"):
            raise RegisterSilent("the emulated register does not answer")

    def _ready(self) -> Mapping[str, Any]:
        """The last document, when another one may follow."""
        last = self._last() or {}
        if self.faults.peek("at_work"):
            raise RegisterRefused("the register is at work on another document", "wait, then ask for its status")
        if self.faults.peek("paper_out"):
            raise RegisterRefused("the register has no paper", "put in a new roll")
        since = last.get("unsent_since")
        if since and self._now() - datetime.fromisoformat(since) > LONGEST_UNSENT:
            text = "documents of 30 days were not sent to the operator of fiscal data: the drive makes no more"
            raise RegisterRefused(text, "mend the connection of the register")
        return last

    def _sound(self, order: FiscalOrder) -> None:
        if not order.lines or any(line.amount < 0 or line.quantity <= 0 for line in order.lines):
            raise RegisterRefused("a receipt has positions, each of more than nothing")
        if sum(payment.amount for payment in order.payments) != order.total:
            raise RegisterRefused("the payments are not the total of the receipt")

    def _stamped(self, last: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
        away = self.faults.peek("ofd_away") is not None
        return making.stamped(last, fields, self.serial, self._now().isoformat(timespec="seconds") if away else None)

    def _reported(self, operator: str, what: str, *fitting: ShiftState) -> dict[str, Any]:
        self._wait()
        self._refuse_or_hush()
        last = self._ready()
        state = self._shift(last)
        if state not in fitting:
            raise RegisterRefused(recorded("the shift of the register is {value}", value=state.value))
        document = self._stamped(
            last, making.report(what, operator or self._operator, self._now().isoformat(timespec="seconds"), last)
        )
        self._made(document)
        if self.faults.take("silent_after"):
            raise RegisterSilent("the emulated register does not answer")
        return document

    def _made(self, document: Mapping[str, Any]) -> None:
        """Into the memory, then onto the paper."""
        try:
            self.memory.append(document)
        except FsyncFailed as error:
            raise RegisterSilent(
                recorded("the emulated drive does not say whether it wrote: {reason}", reason=error.strerror)
            ) from error
        except OSError as error:
            raise RegisterRefused(
                recorded("the emulated drive cannot write: {reason}", reason=error.strerror)
            ) from error
        failpoint(MADE)
        if self.faults.take("paper_middle"):
            self.faults.add("paper_out")
        elif not self.faults.peek("paper_out"):
            self._print(slips.document(document))
        failpoint(PRINTED)

    def _print(self, lines: Sequence[str]) -> None:
        try:
            self.tape.put(lines)
        except OSError as error:
            raise RegisterSilent(
                recorded("the emulated register cannot print: {reason}", reason=error.strerror)
            ) from error


def open_register(place: Place) -> EmulatedRegister:
    """The emulated register of this till."""
    own = place.settings
    return EmulatedRegister(place.data, place.clock, place.till, own.ffd, own.operator)
