"""What a back office that reads the vendor's sales files demands of one: each member by its name and type, and what it
computes from them. The demands are those of a public reader of such files (lsFusion); the words are ours.

A file is one line to the reader: line feeds are taken out first, and after that no character may stand in it that a
regular expression of Java takes for the end of a line. Numbers are exact decimals to it.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

SALES: Final = frozenset({1, 8, 18})
RETURNS: Final = frozenset({2, 25, 7})
SKIPPED: Final = frozenset({7, 8, 18})
"""docType of documents that are read and do not count."""
ORDERS: Final = 16
PAID, CHANGE = {True: frozenset({70}), False: frozenset({74, 100})}, frozenset({72, 76, 101})
CARD, CERTIFICATES = 4, frozenset({6, 7})
_ANY: Final = "[^\n\r\x85\u2028\u2029]*"
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", re.ASCII)


class Unreadable(Exception):
    """The reader gives up, and with it the whole file."""


class Node:
    """An object of the file, asked for members in the ways of the reader."""

    def __init__(self, members: Mapping[str, Any], place: str) -> None:
        self.members, self._place = members, place

    def _member(self, key: str, *kinds: type) -> Any:
        value = self.members.get(key)
        if value is None or isinstance(value, bool) or not isinstance(value, kinds):
            raise Unreadable(f"{self._place}.{key} is {value!r}")
        return value

    def whole(self, key: str) -> int:
        return int(self._member(key, int))

    def text(self, key: str) -> str:
        return str(self._member(key, str))

    def number(self, key: str) -> Decimal:
        return Decimal(str(self._member(key, int, float)))

    def fraction(self, key: str) -> Decimal | None:
        """A number with a point, or null: of one without a point the reader makes nothing."""
        if key not in self.members:
            raise Unreadable(f"{self._place}.{key} is missing")
        value = self.members[key]
        return Decimal(str(value)) if isinstance(value, float) else None

    def moment(self, key: str) -> datetime | None:
        """A time, its offset left aside, or null."""
        if key not in self.members:
            raise Unreadable(f"{self._place}.{key} is missing")
        value = self.members[key]
        if not isinstance(value, str) or value == "null":
            return None
        found = _TIME.match(value)
        if found is None:
            raise Unreadable(f"{self._place}.{key} is {value!r}, which is no time")
        return datetime.fromisoformat(found[0])

    def optional(self, key: str) -> str:
        value = self.members.get(key)
        return "" if value is None else str(value)

    def parts(self, key: str) -> list["Node"]:
        return self._nodes(key, self._member(key, list))

    def optional_parts(self, key: str) -> list["Node"]:
        value = self.members.get(key)
        return self._nodes(key, value) if isinstance(value, list) else []

    def _nodes(self, key: str, values: list[Any]) -> list["Node"]:
        for n, value in enumerate(values):
            if not isinstance(value, dict):
                raise Unreadable(f"{self._place}.{key}[{n}] is no object")
        return [Node(value, f"{self._place}.{key}[{n}]") for n, value in enumerate(values)]


class Line(NamedTuple):
    """A position as the back office books it."""

    item: str
    barcode: str | None
    n: int
    quantity: Decimal
    price: Decimal
    total: Decimal
    discount: Decimal
    percent: Decimal | None
    lot: str


class Receipt(NamedTuple):
    """A receipt as the back office books it; what goes back to a buyer is negative."""

    till: int
    shift: int
    number: int
    cashier: str
    cashier_name: str
    time: datetime | None
    shift_time: datetime | None
    lines: tuple[Line, ...]
    cash: Decimal
    card: Decimal
    certificates: Decimal
    skipped: bool


class Shift(NamedTuple):
    """A shift as the back office books it."""

    till: int
    number: int
    begun: datetime | None
    ended: datetime | None
    gain: Decimal
    by_counters: Decimal | None
    """What the register's counters say of the same sum."""
    cash_left: Decimal | None
    serial: str


class Read(NamedTuple):
    """All of a file."""

    receipts: tuple[Receipt, ...]
    shifts: tuple[Shift, ...]
    cancelled: tuple[int, ...]
    """Numbers of receipts that were annulled, or out of which something was taken."""
    orders: tuple[str, ...]


def section(content: bytes, name: str) -> list[Node]:
    """The documents of a section. An older edition of the reader parts them at every `---`: that has to be the same."""
    text = content.decode("utf-8").replace("\n", "")
    found = re.fullmatch(f"{_ANY}### {name} begin ###({_ANY})### {name} end ###{_ANY}", text)
    if found is None:
        raise Unreadable(f"there is no section {name}")
    parted = [json.loads(part + "}") for part in found[1].split("}---") if part]
    older = [json.loads(part) for part in found[1].split("---") if part]
    if parted != older:
        raise Unreadable(f"the editions of the reader part the section {name} in different ways")
    return [Node(one, f"{name}[{n}]") for n, one in enumerate(parted)]


