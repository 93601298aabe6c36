"""A back office that reads the vendor's sales files reads ours, and what it books is what stands in our books."""

import json
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ncash.cli.main import run
from ncash.model.ports import Document, Outside
from ncash.model.receipt import Kind, Payment, Position, Receipt, State, without
from ncash.shop.export import written
from ncash.shop.sale_json import shift_json
from ncash.testing import DrivenTill, FencedHttp, FrozenClock, SeededRandom, shop_folder
from tests.journeys.artix_reader import Read, Unreadable, read

MILK, WATER, BREAD = "01046705401760992150001\x1d93dGVz", "010469999990001321dEmO-WaTeR001\x1d93aBcD", "4600000000015"
CHEESE, CHEESE_MARK = "2103321055451", "010460704243920021nqmQ&IjzWJ+T*93dGVs"
BEGUN = "2027-01-15T12:00:00+03:00"
TENTH_OFF = """from ncash.model.receipt import Position
from ncash.plugin import PriceOffer, hookimpl


class Plugin:
    @hookimpl
    def on_price(self, position: Position) -> PriceOffer | None:
        return PriceOffer(position.price * 9 // 10, "Скидка }--- 10%") if position.bcode == "4699999900082" else None
"""
MINERAL_WATER = "4699999900082"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    values = {"allowNotMatchingBarcodes": "true", "addWithoutScanMarkInBackBySale": "true"}
    shop_folder(tmp_path / "shop", {"MarkedGoods": values})
    (tmp_path / "plugins" / "tenthoff").mkdir(parents=True)
    (tmp_path / "plugins" / "tenthoff" / "plugin.py").write_text(TENTH_OFF, "utf-8")
    switched = f"[plugins]\ntenthoff = on\n[Host]\npluginsPath = {tmp_path / 'plugins'}\n"
    (tmp_path / "shop" / "conf" / "ncash.ini.d" / "99-tenthoff.ini").write_text(switched, "utf-8")
    return tmp_path / "shop"


@pytest.fixture
def till(folder: Path) -> Iterator[DrivenTill]:
    outside = Outside(FrozenClock(BEGUN), SeededRandom("evening"), FencedHttp())
    with DrivenTill(folder / "conf", folder / "data", outside, None) as till:
        yield till


def opened(till: DrivenTill, *scans: str, **named: Any) -> None:
    assert till.send("open", **named)["ok"]
    for scan in scans:
        assert till.send("scan", data=scan)["ok"]


def closed(till: DrivenTill, *payments: tuple[str, str]) -> str:
    paid = {"payments": [{"type": kind, "amount": amount} for kind, amount in payments]} if payments else {}
    answer = till.send("close", **paid)
    assert answer["ok"], answer
    return str(answer["document"]["id"])


def evening(till: DrivenTill) -> None:
    """Everything that becomes a document, in the first of two shifts."""
    opened(till, BREAD, MILK, cashier="1")
    sale = closed(till, ("cash", "100.00"), ("card", "35.80"))
    opened(till, CHEESE, CHEESE_MARK)
    closed(till, ("cash", "10000.00"))
    opened(till, BREAD, WATER, BREAD, cashier="2")
    till.send("storno", position=3)
    closed(till, ("prepaid", "40.00"), ("credit", "20.00"), ("card", "24.90"))
    opened(till, BREAD)
    till.send("storno", position=1)
    till.send("scan", data=BREAD)
    till.send("defer")
    opened(till, BREAD, BREAD)
    till.send("storno", all=True)
    till.send("cancel")
    opened(till, BREAD, kind="return", cashier="1")
    closed(till)
    opened(till, BREAD, kind="return")
    till.send("cancel")
    opened(till, kind="return_by_sale", sale=sale)
    till.send("choose", positions=[2])
    till.send("press", button="without_mark")
    closed(till, ("card", "89.90"))
    opened(till, BREAD, WATER, kind="inventory")
    closed(till)
    till.send("restore", receipt=till.shop.documents.deferred()[0].id)
    closed(till)
    opened(till, MINERAL_WATER, "010469999990008221dEmO-WaTeR008\x1d93aBcD")
    closed(till)


