"""A fiscal register that never tires: documents in memory, every code is right. Implements FiscalRegister."""

from collections.abc import Mapping, Sequence
from typing import Any

from ncash.model.fiscal.register import FiscalOrder, Made, MarkCheck, MarkResult, RegisterStatus, ShiftState


class TirelessRegister:
    """One drive. What it made is what went over the counter."""

    def __init__(self, till: str) -> None:
        self.serial = f"99990789{int(till):08d}"
        self.orders: list[FiscalOrder] = []
        self._made: Made | None = None
        self._number = 0
        self._open = False

    def status(self) -> RegisterStatus:
        """Always well."""
        return RegisterStatus(ShiftState.OPEN if self._open else ShiftState.CLOSED, 1, self._number, self.serial)

    def last(self) -> Made | None:
        """The receipt made last."""
        return self._made

    def find(self, order_id: str) -> Made | None:
        """The receipt made last, if it is this one."""
        return self._made if self._made and self._made.receipt == order_id else None

    def register(self, order: FiscalOrder) -> Made:
        """One more document."""
        self.orders.append(order)
        self._number += 1
        marks = tuple(line.mark for line in order.lines if line.mark is not None)
        returned = order.kind != "sale"
        self._made = Made(self._number, self.serial, "1", order.time, order.total, returned, 1, 1, order.id, marks)
        return self._made

    def check_mark(self, check: MarkCheck) -> MarkResult:
        """Right in the drive, and right for the operator."""
        return MarkResult(15)

    def accept_mark(self, check: MarkCheck) -> None:
        """Nothing is buffered."""

    def decline_mark(self, check: MarkCheck) -> None:
        """Nothing is buffered."""

    def forget_marks(self) -> None:
        """Nothing is buffered."""

    def open_shift(self, operator: str) -> int:
        """Open."""
        self._open, self._number = True, self._number + 1
        return 1

    def close_shift(self, operator: str) -> Mapping[str, Any]:
        """Closed."""
        self._open, self._number = False, self._number + 1
        return {"shift": 1}

    def report_x(self, operator: str) -> Mapping[str, Any]:
        """Nothing is counted."""
        return {"shift": 1}

    def print_lines(self, lines: Sequence[str]) -> None:
        """There is no paper."""

    def print_copy(self) -> None:
        """There is no paper."""