def read(content: bytes) -> Read:
    """The whole file. Raises Unreadable."""
    names: dict[str, str] = {}
    shifts = tuple(_shift(node, names) for node in section(content, "shift info"))
    documents = section(content, "sales data")
    cancelled = tuple(node.whole("docNum") for node in documents if _cancelled(node))
    receipts = tuple(_receipt(node, shifts, names) for node in documents if node.whole("docType") in SALES | RETURNS)
    orders = tuple(
        position.text("additionalbarcode")[-7:]
        for node in documents
        if node.whole("docType") == ORDERS
        for position in node.parts("inventPositions")
    )
    section(content, "securitylog info")
    return Read(receipts, shifts, cancelled, orders)


def _shift(node: Node, names: dict[str, str]) -> Shift:
    serial, left, counted = "", None, None
    for register in node.parts("kkms"):
        left = register.fraction("sumCashEnd")
        first, last = register.fraction("sumProtectedBeg"), register.fraction("sumProtectedEnd")
        back = register.fraction("sumBack")
        counted = last - first - back if None not in (first, last, back) else None
        serial = register.text("serialNum")
    for user in node.optional_parts("users"):
        names[user.optional("usercode")] = user.optional("username")
    return Shift(
        int(node.text("cashCode")), node.whole("shift"), node.moment("timeBeg"), node.moment("timeEnd"),
        node.number("sumGain"), counted, left, serial,
    )  # fmt: skip


def _cancelled(node: Node) -> bool:
    unpaid = any(one.whole("opCode") == 70 for one in node.optional_parts("failedMoneyPositions"))
    return unpaid or bool(node.parts("stornoPositions"))


def _receipt(node: Node, shifts: tuple[Shift, ...], names: Mapping[str, str]) -> Receipt:
    kind = node.whole("docType")
    sign = 1 if kind in SALES else -1
    till, shift, time = int(node.text("cashCode")), node.whole("shift"), node.moment("timeEnd")
    cashier = node.text("userCode")
    node.parts("certificatePositions")
    for card in node.parts("cardPositions"):
        card.text("number")
    cash, card, certificates = _paid(node, sign)
    begun = _shift_time(shifts, till, shift, time)
    lines = tuple(_line(one, sign) for one in node.parts("inventPositions"))
    return Receipt(
        till, shift, node.whole("docNum"), cashier, names.get(cashier, ""), time, begun, lines, cash, card,
        certificates, kind in SKIPPED,
    )  # fmt: skip


def _shift_time(shifts: tuple[Shift, ...], till: int, shift: int, time: datetime | None) -> datetime | None:
    own = [one for one in shifts if (one.till, one.number) == (till, shift) and one.begun is not None]
    if own and time is None:
        raise Unreadable("a receipt without its time")
    return next((one.begun for one in own), None)


def _paid(node: Node, sign: int) -> tuple[Decimal, Decimal, Decimal]:
    sums = {"cash": Decimal(0), "card": Decimal(0), "certificates": Decimal(0)}
    for money in node.parts("moneyPositions"):
        valute, opcode, paid = money.whole("valCode"), money.whole("opCode"), sign * money.number("sumB")
        change = opcode in CHANGE
        if opcode not in PAID[sign > 0] and not change:
            continue
        where = "card" if valute == CARD else "certificates" if valute in CERTIFICATES else "cash"
        sums[where] += -paid if change and where == "cash" else paid
    return sums["cash"], sums["card"], sums["certificates"]


def _line(node: Node, sign: int) -> Line:
    node.whole("opCode")
    item, barcode = node.text("inventCode"), node.text("barCode").strip() or None
    for bonus in node.parts("bonusPositions"):
        bonus.number("amount")
    for tax in node.parts("taxes"):
        tax.number("taxSum")
    percents = list(_percents(node))
    return Line(
        item, None if item == barcode else barcode, node.whole("posNum"), sign * node.number("quant"),
        node.number("price"), sign * node.number("posSum"), node.number("disc_abs"),
        sum(percents, Decimal(0)) if percents else None, node.optional("excisemark").strip(),
    )  # fmt: skip


def _percents(node: Node) -> Iterator[Decimal]:
    for discount in node.parts("discountPositions"):
        kind, total = discount.text("discType"), discount.number("discSum")
        if kind in ("summ", "price"):
            of = discount.number("checkSum")
            yield total / of * 100 if of else Decimal(0)
        elif kind != "bonus":
            yield discount.number("discSize")
