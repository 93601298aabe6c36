"""What a fiscal register is asked, and what it answers: the port of every driver (FFD 1.2, tags by number).

Money is kopecks, quantities are exact decimals, times are ISO 8601 with offset.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import Enum, IntEnum
from typing import Any, NamedTuple, Protocol

from ncash.model.decision import NOTHING
from ncash.model.receipt import Kind, Payment


class PlannedStatus(IntEnum):
    """What becomes of the unit (tag 2003)."""

    PIECE_SOLD = 1
    MEASURED_SOLD = 2
    PIECE_RETURNED = 3
    MEASURED_RETURNED = 4
    UNCHANGED = 255


class MarkCheck(NamedTuple):
    """A question to the drive and the operator about one mark (tags 2000, 2003, 2102, 1023, 2108)."""

    mark: str
    """The whole code, separators in it (tag 2000)."""
    status: PlannedStatus
    quantity: Decimal
    unit: int
    """Tag 2108."""


class MarkResult(NamedTuple):
    """What the drive and the operator said of a mark."""

    bits: int
    """Tag 2106: 1 checked in the drive, 2 and it was right, 4 the operator was asked, 8 the planned status is right,
    16 the register works alone."""
    text: str = ""
    """What the driver says of it, for the journal."""

    @property
    def refused(self) -> bool:
        """The code is wrong for the drive, or the operator says that the unit may not leave trade like this."""
        return bool(self.bits & 1 and not self.bits & 2) or bool(self.bits & 4 and not self.bits & 8)


class FiscalLine(NamedTuple):
    """A position as the register gets it."""

    name: str
    """Tag 1030."""
    barcode: str
    quantity: Decimal
    """Tag 1023."""
    unit: int
    """Tag 2108."""
    price: int
    """Tag 1079, kopecks."""
    amount: int
    """Tag 1043, kopecks."""
    dept: str
    object: int
    """Tag 1212: 33 or 31 marked with its code, 32 or 30 without it, 1 ordinary goods."""
    tax: str = ""
    """Tag 1199 as `[Fiscal] tax` names it."""
    mark: str | None = None
    """Tag 2000, the whole code; None for goods that are sold without one."""
    status: PlannedStatus | None = None
    """Tag 2003."""
    result: int | None = None
    """Tag 2106 as the check of this code gave it; None when the register is to find out by itself."""
    industry: Mapping[str, str] = NOTHING
    """Tag 1260: 1262 … 1265; empty when no check stands behind the position."""


class FiscalOrder(NamedTuple):
    """One fiscal document that is to be made."""

    id: str
    """UUID of the receipt; the register is never given the same one twice blindly."""
    kind: Kind
    operator: str
    """Tag 1021; empty where no cashier is known, then the driver says `[Fiscal] operator`."""
    lines: tuple[FiscalLine, ...]
    payments: tuple[Payment, ...]
    time: str

    @property
    def total(self) -> int:
        """Tag 1020, kopecks."""
        return sum(line.amount for line in self.lines)


class Made(NamedTuple):
    """A fiscal document that is in the drive."""

    number: int
    """Tag 1040."""
    drive: str
    """Tag 1041."""
    sign: str
    """Tag 1077."""
    time: str
    """Tag 1012."""
    total: int
    """Tag 1020, kopecks."""
    returned: bool
    """It gives money back (tag 1054)."""
    shift: int
    """Tag 1038."""
    in_shift: int = 0
    """Tag 1042."""
    receipt: str | None = None
    """UUID of the order it was made for, when the register keeps it."""
    marks: tuple[str, ...] | None = None
    """Codes in it in the order of its lines, when the register tells them."""
    unprinted: bool = False
    """The register says that it is not on paper."""

    def json(self) -> dict[str, Any]:
        """What Documents keeps of it."""
        return {"number": self.number, "drive": self.drive, "sign": self.sign, "time": self.time, "shift": self.shift,
                "in_shift": self.in_shift}  # fmt: skip


class ShiftState(Enum):
    """The register's own shift."""

    CLOSED = "closed"
    OPEN = "open"
    EXPIRED = "expired"
    """Open for more than 24 hours: nothing is sold before it is closed."""


class RegisterStatus(NamedTuple):
    """How the register is."""

    shift: ShiftState
    shift_number: int
    last_number: int
    """Tag 1040 of the document made last, be it a receipt or a report of a shift; 0 before the first. The next one has
    one more."""
    drive: str
    """Tag 1041."""
    paper: bool = True
    busy: bool = False
    """A document is being made; whether it comes to be is not known yet."""
    unsent: int = 0
    """Documents that the operator of fiscal data does not have yet."""
    unsent_since: str | None = None
    """Time of the oldest of them; after 30 days the drive makes no more."""
    ffd: str = "1.2"
    """Tag 1209."""
    unprinted: bool = False
    """The document made last is in the drive and not on paper."""


class RegisterError(Exception):
    """Something is wrong with the register or the way to it; `hint` says what to do."""

    def __init__(self, text: str, hint: str = "") -> None:
        super().__init__(text)
        self.hint = hint


class RegisterRefused(RegisterError):
    """The register said no: no document was made."""


class RegisterSilent(RegisterError):
    """No answer, or none that can be read: whether a document was made is not known; ask for the last one."""


class FiscalRegister(Protocol):
    """A fiscal register behind its driver. Every call ends within the driver's own time limit.

    Raises RegisterRefused or RegisterSilent, never anything else.
    """

    @property
    def serial(self) -> str:
        """Number of the fiscal drive (tag 1041), 16 digits; empty while it is not known. Asks nobody."""
        ...

    def status(self) -> RegisterStatus:
        """How it is now."""
        ...

    def last(self) -> Made | None:
        """The receipt made last; None when there is none. Reports of shifts take numbers too and are passed over: after
        one, `status().last_number` is higher."""
        ...

    def find(self, order_id: str) -> Made | None:
        """The document of this order, where the driver can ask by order; None when there is none or it cannot ask."""
        ...

    def register(self, order: FiscalOrder) -> Made:
        """Make one document. Called once for an order, unless `last` and `find` have shown that there is none.

        Refused while no shift is open, or one is that has run for more than 24 hours: see `open_shift`, `close_shift`.
        """
        ...

    def check_mark(self, check: MarkCheck) -> MarkResult:
        """Have a code checked by the drive and the operator, with the retries of the driver; the code is then accepted
        or declined by `accept_mark` or `decline_mark`."""
        ...

    def accept_mark(self, check: MarkCheck) -> None:
        """The code checked last goes into the next document."""
        ...

    def decline_mark(self, check: MarkCheck) -> None:
        """The code checked last is not sold."""
        ...

    def forget_marks(self) -> None:
        """The receipt was cancelled: empty the buffer of checked codes."""
        ...

    def open_shift(self, operator: str) -> int:
        """Open a shift; its number."""
        ...

    def close_shift(self, operator: str) -> Mapping[str, Any]:
        """Close the shift; what the register counted: `shift`, and where it tells them `sales` and `returns` as {count,
        sum in kopecks}."""
        ...

    def report_x(self, operator: str) -> Mapping[str, Any]:
        """Print the report without closing; what the register counted."""
        ...

    def print_lines(self, lines: Sequence[str]) -> None:
        """Print a text that is no fiscal document."""
        ...

    def print_copy(self) -> None:
        """Print the document made last once more, or go on after paper was put in."""
        ...
