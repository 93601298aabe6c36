"""Goods given up without being sold: the messages that the plugins owe somebody because of it."""

from ncash.model.outbox import Message
from ncash.model.receipt import Position, Receipt
from ncash.model.request import AddItem, Cancel
from ncash.till.view import Room


def messages_owed(
    room: Room, receipt: Receipt, positions: tuple[Position, ...] = (), refused: tuple[AddItem, ...] = ()
) -> tuple[Message, ...]:
    """Messages about positions that leave the receipt and goods that did not join it; a failing plugin owes none."""
    if not (any(position.cis for position in positions) or any(request.facts for request in refused)):
        return ()
    answers, _ = room.plugins.ask("on_cancel", Cancel(receipt, positions, refused))
    return tuple(message for answer in answers for message in answer.messages)
