"""Every checker finds the violation that is planted for it, and nothing in a shop that sold in order."""

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from ncash.cli.main import run
from ncash.emulators.atol import AtolServer
from ncash.emulators.crpt import TOKEN, Emulator
from ncash.fiscal import open_register, place_of
from ncash.model.fiscal.register import FiscalLine, FiscalOrder
from ncash.model.ports import Outside
from ncash.model.receipt import Kind, Payment
from ncash.network.http import RequestsHttp
from ncash.settings.config import Config
from ncash.settings.host import TABLES
from ncash.support.books.reconcile import INVARIANTS, reconcile
from ncash.system.clock import SystemClock
from ncash.testing import DrivenTill, FencedHttp, FrozenClock, SeededRandom, shop_folder, violations

from .conftest import BREAD
from .test_backup import spoil

ROOT: Final = Path(__file__).parents[3]
MILK, MILK2 = "01046705401760992150001\x1d93dGVz", "01046705401760992150002\x1d93dGVz"
DRIVE: Final = "fiscal-emulator.jsonl"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A day: a sale that was checked, one that was asked about, a return of both, and an annulled receipt."""
    folder = tmp_path_factory.mktemp("reconcile") / "shop"
    with Emulator() as crpt:
        own = {"enableMarkVerifyCrpt": "true", "markVerifyCrptUrl": crpt.url, "xapikey": f"[-1:{TOKEN}]",
               "allowNotMatchingBarcodes": "true", "ignoreCrptStatusSold": "ask"}  # fmt: skip
        shop_folder(folder, {"MarkedGoods": own})
        crpt.script(MILK2, sold=True)
        outside = Outside(FrozenClock(), SeededRandom(1), FencedHttp(*crpt.site_urls))
        with DrivenTill(folder / "conf", folder / "data", outside) as till:
            _day(till)
    return folder


def _day(till: DrivenTill) -> None:
    till.send("open", cashier="1")
    till.send("scan", data=MILK)
    till.send("scan", data=BREAD)
    till.send("close", payments=[{"type": "card", "amount": "135.80"}])
    till.send("open", cashier="1")
    till.send("scan", data=MILK2)
    assert till.send("press", button="continue")["decision"]["verdict"] == "allow"
    till.send("close")
    till.send("open", kind="return_by_sale", sale="1")
    till.send("choose", positions=[2])
    assert till.send("close")["ok"]
    till.send("open", cashier="1")
    till.send("scan", data=BREAD)
    till.send("cancel")


class Shop(NamedTuple):
    """A copy of the shop to spoil."""

    folder: Path

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @contextmanager
    def books(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.data / "Documents.sqlite", isolation_level=None)) as connection:
            yield connection

    def sql(self, statement: str, *values: Any) -> None:
        with self.books() as connection:
            assert connection.execute(statement, values).rowcount != 0, "nothing was planted"

    def drive(self, change: Callable[[list[dict[str, Any]]], None]) -> None:
        path = self.data / DRIVE
        documents = [json.loads(line) for line in path.read_text("ascii").splitlines()]
        change(documents)
        path.write_text("".join(f"{json.dumps(one)}\n" for one in documents), "ascii")

    def found(self) -> set[str]:
        return {one.invariant for one in violations(self.data, self.folder / "conf")}


@pytest.fixture
def spoilt(shop: Path, tmp_path: Path) -> Shop:
    return Shop(Path(shutil.copytree(shop, tmp_path / "shop")))


def test_a_shop_that_sold_in_order_has_no_violation(shop: Path) -> None:
    found = reconcile(shop / "data", shop / "conf")
    assert found.violations == ()
    assert set(found.looked) == {one.name for one in INVARIANTS if one.checker is not None}


def receipts(documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for one in documents if one.get("receipt")]


def without_one(documents: list[dict[str, Any]]) -> None:
    documents.remove(receipts(documents)[1])


def another_sum(documents: list[dict[str, Any]]) -> None:
    receipts(documents)[0]["total"] += 1


def another_mark(documents: list[dict[str, Any]]) -> None:
    receipts(documents)[0]["lines"][0]["mark"] = MILK2


def made_again(documents: list[dict[str, Any]]) -> None:
    documents.append({**receipts(documents)[-1], "number": documents[-1]["number"] + 1})


def unknown_receipt(documents: list[dict[str, Any]]) -> None:
    fresh = {**receipts(documents)[-1], "number": documents[-1]["number"] + 1}
    documents.append({**fresh, "receipt": "00000000-0000-4000-8000-000000000000"})


SOLD_TWICE: Final = (
    "INSERT INTO Goodsitem (documentid, posnum, bcode, price, cquant, opcode, cis, marked, checks) "
    "SELECT 2, 9, bcode, price, cquant, opcode, cis, 0, '[]' FROM Goodsitem WHERE documentid = 1 AND marked = 1"
)
PLANTED: Final[dict[str, tuple[str, Callable[[Shop], None]]]] = {
    "a mark sold twice": ("I1", lambda shop: shop.sql(SOLD_TWICE)),
    "a receipt that is in the drive only": ("I2", lambda shop: shop.drive(unknown_receipt)),
    "a receipt that was annulled and is in the drive": (
        "I2", lambda shop: shop.sql("UPDATE document SET doctype = 7 WHERE documentid = 2")),
    "a message that was refused": ("I2", lambda shop: shop.sql(
        "INSERT INTO outbox (uuid, cashcode, route, op, key, body, created, attempts, result) "
        "VALUES ('m', '1', 'r', 'sold', 'k', '{}', 'now', 1, 'refused')")),
    "a document that the drive does not have": ("I3", lambda shop: shop.drive(without_one)),
    "a document of another sum": ("I3", lambda shop: shop.drive(another_sum)),
    "a document of another mark": ("I3", lambda shop: shop.drive(another_mark)),
    "a receipt that was made twice": ("I3", lambda shop: shop.drive(made_again)),
    "a closed document without a fiscal one": (
        "I3", lambda shop: shop.sql("UPDATE document SET fiscal = '{}' WHERE documentid = 1")),
    "two documents with one fiscal number": (
        "I3", lambda shop: shop.sql(
            "UPDATE document SET fiscal = (SELECT fiscal FROM document WHERE documentid = 1) WHERE documentid = 2")),
    "a position that was refused": (
        "I4", lambda shop: shop.sql("UPDATE Goodsitem SET refused = 'no' WHERE cis IS NOT NULL AND documentid = 1")),
    "a check that said no": (
        "I4", lambda shop: shop.sql(
            "UPDATE Goodsitem SET checks = '[{\"check\":\"crpt\",\"verdict\":\"deny\",\"skipped\":null}]' "
            "WHERE cis IS NOT NULL AND documentid = 1")),
    "a position that no line allowed": (
        "I4", lambda shop: shop.sql("UPDATE Goodsitem SET cis = 'other', code = 'x' WHERE documentid = 2")),
    "a tag of another answer": (
        "I5", lambda shop: shop.sql("UPDATE Goodsitem SET tag1265 = 'UUID=x&Time=1' WHERE documentid = 1")),
    "a check without tag and reason": (
        "I5", lambda shop: shop.sql("UPDATE Goodsitem SET tag1265 = NULL WHERE documentid = 1 AND marked = 1")),
    "a mark held for a receipt that is over": (
        "I6", lambda shop: shop.sql("INSERT INTO openmark (cis, cashcode, uuid) VALUES ('x', '1', 'gone')")),
    "a position of a sale held for a receipt that is over": (
        "I6", lambda shop: shop.sql("INSERT INTO returnedposition VALUES (1, 1, 'gone')")),
    "a reservation that nobody ended": (
        "I6", lambda shop: shop.sql(
            "UPDATE Goodsitem SET extra = '{\"reserved\":\"http://server\"}', "
            "checks = '[{\"check\":\"reserve\",\"verdict\":\"allow\",\"skipped\":null}]' "
            "WHERE documentid = 1 AND marked = 1")),
    "a token in a log": ("I7", lambda shop: note(shop, f"calling with {TOKEN}")),
    "a file that was cut": ("I8", lambda shop: cut(shop)),
    "a line of the journal that is gone": ("I12", lambda shop: forge(shop, "DELETE FROM journal WHERE seq = 2")),
    "a line that was changed": (
        "I12", lambda shop: forge(shop, "UPDATE journal SET verdict = 'deny' WHERE seq = 2")),
    "a page that is gone": ("I14", lambda shop: spoil(shop.data / "Documents.sqlite", "moneyitem_document")),
    "a page of Dictionaries that is gone": ("I14", lambda shop: spoil(shop.data / "Dictionaries.sqlite", "tmc")),
}  # fmt: skip


def note(shop: Shop, text: str) -> None:
    (shop.data / "till.log").write_text(text, encoding="utf-8")


def cut(shop: Shop) -> None:
    whole = shop.folder / "conf" / "ncash.ini.d" / "markedgoods.ini"
    (shop.data / "last-good").mkdir(exist_ok=True)
    (shop.data / "last-good" / whole.name).write_bytes(whole.read_bytes())
    whole.write_bytes(whole.read_bytes()[:2000])


def forge(shop: Shop, statement: str) -> None:
    with shop.books() as connection:
        for trigger in ("journal_kept", "journal_unchanged"):
            connection.execute({"journal_kept": "DROP TRIGGER journal_kept",
                                "journal_unchanged": "DROP TRIGGER journal_unchanged"}[trigger])  # fmt: skip
        assert connection.execute(statement).rowcount == 1


@pytest.mark.parametrize("what", PLANTED)
def test_a_planted_violation_is_found(spoilt: Shop, what: str) -> None:
    invariant, plant = PLANTED[what]
    plant(spoilt)
    assert invariant in spoilt.found()


def test_a_violation_is_planted_for_every_checker() -> None:
    assert {name for name, _ in PLANTED.values()} == {one.name for one in INVARIANTS if one.checker is not None}


@pytest.mark.parametrize("one", INVARIANTS, ids=lambda one: one.name)
def test_what_is_proved_by_tests_names_tests_that_are_there(one: Any) -> None:
    assert one.checker is not None or one.proof
    assert not [path for path in one.proof if not (ROOT / path).exists()]


def told(spoilt: Shop, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, Any]]:
    code = run(["reconcile", "--json", *words, "--conf", str(spoilt.folder / "conf"), "--data", str(spoilt.data)])
    return code, json.loads(capsys.readouterr().out)


def test_the_command_tells_each_violation_with_its_receipt(spoilt: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    spoilt.drive(unknown_receipt)
    code, answer = told(spoilt, capsys)
    assert code == 1
    [lost] = [one for one in answer["violations"] if one["invariant"] == "I2"]
    assert lost["receipt"] == "00000000-0000-4000-8000-000000000000"
    assert "rebuild" in lost["next"]
    assert {one["invariant"] for one in answer["proved_by_tests"]} == {"I9", "I10", "I11", "I13"}


def test_people_read_the_same(spoilt: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    spoilt.drive(unknown_receipt)
    assert run(["reconcile", "--conf", str(spoilt.folder / "conf"), "--data", str(spoilt.data)]) == 1
    printed = capsys.readouterr().out
    assert "I2   no lost receipt: 1 violations" in printed
    assert "receipt 00000000-0000-4000-8000-000000000000" in printed
    assert "I13  human intent: not seen in files, proved by" in printed


def test_one_invariant_can_be_looked_for_alone(spoilt: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    spoilt.drive(another_sum)
    code, answer = told(spoilt, capsys, "--only", "I12")
    assert (code, answer["looked"]) == (0, ["I12"])


@pytest.fixture
def at_atol(spoilt: Shop) -> Iterator[tuple[Shop, AtolServer]]:
    """The same books, and a register that keeps its documents to itself."""
    with AtolServer(now=SystemClock().now) as server:
        drop_in = spoilt.folder / "conf" / "ncash.ini.d" / "80-register.ini"
        drop_in.write_text(f"[Fiscal]\ndriver = atol\nurl = {server.url}\n", encoding="utf-8")
        yield spoilt, server


def looked(shop: Shop) -> list[str]:
    http = RequestsHttp()
    try:
        found = reconcile(shop.data, shop.folder / "conf", ["I2"], (SystemClock(), http))
    finally:
        http.close()
    return [one.text for one in found.violations]


def registered(shop: Shop, receipt: str) -> None:
    """The register makes a document that no till of this shop asked for."""
    http = RequestsHttp()
    try:
        config = Config.load(shop.folder / "conf", TABLES)
        register = open_register(place_of(config, shop.data, SystemClock(), http, "1"))
        register.open_shift("1")
        line = FiscalLine("Хлеб", BREAD, Decimal(1), 0, 4590, 4590, "1", 1)
        time = SystemClock().now().isoformat(timespec="seconds")
        register.register(FiscalOrder(receipt, Kind.SALE, "1", (line,), (Payment("cash", 4590),), time))
    finally:
        http.close()


def test_the_last_document_of_a_register_is_in_the_books(at_atol: tuple[Shop, AtolServer]) -> None:
    shop, _ = at_atol
    assert looked(shop) == []
    registered(shop, "00000000-0000-4000-8000-000000000000")
    [text] = looked(shop)
    assert "of 45.90, the last one of drive" in text


def test_a_register_that_does_not_answer_is_no_proof(at_atol: tuple[Shop, AtolServer]) -> None:
    shop, server = at_atol
    server.__exit__(None, None, None)
    [text] = looked(shop)
    assert text.startswith("cannot be looked for: the register does not answer")
