"""Deferred receipts, receipts made elsewhere, and orders: every mark is checked again before it is sold."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from ncash.cli.main import run
from ncash.errors import UserError
from ncash.shop import Outside
from ncash.support.books import books
from ncash.support.new_shop import make
from ncash.support.online_checks import Brought, bring
from ncash.testing import DrivenTill, FencedHttp, FrozenClock, SeededRandom

MILK, BREAD, CHEESE, PLAIN = "4670540176099", "4600000000015", "3041094787443", "2103321"
GS = "\x1d"


def milk(serial: int) -> str:
    return f"01046705401760992151{serial:04d}{GS}93dGVz"


@dataclass
class Shop:
    """A shop folder; tills on it are opened one by one."""

    folder: Path
    outside: Outside = field(default_factory=lambda: Outside(FrozenClock(), SeededRandom(), FencedHttp()))

    def till(self, cash: str | None = None) -> DrivenTill:
        return DrivenTill(self.folder / "conf", self.folder / "data", self.outside, cash)

    def file(self, *positions: dict[str, Any], name: str = "web-1", **changes: Any) -> Path:
        inner = {"positions": list(positions), "identifier": name, **changes.pop("document", {})}
        outer = {"shopcode": "1", "cashcode": "1", "state": "NOT_PAID", "documentid": 77, **changes}
        path = self.folder / f"{name}.json"
        path.write_text(json.dumps({**outer, "document": json.dumps(inner, ensure_ascii=False)}), encoding="utf-8")
        return path

    def bring(self, path: Path, order: bool = False) -> Brought:
        with books(self.folder / "conf", self.folder / "data") as opened:
            return bring(path, opened, self.outside.clock, self.outside.random, order)

    def setting(self, **values: str) -> None:
        lines = "".join(f"{name} = {value}\n" for name, value in values.items())
        path = self.folder / "conf" / "ncash.ini.d" / "zz.ini"
        path.write_text(f"[MarkedGoods]\n{lines}", encoding="utf-8")


def item(barcode: str, quant: Any = 1, price: Any = 80, **more: Any) -> dict[str, Any]:
    return {"barcode": barcode, "price": price, "quant": quant, **more}


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    make(tmp_path / "shop")
    return Shop(tmp_path / "shop")


@pytest.fixture
def till(shop: Shop) -> Iterator[DrivenTill]:
    with shop.till() as till:
        yield till


def texts(answer: dict[str, Any]) -> list[str]:
    return [text["key"] for text in answer["screen"]]


def refused(answer: dict[str, Any]) -> list[int]:
    return [p["n"] for p in answer["receipt"]["positions"] if p["refused"]]


def sold(till: DrivenTill, *scans: str) -> dict[str, Any]:
    till.send("open")
    for scan in scans:
        till.send("scan", data=scan)
    return till.send("close")


def deferred(till: DrivenTill, *scans: str) -> str:
    till.send("open")
    for scan in scans:
        till.send("scan", data=scan)
    receipt = till.send("defer")["receipt"]
    assert receipt["state"] == "deferred"
    return str(receipt["id"])


def test_a_deferred_receipt_comes_back_with_its_marks_checked_again(till: DrivenTill) -> None:
    receipt = deferred(till, milk(1), BREAD)
    answer = till.send("restore", receipt=receipt)
    assert [p["excisemark"] for p in answer["receipt"]["positions"]] == [milk(1), None]
    assert [step["skipped"] for step in answer["decision"]["checks"] if step["check"] == "input"] == [
        "restored receipt"
    ]
    assert refused(answer) == []
    closed = till.send("close")
    assert closed["document"]["number"] == 1
    assert closed["receipt"]["total"] == "135.80"


def test_the_mark_of_a_deferred_receipt_is_free_until_it_is_restored(shop: Shop, till: DrivenTill) -> None:
    receipt = deferred(till, milk(1), milk(2), BREAD)
    assert sold(till, milk(1))["document"]
    answer = till.send("restore", receipt=receipt)
    assert texts(answer) == ["AlreadyRegistered", "PositionRefused"]
    assert refused(answer) == [1]
    blocked = till.send("close")
    assert (blocked["document"], texts(blocked)) == (None, ["ReceiptRefused"])
    till.send("storno", position=1)
    assert till.send("scan", data=milk(1))["receipt"]["positions"][0]["n"] == 2
    assert till.send("close")["document"]["number"] == 2


def test_a_mark_in_another_tills_receipt_is_refused_and_the_rest_is_restored(shop: Shop, till: DrivenTill) -> None:
    receipt = deferred(till, milk(1), milk(2))
    with shop.till("2") as other:
        other.send("open")
        other.send("scan", data=milk(1))
        answer = till.send("restore", receipt=receipt)
        assert texts(answer) == ["AlreadyRegistered", "PositionRefused"]
        assert refused(answer) == [1]
        other.send("cancel")
    again = till.send("scan", data=milk(1))
    assert refused(again) == []
    assert till.send("close")["document"]


def test_a_receipt_is_restored_by_one_till_only(shop: Shop, till: DrivenTill) -> None:
    receipt = deferred(till, BREAD)
    with shop.till("2") as other:
        assert other.send("restore", receipt=receipt)["ok"]
        answer = till.send("restore", receipt=receipt)
        assert (answer["ok"], answer["error"]["code"], answer["receipt"]) == (False, "receipt", None)
        assert till.send("open")["ok"]


def test_a_restored_receipt_survives_the_end_of_the_till_with_its_refusals(till: DrivenTill) -> None:
    receipt = deferred(till, milk(1), BREAD)
    sold(till, milk(1))
    till.send("restore", receipt=receipt)
    assert refused(till.restart()) == [1]
    assert till.send("close")["document"] is None


def test_a_restored_receipt_can_be_put_aside_again_and_cancelled(till: DrivenTill) -> None:
    receipt = deferred(till, milk(1))
    till.send("restore", receipt=receipt)
    assert till.send("defer")["receipt"]["id"] == receipt
    till.send("restore", receipt=receipt)
    assert till.send("cancel")["document"]["doctype"] == 7
    assert till.send("restore", receipt=receipt)["error"]["code"] == "receipt"
    assert sold(till, milk(1))["document"]


def test_a_deferred_return_by_sale_keeps_what_it_gives_back(till: DrivenTill) -> None:
    sale = sold(till, milk(1), BREAD)["document"]["id"]
    till.send("open", kind="return_by_sale", sale=sale)
    till.send("choose", positions=[2])
    receipt = till.send("defer")["receipt"]["id"]
    answer = till.send("restore", receipt=receipt)
    assert [p["bcode"] for p in answer["receipt"]["positions"]] == [BREAD]
    assert till.send("close")["document"]["doctype"] == 25


def test_what_was_given_back_meanwhile_is_refused_in_a_deferred_return(till: DrivenTill) -> None:
    sale = sold(till, milk(1), BREAD)["document"]["id"]
    till.send("open", kind="return_by_sale", sale=sale)
    till.send("choose", positions=[2])
    receipt = till.send("defer")["receipt"]["id"]
    till.send("open", kind="return_by_sale", sale=sale)
    till.send("choose", positions=[2])
    till.send("close")
    answer = till.send("restore", receipt=receipt)
    assert texts(answer) == ["PositionRefused"]
    assert refused(answer) == [1]
    assert till.send("close")["document"] is None


def test_restoring_opens_the_shift_that_the_receipt_is_closed_in(shop: Shop, till: DrivenTill) -> None:
    brought = shop.bring(shop.file(item(BREAD)))
    till.send("restore", receipt=brought.receipt.id)
    till.send("close")
    assert till.send("shift", do="x")["report"]["sales"] == {"count": 1, "sum": "80.00"}


def test_a_receipt_made_elsewhere_is_sold_at_its_own_price(shop: Shop, till: DrivenTill) -> None:
    path = shop.file(
        item(MILK, excisemark=milk(1), price=79.5, name="Молоко с сайта"), item(BREAD, 3, 40), document={"sum": 199.5}
    )
    brought = shop.bring(path)
    answer = till.send("restore", receipt=brought.receipt.id)
    first, second = answer["receipt"]["positions"]
    assert (first["name"], first["price"], first["excisemark"]) == ("Молоко с сайта", "79.50", milk(1))
    assert first["cis"] == milk(1).partition(GS)[0]
    assert [step["check"] for step in first["checks"] if not step["skipped"]][-1] == "uniqueness"
    assert (second["quantity"], second["amount"]) == ("3.000", "120.00")
    assert till.send("close")["receipt"]["total"] == "199.50"


def test_a_separator_that_was_not_escaped_in_the_inner_text_is_kept(shop: Shop, till: DrivenTill) -> None:
    path = shop.file(item(MILK, excisemark=milk(1)))
    path.write_text(path.read_text("utf-8").replace("\\\\u001d", "\\u001d"), "utf-8")
    answer = till.send("restore", receipt=shop.bring(path).receipt.id)
    assert answer["receipt"]["positions"][0]["excisemark"] == milk(1)


def test_a_mark_from_elsewhere_that_was_sold_here_is_refused(shop: Shop, till: DrivenTill) -> None:
    brought = shop.bring(shop.file(item(MILK, excisemark=milk(1)), item(BREAD)))
    sold(till, milk(1))
    answer = till.send("restore", receipt=brought.receipt.id)
    assert texts(answer) == ["AlreadyRegistered", "PositionRefused"]
    assert "1 'Молоко" in answer["screen"][1]["text"]
    till.send("storno", position=1)
    till.send("scan", data=milk(1))
    assert till.send("close")["receipt"]["total"] == "80.00"


def test_a_code_from_elsewhere_that_no_mask_reads_is_refused(shop: Shop, till: DrivenTill) -> None:
    brought = shop.bring(shop.file(item(MILK, excisemark="MILK-0001")))
    answer = till.send("restore", receipt=brought.receipt.id)
    assert texts(answer) == ["ScanErrorRepeat", "PositionRefused"]


def test_a_mark_of_other_goods_is_refused(shop: Shop, till: DrivenTill) -> None:
    brought = shop.bring(shop.file(item("4602220006549", excisemark=milk(1))))
    assert texts(till.send("restore", receipt=brought.receipt.id)) == ["ScanErrorRepeat", "PositionRefused"]


@pytest.mark.parametrize(("allow", "outcome"), [("false", ["MarkDataMissing", "PositionRefused"]), ("true", [])])
def test_a_mark_of_ordinary_goods_follows_allowunmarked(shop: Shop, allow: str, outcome: list[str]) -> None:
    shop.setting(allowUnmarked=allow)
    code = "0104600000000015215'W9Um" + GS + "93dGVz"
    brought = shop.bring(shop.file(item(BREAD, excisemark=code)))
    with shop.till() as till:
        answer = till.send("restore", receipt=brought.receipt.id)
        assert texts(answer) == outcome
        assert answer["receipt"]["positions"][0]["excisemark"] == code


def test_the_kind_of_input_does_not_matter_to_a_mark_that_no_scanner_sent(shop: Shop) -> None:
    shop.setting(permittedInput="2")
    brought = shop.bring(shop.file(item(MILK, excisemark=milk(1))))
    with shop.till() as till:
        assert refused(till.send("restore", receipt=brought.receipt.id)) == []


def test_a_refused_mark_is_looked_at_again_when_it_is_scanned(shop: Shop, till: DrivenTill) -> None:
    receipt = deferred(till, milk(1))
    sale = sold(till, milk(1))["document"]["id"]
    till.send("restore", receipt=receipt)
    waiting = till.send("defer")["receipt"]["id"]
    till.send("open", kind="return_by_sale", sale=sale)
    till.send("scan", data=milk(1))
    till.send("press", button="cancel")
    assert till.send("close")["document"]["doctype"] == 25
    assert refused(till.send("restore", receipt=waiting)) == []
    assert till.send("close")["document"]


def test_marked_goods_without_a_mark_wait_for_it(shop: Shop, till: DrivenTill) -> None:
    brought = shop.bring(shop.file(item(MILK, 2)))
    answer = till.send("restore", receipt=brought.receipt.id)
    assert texts(answer) == ["AwaitingMark", "AwaitingMark"]
    assert refused(till.send("scan", data=milk(1))) == [2]
    assert refused(till.send("scan", data=milk(2))) == []
    assert till.send("close")["receipt"]["total"] == "160.00"


def order(shop: Shop, *positions: dict[str, Any]) -> Brought:
    return shop.bring(shop.file(*positions, name="order-7"), order=True)


def test_an_order_joins_the_receipt_it_is_scanned_into(shop: Shop, till: DrivenTill) -> None:
    order(shop, item(MILK, 1, 75), item(BREAD, 2, 40))
    till.send("open")
    till.send("scan", data=BREAD)
    answer = till.send("scan", data="order-7")
    assert texts(answer) == ["AwaitingMark"]
    assert [p["n"] for p in answer["receipt"]["positions"]] == [1, 2, 3]
    assert refused(answer) == [2]
    assert till.send("close")["document"] is None
    answer = till.send("scan", data=milk(1))
    assert (refused(answer), answer["receipt"]["positions"][1]["price"]) == ([], "75.00")
    assert till.send("close")["receipt"]["total"] == "200.90"
    till.send("open")
    assert texts(till.send("scan", data="order-7")) == ["BarcodeNotFound"]


def test_the_goods_of_an_order_may_be_scanned_before_their_mark(shop: Shop, till: DrivenTill) -> None:
    order(shop, item(MILK))
    till.send("open")
    till.send("scan", data="order-7")
    assert till.send("scan", data=MILK)["dialog"]["key"] == "ScanMark"
    answer = till.send("scan", data=milk(1))
    assert (len(answer["receipt"]["positions"]), refused(answer)) == (1, [])


def test_a_mark_beyond_the_order_is_a_position_of_its_own(shop: Shop, till: DrivenTill) -> None:
    order(shop, item(MILK))
    till.send("open")
    till.send("scan", data="order-7")
    till.send("scan", data=milk(1))
    answer = till.send("scan", data=milk(2))
    assert [p["price"] for p in answer["receipt"]["positions"]] == ["80.00", "89.90"]


def test_the_weight_in_the_mark_counts_and_not_the_one_ordered(shop: Shop, till: DrivenTill) -> None:
    order(shop, item(CHEESE, 0.5, 900))
    till.send("open")
    till.send("scan", data="order-7")
    answer = till.send("scan", data="0103041094787443215Qbag!\x1d93Zjqw\x1d3103000353")
    assert [(p["quantity"], p["price"]) for p in answer["receipt"]["positions"]] == [("0.353", "900.00")]


def test_a_refused_mark_leaves_the_order_waiting(shop: Shop, till: DrivenTill) -> None:
    sold(till, milk(1))
    order(shop, item(MILK))
    till.send("open")
    till.send("scan", data="order-7")
    answer = till.send("scan", data=milk(1))
    assert texts(answer) == ["AlreadyRegistered", "PositionRefused"]
    assert refused(till.send("scan", data=milk(2))) == []


def test_a_receipt_takes_one_order(shop: Shop, till: DrivenTill) -> None:
    order(shop, item(BREAD))
    shop.bring(shop.file(item(BREAD), name="order-8"), order=True)
    till.send("open")
    till.send("scan", data="order-7")
    for name in ("order-7", "order-8"):
        answer = till.send("scan", data=name)
        assert texts(answer) == ["OrderInReceipt"]
        assert "order-7" in answer["screen"][0]["text"]
        assert len(answer["receipt"]["positions"]) == 1


def test_an_order_belongs_to_one_receipt_at_a_time(shop: Shop, till: DrivenTill) -> None:
    order(shop, item(BREAD))
    till.send("open")
    till.send("scan", data="order-7")
    with shop.till("2") as other:
        other.send("open")
        assert texts(other.send("scan", data="order-7")) == ["BarcodeNotFound"]
        till.send("cancel")
        assert len(other.send("scan", data="order-7")["receipt"]["positions"]) == 1


def test_an_order_taken_out_of_the_receipt_can_be_scanned_again(shop: Shop, till: DrivenTill) -> None:
    order(shop, item(MILK))
    till.send("open")
    till.send("scan", data="order-7")
    assert till.send("storno", position=1)["receipt"]["positions"] == []
    assert texts(till.send("scan", data="order-7")) == ["AwaitingMark"]


@pytest.mark.parametrize("kind", ["return", "inventory"])
def test_an_order_is_sold_and_nothing_else(shop: Shop, till: DrivenTill, kind: str) -> None:
    order(shop, item(BREAD))
    till.send("open", kind=kind)
    assert texts(till.send("scan", data="order-7")) == ["BarcodeNotFound"]


FAULTS = [
    (lambda shop: shop.file(item("999")), "malformed", "position 1: no goods with the barcode 999 in Dictionaries"),
    (lambda shop: shop.file(item(BREAD), item("998"), item("999")), "malformed", "position 3: no goods"),
    (lambda shop: shop.file(item(BREAD, code="77")), "malformed", "of article 1, the file says 77"),
    (lambda shop: shop.file(item(BREAD, "three")), "malformed", "quant is 'three': accepted is a number"),
    (lambda shop: shop.file(item(BREAD, -1)), "malformed", "quant"),
    (lambda shop: shop.file(item(BREAD, 0)), "malformed", "quant is missing or 0"),
    (lambda shop: shop.file(item(BREAD, 0.5)), "malformed", "is sold by the piece"),
    (lambda shop: shop.file(item(BREAD, 1, [5])), "malformed", "price is [5]"),
    (lambda shop: shop.file(item(BREAD, 1, 1.005)), "malformed", "two digits after the point"),
    (lambda shop: shop.file(item(BREAD, 1, None)), "malformed", "price is missing"),
    (lambda shop: shop.file(item(MILK, 2, excisemark=milk(1))), "malformed", "with an excisemark is one piece"),
    (lambda shop: shop.file(*[item(MILK, excisemark=milk(1))] * 2), "malformed", "stands twice"),
    (lambda shop: shop.file(item(MILK, excisemark={"a": 1})), "malformed", "a text or a number"),
    (lambda shop: shop.file(), "malformed", "no positions"),
    (lambda shop: shop.file(item(MILK, 5000)), "malformed", "at most 1000"),
    (lambda shop: shop.file(item(BREAD), document={"sum": 81}), "malformed", "sum is 81.00, the positions make 80.00"),
    (lambda shop: shop.file(item(BREAD), document={"identifier": None}), "malformed", "identifier is missing"),
    (lambda shop: shop.file(item(BREAD), document={"identifier": "x" * 65}), "malformed", "at most 64"),
    (lambda shop: shop.file(item(BREAD), document={"positions": {"1": 2}}), "malformed", "accepted is a list"),
    (lambda shop: shop.file(item(BREAD), document={"positions": ["x"]}), "malformed", "a list of objects"),
    (lambda shop: shop.file(item(BREAD), shopcode="2"), "malformed", "for shop 2; this is shop 1"),
    (lambda shop: shop.file(item(BREAD), shopcode=None), "malformed", "shopcode is missing"),
    (lambda shop: shop.file(item(BREAD), state="PAID"), "malformed", "the state is PAID"),
    (lambda shop: shop.folder / "nowhere.json", "file", "cannot be read"),
]  # fmt: skip


@pytest.mark.parametrize(("made", "code", "told"), FAULTS, ids=[told for _, _, told in FAULTS])
def test_a_bad_file_is_named_and_brings_nothing(shop: Shop, made: Any, code: str, told: str) -> None:
    path = made(shop)
    with pytest.raises(UserError) as caught:
        shop.bring(path)
    assert caught.value.code == code
    assert told in str(caught.value)
    assert str(path) in str(caught.value)
    with books(shop.folder / "conf", shop.folder / "data") as opened:
        assert opened.documents.deferred() == ()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is not JSON"),
        (b'{"shopcode": "1", ', "line 1, column"),
        (b"[]", "is not a JSON object"),
        (b'{"shopcode": "1", "document": "{"}', "document, line 1"),
        (b'{"shopcode": "1", "document": "[]"}', "document is not a JSON object"),
        (b'{"shopcode": "1", "document": {"positions": []}}', "a text or a number"),
        (b'{"shopcode": "1", "document": "{\\"sum\\": NaN}"}', "NaN is no number"),
        (b"\xff\xfe\x00", "byte 1 is not UTF-8"),
        (b"[" * 100_000, "is not JSON"),
        (b'{"a": "' + b"x" * (5 << 20) + b'"}', "longer than"),
    ],
    ids=["empty", "cut", "list", "inner cut", "inner list", "inner object", "NaN", "UTF-16", "deep", "long"],
)
def test_what_is_no_such_file_is_said_to_be_none(shop: Shop, content: bytes, told: str) -> None:
    path = shop.folder / "check.json"
    path.write_bytes(content)
    with pytest.raises(UserError, match=r"check\.json") as caught:
        shop.bring(path)
    assert told in str(caught.value)


def test_a_receipt_is_brought_once_until_it_is_annulled(shop: Shop, till: DrivenTill) -> None:
    path = shop.file(item(BREAD))
    brought = shop.bring(path)
    for step in (None, "restore", "defer", "restore"):
        if step:
            till.send(step, receipt=brought.receipt.id)
        with pytest.raises(UserError, match="web-1 was brought here before"):
            shop.bring(path)
    till.send("cancel")
    till.send("restore", receipt=shop.bring(path).receipt.id)
    till.send("close")
    with pytest.raises(UserError, match="web-1 was brought here before"):
        shop.bring(path)


def test_an_order_may_not_be_named_like_goods(shop: Shop) -> None:
    with pytest.raises(UserError, match="is the barcode of goods"):
        shop.bring(shop.file(item(MILK), name=BREAD), order=True)


def test_what_is_not_taken_over_is_said(shop: Shop) -> None:
    path = shop.file(
        item(BREAD, gift=True),
        document={"payments": [{"type": 1, "amount": 80}], "dontChange": True},
        source="site",
    )
    notes = " ".join(shop.bring(path).notes)
    for told in ("payments are not taken over", "dontChange is not enforced", "source", "document.positions.gift"):
        assert told in notes


def test_the_command_brings_a_file_and_lists_what_waits(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    folders = ["--conf", str(shop.folder / "conf"), "--data", str(shop.folder / "data")]
    assert run(["receipt", "import", str(shop.file(item(BREAD))), *folders]) == 0
    assert "receipt web-1, 1 positions, 80.00" in capsys.readouterr().out
    assert run(["receipt", "import", str(shop.file(item(BREAD), name="o")), "--order", *folders, "--json"]) == 0
    brought = json.loads(capsys.readouterr().out)["receipt"]
    assert (brought["identifier"], brought["order"]) == ("o", True)
    assert run(["receipt", "list", *folders, "--json"]) == 0
    assert [r["identifier"] for r in json.loads(capsys.readouterr().out)["receipts"]] == ["web-1", "o"]
    assert run(["receipt", "import", str(shop.file(item("999"), name="bad")), *folders]) == 2
    assert "no goods with the barcode 999" in capsys.readouterr().err
    assert run(["receipt", "list", "extra", *folders]) == 2
