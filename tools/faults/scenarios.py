"""What happens in a shop while everything breaks: eleven short stories of a till."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

Command = Mapping[str, Any]
WATER: Final = "010469999990001321dEmO-WaTeR001\x1d93aBcD"
WATER2: Final = "010469999990001321dEmO-WaTeR002\x1d93aBcD"
MILK: Final = "0104670540176099215AbCd1\x1d93dGVz"
BEER: Final = "010469999990003721BeErAb7\x1d93dGVz"
BEER2: Final = "010469999990003721BeErAb8\x1d93dGVz"
SHAMPOO: Final = f"010469999990004421sHaMpOo00001a\x1d91EE08\x1d92{'Qz7k' * 11}"
CUT_CHEESE: Final = "0103041094787443215Qbag!\x1d93Zjqw\x1d3103000353"
BREAD: Final = "4600000000015"
LABEL: Final = "2103321055451"
CHEESE: Final = "010460704243063321nqmQ&IjzWJ+T*93dGVz"
UNIQUE: Final = "MarkedGoods.checkLocalUniqueness"
CHECKS: Final = "MarkedGoods.enableMarkVerifyCrpt"
IDLE: Final = "idle"
"""Not a command of the till: nobody scans for a moment."""
DEFERRED: Final = "the deferred one"
"""Stands for the id of the receipt that was put aside."""
SWITCH: Final = "switch"
BACKUP: Final = "backup"
PUT_BACK: Final = "put back"
PUT_TOGETHER: Final = "put together"
BESIDE: Final = frozenset({IDLE, SWITCH, BACKUP, PUT_BACK, PUT_TOGETHER})
"""Not commands of the till: what it, or somebody else, does between receipts."""
AT_REST: Final = frozenset({PUT_BACK, PUT_TOGETHER})
"""Done while no till runs."""


class Scenario(NamedTuple):
    """A story: commands as the till hears them when nothing goes wrong."""

    name: str
    told: str
    steps: tuple[Command, ...]
    own_conf: bool = False
    """Its files of settings are changed: each telling reads files of its own."""
    aged: bool = False
    """It begins with books of an older ncash."""
    leaves: tuple[str, ...] = ()
    """Files that must stand when it is over, as patterns below the data folder."""

    @property
    def forgets(self) -> bool:
        """Whether documents that were answered may be away for a while."""
        return any(step["cmd"] == PUT_BACK for step in self.steps)


def _scan(*codes: str) -> tuple[Command, ...]:
    return tuple({"cmd": "scan", "data": code} for code in codes)


def _switch(key: str, value: str | None) -> tuple[Command, ...]:
    return ({"cmd": SWITCH, "key": key, "value": value}, RELOAD)


def _open(kind: str = "sale", **more: Any) -> Command:
    return {"cmd": "open", "kind": kind, **more}


CLOSE: Final[Command] = {"cmd": "close"}
QUIET: Final[Command] = {"cmd": IDLE}
RELOAD: Final[Command] = {"cmd": "reload"}
STORNO: Final[Command] = {"cmd": "storno", "position": 1}
PAID: Final[Command] = {
    "cmd": "close", "payments": [{"type": "card", "amount": "50.00"}, {"type": "cash", "amount": "4000.00"}]
}  # fmt: skip
BEFORE: Final = (
    _open(), *_scan(WATER, BREAD), CLOSE, QUIET, _open(), *_scan(MILK, WATER2), CLOSE, QUIET
)  # fmt: skip
"""What was sold before the story begins: documents 1 and 2."""

SCENARIOS: Final = (
    Scenario("sale", "three marked goods", (_open(), *_scan(BEER, SHAMPOO, CUT_CHEESE), CLOSE, QUIET)),
    Scenario("weighed", "a weight label, then the mark", (_open(), *_scan(LABEL, CHEESE, BREAD), PAID, QUIET)),
    Scenario(
        "storno", "a mark leaves the receipt and comes again",
        (_open(), *_scan(BEER, BREAD), STORNO, *_scan(BEER, BEER2, BEER), CLOSE, QUIET),
    ),
    Scenario("return", "a return of what was sold", (_open("return"), *_scan(WATER, BREAD), CLOSE, QUIET)),
    Scenario(
        "return-by-sale", "one position of a sale comes back",
        (_open("return_by_sale", sale="2"), {"cmd": "choose", "positions": [1]}, *_scan(MILK), CLOSE, QUIET),
    ),
    Scenario(
        "defer", "a receipt is put aside while another one is sold",
        (_open(), *_scan(BEER, BREAD), {"cmd": "defer"}, _open(), *_scan(BREAD), CLOSE,
         {"cmd": "restore", "receipt": DEFERRED}, CLOSE, QUIET),
    ),
    Scenario(
        "cancel", "a receipt is annulled, its mark is free again",
        (_open(), *_scan(BEER, BREAD), {"cmd": "cancel"}, QUIET, _open(), *_scan(BEER), CLOSE, QUIET),
    ),
    Scenario(
        "shift", "two receipts, a report, the end of the shift and the first receipt of the next one",
        (_open(), *_scan(BEER), CLOSE, _open(), *_scan(BREAD), CLOSE, QUIET, {"cmd": "shift", "do": "x"},
         {"cmd": "shift", "do": "close"}, QUIET, _open(), *_scan(BREAD), CLOSE, QUIET),
    ),
    Scenario(
        "support", "support switches a check off and on again, the till reads it between receipts",
        (_open(), *_scan(BEER), CLOSE, *_switch(CHECKS, "false"), _open(), *_scan(BEER2), CLOSE,
         *_switch(UNIQUE, "true"), *_switch(CHECKS, None), _open(), *_scan(SHAMPOO), CLOSE, QUIET),
        own_conf=True,
    ),
    Scenario(
        "copies", "the books are copied, a sale later the copy is put back, then the books are put together again",
        (_open(), *_scan(BEER), CLOSE, QUIET, {"cmd": BACKUP}, _open(), *_scan(SHAMPOO, BREAD), CLOSE, QUIET,
         {"cmd": PUT_BACK}, {"cmd": PUT_TOGETHER}, _open("return"), *_scan(SHAMPOO), CLOSE, QUIET),
        leaves=("backup/Documents-*Z.sqlite", "documents.damaged-*.sqlite"),
    ),
    Scenario(
        "upgrade", "a newer ncash finds books of an older one, sells and takes back",
        (_open(), *_scan(BEER), CLOSE, _open("return"), *_scan(WATER), CLOSE, QUIET),
        aged=True, leaves=("backup/Documents-version-5.sqlite",),
    ),
)  # fmt: skip
BY_NAME: Final[Mapping[str, Scenario]] = {scenario.name: scenario for scenario in SCENARIOS}
