"""The books of one till: what is written is what comes back, each write is one durable transaction."""

import base64
import sqlite3
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from ncash.errors import UserError
from ncash.model.ports import MarkTaken, Saving
from ncash.model.receipt import Channel, Kind, Payment, Position, Receipt, State
from ncash.store.documents import SqliteDocuments

Milk = Callable[..., Position]
OpenTill = Callable[..., SqliteDocuments]
NOW = "2026-11-20T09:00:00+03:00"
TAGS = {"1262": "030", "1263": "21.11.2023", "1264": "1944", "1265": "UUID=a&Time=1", "2106": "15"}
CHECK = {"check": "crpt", "verdict": "allow", "setting": None, "fact": {"sold": False, "ogvs": ["Роспотребнадзор"]}}


def row(till: SqliteDocuments, statement: str, *values: Any) -> dict[str, Any]:
    cursor = till.connection.raw.execute(statement, values)
    return dict(zip((column[0] for column in cursor.description), cursor.fetchone(), strict=True))


def full(milk: Milk) -> Receipt:
    """A receipt in which no field has its default."""
    position = milk(
        dept="2", category="Milk", additionalbarcode="4607042430633", input="binary", checks=(CHECK,), tags=TAGS,
        unchecked="timeout", fractional=True, frunit=11, refused="нет", extra={"expireDate": "2026-12-01", "n": [1]},
    )  # fmt: skip
    return Receipt(
        "uuid-1", Kind.SALE, State.OPEN, Channel.SELF_CHECKOUT, "12", (position, milk(2, None)), 2,
        opened=NOW, shift=1, extra={"identifier": "order-1"},
    )  # fmt: skip


def test_an_open_receipt_comes_back_as_it_was(till: SqliteDocuments, open_till: OpenTill, milk: Milk) -> None:
    receipt = full(milk)
    till.save_receipt(Saving(receipt))
    till.close()
    assert open_till().open_receipt() == receipt


def test_later_saves_write_what_changed_and_only_that(till: SqliteDocuments, open_till: OpenTill, milk: Milk) -> None:
    first, second, third = milk(1, "A"), milk(2, "B"), milk(3, "C")
    receipt = Receipt("uuid-1", positions=(first, second))
    till.save_receipt(Saving(receipt))
    seen: list[str] = []
    till.connection.raw.set_trace_callback(seen.append)
    receipt = receipt._replace(positions=(first, second._replace(price=1), third))
    till.save_receipt(Saving(receipt))
    assert len([text for text in seen if text.startswith("INSERT INTO openposition")]) == 2
    receipt = receipt._replace(positions=(first, third))
    till.save_receipt(Saving(receipt))
    assert open_till().open_receipt() == receipt


def test_a_number_once_given_is_not_given_again_after_a_restart(
    till: SqliteDocuments, open_till: OpenTill, milk: Milk
) -> None:
    positions = tuple(milk(n, f"mark {n}") for n in (1, 2, 3))
    receipt = Receipt("uuid-1")
    for n in (1, 2, 3):
        receipt = receipt._replace(positions=positions[:n], last_n=n)
        till.save_receipt(Saving(receipt))
        assert open_till().open_receipt() == receipt
    receipt = receipt._replace(positions=positions[:2])
    till.save_receipt(Saving(receipt))
    assert open_till().open_receipt() == receipt


def test_a_joining_position_leaves_the_head_as_it_is(till: SqliteDocuments, milk: Milk) -> None:
    receipt = Receipt("uuid-1", positions=(milk(1, "A"),), last_n=1, cashier="12")
    till.save_receipt(Saving(receipt))
    seen: list[str] = []
    till.connection.raw.set_trace_callback(seen.append)
    receipt = receipt.joined(milk(2, "B"))
    till.save_receipt(Saving(receipt, take=["B"], opcode=50))
    changes = [text.split(" (")[0] for text in seen if text.startswith(("INSERT", "UPDATE", "DELETE"))]
    assert [text.split(" WHERE")[0] for text in changes] == [
        "UPDATE openreceipt SET revision = revision + 1", "INSERT INTO openposition", "INSERT INTO openmark",
    ]  # fmt: skip
    receipt = receipt._replace(cashier="13")
    till.save_receipt(Saving(receipt))
    assert any("'13'" in text or '"13"' in text for text in seen)


def test_a_closed_sale_stands_in_the_vendors_columns(till: SqliteDocuments, milk: Milk) -> None:
    receipt = full(milk)
    till.save_receipt(Saving(receipt))
    closed = till.close_receipt(receipt, [Payment("card", 13163)], NOW, {"fd": 17})
    document = row(till, "SELECT * FROM document WHERE documentid = ?", closed.documentid)
    assert (document["doctype"], document["docnum"], document["cashcode"], document["shopcode"]) == (1, 1, "1", "7")
    assert (document["uuid"], document["closed"], document["docsum"]) == ("uuid-1", 1, receipt.total / 100)
    item = row(till, "SELECT * FROM Goodsitem WHERE posnum = 1")
    assert (item["bcode"], item["cquant"], item["price"], item["baseprice"]) == ("3041094787443", 0.353, 89.9, 99.9)
    assert (item["opcode"], item["excisemark"]) == (50, "010304109478744321mark-1 93Zjqw")
    assert base64.b64decode(item["markingcode"]).decode() == item["excisemark"]
    assert [item[f"tag{n}"] for n in (1262, 1263, 1264, 1265)] == list(TAGS.values())[:4]
    money = row(till, "SELECT * FROM moneyitem")
    assert (money["opcode"], money["type"], money["summ"]) == (70, "card", 131.63)
    assert till.open_receipt() is None


