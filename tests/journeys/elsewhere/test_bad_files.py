"""Files that bring nothing, and what the command says."""

import json
from typing import Any

import pytest

from ncash.cli.main import run
from ncash.errors import UserError
from ncash.shop.open_books import books
from ncash.testing import DrivenTill

from .shop import BREAD, MILK, Shop, item, milk

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