def exported(folder: Path) -> list[Read]:
    return [read(path.read_bytes()) for path in sorted((folder / "data" / "exchange").glob("*.json"))]


def test_what_the_reader_books_is_what_stands_in_our_books(folder: Path, till: DrivenTill) -> None:
    evening(till)
    report = till.send("shift", do="close")["report"]
    [found] = exported(folder)
    counting = [one for one in found.receipts if not one.skipped]
    [shift] = found.shifts
    gain = Decimal(report["sales"]["sum"]) - Decimal(report["returns"]["sum"])
    assert sum(line.total for one in counting for line in one.lines) == gain == shift.gain == shift.by_counters
    for one in counting:
        assert sum(line.total for line in one.lines) == one.cash + one.card + one.certificates
    paid = {kind: Decimal(sums["sales"]) - Decimal(sums["returns"]) for kind, sums in report["payments"].items()}
    assert sum(one.cash for one in counting) == paid["cash"] == shift.cash_left
    assert sum(one.certificates for one in counting) == paid["prepaid"]
    assert sum(one.card for one in counting) == paid["card"] + paid["credit"]
    assert len(counting) == report["sales"]["count"] + report["returns"]["count"]


def test_annulled_receipts_and_positions_taken_out_are_seen(folder: Path, till: DrivenTill) -> None:
    evening(till)
    till.send("shift", do="close")
    [found] = exported(folder)
    by_number = {one.number: one for one in found.receipts}
    stornoed = [3, 9]
    assert found.cancelled == (3, 4, 9)
    assert [n for n, one in by_number.items() if one.skipped] == [4, 6]
    assert [len(by_number[n].lines) for n in stornoed] == [2, 1]
    assert by_number[4].lines == ()


def test_cashiers_weights_marks_and_discounts_arrive(folder: Path, till: DrivenTill) -> None:
    evening(till)
    till.send("shift", do="close")
    [found] = exported(folder)
    first, weighed, third, *_, discounted = found.receipts
    assert [(one.cashier, bool(one.cashier_name)) for one in (first, weighed, third)] == [
        ("1", True), ("", False), ("2", True),
    ]  # fmt: skip
    assert (weighed.lines[0].quantity, weighed.lines[0].lot) == (Decimal("5.545"), CHEESE_MARK)
    [line] = discounted.lines
    assert (line.total, line.discount, line.percent) == (Decimal("62.10"), Decimal("6.90"), Decimal(10))
    assert (
        {one.time for one in found.receipts}
        == {one.shift_time for one in found.receipts}
        == {datetime(2027, 1, 15, 12)}
    )
    assert len(found.orders) == 2


def test_the_next_shift_goes_on_where_the_last_one_ended(folder: Path, till: DrivenTill) -> None:
    evening(till)
    till.send("shift", do="close")
    opened(till, BREAD)
    till.send("defer")
    opened(till, BREAD)
    closed(till)
    till.send("shift", do="close")
    first, second = (one.shifts[0] for one in exported(folder))
    assert (first.number, second.number) == (1, 2)
    assert second.gain == second.by_counters == Decimal("45.90")
    documents = [json.loads(line[:-3]) for line in lines(folder, 1) if line.startswith('{"shift"')]
    assert documents[0]["kkms"][0]["sumProtectedBeg"] > 0


def lines(folder: Path, which: int) -> list[str]:
    return sorted((folder / "data" / "exchange").iterdir())[which].read_text("utf-8").splitlines()


def test_an_open_shift_is_read_too(folder: Path, till: DrivenTill, tmp_path: Path) -> None:
    opened(till, BREAD)
    closed(till)
    out = tmp_path / "out"
    run(["sales", "export", "--out", str(out), "--conf", str(folder / "conf"), "--data", str(folder / "data")])
    [shift] = read(next(out.iterdir()).read_bytes()).shifts
    assert (shift.begun, shift.ended) == (datetime(2027, 1, 15, 12), None)


