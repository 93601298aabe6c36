"""What the till relies on in a fiscal driver, as tests that any author runs over his own.

class TestPaperRoll(RegisterContract):
    def opened(self, folder):
        return open_register(register_place(folder, "paperroll", {"file": "roll.txt"}))
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path

from ncash.fiscal.contained import ContainedRegister
from ncash.fiscal.place import Place
from ncash.model.fiscal.register import (
    FiscalLine,
    FiscalOrder,
    FiscalRegister,
    MarkCheck,
    PlannedStatus,
    RegisterRefused,
    ShiftState,
)
from ncash.model.receipt import Kind, Payment
from ncash.settings.host import Fiscal
from ncash.testing.chance import SeededRandom
from ncash.testing.clock import FrozenClock
from ncash.testing.network import FencedHttp

FIRST = "0d4f0f0e-2f0a-4a4e-9a57-0d6e5a1c0001"
SECOND = "0d4f0f0e-2f0a-4a4e-9a57-0d6e5a1c0002"
MARK = "0104670540176099215Demo1\x1d93dGVz"


def register_place(folder: Path, driver: str, own: Mapping[str, str] | None = None) -> Place:
    """What a driver is opened with: a data folder, a stopped clock, a network that reaches nobody, its own lines."""
    settings = Fiscal.defaults(driver=driver)
    chance = SeededRandom()
    return Place(settings, folder, FrozenClock(), FencedHttp(), conf=folder, own=own or {}, random=chance)


def contract_order(name: str = FIRST, kind: Kind = Kind.SALE, mark: str | None = None) -> FiscalOrder:
    """An order of one position at 89.90, marked or not."""
    line = FiscalLine(
        name="Milk", barcode="4670540176099", quantity=Decimal(1), unit=0, price=8990, amount=8990, dept="1",
        object=33 if mark else 1, mark=mark, status=PlannedStatus.PIECE_SOLD if mark else None,
    )  # fmt: skip
    return FiscalOrder(
        name, kind, operator="Anna", lines=(line,), payments=(Payment("cash", 8990),), time="2027-01-15T12:00:00+03:00"
    )


class RegisterContract:
    """Subclass it as `TestYours` and say in `opened` how your driver is opened; opened again in the same folder it is
    the same register."""

    def opened(self, folder: Path) -> FiscalRegister:
        """The register of this folder."""
        raise NotImplementedError("say how your driver is opened")

    def register(self, folder: Path) -> FiscalRegister:
        """The register behind the fence that a till puts around it: an answer that is none is a fault here too."""
        return ContainedRegister(type(self).__name__, self.opened(folder))

    def ready(self, folder: Path) -> FiscalRegister:
        """The same with an open shift."""
        register = self.register(folder)
        register.open_shift("Anna")
        return register

    def test_a_new_register_has_a_closed_shift_and_no_receipt(self, tmp_path: Path) -> None:
        """Nothing is made before a shift is open."""
        register = self.register(tmp_path)
        assert register.status().shift is ShiftState.CLOSED
        assert register.last() is None
        _refused(lambda: register.register(contract_order()))
        assert register.last() is None

    def test_a_shift_is_opened_once_and_closed_once(self, tmp_path: Path) -> None:
        """The number of a shift goes up by one."""
        register = self.register(tmp_path)
        first = register.open_shift("Anna")
        assert register.status().shift is ShiftState.OPEN
        _refused(lambda: register.open_shift("Anna"))
        assert register.report_x("Anna") is not None
        register.close_shift("Anna")
        assert register.status().shift is ShiftState.CLOSED
        _refused(lambda: register.close_shift("Anna"))
        assert register.open_shift("Anna") == first + 1

    def test_an_order_makes_one_document_with_the_next_number(self, tmp_path: Path) -> None:
        """Its total and its direction are those of the order."""
        register = self.ready(tmp_path)
        expected = register.status().last_number + 1
        made = register.register(contract_order())
        assert (made.number, made.total, made.returned) == (expected, 8990, False)
        assert register.status().last_number == expected
        assert made.drive == register.status().drive
        back = register.register(contract_order(SECOND, Kind.RETURN))
        assert (back.number, back.returned) == (expected + 1, True)

    def test_the_document_made_last_is_known_after_a_restart(self, tmp_path: Path) -> None:
        """That is how a till finds out what became of an order that nobody answered."""
        made = self.ready(tmp_path).register(contract_order())
        again = self.register(tmp_path)
        last = again.last()
        assert last is not None
        assert (last.number, last.total, last.returned, last.drive) == (made.number, 8990, False, made.drive)
        found = again.find(FIRST)
        assert found is None or found.number == made.number
        assert again.find(SECOND) is None

    def test_reports_of_shifts_are_passed_over(self, tmp_path: Path) -> None:
        """The receipt made last stays the last one, whatever was made since."""
        register = self.ready(tmp_path)
        made = register.register(contract_order())
        register.close_shift("Anna")
        last = register.last()
        assert last is not None
        assert last.number == made.number
        assert register.status().last_number >= made.number

    def test_a_code_is_checked_taken_or_declined(self, tmp_path: Path) -> None:
        """A code that was taken goes into the next document, one that was declined does not stand in the way."""
        register = self.ready(tmp_path)
        check = MarkCheck(MARK, PlannedStatus.PIECE_SOLD, Decimal(1), 0)
        assert register.check_mark(check).bits >= 0
        register.decline_mark(check)
        register.check_mark(check)
        register.accept_mark(check)
        made = register.register(contract_order(mark=MARK))
        assert made.total == 8990
        register.forget_marks()

    def test_what_is_printed_makes_no_document(self, tmp_path: Path) -> None:
        """Texts and copies take no number."""
        register = self.ready(tmp_path)
        register.register(contract_order())
        number = register.status().last_number
        register.print_lines(["Спасибо за покупку"])
        register.print_copy()
        assert register.status().last_number == number


def _refused(act: Callable[[], object]) -> None:
    try:
        act()
    except RegisterRefused:
        return
    raise AssertionError("the register did what it has to refuse")
