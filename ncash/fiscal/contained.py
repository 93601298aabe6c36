"""A driver that somebody else wrote, contained: bounded in time, judged by what it answers, named when it fails.

Whatever it does is one of the two answers that a driver has: it refused, or it is silent, and then nobody knows whether
a document was made, so that the till asks before it orders again.
"""

import sys
import threading
import traceback
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from ncash.errors import UserError, debugging, raised
from ncash.language import phrase, recorded
from ncash.model.fiscal.register import (
    FiscalOrder,
    FiscalRegister,
    Made,
    MarkCheck,
    MarkResult,
    RegisterRefused,
    RegisterSilent,
    RegisterStatus,
    ShiftState,
)
from ncash.system.threads import bounded

BUDGET: Final = 120.0
"""Seconds of one call, unless the driver says otherwise in its attribute `budget`."""
LONGEST_BUDGET: Final = 600.0
METHODS: Final = (
    "status", "last", "find", "register", "check_mark", "accept_mark", "decline_mark", "forget_marks", "open_shift",
    "close_shift", "report_x", "print_lines", "print_copy",
)  # fmt: skip
"""What every driver has."""
_HINT: Final = "look at the register; ncash doctor says how it fares, its author why the driver fails"
Judge = Callable[[Any], bool]


def _texts(*values: Any) -> bool:
    return all(type(value) is str for value in values)


def _counts(*values: Any) -> bool:
    return all(type(value) is int and value >= 0 for value in values)


def _status(answer: Any) -> bool:
    if type(answer) is not RegisterStatus or type(answer.shift) is not ShiftState:
        return False
    flags = all(type(flag) is bool for flag in (answer.paper, answer.busy, answer.unprinted))
    counts = _counts(answer.shift_number, answer.last_number, answer.unsent)
    return flags and counts and _texts(answer.drive, answer.ffd)


def _made(answer: Any) -> bool:
    if type(answer) is not Made or type(answer.returned) is not bool:
        return False
    known = answer.receipt is None or type(answer.receipt) is str
    marks = answer.marks is None or (type(answer.marks) is tuple and _texts(*answer.marks))
    counts = _counts(answer.number, answer.total, answer.shift)
    return known and marks and counts and _texts(answer.drive, answer.sign, answer.time)


def _made_or_none(answer: Any) -> bool:
    return answer is None or _made(answer)


def _of_order(order_id: str, answer: Any) -> bool:
    """Whether this is the document of that order, as far as the driver says whose it is, or none."""
    return answer is None or (_made(answer) and answer.receipt in (None, order_id))


def _result(answer: Any) -> bool:
    return type(answer) is MarkResult and _counts(answer.bits) and _texts(answer.text)


def _report(answer: Any) -> bool:
    return isinstance(answer, Mapping) and all(type(name) is str for name in answer)


def _anything(answer: Any) -> bool:
    return True


class ContainedRegister:
    """Implements register.FiscalRegister: a driver of others behind a fence. One call is under way at a time; while one
    that was given up is still at work the register is silent."""

    def __init__(self, name: str, driver: FiscalRegister) -> None:
        """Raises UserError for an object that lacks what a driver has, or whose budget is none."""
        lacking = [method for method in METHODS if not callable(getattr(driver, method, None))]
        if lacking:
            text = phrase("the driver {name} has no {methods}", name=name, methods=", ".join(lacking))
            raise UserError(text, code="fiscal", hint="tell the author of the driver")
        budget = getattr(driver, "budget", BUDGET)
        if type(budget) not in (int, float) or not 0 < budget <= LONGEST_BUDGET:
            text = phrase("the budget of the driver {name} is no number up to {most:g}", name=name, most=LONGEST_BUDGET)
            raise UserError(text, code="fiscal", hint="tell the author of the driver")
        self._name, self._driver, self._budget = name, driver, float(budget)
        self._idle = threading.Event()
        self._idle.set()

    @property
    def serial(self) -> str:
        """Number of the fiscal drive; empty while the driver does not say one."""
        done, serial = bounded(lambda: self._driver.serial, self._budget)
        return serial if done and type(serial) is str else ""

    def _called(self, method: str, judge: Judge, *given: Any) -> Any:
        """What the driver answers. Raises RegisterError."""
        if not self._idle.is_set():
            raise RegisterSilent(recorded("the driver {name} is still at work", name=self._name), _HINT)
        self._idle.clear()
        done, outcome = bounded(partial(self._worked, method, given), self._budget)
        if not done:
            told = "the driver {name} did not answer {method} within {budget:g} s"
            raise RegisterSilent(recorded(told, name=self._name, method=method, budget=self._budget), _HINT)
        if isinstance(outcome, RegisterRefused | RegisterSilent):
            raise outcome
        if isinstance(outcome, BaseException):
            if debugging():
                sys.stderr.write("".join(traceback.format_tb(outcome.__traceback__)))
            raise RegisterSilent(raised(f"{self._name}.{method}", outcome), _HINT)
        if not judge(outcome):
            told = "the driver {name} answered {method} with {kind}, which is no answer"
            kind = type(outcome).__name__
            raise RegisterSilent(recorded(told, name=self._name, method=method, kind=kind), _HINT)
        return outcome

    def _worked(self, method: str, given: tuple[Any, ...]) -> Any:
        try:
            return getattr(self._driver, method)(*given)
        finally:
            self._idle.set()

    def status(self) -> RegisterStatus:
        """How it is now."""
        status: RegisterStatus = self._called("status", _status)
        return status

    def last(self) -> Made | None:
        """The receipt made last."""
        made: Made | None = self._called("last", _made_or_none)
        return made

    def find(self, order_id: str) -> Made | None:
        """The document of this order."""
        made: Made | None = self._called("find", partial(_of_order, order_id), order_id)
        return made

    def register(self, order: FiscalOrder) -> Made:
        """Make one document."""
        made: Made = self._called("register", _made, order)
        return made

    def check_mark(self, check: MarkCheck) -> MarkResult:
        """Have a code checked."""
        result: MarkResult = self._called("check_mark", _result, check)
        return result

    def accept_mark(self, check: MarkCheck) -> None:
        """The code checked last goes into the next document."""
        self._called("accept_mark", _anything, check)

    def decline_mark(self, check: MarkCheck) -> None:
        """The code checked last is not sold."""
        self._called("decline_mark", _anything, check)

    def forget_marks(self) -> None:
        """Empty the buffer of checked codes."""
        self._called("forget_marks", _anything)

    def open_shift(self, operator: str) -> int:
        """Open a shift; its number."""
        number: int = self._called("open_shift", _counts, operator)
        return number

    def close_shift(self, operator: str) -> Mapping[str, Any]:
        """Close the shift; what the register counted."""
        report: Mapping[str, Any] = self._called("close_shift", _report, operator)
        return report

    def report_x(self, operator: str) -> Mapping[str, Any]:
        """Print the report without closing."""
        report: Mapping[str, Any] = self._called("report_x", _report, operator)
        return report

    def print_lines(self, lines: Sequence[str]) -> None:
        """Print a text that is no fiscal document."""
        self._called("print_lines", _anything, lines)

    def print_copy(self) -> None:
        """Print the document made last once more."""
        self._called("print_copy", _anything)
