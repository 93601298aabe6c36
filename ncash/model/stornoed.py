"""Positions that were taken out of a receipt: kept with it, so that the books and the back office know of them."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from ncash.model.decision import fixed, loose
from ncash.model.receipt import Position, Receipt

STORNOED: Final = "stornoed"
"""Where in `extra` of a receipt they stand, oldest first."""
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
