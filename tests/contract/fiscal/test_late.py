"""An order that lies in the register and is carried out when its receipt is over: one document, one in the books."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from ncash.emulators.atol import AtolServer
from ncash.emulators.kkmserver import PASSWORD, KkmServer
from ncash.fiscal.emulator import EmulatedRegister
from ncash.model.fiscal.intent import Ruling
from ncash.model.ports import Outside
from ncash.network.http import RequestsHttp
from ncash.testing import DrivenTill, FrozenClock, SeededRandom, ShopDatabase, shop_folder
from ncash.testing.invariants import violations

BREAD: Final = "4600000000015"
WATER: Final = "010469999990001321dEmO-WaTeR001\x1d93aBcD"
CONF: Final = "[Fiscal]\ndriver = {driver}\nurl = {url}\nuser = User\npasswordFile = register.password\ntax = vat20\n"
SERVICES: Final = {"kkmserver": (KkmServer, "RegisterCheck"), "atol": (AtolServer, "sell")}


class Bench(NamedTuple):
    """A shop whose register delays a receipt."""

    folder: Path
    till: DrivenTill
    delay: Callable[[], None]
    """The next order lies in the register, and one more is lost."""
    catch_up: Callable[[], None]
    receipts: Callable[[], int]

    def books(self) -> list[tuple[Any, ...]]:
        statement = "SELECT doctype, json_extract(fiscal, '$.number') FROM document ORDER BY documentid"
        return ShopDatabase(self.folder / "data" / "Documents.sqlite").rows(statement)

    def sold(self, *codes: str, before: Callable[[], None] = lambda: None) -> dict[str, Any]:
        self.till.send("open")
        for code in codes:
            assert self.till.send("scan", data=code)["ok"]
        before()
        return self.till.send("close")

    def delayed(self, *codes: str) -> None:
        answer = self.sold(*codes, before=self.delay)
        assert (answer["document"], keys(answer)) == (None, ["FiscalNotMade"])

    def decided(self, what: str) -> None:
        books = self.till.shop.documents
        intent = books.intent()
        assert intent is not None
        assert books.rule_intent(intent.uuid, Ruling(what, "anna", "the tape", intent.time))


def keys(answer: dict[str, Any]) -> list[str]:
    return [one["key"] for one in answer["screen"]]


@pytest.fixture(params=["emulator", *SERVICES])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    folder, clock = tmp_path / "shop", FrozenClock("2027-01-15T12:00:00+03:00")
    shop_folder(folder)
    outside = Outside(clock, SeededRandom(request.param), RequestsHttp())
    if request.param == "emulator":
        with DrivenTill(folder / "conf", folder / "data", outside) as till:
            yield emulated(folder, till, clock)
        return
    service, sale = SERVICES[request.param]
    with service(now=clock.now) as running:
        (folder / "conf" / "register.password").write_text(PASSWORD, encoding="utf-8")
        (folder / "conf" / "register.password").chmod(0o600)
        text = CONF.format(driver=request.param, url=running.url)
        (folder / "conf" / "ncash.ini.d" / "60-register.ini").write_text(text, encoding="utf-8")

        def delay() -> None:
            running.lose(sale, "late")
            running.lose(sale, "before")

        with DrivenTill(folder / "conf", folder / "data", outside) as till:
            yield Bench(folder, till, delay, running.catch_up, lambda: len(running.device.receipts))


def emulated(folder: Path, till: DrivenTill, clock: FrozenClock) -> Bench:
    register = EmulatedRegister(folder / "data", clock)

    def delay() -> None:
        register.faults.add("late", 1000, times=1)
        register.faults.add("silent_before", times=1)

    def receipts() -> int:
        return sum(one["type"] == "receipt" for one in register.memory.documents())

    return Bench(folder, till, delay, register.catch_up, receipts)


def sound(bench: Bench) -> None:
    assert violations(bench.folder / "data", but=("I7", "I8")) == []


def test_a_document_that_came_before_the_receipt_was_let_go_closes_it(bench: Bench) -> None:
    bench.delayed(BREAD, WATER)
    bench.catch_up()
    answer = bench.till.send("cancel")
    assert (keys(answer), answer["document"]["fiscal"]["number"]) == (["FiscalAdopted"], 2)
    assert bench.sold(BREAD)["document"]["fiscal"]["number"] == 3
    assert (bench.books(), bench.receipts()) == ([(1, 2), (1, 3)], 2)
    sound(bench)


@pytest.mark.parametrize(("command", "restart"), [({"cmd": "open"}, False), ({"cmd": "shift", "do": "close"}, True)])
def test_a_document_of_an_annulled_receipt_waits_for_the_supervisor(
    bench: Bench, command: dict[str, str], restart: bool
) -> None:
    bench.delayed(BREAD, WATER)
    assert bench.till.send("cancel")["document"]["doctype"] == 7
    bench.catch_up()
    if restart:
        bench.till.restart()
    answer = bench.till.send(**command)
    assert (answer["error"]["code"], keys(answer)) == ("stopped", ["FiscalLate"])
    bench.decided("adopt")
    assert keys(bench.till.send(**command))[:1] == ["FiscalAdopted"]
    assert bench.sold(BREAD)["document"]["fiscal"] is not None
    assert ([doctype for doctype, _ in bench.books()], bench.receipts()) == ([7, 1, 1], 2)
    sound(bench)


def test_a_document_of_a_deferred_receipt_closes_it_when_the_supervisor_says_so(bench: Bench) -> None:
    bench.delayed(BREAD, WATER)
    assert bench.till.send("defer")["ok"]
    bench.till.send("open")
    bench.till.send("scan", data=BREAD)
    bench.catch_up()
    bench.till.restart()
    stopped = bench.till.send("close")
    assert (stopped["error"]["code"], keys(stopped)) == ("stopped", ["FiscalLate"])
    bench.decided("adopt")
    answer = bench.till.send("close")
    assert (keys(answer), answer["document"]["fiscal"]["number"]) == (["FiscalAdopted"], 3)
    assert (bench.books(), bench.receipts()) == ([(1, 2), (1, 3)], 2)
    assert bench.till.shop.documents.deferred() == ()
    sound(bench)


def test_a_deferred_receipt_that_is_back_is_closed_with_its_late_document(bench: Bench) -> None:
    bench.delayed(BREAD)
    aside = bench.till.send("defer")["receipt"]
    assert bench.till.send("restore", receipt=aside["id"])["ok"]
    bench.catch_up()
    assert bench.till.send("close")["document"]["fiscal"]["number"] == 2
    assert (bench.books(), bench.receipts()) == ([(1, 2)], 1)
    sound(bench)


def test_a_document_that_slips_in_before_the_next_sale_is_found_behind_it(bench: Bench) -> None:
    bench.delayed(BREAD)
    bench.till.send("cancel")
    bench.till.send("open")
    bench.till.send("scan", data=BREAD)
    register = bench.till.shop.register
    bench.till.shop.till.room = bench.till.shop.till.room._replace(register=Slipping(register, bench.catch_up))
    assert bench.till.send("close")["document"]["fiscal"]["number"] == 3
    assert keys(bench.till.send("open")) == ["FiscalLate"]
    bench.decided("drop")
    assert bench.sold(BREAD)["document"]["fiscal"]["number"] == 4


def test_the_report_is_given_and_says_what_came_late(bench: Bench) -> None:
    bench.delayed(BREAD)
    bench.till.send("cancel")
    bench.catch_up()
    answer = bench.till.send("shift", do="x")
    assert (answer["ok"], keys(answer)[0], answer["report"]["annulled"]["count"]) == (True, "FiscalLate", 1)


class Slipping:
    """A register in which something happens between the question and the order."""

    def __init__(self, register: Any, happens: Callable[[], None]) -> None:
        self._register, self._happens = register, happens

    def __getattr__(self, name: str) -> Any:
        return getattr(self._register, name)

    def register(self, order: Any) -> Any:
        self._happens()
        return self._register.register(order)
