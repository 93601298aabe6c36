"""A short day at a till as data: what is done, and how it must come out."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from ncash.language import phrase, recorded

CHEESE: Final = " 0103041094787443215Qbag! 93Zjqw 3103000353 "
WATER: Final = "010469999990001321dEmO-WaTeR001\x1d93aBcD"
BEER: Final = "010469999990003721dEmO-07\x1d93zYxW"
SOLD: Final = "0104670540176099215NN*cM\x1d93dGVz"
BLOCKED: Final = "0108607405401894215cC3O4\x1d93dGVz"
EXPIRED: Final = "0104670540176099215<pGKy\x1d93dGVz"
WITHDRAWN: Final = "0104670540176099215LnOjv\x1d93dGVz"
NO_TOKEN: Final = "010469999990008221dEmO-WaTeR002\x1d93aBcD"
OFFLINE: Final = "0104670540176099215Demo1\x1d93dGVz"

SERVER_OFF: Final = "server_off"
SWITCH: Final = "switch"
SWITCH_FILE: Final = "90-support.ini"
SWITCH_TEXT: Final = "[MarkedGoods]\nignoreMarkVerifyCrptConnectionErrors = true\n"


class Event(NamedTuple):
    """One thing that happens, and what must be seen after it."""

    title: str
    command: Mapping[str, Any] | str
    """A command of the line protocol, or SERVER_OFF, or SWITCH."""
    screen: tuple[str, ...] = ()
    """Keys of the texts that must appear."""
    dialog: str | None = None
    position: tuple[str, str] | None = None
    """Barcode and quantity of the position that must have joined."""
    positions: int | None = None
    """How many positions the receipt must have."""
    decided: tuple[str, str | None] | None = None
    """Check and setting that must have decided."""
    tagged: bool | None = None
    """Whether the last position must carry tag 1265."""
    document: bool = False
    """A document must have been closed."""


def _scan(data: str) -> dict[str, Any]:
    return {"cmd": "scan", "data": data}


OPEN: Final = {"cmd": "open", "cashier": "1"}
DAY: Final = (
    Event("the cashier opens a sale", OPEN, positions=0),
    Event("a plain loaf of bread: ordinary goods, nobody is asked", _scan("4600000000015"),
         position=("4600000000015", "1.000")),
    Event("cheese by weight: the weight stands in the mark", _scan(CHEESE),
         position=("3041094787443", "0.353"), decided=("crpt", "enableMarkVerifyCrpt"), tagged=True),
    Event("water by its mark alone", _scan(WATER), position=("4699999900013", "1.000"), tagged=True),
    Event("beer by its barcode: the till asks for the mark", _scan("4699999900037"), dialog="ScanMark", positions=3),
    Event("and gets it", _scan(BEER), position=("4699999900037", "1.000"), tagged=True),
    Event("a unit that Chestny Znak knows as sold", _scan(SOLD), ("CrptSold",), positions=4,
         decided=("crpt", "ignoreCrptStatusSold")),
    Event("a unit that an agency has blocked", _scan(BLOCKED), ("CrptBlocked",), positions=4,
         decided=("crpt", "ignoreCrptStatusIsBlocked")),
    Event("a unit past its date", _scan(EXPIRED), ("CrptExpired",), positions=4,
         decided=("crpt", "ignoreCrptStatusExpireDate")),
    Event("a unit out of circulation: this shop asks", _scan(WITHDRAWN), dialog="CrptNotRealizable",
         positions=4, decided=("crpt", "ignoreCrptStatusRealizable")),
    Event("a scan answers no question", _scan(WATER), dialog="CrptNotRealizable", positions=4),
    Event("the cashier confirms: the answer asked about is the proof",
         {"cmd": "press", "button": "continue"}, position=("4670540176099", "1.000"), tagged=True),
    Event("the same bottle again", _scan(WATER), ("AlreadyRegistered",), positions=5, decided=("receipt", None)),
    Event("storno of the beer: the till asks for the mark", {"cmd": "storno", "position": 4},
         dialog="ScanMark", positions=5),
    Event("the water's mark is scanned: the water goes, whichever line was selected", _scan(WATER), positions=4),
    Event("goods of department 9, for which xapikey has no token", _scan(NO_TOKEN), ("CrptTokenMissing",), positions=4,
         decided=("crpt", "xapikey")),
    Event("the receipt is paid in cash", {"cmd": "close", "payments": [{"type": "cash", "amount": "1000.00"}]},
         document=True),
    Event("the next customer", OPEN, positions=0),
    Event("brings the beer that was just sold", _scan(BEER), ("AlreadyRegistered",), positions=0,
         decided=("uniqueness", "checkLocalUniqueness")),
    Event("Chestny Znak is switched off in the middle of the day", SERVER_OFF),
    Event("milk is refused: connection errors are not ignored here", _scan(OFFLINE), ("CrptConnection",), positions=0,
         decided=("crpt", "ignoreMarkVerifyCrptConnectionErrors")),
    Event("the customer goes", {"cmd": "cancel"}),
    Event(recorded('support writes {file}', file=SWITCH_FILE), SWITCH),
    Event("and the till reads its configuration again", {"cmd": "reload"}),
    Event("the customer comes back", OPEN, positions=0),
    Event("the same milk is sold unchecked, and loudly so", _scan(OFFLINE), ("SoldUnchecked",),
         position=("4670540176099", "1.000"), decided=("crpt", "ignoreMarkVerifyCrptConnectionErrors"), tagged=False),
    Event("a receipt without tag 1265", {"cmd": "close"}, document=True),
    Event("the shift is closed", {"cmd": "shift", "do": "close"}),
)  # fmt: skip


def deciding(answer: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The check that decided: the one that did not allow, else the last one that a setting ruled."""
    checks = [c for c in (answer.get("decision") or {}).get("checks", ()) if not c["skipped"]]
    against = [c for c in checks if c["verdict"] != "allow"]
    ruled = [c for c in checks if c["setting"]]
    return next(iter(against[-1:] or ruled[-1:] or checks[-1:]), None)