def test_a_closed_receipt_comes_back_position_by_position(till: SqliteDocuments, milk: Milk) -> None:
    receipt = full(milk)
    till.save_receipt(Saving(receipt))
    till.idle()
    closed = till.close_receipt(receipt, [Payment("cash", 100), Payment("card", 1)], NOW, {"fd": 17})
    found = till.sale(str(closed.documentid))
    assert found is not None
    assert found.receipt == receipt._replace(state=State.CLOSED)
    assert found.payments == (Payment("cash", 100), Payment("card", 1))
    assert (found.fiscal, found.time, found.shopcode, found.returned) == ({"fd": 17}, NOW, "7", frozenset())
    assert till.documents_of_shift(1) == (found,)


def test_a_set_marking_code_is_kept_beside_no_mark(till: SqliteDocuments, milk: Milk) -> None:
    position = milk(1, None, marked=True, markingcode="Пример")
    closed = till.close_receipt(Receipt("u", positions=(position,)), [], NOW, {})
    assert row(till, "SELECT markingcode FROM Goodsitem") == {"markingcode": "0J/RgNC40LzQtdGA"}
    found = till.sale(str(closed.documentid))
    assert found is not None
    assert found.receipt.positions == (position,)


def test_goods_sold_as_ordinary_keep_their_mark_and_have_no_marking_code(till: SqliteDocuments, milk: Milk) -> None:
    till.close_receipt(Receipt("u", positions=(milk(1, None, excisemark="0104"),)), [], NOW, {})
    assert row(till, "SELECT excisemark, markingcode, excisetype, cis FROM Goodsitem") == {
        "excisemark": "0104", "markingcode": None, "excisetype": None, "cis": None,
    }  # fmt: skip


@pytest.mark.parametrize(("kind", "doctype"), [("sale", 7), ("return", 8), ("return_by_sale", 8), ("inventory", 7)])
def test_a_cancelled_receipt_is_an_annulled_document(
    till: SqliteDocuments, milk: Milk, kind: str, doctype: int
) -> None:
    receipt = Receipt("u", Kind(kind), positions=(milk(),))
    till.save_receipt(Saving(receipt, take=["010304109478744321mark-1"]))
    assert till.cancel_receipt(receipt, NOW).doctype == doctype
    assert till.open_receipt() is None
    assert till.last_use("010304109478744321mark-1") is None
    till.save_receipt(Saving(receipt._replace(id="v"), take=["010304109478744321mark-1"], opcode=50))


def test_documents_are_numbered_by_till(open_till: OpenTill, milk: Milk) -> None:
    one, two = open_till("1"), open_till("2")
    numbers = [
        till.close_receipt(Receipt(f"u{n}", positions=(milk(1, None),)), [], NOW, {}).docnum
        for n, till in enumerate((one, one, two, one, two))
    ]
    assert numbers == [1, 2, 1, 3, 2]


@pytest.mark.parametrize(("kind", "opcode"), [(Kind.SALE, 50), (Kind.RETURN, 58)])
def test_the_last_use_of_a_mark_is_the_last_registered_operation(
    till: SqliteDocuments, milk: Milk, kind: Kind, opcode: int
) -> None:
    till.close_receipt(Receipt("a", Kind.SALE, positions=(milk(),)), [], NOW, {})
    till.close_receipt(Receipt("b", kind, positions=(milk(),)), [], NOW, {})
    till.close_receipt(Receipt("c", Kind.INVENTORY, positions=(milk(),)), [], NOW, {})
    till.cancel_receipt(Receipt("d", Kind.SALE, positions=(milk(),)), NOW)
    used = till.last_use("010304109478744321mark-1")
    assert used is not None
    assert (used.opcode, used.docnum, used.cashcode, used.time) == (opcode, 2, "1", NOW)


def test_a_refused_take_writes_nothing(till: SqliteDocuments, milk: Milk) -> None:
    till.close_receipt(Receipt("a", positions=(milk(1, "A"),)), [], NOW, {})
    receipt = Receipt("b", positions=(milk(1, "B"),))
    till.save_receipt(Saving(receipt, [{"kind": "add"}], ["B"], 50))
    with pytest.raises(MarkTaken):
        till.save_receipt(
            Saving(receipt._replace(positions=(*receipt.positions, milk(2, "A"))), [{"kind": "add"}], ["A"], 50)
        )
    assert till.open_receipt() == receipt
    assert row(till, "SELECT COUNT(*) AS n FROM journal") == {"n": 1}
    assert till.connection.all("SELECT cis FROM openmark") == [("B",)]


