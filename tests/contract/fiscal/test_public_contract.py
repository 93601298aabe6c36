"""The public contract of drivers: the emulator keeps it, and each of its tests catches its fault."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ncash.fiscal.emulator import EmulatedRegister
from ncash.model.fiscal.register import FiscalRegister, RegisterError
from ncash.testing import FrozenClock, RegisterContract

from .test_contained import Moody


class TestEmulator(RegisterContract):
    def opened(self, folder: Path) -> FiscalRegister:
        return EmulatedRegister(folder, FrozenClock())


class Faulty(RegisterContract):
    """An emulator with one fault; not collected by itself."""

    __test__ = False

    def __init__(self, method: str, act: Callable[..., Any]) -> None:
        self._method, self._act = method, act

    def opened(self, folder: Path) -> FiscalRegister:
        moody = Moody(EmulatedRegister(folder, FrozenClock()))
        moody.budget = 60.0
        inner = getattr(moody.inner, self._method)
        moody.acts[self._method] = lambda *given: self._act(inner(*given))
        return moody  # type: ignore[return-value]


FAULTS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "test_a_new_register_has_a_closed_shift_and_no_receipt": ("last", lambda made: made or 5),
    "test_a_shift_is_opened_once_and_closed_once": ("open_shift", lambda number: 7),
    "test_an_order_makes_one_document_with_the_next_number": ("register", lambda made: made._replace(total=1)),
    "test_the_document_made_last_is_known_after_a_restart": ("last", lambda made: None),
    "test_reports_of_shifts_are_passed_over": ("last", lambda made: made._replace(number=made.number + 1)),
    "test_a_code_is_checked_taken_or_declined": ("check_mark", lambda result: None),
    "test_what_is_printed_makes_no_document": ("status", lambda told: told._replace(last_number=next(COUNT))),
}
COUNT = iter(range(1, 1000))


def test_every_test_of_the_contract_has_its_fault() -> None:
    assert set(FAULTS) == {name for name in vars(RegisterContract) if name.startswith("test_")}


@pytest.mark.parametrize("name", FAULTS)
def test_a_driver_with_this_fault_breaks_this_test(tmp_path: Path, name: str) -> None:
    with pytest.raises((AssertionError, RegisterError)):
        getattr(Faulty(*FAULTS[name]), name)(tmp_path)
