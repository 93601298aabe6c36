"""What must hold after every command, whatever came before it."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from ncash.testing import DrivenTill

Answer = dict[str, Any]
MEMBERS = {"ok", "screen", "notices", "dialog", "receipt", "decision", "document"}
POSITION = {
    "n", "name", "bcode", "quantity", "price", "amount", "marked", "category", "excisemark", "additionalbarcode", "cis",
    "checks", "tags",
}  # fmt: skip
DIALOGS = {"scan_mark", "scan_barcode", "ask", "error", "choose", "quantity"}
CHECKS = {
    "input",
    "match",
    "marked",
    "receipt",
    "uniqueness",
    "whitelist",
    "server",
    "crpt",
    "reserve",
    "role",
    "price",
    "register",
    "quantity",
    "keg",
}
KEG = "0104699999920202215uVw/Ab"
"""The unit that is sold in portions."""


def shape(answer: Answer) -> None:
    """Every answer has the shape of the protocol."""
    assert answer.keys() >= MEMBERS
    assert ("error" in answer) == (answer["ok"] is False)
    if "error" in answer:
        assert answer["error"]["code"] != "internal", answer["error"]
        assert answer["error"]["text"]
    for text in (*answer["screen"], *answer["notices"]):
        assert text.keys() == {"kind", "key", "text"}
        assert text["text"]
    if answer["dialog"]:
        assert answer["dialog"]["kind"] in DIALOGS
        assert answer["dialog"]["buttons"]
        assert answer["receipt"]["state"] == "open"


def receipt(answer: Answer) -> None:
    """Totals add up, no mark stands twice, no marked position is without its verdict."""
    shown = answer["receipt"]
    if shown is None:
        return
    positions = shown["positions"]
    assert all(position.keys() >= POSITION for position in positions)
    for position in positions:
        exact = Decimal(position["price"]) * Decimal(position["quantity"])
        assert Decimal(position["amount"]) == exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert Decimal(shown["total"]) == sum(Decimal(position["amount"]) for position in positions)
    numbers = [position["n"] for position in positions]
    assert len(set(numbers)) == len(numbers)
    marks = [
        position["cis"] for position in positions if position["cis"] not in (None, KEG) and not position["refused"]
    ]
    assert len(set(marks)) == len(marks)
    for position in positions:
        marked(shown["kind"], position)


def marked(kind: str, position: dict[str, Any]) -> None:
    """A marked position has the trail of what allowed it; a sold mark was checked by CRPT, or says why not."""
    if not position["marked"] or position["refused"]:
        return
    trail = {check["check"]: check for check in position["checks"]}
    assert trail
    assert trail.keys() <= CHECKS
    assert all(check["verdict"] in ("allow", None) for check in trail.values())
    if not position["excisemark"]:
        return
    assert position["cis"]
    assert position["quantity"] == "1.000" or position["name"].startswith(("Сыр", "Пиво разливное"))
    if kind == "sale":
        assert trail["crpt"]["verdict"] == "allow"
        assert trail["uniqueness"]["verdict"] == "allow"
        assert position["tags"]["1265"].startswith("UUID=")


def refused(answer: Answer, before: Answer) -> None:
    """A command that could not be done changed nothing; marks of a receipt that came back may ask at its close."""
    if not answer["ok"]:
        assert same(answer["receipt"], before["receipt"]) or state(before) != "open"
        assert answer["dialog"] == before["dialog"] or answer["error"]["code"] == "dialog"


def same(receipt: dict[str, Any] | None, other: dict[str, Any] | None) -> bool:
    """Whether both hold the same goods and marks; what a restart checks again has a trail and tags of its own."""
    return goods(receipt) == goods(other)


def goods(receipt: dict[str, Any] | None) -> Any:
    """A receipt without what its checks said."""
    if receipt is None:
        return None
    said = ("checks", "tags", "refused")
    positions = [{name: v for name, v in one.items() if name not in said} for one in receipt["positions"]]
    return {**receipt, "positions": positions}


def plugins(till: DrivenTill) -> None:
    """No bundled plugin ever fails."""
    assert [one.error for one in till.shop.till.room.plugins.loaded if one.failures] == []


def state(answer: Answer) -> str | None:
    """State of the receipt in an answer."""
    return answer["receipt"]["state"] if answer["receipt"] else None
