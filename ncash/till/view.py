"""What a till holds between two commands, what it may reach, and what a command wants done."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from ncash.errors import UserError
from ncash.hosting.loader import Plugins
from ncash.hosting.worlds import Premises
from ncash.model.codes.label import LabelRule
from ncash.model.decision import NOTHING, Decision, Dialog, Step, Text
from ncash.model.fiscal.register import FiscalRegister
from ncash.model.goods import Cashier
from ncash.model.outbox import Message
from ncash.model.ports import Closed
from ncash.model.receipt import Position, Receipt
from ncash.model.record import Entry
from ncash.model.request import AddItem, ChangeQuantity, Close, Storno, UnknownScan
from ncash.settings.host import Fiscal, Host

Command = Mapping[str, Any]
"""A line of the protocol with sound fields."""


class Room(NamedTuple):
    """What a command may reach; replaced as a whole by a reload."""

    plugins: Plugins
    premises: Premises
    rules: Sequence[LabelRule]
    register: FiscalRegister
    cashcode: str = "1"
    shopcode: str = "1"
    blocked: Callable[[], Step | None] = lambda: None
    """Why marked goods are not sold as the configuration stands; asked when some are scanned."""
    notices: tuple[Text, ...] = ()
    alarms: Callable[[], tuple[Text, ...]] = lambda: ()
    """Notices that come and go while the till runs."""
    doubt: Callable[[], Text | None] = lambda: None
    """Why marked goods are not sold at this moment, whatever the plugins would say."""
    version: str = ""
    export: Callable[[], tuple[str, ...]] = lambda: ()
    """Writes the sales of closed shifts for the back office; the new files. Raises UserError."""
    unexported: Callable[[], tuple[int, ...]] = lambda: ()
    """Closed shifts that were not written."""
    unsent: Callable[[], int] = lambda: 0
    """How many messages to the cash server wait; from memory."""
    fiscal: Fiscal = Fiscal.defaults()
    """`[Fiscal]`."""
    host: Host = Host.defaults()
    """`[Host]`."""
    kinds: frozenset[int] = frozenset()
    """Values of `tmctype`, beside 7, whose marks some plugin reads."""
    was_cut: Callable[[], bool] = lambda: False
    """Whether a person cut the wait of the command in work; asked before more goods of it are decided."""
    seal: Callable[[], None] = lambda: None
    """Called before something is ordered or written that no cut may undo. Raises WaitCut when the command was cut."""


class View(NamedTuple):
    """The till between two commands."""

    receipt: Receipt | None = None
    cashier: Cashier | None = None
    dialog: Dialog | None = None
    pending: AddItem | None = None
    """Goods waiting for a mark, a barcode or an answer."""
    storno: Storno | None = None
    """A storno waiting for its mark."""
    held: Storno | Close | ChangeQuantity | UnknownScan | None = None
    """What a plugin asks about, when it is no goods on their way in."""
    under: Dialog | None = None
    """What was on the screen before that question, and comes back after it."""
    queue: tuple[AddItem, ...] = ()
    """Goods to be decided after the pending ones: positions chosen in a return, positions of a restored receipt."""
    sale: tuple[Position, ...] = ()
    """Return by sale: positions of the sale that no closed receipt has returned."""
    choosing: bool = False

    @property
    def sold(self) -> tuple[Position, ...]:
        """Positions of the sale that are still to be had: neither returned nor in this receipt."""
        taken = {p.sale_position for p in self.receipt.positions} if self.receipt else set()
        return tuple(p for p in self.sale if p.n not in taken)

    def without_dialog(self) -> "View":
        """The same without a dialog and what waits behind it."""
        return self._replace(dialog=None, pending=None, storno=None, held=None, under=None)


class Outcome(NamedTuple):
    """What a command wants done: nothing has happened yet."""

    view: View
    screen: tuple[Text, ...] = ()
    decision: Decision | None = None
    journal: tuple[Entry, ...] = ()
    save: bool = False
    """Write the open receipt."""
    take: frozenset[str] = frozenset()
    """CIS that must stand in no other receipt."""
    restored: bool = False
    """The receipt comes out of the deferred ones."""
    result: Mapping[str, Any] = NOTHING
    """More members of the answer."""
    closed: tuple[Receipt, Closed] | None = None
    """The receipt that was closed by this command, as it stands in the books."""
    messages: tuple[Message, ...] = ()
    """Owed to the cash server; written with the receipt, or with the journal."""
    unprinted: bool | None = None
    """Whether the last fiscal document is missing on paper; None when nobody asked."""

    def joined(self, later: "Outcome") -> "Outcome":
        """This outcome followed by another one that was made on top of its view."""
        return Outcome(
            view=later.view,
            screen=self.screen + later.screen,
            decision=later.decision or self.decision,
            journal=self.journal + later.journal,
            save=self.save or later.save,
            take=self.take | later.take,
            restored=self.restored or later.restored,
            result={**self.result, **later.result},
            closed=later.closed or self.closed,
            messages=self.messages + later.messages,
            unprinted=self.unprinted if later.unprinted is None else later.unprinted,
        )


class CommandRefusal(UserError):
    """The command itself cannot be done; nothing has changed. Answered as ok: false, with these texts on the screen."""

    def __init__(self, text: str, *, code: str = "error", hint: str = "", screen: tuple[Text, ...] = ()) -> None:
        super().__init__(text, code=code, hint=hint)
        self.screen = screen


class WaitCut(Exception):
    """A person cut the wait of the command in work: whatever the plugins say of it, the answer is a refusal."""


DIALOG_OPEN: Final = CommandRefusal("a dialog is on the screen; answer it first", code="dialog")
NO_RECEIPT: Final = CommandRefusal("no receipt is open; send open first", code="no_receipt")


def open_receipt(view: View) -> Receipt:
    """The receipt in work. Raises CommandRefusal without one."""
    if view.receipt is None:
        raise CommandRefusal(str(NO_RECEIPT), code=NO_RECEIPT.code)
    return view.receipt