def wrong(step: Event, answer: Mapping[str, Any]) -> list[str]:
    """What came out otherwise than announced."""
    receipt = answer.get("receipt") or {"positions": []}
    positions, faults = receipt["positions"], []
    seen = tuple(text["key"] for text in answer["screen"])
    shown = answer["dialog"]["key"] if answer["dialog"] else None
    last = positions[-1] if positions else None
    ruling = deciding(answer)
    told = (ruling["check"], ruling["setting"]) if ruling else None
    if not answer["ok"]:
        faults.append(phrase("refused: {text}", text=answer["error"]["text"]))
    if seen != step.screen:
        faults.append(phrase("texts {seen}, announced {announced}", seen=seen, announced=step.screen))
    if shown != step.dialog:
        faults.append(phrase("dialog {shown}, announced {announced}", shown=shown, announced=step.dialog))
    if step.positions is not None and len(positions) != step.positions:
        count = len(positions)
        faults.append(phrase("{count} positions, announced {announced}", count=count, announced=step.positions))
    if step.position and (last is None or (last["bcode"], last["quantity"]) != step.position):
        seen_last = last and (last["bcode"], last["quantity"])
        faults.append(phrase("last position {seen}, announced {announced}", seen=seen_last, announced=step.position))
    if step.decided and told != step.decided:
        faults.append(phrase("decided by {told}, announced {announced}", told=told, announced=step.decided))
    if step.tagged is not None and (last is None or ("1265" in last["tags"]) is not step.tagged):
        faults.append(phrase("tag 1265 announced {announced}", announced=step.tagged))
    if step.document and not answer.get("document"):
        faults.append(phrase("no document"))
    return faults
