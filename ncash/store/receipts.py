"""Receipts as JSON text for the open and deferred ones, and positions as rows of Goodsitem."""

import base64
import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from operator import attrgetter
from typing import Any, Final

from ncash.model.decision import fixed
from ncash.model.money import GRAM, ONE
from ncash.model.receipt import Channel, Kind, Position, Receipt, State
from ncash.store.sqlite.connection import Row
from ncash.store.texts import Texts

EXCISETYPE: Final = "MARKEDGOODS"
"""`excisetype` of marked goods, as the cash server spells it."""
TAGS: Final = ("1262", "1263", "1264", "1265")
"""FFD tags of the permissive check that have columns of their own."""
_PLAIN: Final = tuple(name for name in Position._fields if name not in ("quantity", "checks", "tags", "extra"))
_VALUES: Final = attrgetter(*_PLAIN)
SAVED_ELSEWHERE: Final = {"positions": "openposition", "last_n": "openposition"}
"""Fields of a receipt that its head need not hold, and the table where they are."""
HEAD: Final = tuple(name for name in Receipt._fields if name not in SAVED_ELSEWHERE)
"""Every other field: what is compared and written as the head of a receipt."""
_HEAD_OF: Final = attrgetter(*HEAD)
_WORDS: Final[Mapping[str, Callable[[str], Any]]] = {"kind": Kind, "state": State, "channel": Channel}
"""Fields that are written as their words, and what makes them of one."""


_TEXTS: Final = Texts()
as_text: Final = _TEXTS.of
"""JSON, short and readable; escaped when it holds what UTF-8 cannot (a lone surrogate out of a scan)."""


def position_text(position: Position) -> str:
    """A position as JSON text, never escaped: what Goodsitem could not take is refused before it joins."""
    return _TEXTS.with_checks(_kept(position), position.checks)


def _kept(position: Position) -> dict[str, Any]:
    kept = {name: value for name, value in zip(_PLAIN, _VALUES(position), strict=True) if value is not None}
    kept["quantity"] = str(position.quantity)
    kept["tags"] = position.tags
    kept["extra"] = position.extra
    return kept


def position_read(text: str) -> Position:
    """The position that `position_text` made this text of."""
    return _read(json.loads(text))


def _read(kept: dict[str, Any]) -> Position:
    quantity, checks = Decimal(kept["quantity"]), tuple(map(fixed, kept["checks"]))
    mappings = {name: fixed(kept[name]) for name in ("tags", "extra")}
    return Position(**{**kept, **mappings, "quantity": quantity, "checks": checks})


def counted(receipt: Receipt) -> bool:
    """Whether the number of the last position is the highest given so far: then the positions tell it."""
    return receipt.last_n == (receipt.positions[-1].n if receipt.positions else 0)


def head_text(receipt: Receipt) -> str:
    """A receipt without its positions as JSON text; `last_n` is null when they tell it."""
    head = _head(receipt)
    return as_text({**head, "last_n": None} if counted(receipt) else head)


def same_head(one: Receipt, other: Receipt) -> bool:
    """Whether two receipts have the same head."""
    alike: bool = _HEAD_OF(one) == _HEAD_OF(other)
    return alike


def _head(receipt: Receipt) -> dict[str, Any]:
    head = dict(zip(HEAD, _HEAD_OF(receipt), strict=True))
    return {**head, **{name: head[name].value for name in _WORDS}, "last_n": receipt.last_n}


def head_read(text: str, positions: tuple[Position, ...]) -> Receipt:
    """The receipt that `head_text` made this text of, with these positions."""
    head = json.loads(text)
    if head["last_n"] is None:
        head["last_n"] = positions[-1].n if positions else 0
    return _receipt(head, positions)


def _receipt(head: dict[str, Any], positions: tuple[Position, ...]) -> Receipt:
    words = {name: made(head[name]) for name, made in _WORDS.items()}
    return Receipt(**{**head, **words, "positions": positions})


def written(receipt: Receipt) -> str:
    """The whole receipt as JSON text."""
    positions = [{**_kept(p), "checks": p.checks} for p in receipt.positions]
    return as_text({**_head(receipt), "positions": positions})


def read(text: str) -> Receipt:
    """The receipt that `written` made this text of."""
    head = json.loads(text)
    return _receipt(head, tuple(_read(kept) for kept in head.pop("positions")))


def code_text(position: Position) -> str | None:
    """The code that `markingcode` holds: the one that was set, or else the scanned mark of marked goods."""
    if position.markingcode is not None:
        return position.markingcode
    return position.excisemark if position.marked else None


def _coded(code: str | None) -> str | None:
    return None if code is None else base64.b64encode(code.encode("utf-8")).decode("ascii")


def _decoded(text: str | None) -> str | None:
    return None if text is None else base64.b64decode(text).decode("utf-8")


def decimal_of(number: float | int) -> Decimal:
    """A stored quantity as the exact decimal it was written from."""
    return Decimal(str(number)).quantize(GRAM) if number != 1 else ONE


def kopecks_of(number: float | int | None) -> int:
    """A stored amount in rubles as kopecks."""
    return round((number or 0) * 100)


ROW: Final = (
    "posnum, bcode, code, name, price, baseprice, cquant, summ, opcode, dept, frunit, fractional, tmctype, marked, "
    "category, excisemark, excisetype, additionalbarcode, markingcode, cis, input, checks, tags, tag1262, tag1263, "
    "tag1264, tag1265, unchecked, saleposition, refused, extra"
)
"""The columns that `row` fills and `position` reads, in order."""


def row(position: Position, opcode: int) -> Row:
    """A position as a row of Goodsitem; `markingcode` is base64 of UTF-8 (till.md §5)."""
    tags: Mapping[str, str] = position.tags
    return (
        position.n, position.bcode, position.code, position.name, position.price / 100, position.baseprice / 100,
        float(position.quantity), position.amount / 100, opcode, position.dept, position.frunit,
        int(position.fractional), position.tmctype, int(position.marked), position.category, position.excisemark,
        EXCISETYPE if position.marked and position.excisemark else None, position.additionalbarcode,
        _coded(code_text(position)), position.cis, position.input, _TEXTS.trail(position.checks),
        as_text(tags), *(tags.get(tag) for tag in TAGS), position.unchecked, position.sale_position,
        position.refused, as_text(position.extra),
    )  # fmt: skip


def position(stored: Row) -> Position:
    """The position that `row` made this row of."""
    (n, bcode, code, name, price, baseprice, cquant, _, _, dept, frunit, fractional, tmctype, marked, category,
     excisemark, _, additionalbarcode, markingcode, cis, kind_of_input, checks, tags, _, _, _, _, unchecked,
     saleposition, refused, extra) = stored  # fmt: skip
    found = Position(
        n, code, name, bcode, quantity=decimal_of(cquant), price=kopecks_of(price), dept=dept, tmctype=tmctype or 0,
        marked=bool(marked), category=category, excisemark=excisemark, additionalbarcode=additionalbarcode, cis=cis,
        input=kind_of_input, checks=tuple(map(fixed, json.loads(checks))), tags=fixed(json.loads(tags)),
        unchecked=unchecked, fractional=bool(fractional), frunit=frunit, baseprice=kopecks_of(baseprice),
        sale_position=saleposition, refused=refused, extra=fixed(json.loads(extra)),
    )  # fmt: skip
    stated = _decoded(markingcode)
    return found if stated == code_text(found) else found._replace(markingcode=stated)
