"""Receipts and their positions as tuples: the till replaces them, nobody changes them."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, NamedTuple

from ncash.model.decision import NOTHING, fixed, loose
from ncash.model.mark import cis as cis_of
from ncash.model.mark import telling
from ncash.model.money import ONE, amount, pieces, rubles
from ncash.model.owned import PUBLISHED, kept_by

SALE_OPCODE: Final = 50
RETURN_OPCODE: Final = 58
PAYMENT_OPCODE: Final = 70


class Kind(StrEnum):
    """Kinds of receipts (till.md §1)."""

    SALE = "sale"
    RETURN = "return"
    RETURN_BY_SALE = "return_by_sale"
    INVENTORY = "inventory"

    @property
    def doctype(self) -> int:
        """`document.doctype` of a closed receipt."""
        return _DOCTYPES[self][0]

    @property
    def annulled_doctype(self) -> int:
        """`document.doctype` of a cancelled one."""
        return _DOCTYPES[self][1]

    @property
    def opcode(self) -> int:
        """`Goodsitem.opcode` of its positions."""
        return _OPCODES[self]


_OPCODES: Final = {kind: RETURN_OPCODE if kind.startswith("return") else SALE_OPCODE for kind in Kind}
_DOCTYPES: Final = {Kind.SALE: (1, 7), Kind.RETURN: (2, 8), Kind.RETURN_BY_SALE: (25, 8), Kind.INVENTORY: (16, 7)}


class Channel(StrEnum):
    """Where the receipt is made."""

    CASHIER = "cashier"
    SELF_CHECKOUT = "self_checkout"
    REMOTE = "remote"


class State(StrEnum):
    """States of a receipt."""

    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    DEFERRED = "deferred"


class Position(NamedTuple):
    """One line of a receipt; a marked position holds one mark."""

    n: int
    code: str
    name: str
    bcode: str
    quantity: Decimal
    price: int
    """Kopecks, after discounts."""
    dept: str = "1"
    tmctype: int = 0
    marked: bool = False
    category: str | None = None
    excisemark: str | None = None
    additionalbarcode: str | None = None
    cis: str | None = None
    markingcode: str | None = None
    input: str | None = None
    checks: tuple[Mapping[str, Any], ...] = ()
    tags: Mapping[str, str] = NOTHING
    unchecked: str | None = None
    fractional: bool = False
    frunit: int | None = None
    baseprice: int = 0
    """Kopecks, before discounts."""
    sale_position: int | None = None
    """Number of the sold position that a return by sale gives back."""
    refused: str | None = None
    """Text of the refusal after a restored receipt was checked again; such a receipt cannot be closed with it."""
    extra: Mapping[str, Any] = NOTHING

    def of(self, plugin: str) -> Mapping[str, Any]:
        """What this plugin keeps with the position (`Effects.extra`); a position that is given back has that of its
        sale."""
        return kept_by(plugin, self.extra)

    @property
    def published(self) -> Mapping[str, Any]:
        """The facts about its unit that the reader of its mark publishes (`Effects.published`)."""
        found: Mapping[str, Any] = self.extra.get(PUBLISHED, NOTHING)
        return found

    @property
    def amount(self) -> int:
        """Kopecks."""
        return amount(self.price, self.quantity)

    @property
    def by_mark(self) -> bool:
        """Whether the mark of its unit was scanned: then it leaves an open receipt by that mark only."""
        return self.cis is not None and self.excisemark is not None

    @property
    def mark(self) -> str | None:
        """The code of its unit: as scanned here, or in the sale that is given back without a scan."""
        return self.excisemark or self.extra.get("raw")

    @property
    def code_told(self) -> str | None:
        """The code as whoever has no masks is told it: as it was scanned, or with the separators that show its CIS."""
        code = self.mark
        if code is None or self.cis is None or cis_of(code) == self.cis:
            return code
        raw = self.extra.get("raw")
        return raw if isinstance(raw, str) and cis_of(raw) == self.cis else telling(code, self.cis)

    def json(self) -> dict[str, Any]:
        """The object of the line protocol."""
        price = rubles(self.price)
        return {
            "n": self.n,
            "name": self.name,
            "bcode": self.bcode,
            "quantity": pieces(self.quantity),
            "price": price,
            "amount": price if self.quantity is ONE else rubles(self.amount),
            "marked": self.marked,
            "category": self.category,
            "excisemark": self.excisemark,
            "additionalbarcode": self.additionalbarcode,
            "cis": self.cis,
            "checks": list(self.checks),
            "tags": self.tags,
            "refused": self.refused,
        }


class Payment(NamedTuple):
    """A row of `moneyitem`."""

    type: str
    amount: int
    """Kopecks."""


class Receipt(NamedTuple):
    """A receipt of this till."""

    id: str
    """UUID, given when it is opened; the key of everything that is sent about it."""
    kind: Kind = Kind.SALE
    state: State = State.OPEN
    channel: Channel = Channel.CASHIER
    cashier: str | None = None
    positions: tuple[Position, ...] = ()
    last_n: int = 0
    """The highest position number given so far: a number stays with its position."""
    sale: str | None = None
    """Return by sale: `document.documentid` of the sale."""
    opened: str = ""
    """ISO 8601 with offset."""
    shift: int | None = None
    extra: Mapping[str, Any] = NOTHING

    def of(self, plugin: str) -> Mapping[str, Any]:
        """What this plugin keeps with the receipt (`Effects.receipt_extra`)."""
        return kept_by(plugin, self.extra)

    @property
    def total(self) -> int:
        """Kopecks."""
        return sum([amount(p.price, p.quantity) for p in self.positions])

    def joined(self, position: Position) -> "Receipt":
        """The receipt with one position more, which has the next number."""
        return Receipt(
            id=self.id,
            kind=self.kind,
            state=self.state,
            channel=self.channel,
            cashier=self.cashier,
            positions=(*self.positions, position),
            last_n=position.n,
            sale=self.sale,
            opened=self.opened,
            shift=self.shift,
            extra=self.extra,
        )

    def position(self, n: int) -> Position | None:
        """The position with this number, or None."""
        return next((p for p in self.positions if p.n == n), None)

    def json(self) -> dict[str, Any]:
        """The object of the line protocol."""
        return {
            "id": self.id,
            "kind": str(self.kind),
            "state": str(self.state),
            "positions": [p.json() for p in self.positions],
            "total": rubles(self.total),
        }


STORNOED: Final = "stornoed"
"""Where in `extra` of a receipt the positions stand that were taken out, oldest first: books and back office know of
them."""
_LEFT_OUT: Final = ("checks", "quantity", "tags", "extra")
_PLAIN: Final = tuple(name for name in Position._fields if name not in _LEFT_OUT)


def without(receipt: Receipt, gone: Sequence[Position]) -> Receipt:
    """The receipt without these positions, which it remembers."""
    numbers = {position.n for position in gone}
    kept = tuple(position for position in receipt.positions if position.n not in numbers)
    remembered = [*receipt.extra.get(STORNOED, ()), *map(_kept, gone)]
    return receipt._replace(positions=kept, extra=fixed({**receipt.extra, STORNOED: remembered}))


def stornoed(receipt: Receipt) -> tuple[Position, ...]:
    """The positions that were taken out, oldest first, without the checks they had gone through."""
    return tuple(_position(one) for one in receipt.extra.get(STORNOED, ()))


def _kept(position: Position) -> dict[str, Any]:
    plain = {name: value for name in _PLAIN if (value := getattr(position, name)) is not None}
    more = {name: loose(value) for name in ("tags", "extra") if (value := getattr(position, name))}
    return {**plain, **more, "quantity": str(position.quantity)}


def _position(kept: Mapping[str, Any]) -> Position:
    mappings = {name: fixed(kept.get(name, {})) for name in ("tags", "extra")}
    return Position(**{**kept, **mappings, "quantity": Decimal(kept["quantity"])})
