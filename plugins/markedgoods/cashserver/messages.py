"""What the cash server is owed about a mark after its reservation: given up, sold, returned (cashserver.md).

These go through the till's queue: rows written with the receipt, sent later, known again by their id for ever.
"""

from collections.abc import Iterable
from typing import Any, Final

from ncash.bundled.markedgoods.checks.case import unit_of
from ncash.bundled.markedgoods.checks.cash_server import RESERVED, ServerFact, granted, status_url
from ncash.bundled.markedgoods.settings import MarkedGoods
from ncash.model.keg import KEG
from ncash.model.mark import telling
from ncash.model.outbox import Message
from ncash.model.ports import World
from ncash.model.receipt import Kind, Position, Receipt
from ncash.model.request import AddItem

UNRESERVE: Final = "unreserve"
SOLD: Final = "sold"
RETURNED: Final = "returned"
DOCTYPES: Final = {Kind.SALE: "sale", Kind.RETURN: "back", Kind.RETURN_BY_SALE: "back_by_sale"}
_OPS: Final = {Kind.SALE: SOLD, Kind.RETURN: RETURNED, Kind.RETURN_BY_SALE: RETURNED}


def closing_message(world: World, receipt: Receipt, position: Position, own: MarkedGoods) -> Message | None:
    """A position of a receipt that is closed: its mark is sold or returned, whether it was reserved or not.

    Nothing is told of a portion: for the server a unit is sold once. A server that was away when the goods were added
    learns of the sale all the same. The id is always the same for the same mark and receipt.
    """
    op = _OPS.get(receipt.kind)
    if op is None or not own.enableMarkVerify or not position.marked or not position.cis or position.refused:
        return None
    if KEG in position.extra:
        return None
    route = reservation_server(position) or status_url(own.markVerifyUrl)
    body = _body(world, receipt, position.code_told or position.cis, position.bcode)
    return Message(_lasting(receipt.id, op, position.cis), route, op=op, key=position.cis, body=body)


def release_messages(world: World, receipt: Receipt, positions: Iterable[Position]) -> list[Message]:
    """Positions that leave the receipt: those that hold a reservation let go of it, also one that fell when the receipt
    came back, since nobody may have told the server; of a mark that is another's by now the server changes nothing."""
    found = []
    for position in positions:
        route = reservation_server(position)
        if route and position.cis:
            body = _body(world, receipt, position.code_told or position.cis, position.bcode)
            found.append(Message(world.random.uuid(), route, op=UNRESERVE, key=position.cis, body=body))
    return found


def release_message(world: World, request: AddItem, own: MarkedGoods) -> Message | None:
    """Goods whose mark was reserved by the last check and that did not join all the same."""
    fact, mark, goods = request.facts.get("reserve"), unit_of(request), request.goods
    if mark is None or goods is None or not (isinstance(fact, ServerFact) and granted(request.kind, fact)):
        return None
    body = _body(world, request.receipt, telling(mark.text, mark.cis), goods.barcode)
    return Message(world.random.uuid(), status_url(own.markVerifyUrl), op=UNRESERVE, key=mark.cis, body=body)


def reservation_server(position: Position) -> str:
    """The server that holds the reservation of this position; empty when there is none."""
    return str(position.extra.get(RESERVED, ""))


def _body(world: World, receipt: Receipt, mark: str, barcode: str) -> dict[str, Any]:
    return {
        "mark": mark,
        "barcode": barcode,
        "cashcode": world.cashcode,
        "shopcode": world.shopcode,
        "doctype": DOCTYPES[receipt.kind],
        "documentid": receipt.id,
    }


def _lasting(receipt: str, op: str, cis: str) -> str:
    import uuid

    return str(uuid.uuid5(uuid.UUID(receipt), f"{op} {cis}"))
