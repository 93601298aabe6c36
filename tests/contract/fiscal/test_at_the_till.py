"""The till at the services in front of registers: one close is one document in the drive and one in the books."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from ncash.emulators.atol import AtolServer, Device
from ncash.emulators.kkmserver import PASSWORD, KkmServer
from ncash.fiscal.rest import REST
from ncash.model.ports import Outside
from ncash.network.http import RequestsHttp
from ncash.testing import DrivenTill, FrozenClock, SeededRandom, ShopDatabase, shop_folder

BREAD = "4600000000015"
WATER = "010469999990001321dEmO-WaTeR001\x1d93aBcD"
CONF = "[Fiscal]\ndriver = {driver}\nurl = {url}\nuser = User\npasswordFile = ../register.password\ntax = vat20\n"
SERVICES: Final[Mapping[str, tuple[type[KkmServer] | type[AtolServer], str, str]]] = {
    "kkmserver": (KkmServer, "RegisterCheck", "ValidationMarkingCode"),
    "atol": (AtolServer, "sell", "beginMarkingCodeValidation"),
}
"""The emulated service, the command that makes a receipt, and the one that checks a code."""
OTHER: Final = "010469999990001321dEmO-WaTeR002\x1d93aBcD"


class Bench(NamedTuple):
    """A shop at a service."""

    folder: Path
    till: DrivenTill
    server: KkmServer | AtolServer
    device: Device
    clock: FrozenClock
    receipt: str
    check: str

    def books(self) -> list[tuple[Any, ...]]:
        return ShopDatabase(self.folder / "data" / "Documents.sqlite").rows(
            "SELECT doctype, docsum FROM document ORDER BY documentid"
        )

    def sold(self, *codes: str) -> dict[str, Any]:
        self.till.send("open")
        for code in codes:
            answer = self.till.send("scan", data=code)
            assert answer["ok"], answer
        return self.till.send("close")


@pytest.fixture(params=list(SERVICES))
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    folder, clock = tmp_path / "shop", FrozenClock("2027-01-15T12:00:00+03:00")
    shop_folder(folder)
    (folder / "register.password").write_text(PASSWORD, encoding="utf-8")
    server, receipt, check = SERVICES[request.param]
    with server(now=clock.now) as running:
        text = CONF.format(driver=request.param, url=running.url)
        (folder / "conf" / "ncash.ini.d" / "60-register.ini").write_text(text, encoding="utf-8")
        outside = Outside(clock, SeededRandom(request.param), RequestsHttp())
        till = DrivenTill(folder / "conf", folder / "data", outside)
        yield Bench(folder, till, running, running.device, clock, receipt, check)
        till.close()


def keys(answer: dict[str, Any]) -> list[str]:
    return [one["key"] for one in answer["screen"]]


def test_a_close_is_one_document_here_and_there(bench: Bench) -> None:
    answer = bench.sold(BREAD)
    assert (answer["ok"], answer["document"]["fiscal"]["number"]) == (True, 2)
    assert [(made.number, made.total, made.returned) for made in bench.device.receipts] == [(2, 4590, False)]
    assert len(bench.books()) == 1


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_lost_answer_is_settled_by_asking(bench: Bench, when: str) -> None:
    bench.server.lose(bench.receipt, when)
    answer = bench.sold(BREAD)
    if answer["document"] is None:
        answer = bench.till.send("close")
    assert answer["document"]["fiscal"]["number"] == 2
    assert (len(bench.device.receipts), len(bench.books())) == (1, 1)


def test_a_till_that_ended_before_the_answer_closes_the_receipt_when_it_starts(bench: Bench) -> None:
    bench.server.lose(bench.receipt, "after")
    bench.sold(BREAD)
    bench.till.restart()
    assert (len(bench.device.receipts), len(bench.books())) == (1, 1)
    assert bench.sold(BREAD)["document"]["fiscal"]["number"] == 3


def test_paper_that_ends_in_the_middle_leaves_one_document(bench: Bench) -> None:
    bench.sold(BREAD)
    bench.device.paper_ends = True
    answer = bench.sold(BREAD)
    assert answer["document"] is not None
    if isinstance(bench.server, AtolServer):
        assert [one["key"] for one in answer["notices"]] == ["FiscalUnprinted"]
    assert (len(bench.device.receipts), len(bench.books())) == (2, 2)
    refused = bench.sold(BREAD)
    assert (refused["document"], "PaperOut" in keys(refused)) == (None, True)
    bench.device.paper = True
    assert bench.till.send("close")["document"]["fiscal"]["number"] == 4


def test_a_mark_is_checked_and_goes_into_the_document(bench: Bench) -> None:
    answer = bench.sold(WATER)
    assert answer["document"] is not None, answer
    (made,) = bench.device.receipts
    assert made.marks == (WATER,)


def test_a_mark_that_the_drive_refuses_is_not_added(bench: Bench) -> None:
    bench.device.bits[WATER] = 1
    bench.till.send("open")
    answer = bench.till.send("scan", data=WATER)
    assert (answer["decision"]["verdict"], answer["receipt"]["positions"]) == ("deny", [])
    assert bench.till.send("cancel")["ok"]
    assert not bench.device.receipts


def test_a_service_that_is_silent_about_a_code_is_not_asked_at_every_scan(bench: Bench) -> None:
    bench.till.send("open")
    bench.server.lose(bench.check, "before")
    silent, resting = (bench.till.send("scan", data=code) for code in (WATER, OTHER))
    assert [keys(silent), keys(resting)] == [["CodeUnchecked"], ["CodeUnchecked"]]
    bench.clock.move(REST + 1)
    assert keys(bench.till.send("scan", data=OTHER.replace("R002", "R003"))) == []


def test_a_shift_that_ran_out_is_said_and_nothing_is_made(bench: Bench) -> None:
    bench.sold(BREAD)
    bench.clock.move(25 * 3600)
    answer = bench.sold(BREAD)
    assert (answer["document"], keys(answer)) == (None, ["ShiftExpired"])
    assert len(bench.device.receipts) == 1


def test_a_service_that_is_down_leaves_the_receipt_at_payment(bench: Bench) -> None:
    bench.server.off()
    refused = bench.sold(BREAD)
    assert refused["document"] is None
    assert keys(refused)
    bench.server.on()
    assert bench.till.send("close")["document"]["fiscal"]["number"] == 2
