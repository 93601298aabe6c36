"""No statement of the scan path reads a whole table, whatever the till asked for."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import pytest

from ncash.model.decision import fixed
from ncash.model.keg import KEG, Keg
from ncash.model.ports import KegShort, Saving
from ncash.model.receipt import Kind, Payment, Position, Receipt
from ncash.store.dictionaries.dictionaries import SqliteDictionaries, open_dictionaries
from ncash.store.documents import SqliteDocuments
from ncash.store.outbox import outbox
from ncash.store.sqlite.connection import Connection

Milk = Callable[..., Position]


@contextmanager
def statements(connection: Connection) -> Iterator[list[str]]:
    """Every statement that SQLite was given, with its values."""
    seen: list[str] = []
    connection.raw.set_trace_callback(seen.append)
    yield seen
    connection.raw.set_trace_callback(None)


def scans(connection: Connection, seen: list[str]) -> list[str]:
    """Statements that read a whole table or sort, with the line of the plan that says so."""
    found = []
    for text in dict.fromkeys(seen):
        if text.startswith(("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")):
            continue
        for *_, step in connection.raw.execute("EXPLAIN QUERY PLAN " + text):
            if "SCAN" in step.replace("SCAN CONSTANT ROW", "") or "TEMP B-TREE" in step:
                found.append(f"{step}: {text}")
    return found


@pytest.fixture
def dictionaries(tmp_path: Path) -> Iterator[SqliteDictionaries]:
    found = open_dictionaries(tmp_path / "Dictionaries.sqlite")
    yield found
    found.close()


def test_the_guard_sees_a_scan(till: SqliteDocuments) -> None:
    planted = "SELECT * FROM Goodsitem WHERE name = 'x'"
    assert scans(till.connection, [planted]) == [f"SCAN Goodsitem: {planted}"]


def test_looking_up_goods_marks_and_people_scans_nothing(dictionaries: SqliteDictionaries) -> None:
    with statements(dictionaries.connection) as seen:
        dictionaries.goods("3041094787443")
        dictionaries.goods_by_gtin("03041094787443")
        dictionaries.article_barcodes("5")
        dictionaries.catalogs("5")
        dictionaries.catalog_exists("1")
        dictionaries.whitelisted("A")
        dictionaries.cashier("1")
        dictionaries.role_exists("2")
    assert len([text for text in seen if not text.startswith("PRAGMA")]) == 9
    assert scans(dictionaries.connection, seen) == []


def test_what_is_due_is_found_by_route_and_key(till: SqliteDocuments) -> None:
    with statements(till.connection) as seen:
        outbox.due(till.connection, "http://127.0.0.1/status", 1.0, 2.0, 100)
    assert len(seen) == 1
    assert scans(till.connection, seen) == []


def test_uniqueness_scans_nothing(till: SqliteDocuments) -> None:
    with statements(till.connection) as seen:
        till.last_use("A")
        till.unit_sold("A")
        till.keg_price("A", 41)
    assert len(seen) == 3
    assert scans(till.connection, seen) == []


def test_saving_closing_and_cancelling_scan_nothing(till: SqliteDocuments, milk: Milk) -> None:
    with statements(till.connection) as seen:
        for cis in ("A", "B"):
            receipt = Receipt(cis, positions=(milk(1, cis), milk(2, None)), cashier="12")
            till.save_receipt(Saving(receipt, [{"kind": "add", "verdict": "allow"}], [cis], 50))
            till.save_receipt(Saving(Receipt(cis, positions=(milk(2, None),))))
            till.idle()
            if cis == "A":
                till.close_receipt(receipt, [Payment("cash", 1)], "now", {})
            else:
                till.cancel_receipt(receipt, "now")
        till.open_receipt()
    assert len(seen) > 30
    assert scans(till.connection, seen) == []


def test_a_return_by_sale_scans_nothing(till: SqliteDocuments, milk: Milk) -> None:
    closed = till.close_receipt(Receipt("s", positions=(milk(1, "A"),)), [], "now", {})
    receipt = Receipt("r", Kind.RETURN_BY_SALE, positions=(milk(1, "A", sale_position=1),), sale=str(closed.documentid))
    with statements(till.connection) as seen:
        till.sale(str(closed.documentid))
        till.save_receipt(Saving(receipt, take=["A"], opcode=58))
        till.close_receipt(receipt, [], "now", {})
    assert len(seen) > 15
    assert scans(till.connection, seen) == []


def test_looking_for_shifts_and_orders_that_wait_scans_nothing(till: SqliteDocuments, milk: Milk) -> None:
    with statements(till.connection) as seen:
        till.unexported()
        till.save_receipt(Saving(Receipt("a", positions=(milk(1, None),), extra={"ordered": True})))
        till.identifier_known("web-1")
    found = [step for step in scans(till.connection, seen) if "openreceipt" not in step]
    assert len(seen) > 5
    assert found == []


def test_portions_of_kegs_scan_nothing(till: SqliteDocuments, milk: Milk) -> None:
    keg = fixed({KEG: Keg(1_000, "crpt").json()})
    with statements(till.connection) as seen:
        for name, kind in (("s", Kind.SALE), ("r", Kind.RETURN)):
            portion = milk(1, "A", fractional=True, frunit=41, quantity=Decimal("0.5"), extra=keg)
            receipt = Receipt(name, kind, positions=(portion,))
            till.keg("A", name, 1)
            till.save_receipt(Saving(receipt, opcode=kind.opcode, time="now"))
            till.save_receipt(Saving(receipt._replace(positions=()), opcode=kind.opcode, time="now"))
            till.save_receipt(Saving(receipt, opcode=kind.opcode, time="now"))
            till.close_receipt(receipt, [], "now", {})
        with pytest.raises(KegShort):
            till.save_receipt(Saving(Receipt("o", Kind.RETURN, positions=(portion,)), opcode=58, time="now"))
    assert len([text for text in seen if "keg" in text]) > 20
    assert scans(till.connection, seen) == []