def test_a_receipt_is_closed_once(till: SqliteDocuments, milk: Milk) -> None:
    receipt = Receipt("a", positions=(milk(),))
    till.close_receipt(receipt, [], NOW, {})
    with pytest.raises(UserError) as caught:
        till.close_receipt(receipt, [], NOW, {})
    assert caught.value.code == "already_closed"
    assert row(till, "SELECT COUNT(*) AS n FROM Goodsitem") == {"n": 1}


def test_a_second_receipt_cannot_push_the_open_one_aside(till: SqliteDocuments, milk: Milk) -> None:
    receipt = Receipt("a", positions=(milk(),))
    till.save_receipt(Saving(receipt))
    with pytest.raises(UserError) as caught:
        till.save_receipt(Saving(Receipt("b")))
    assert caught.value.code == "receipt_open"
    assert till.open_receipt() == receipt


def test_two_programs_of_one_cash_number_cannot_mix_a_receipt(open_till: OpenTill, milk: Milk) -> None:
    one, two = open_till("1"), open_till("1")
    one.save_receipt(Saving(Receipt("a", positions=(milk(1, "A"),))))
    found = two.open_receipt()
    assert found is not None
    two.save_receipt(Saving(found._replace(positions=(*found.positions, milk(2, "B")))))
    with pytest.raises(UserError) as caught:
        one.save_receipt(Saving(Receipt("a", positions=(milk(1, "A"), milk(2, "C")))))
    assert caught.value.code == "receipt_open"


def test_a_close_is_one_commit_in_a_mode_of_one_sync(till: SqliteDocuments, milk: Milk) -> None:
    receipt = Receipt("a", positions=tuple(milk(n, f"M{n}") for n in range(1, 11)))
    till.save_receipt(Saving(receipt, take=[f"M{n}" for n in range(1, 11)]))
    seen: list[str] = []
    till.connection.raw.set_trace_callback(seen.append)
    till.close_receipt(receipt, [Payment("cash", 1)], NOW, {})
    assert [text for text in seen if text.startswith(("BEGIN", "COMMIT"))] == ["BEGIN IMMEDIATE", "COMMIT"]
    assert seen[0] == "BEGIN IMMEDIATE"
    assert seen[-1] == "COMMIT"
    till.connection.raw.set_trace_callback(None)
    pragmas = ("PRAGMA journal_mode", "PRAGMA synchronous", "PRAGMA wal_autocheckpoint")
    assert [till.connection.raw.execute(pragma).fetchone()[0] for pragma in pragmas] == ["wal", 2, 0]


def test_the_log_is_emptied_when_the_till_is_idle(till: SqliteDocuments, milk: Milk) -> None:
    till.close_receipt(Receipt("a", positions=(milk(),)), [], NOW, {})
    till.idle()
    fresh = sqlite3.connect(f"file:{till.connection.path}?immutable=1", uri=True)
    assert fresh.execute("SELECT COUNT(*) FROM Goodsitem").fetchone() == (1,)
    fresh.close()


def test_text_that_utf8_cannot_carry_is_refused_and_nothing_is_written(till: SqliteDocuments, milk: Milk) -> None:
    receipt = Receipt("a", positions=(milk(1, "A\ud800"),))
    for write in (lambda: till.save_receipt(Saving(receipt)), lambda: till.close_receipt(receipt, [], NOW, {})):
        with pytest.raises(UserError) as caught:
            write()
        assert caught.value.code == "unwritable_text"
    assert "\\ud800" in str(caught.value)
    assert till.last_use("A\ud800") is None
    assert till.open_receipt() is None
    assert row(till, "SELECT COUNT(*) AS n FROM document") == {"n": 0}


def test_marks_with_any_ascii_come_back_as_scanned(till: SqliteDocuments, milk: Milk) -> None:
    every = "".join(map(chr, range(128)))
    closed = till.close_receipt(Receipt("a", positions=(milk(1, every, excisemark=every),)), [], NOW, {})
    found = till.sale(str(closed.documentid))
    assert found is not None
    assert (found.receipt.positions[0].cis, found.receipt.positions[0].excisemark) == (every, every)
    assert till.last_use(every) is not None


@pytest.mark.parametrize("wanted", ["", "x", "0", "2", "-1", "1.0", "9" * 40, "١", "1; DROP TABLE document"])
def test_a_sale_that_is_not_there_is_none(till: SqliteDocuments, milk: Milk, wanted: str) -> None:
    till.close_receipt(Receipt("a", positions=(milk(),)), [], NOW, {})
    assert till.sale("1") is not None
    assert till.sale(wanted) is None


def test_quantities_and_prices_come_back_exactly(till: SqliteDocuments, milk: Milk) -> None:
    values = [(Decimal("0.001"), 1), (Decimal("999999.999"), 999_999_999), (Decimal("0.353"), 8990), (Decimal(3), 10)]
    positions = tuple(milk(n, None, quantity=q, price=p, baseprice=p) for n, (q, p) in enumerate(values, 1))
    closed = till.close_receipt(Receipt("a", positions=positions), [], NOW, {})
    found = till.sale(str(closed.documentid))
    assert found is not None
    assert found.receipt.positions == positions
