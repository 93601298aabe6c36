"""A driver that misbehaves: whatever it does is a refusal or silence, in time, named; the intent is settled as ever."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ncash.errors import UserError
from ncash.fiscal import open_register
from ncash.fiscal.contained import METHODS, ContainedRegister
from ncash.fiscal.emulator import EmulatedRegister
from ncash.model.fiscal.register import FiscalRegister, RegisterError, RegisterRefused, RegisterSilent
from ncash.model.ports import Http
from ncash.support.check.check import examine
from ncash.testing import DrivenTill, FencedHttp, FrozenClock, Outside, SeededRandom, eventually, shop_folder

from .stands import QuickClock, check, order, place
from .test_own_driver import installed, packages

__all__ = ["packages"]
GIVEN: dict[str, tuple[Any, ...]] = {
    "find": ("id",), "register": (order(),), "check_mark": (check(),), "accept_mark": (check(),),
    "decline_mark": (check(),), "open_shift": ("Anna",), "close_shift": ("Anna",), "report_x": ("Anna",),
    "print_lines": (["a"],),
}  # fmt: skip
JUDGED = ("status", "register", "check_mark", "open_shift", "close_shift", "report_x", "last", "find")
BREAD = "4600000000015"


class Moody:
    """The emulator, but for what one method does."""

    budget: Any = 60.0

    def __init__(self, inner: FiscalRegister) -> None:
        self.inner = inner
        self.acts: dict[str, Callable[..., Any]] = {}
        self.calls: list[str] = []

    @property
    def serial(self) -> Any:
        return self.acts["serial"]() if "serial" in self.acts else self.inner.serial

    def __getattr__(self, name: str) -> Any:
        if name not in METHODS:
            raise AttributeError(name)
        return lambda *given: self._do(name, *given)

    def _do(self, name: str, *given: Any) -> Any:
        self.calls.append(name)
        return self.acts[name](*given) if name in self.acts else getattr(self.inner, name)(*given)


@pytest.fixture
def moody(tmp_path: Path) -> Moody:
    return Moody(EmulatedRegister(tmp_path, FrozenClock()))


def raising(error: type[BaseException]) -> Callable[..., Any]:
    def act(*given: Any) -> Any:
        raise error("secret")

    return act


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("error", [ValueError, SystemExit, KeyboardInterrupt, GeneratorExit])
def test_whatever_a_driver_raises_is_silence(moody: Moody, method: str, error: type[BaseException]) -> None:
    register = ContainedRegister("moody", moody)
    moody.acts[method] = raising(error)
    with pytest.raises(RegisterSilent, match=rf"moody\.{method} raised {error.__name__} at test_contained") as told:
        getattr(register, method)(*GIVEN.get(method, ()))
    assert "secret" not in str(told.value)


@pytest.mark.parametrize("method", METHODS)
def test_a_refusal_of_the_drivers_own_stays_one(moody: Moody, method: str) -> None:
    moody.acts[method] = raising(RegisterRefused)
    with pytest.raises(RegisterRefused):
        getattr(ContainedRegister("moody", moody), method)(*GIVEN.get(method, ()))


@pytest.mark.parametrize("method", JUDGED)
def test_junk_is_no_answer(moody: Moody, method: str) -> None:
    moody.acts[method] = lambda *given: "junk"
    with pytest.raises(RegisterSilent, match=f"answered {method} with str"):
        getattr(ContainedRegister("moody", moody), method)(*GIVEN.get(method, ()))


def test_the_document_of_another_order_is_no_answer(moody: Moody) -> None:
    register = ContainedRegister("moody", moody)
    register.open_shift("Anna")
    made = register.register(order())
    moody.acts["find"] = lambda order_id: made._replace(receipt="another")
    with pytest.raises(RegisterSilent, match="answered find with Made"):
        register.find("mine")


@pytest.mark.parametrize("odd", [RegisterError("odd"), RegisterError])
def test_an_error_that_says_neither_is_silence(moody: Moody, odd: Any) -> None:
    moody.acts["register"] = lambda order: raise_it(odd)
    with pytest.raises(RegisterSilent):
        ContainedRegister("moody", moody).register(order())


def raise_it(error: Any) -> None:
    raise error


def test_none_is_no_document(moody: Moody) -> None:
    moody.acts["register"] = lambda order: None
    with pytest.raises(RegisterSilent, match="with NoneType"):
        ContainedRegister("moody", moody).register(order())


def drive_of(register: FiscalRegister) -> str | None:
    """What the register says of its drive; None while it is silent."""
    try:
        return register.status().drive
    except RegisterSilent:
        return None


def test_a_call_that_hangs_is_given_up_and_no_other_one_overlaps_it(moody: Moody) -> None:
    moody.budget = 0.2
    register, go = ContainedRegister("moody", moody), threading.Event()
    moody.acts["register"] = lambda order: go.wait(60) and None
    with pytest.raises(RegisterSilent, match=r"did not answer register within 0\.2 s"):
        register.register(order())
    with pytest.raises(RegisterSilent, match="still at work"):
        register.status()
    assert moody.calls == ["register"]
    go.set()
    assert eventually(lambda: drive_of(register)) == moody.inner.serial


@pytest.mark.parametrize("serial", [5, None])
def test_a_serial_that_is_none_is_not_known(moody: Moody, serial: object) -> None:
    moody.acts["serial"] = lambda: serial
    assert ContainedRegister("moody", moody).serial == ""


@pytest.mark.parametrize("budget", [0, -1, float("nan"), "1", 601, True])
def test_a_budget_is_a_number_of_seconds(moody: Moody, budget: object) -> None:
    moody.budget = budget
    with pytest.raises(UserError, match="budget of the driver moody"):
        ContainedRegister("moody", moody)


def test_an_object_that_is_no_driver_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="the driver none has no status, last"):
        ContainedRegister("none", object())  # type: ignore[arg-type]


SOURCES = {
    "ends the program": ("brokenroll", "raise SystemExit(0)\n", "SystemExit"),
    "imports nothing": ("hollowroll", "import no_such_module\n", "ModuleNotFoundError"),
    "opens with an end": ("paperroll", "def open_register(place):\n    raise SystemExit(0)\n", "SystemExit"),
}


@pytest.mark.parametrize("what", SOURCES)
def test_a_driver_that_cannot_be_opened_is_named(packages: Path, tmp_path: Path, http: Http, what: str) -> None:
    name, source, told = SOURCES[what]
    installed(packages, name, "open_register", source)
    with pytest.raises(UserError, match=name) as raised:
        open_register(place(name, tmp_path, QuickClock(), http))
    assert told in str(raised.value)


@pytest.mark.parametrize("what", ["ends the program", "imports nothing"])
def test_check_names_a_driver_that_cannot_be_loaded(packages: Path, tmp_path: Path, what: str) -> None:
    name, source, told = SOURCES[what]
    installed(packages, name, "open_register", source)
    shop = shop_folder(tmp_path / "shop", files={"10-register.ini": f"[Fiscal]\ndriver = {name}\n"})
    (problem,) = [one for one in examine(shop / "conf").problems if one.code == "MG074"]
    assert (problem.file, problem.line, told in problem.text) == ("10-register.ini", 2, True)


DRIVER = """
from ncash.fiscal.emulator import EmulatedRegister

class Roll(EmulatedRegister):
    budget = 60.0
    def register(self, order):
        made = super().register(order)
        raise SystemExit(0)

def open_register(place):
    return Roll(place.data, place.clock, place.till)
"""


def test_a_document_made_by_a_driver_that_raised_is_found_and_booked_once(packages: Path, tmp_path: Path) -> None:
    installed(packages, "paperroll", "open_register", DRIVER)
    shop = shop_folder(tmp_path / "shop", files={"10-register.ini": "[Fiscal]\ndriver = paperroll\n"})
    outside = Outside(FrozenClock(), SeededRandom(), FencedHttp())
    with DrivenTill(shop / "conf", shop / "data", outside) as till:
        till.send("open")
        till.send("scan", data=BREAD)
        closed = till.send("close")
        assert (closed["ok"], closed["receipt"]["state"]) == (True, "closed")
        documents = till.shop.documents.connection.all("SELECT fiscal FROM document WHERE doctype = 1")
    assert len(documents) == 1
