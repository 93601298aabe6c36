"""Several tills on one database: returns by sale, deferred receipts, shifts and their reports."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from ncash.errors import UserError
from ncash.model.ports import AlreadyReturned, MarkTaken, NotDeferred, Saving
from ncash.model.receipt import Kind, Payment, Position, Receipt, State
from ncash.store.documents import SqliteDocuments

Milk = Callable[..., Position]
OpenTill = Callable[..., SqliteDocuments]
NOW = "2026-11-20T09:00:00+03:00"


def sold(till: SqliteDocuments, *positions: Position) -> str:
    return str(till.close_receipt(Receipt("sale", positions=positions), [], NOW, {}).documentid)


def back(uuid: str, sale: str, *positions: Position) -> Receipt:
    return Receipt(uuid, Kind.RETURN_BY_SALE, positions=positions, sale=sale)


def test_a_mark_in_an_open_receipt_is_not_to_be_had_on_another_till(open_till: OpenTill, milk: Milk) -> None:
    one, two = open_till("1"), open_till("2")
    receipt = Receipt("a", positions=(milk(1, "A"), milk(2, "B")))
    one.save_receipt(Saving(receipt, take=["A", "B"], opcode=50))
    with pytest.raises(MarkTaken):
        two.save_receipt(Saving(Receipt("b", positions=(milk(1, "A"),)), take=["A"], opcode=50))
    one.save_receipt(Saving(receipt._replace(positions=receipt.positions[1:])))
    two.save_receipt(Saving(Receipt("b", positions=(milk(1, "A"),)), take=["A"], opcode=50))
    with pytest.raises(MarkTaken):
        two.save_receipt(Saving(Receipt("b", positions=(milk(1, "A"), milk(2, "B"))), take=["B"], opcode=50))


def test_a_position_is_given_back_once_whatever_the_till(open_till: OpenTill, milk: Milk) -> None:
    one, two = open_till("1"), open_till("2")
    sale = sold(one, milk(1, None), milk(2, None))
    one.save_receipt(Saving(back("r1", sale, milk(1, None, sale_position=1))))
    with pytest.raises(AlreadyReturned):
        two.save_receipt(Saving(back("r2", sale, milk(1, None, sale_position=1))))
    assert two.open_receipt() is None
    two.save_receipt(Saving(back("r2", sale, milk(1, None, sale_position=2))))
    one.close_receipt(back("r1", sale, milk(1, None, sale_position=1)), [], NOW, {})
    found = two.sale(sale)
    assert found is not None
    assert found.returned == {1, 2}


def test_a_return_that_was_not_saved_is_stopped_at_its_close(open_till: OpenTill, milk: Milk) -> None:
    one, two = open_till("1"), open_till("2")
    sale = sold(one, milk(1, None))
    one.close_receipt(back("r1", sale, milk(1, None, sale_position=1)), [], NOW, {})
    with pytest.raises(AlreadyReturned):
        two.close_receipt(back("r2", sale, milk(1, None, sale_position=1)), [], NOW, {})
    assert two.connection.all("SELECT doctype FROM document ORDER BY 1") == [(1,), (25,)]


@pytest.mark.parametrize("way", ["storno", "cancel", "defer"])
def test_what_leaves_a_return_can_be_given_back_again(open_till: OpenTill, milk: Milk, way: str) -> None:
    one, two = open_till("1"), open_till("2")
    sale = sold(one, milk(1, None))
    receipt = back("r1", sale, milk(1, None, sale_position=1))
    one.save_receipt(Saving(receipt))
    if way == "storno":
        one.save_receipt(Saving(receipt._replace(positions=())))
    elif way == "cancel":
        one.cancel_receipt(receipt, NOW)
    else:
        one.defer_receipt(receipt, NOW)
    two.save_receipt(Saving(back("r2", sale, milk(1, None, sale_position=1))))


def test_a_refused_position_does_not_hold_the_sale(open_till: OpenTill, milk: Milk) -> None:
    one, two = open_till("1"), open_till("2")
    sale = sold(one, milk(1, None))
    one.save_receipt(Saving(back("r1", sale, milk(1, None, sale_position=1, refused="нет"))))
    two.save_receipt(Saving(back("r2", sale, milk(1, None, sale_position=1))))


def test_a_deferred_receipt_holds_no_mark_and_is_restored_once(open_till: OpenTill, milk: Milk) -> None:
    one, two = open_till("1"), open_till("2")
    receipt = Receipt("a", positions=(milk(1, "A"),), extra={"kept": 1})
    one.save_receipt(Saving(receipt, take=["A"], opcode=50))
    one.defer_receipt(receipt, NOW, journal=[{"kind": "defer"}])
    assert one.open_receipt() is None
    assert two.deferred() == (receipt._replace(state=State.DEFERRED),)
    assert two.connection.all("SELECT cis FROM openmark") == []
    two.save_receipt(Saving(receipt, take=["A"], opcode=50, restored=True))
    with pytest.raises(NotDeferred):
        one.save_receipt(Saving(receipt, restored=True))
    assert (one.deferred(), one.open_receipt(), two.open_receipt()) == ((), None, receipt)


def test_a_receipt_that_cannot_be_restored_stays_among_the_deferred(open_till: OpenTill, milk: Milk) -> None:
    one, two = open_till("1"), open_till("2")
    receipt = Receipt("a", positions=(milk(1, "A"),))
    one.defer_receipt(receipt, NOW)
    two.save_receipt(Saving(Receipt("b", positions=(milk(1, "A"),)), take=["A"], opcode=50))
    with pytest.raises(MarkTaken):
        one.save_receipt(Saving(receipt, take=["A"], opcode=50, restored=True))
    assert ([r.id for r in one.deferred()], one.open_receipt()) == (["a"], None)


def ordered(receipt: str, milk: Milk, order: str = "o") -> Receipt:
    return Receipt(receipt, positions=(milk(1, None, extra={"order": order}),), extra={"ordered": True})


def test_an_order_joins_one_receipt_at_a_time(open_till: OpenTill, milk: Milk) -> None:
    one, two = open_till("1"), open_till("2")
    one.defer_receipt(Receipt("o", positions=(milk(1, None),), extra={"order": True}), NOW, "web-1")
    one.save_receipt(Saving(ordered("a", milk)))
    assert one.deferred() == ()
    with pytest.raises(NotDeferred):
        two.save_receipt(Saving(ordered("b", milk)))
    with pytest.raises(NotDeferred):
        two.save_receipt(Saving(Receipt("o"), restored=True))
    assert two.identifier_known("web-1")


@pytest.mark.parametrize("way", ["storno", "cancel"])
def test_an_order_that_leaves_its_receipt_waits_again(till: SqliteDocuments, milk: Milk, way: str) -> None:
    till.defer_receipt(Receipt("o", positions=(milk(1, None),), extra={"order": True}), NOW, "web-1")
    till.save_receipt(Saving(ordered("a", milk)))
    if way == "storno":
        till.save_receipt(Saving(ordered("a", milk)._replace(positions=())))
    else:
        till.cancel_receipt(ordered("a", milk), NOW)
    assert [r.id for r in till.deferred()] == ["o"]


def test_an_order_is_done_with_when_its_receipt_is_closed(till: SqliteDocuments, milk: Milk) -> None:
    till.defer_receipt(Receipt("o", positions=(milk(1, None),), extra={"order": True}), NOW, "web-1")
    till.save_receipt(Saving(ordered("a", milk)))
    till.defer_receipt(ordered("a", milk), NOW)
    assert [r.id for r in till.deferred()] == ["a"]
    till.save_receipt(Saving(ordered("a", milk), restored=True))
    till.close_receipt(ordered("a", milk), [], NOW, {})
    assert till.connection.all("SELECT uuid FROM deferredreceipt") == []


def test_restoring_beside_an_open_receipt_leaves_both_where_they_are(till: SqliteDocuments, milk: Milk) -> None:
    till.defer_receipt(Receipt("a", positions=(milk(1, "A"),)), NOW)
    till.save_receipt(Saving(Receipt("b")))
    with pytest.raises(UserError) as caught:
        till.save_receipt(Saving(Receipt("a", positions=(milk(1, "A"),)), restored=True))
    assert caught.value.code == "receipt_open"
    assert [r.id for r in till.deferred()] == ["a"]
    assert till.open_receipt() == Receipt("b")


def test_a_receipt_from_elsewhere_is_known_by_its_name(till: SqliteDocuments, milk: Milk) -> None:
    receipt = Receipt("a", positions=(milk(1, "A"),), extra={"identifier": "web-1"})
    assert not till.identifier_known("web-1")
    till.defer_receipt(receipt, NOW, "web-1")
    assert till.identifier_known("web-1")
    till.save_receipt(Saving(receipt, restored=True))
    assert till.identifier_known("web-1")
    till.close_receipt(receipt, [], NOW, {})
    assert till.identifier_known("web-1")
    till.save_receipt(Saving(receipt._replace(id="b", extra={"identifier": "web-2"})))
    till.cancel_receipt(receipt._replace(id="b", extra={"identifier": "web-2"}), NOW)
    assert not till.identifier_known("web-2")


def test_shifts_are_numbered_by_till_and_one_is_open(open_till: OpenTill) -> None:
    one, two = open_till("1"), open_till("2")
    assert one.shift() is None
    assert [one.open_shift(NOW, "12"), one.open_shift(NOW, None), two.open_shift(NOW, None)] == [1, 1, 1]
    one.close_shift(NOW)
    assert one.shift() is None
    assert (one.open_shift(NOW, None), one.shift(), two.shift()) == (2, 2, 1)


@pytest.mark.parametrize("ask", ["shift_report", "close_shift"])
def test_a_report_without_a_shift_says_so(open_till: OpenTill, ask: str) -> None:
    till = open_till()
    with pytest.raises(UserError) as caught:
        till.close_shift(NOW) if ask == "close_shift" else till.shift_report()
    assert caught.value.code == "no_shift"


def day(till: SqliteDocuments, milk: Milk) -> None:
    """Two sales, a return, a cancelled receipt, an inventory, three refusals."""
    one = milk(1, "A", quantity=Decimal(1), price=10, unchecked="timeout")
    two = milk(1, "B", quantity=Decimal(1), price=20, unchecked="token")
    three = milk(2, None, quantity=Decimal(3), price=110)
    till.close_receipt(Receipt("a", positions=(one,)), [Payment("cash", 10)], NOW, {})
    till.close_receipt(Receipt("b", positions=(two, three)), [Payment("cash", 50), Payment("card", 300)], NOW, {})
    till.close_receipt(Receipt("c", Kind.RETURN, positions=(one,)), [Payment("cash", 10)], NOW, {})
    till.cancel_receipt(Receipt("d", positions=(two,)), NOW)
    till.close_receipt(Receipt("e", Kind.INVENTORY, positions=(one,)), [], NOW, {})
    refusals = [{"kind": "add", "verdict": "deny", "key": key} for key in ("CrptSold", "CrptSold", "CrptExpired")]
    till.journal([*refusals, {"kind": "add", "verdict": "allow", "key": None}])


def test_the_shift_report_counts_the_day(till: SqliteDocuments, open_till: OpenTill, milk: Milk) -> None:
    neighbour = open_till("2")
    neighbour.open_shift(NOW, None)
    neighbour.close_receipt(Receipt("z", positions=(milk(),)), [Payment("cash", 1)], NOW, {})
    day(till, milk)
    report = dict(till.shift_report())
    assert report["sales"] == {"count": 2, "sum": "3.60"}
    assert report["returns"] == {"count": 1, "sum": "0.10"}
    assert report["annulled"] == {"count": 1, "sum": "0.20"}
    assert report["inventories"] == {"count": 1, "sum": "0.10"}
    assert report["payments"] == {
        "card": {"sales": "3.00", "returns": "0.00"},
        "cash": {"sales": "0.60", "returns": "0.10"},
    }
    assert report["marked"] == 3
    assert report["unchecked"] == {"timeout": 2, "token": 1}
    assert report["refused"] == {"CrptExpired": 1, "CrptSold": 2}
    assert till.close_shift("later") == {**report, "closed": "later"}
    till.open_shift(NOW, None)
    assert till.shift_report()["sales"] == {"count": 0, "sum": "0.00"}


def test_journal_lines_are_kept_whole_and_in_order(till: SqliteDocuments) -> None:
    lines = [{"time": NOW, "kind": "add", "receipt": "r", "fact": {"n": n, "имя": "\ud800"}} for n in range(3)]
    till.journal(lines)
    stored = till.connection.all("SELECT seq, uuid, time, json_extract(line, '$.fact.n') FROM journal ORDER BY seq")
    assert stored == [(n + 1, "r", NOW, n) for n in range(3)]
