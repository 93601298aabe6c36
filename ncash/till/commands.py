"""The commands of a till: what works each of them out, and what has to come before it."""

from collections.abc import Callable, Mapping
from typing import Final

from ncash.till import press
from ncash.till.fiscal import closing, printing, shifts
from ncash.till.goods import quantities
from ncash.till.receipts import life, orders, returning, storno
from ncash.till.scans import scanning
from ncash.till.view import Command, Outcome, Room, View

TICK: Final = "tick"
"""The till's own command while nobody scans: no line of the protocol."""


def _tick(room: Room, view: View) -> Outcome:
    room.plugins.tick()
    return Outcome(view)


COMMANDS: Final[Mapping[str, Callable[[Room, View, Command], Outcome]]] = {
    "open": life.open_new,
    "scan": scanning.scan_command,
    "press": lambda room, view, command: press.press(room, view, command["button"], command.get("entered")),
    "choose": lambda room, view, command: returning.choose(room, view, command["positions"]),
    "quantity": quantities.quantity_command,
    "storno": storno.storno_command,
    "defer": lambda room, view, command: life.defer(room, view),
    "restore": lambda room, view, command: orders.restore(room, view, command["receipt"]),
    "close": lambda room, view, command: closing.close(room, view, command.get("payments")),
    "cancel": lambda room, view, command: life.cancel(room, view),
    "shift": lambda room, view, command: shifts.shift_command(room, view, command["do"]),
    "copy": lambda room, view, command: printing.print_copy(room, view),
    "state": lambda room, view, command: Outcome(view),
    TICK: lambda room, view, command: _tick(room, view),
}
"""By the word of the line protocol. Each works out what the command wants done, and raises CommandRefusal."""
WITHOUT_RECEIPT: Final = ("open", "restore", "shift")
"""Commands that go on when settling has closed the receipt."""
RECHECKED: Final = ("scan", "press", "choose", "quantity", "close")
"""Commands before which the marks of a receipt that came back are checked again, unless a storno waits for its mark."""
CHECKING: Final = ("scan", "press", "choose", "quantity", "storno", "restore", "close")
"""Commands in which plugins check something: while they do, a person may cut the wait."""