@pytest.mark.parametrize(
    ("where", "key"),
    [("document", "stornoPositions"), ("document", "cardPositions"), ("document", "userCode"),
     ("position", "disc_abs"), ("position", "bonusPositions"), ("position", "taxes"), ("money", "valCode"),
     ("money", "sumB"), ("shift", "cashCode"), ("shift", "sumGain"), ("shift", "kkms"), ("shift", "timeBeg"),
     ("shift", "timeEnd"), ("discount", "discType"), ("discount", "checkSum")],
)  # fmt: skip
def test_the_reader_misses_each_of_its_members(where: str, key: str) -> None:
    """The port demands what the reader demands: without the member nothing is read."""
    content = of(position("Хлеб", discount="10%")).decode("utf-8")
    assert read(content.encode("utf-8")).receipts
    head, _, rest = content.partition("### shift info begin ###")
    document = json.loads(head.splitlines()[1].removesuffix("---"))
    shift = json.loads(rest.splitlines()[1].removesuffix("---"))
    places: dict[str, dict[str, Any]] = {
        "document": document, "position": document["inventPositions"][0], "money": document["moneyPositions"][0],
        "discount": document["inventPositions"][0]["discountPositions"][0], "shift": shift,
    }  # fmt: skip
    del places[where][key]
    parts = (f"### {name} begin ###{json.dumps(one)}---### {name} end ###"
             for name, one in (("sales data", document), ("shift info", shift)))  # fmt: skip
    with pytest.raises(Unreadable, match=key):
        read(("".join(parts) + "### securitylog info begin ###### securitylog info end ###").encode("utf-8"))


def position(name: str, n: int = 1, discount: str | None = None, **named: Any) -> Position:
    extra = {"discount": discount} if discount else {}
    return Position(n, "1", name, BREAD, Decimal(1), 4000, baseprice=4590, extra=extra, **named)


def of(*positions: Position, kind: Kind = Kind.SALE, gone: int = 0) -> bytes:
    """A file of one receipt; the first `gone` of its positions were taken out."""
    receipt = without(Receipt("r", kind, State.CLOSED, positions=positions, opened=BEGUN), positions[:gone])
    document = Document(1, kind.doctype, 1, 1, "1", "1", BEGUN, receipt, (Payment("cash", receipt.total),))
    side = {"sales": {"sum": "0.00"}, "returns": {"sum": "0.00"}, "payments": {}}
    told = {"shift": 1, "cashcode": "1", "opened": BEGUN, "closed": None, **side}
    return written([document], shift_json(told, [document], 0, lambda code: None))


def test_a_position_without_a_price_of_before_had_no_discount() -> None:
    """Books that were taken over from elsewhere do not have one."""
    [line] = read(of(position("Хлеб")._replace(baseprice=0))).receipts[0].lines
    assert (line.total, line.discount, line.percent) == (Decimal("40.00"), Decimal(0), None)


TEXTS = st.text(alphabet=st.one_of(st.sampled_from('-#}{"\\\n\r\x85\u2028\u2029 '), st.characters(codec="utf-8")))


@settings(max_examples=1000, deadline=None)
@given(names=st.lists(TEXTS, min_size=1, max_size=4), kind=st.sampled_from(Kind), gone=st.integers(0, 2))
def test_no_text_keeps_the_reader_from_a_file(names: list[str], kind: Kind, gone: int) -> None:
    positions = [position(name, n, discount=name, excisemark=name) for n, name in enumerate(names, 1)]
    found = read(of(*positions, kind=kind, gone=gone))
    left = positions[gone:]
    if kind is Kind.INVENTORY:
        assert found.orders == tuple("" for _ in left)
        return
    [receipt] = found.receipts
    assert [line.lot for line in receipt.lines] == [p.excisemark.strip() for p in left if p.excisemark is not None]
    assert abs(receipt.cash) == Decimal(40 * len(left))
    assert bool(found.cancelled) == bool(gone and names)
