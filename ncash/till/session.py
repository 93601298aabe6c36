"""The till: one state machine. A command is worked out first and written last; nothing changes in between.

`handle` may be entered again with the very same command after a plugin was abandoned: what was carried out is not
carried out twice.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from ncash.errors import OF_THE_DATABASE, UserError, place
from ncash.fiscal.texts import FISCAL_UNPRINTED, FISCAL_UNSETTLED
from ncash.language import phrase
from ncash.messages import (
    DISK_TROUBLE,
    EXPORT_FAILED,
    PLUGIN_FAILING,
    PLUGIN_NOTICE,
    RECEIPT_RESTORED,
)
from ncash.model.decision import Text
from ncash.model.money import rubles
from ncash.model.ports import AlreadyReturned, MarkTaken, NotDeferred
from ncash.model.scan import TEXT, Scan, writable
from ncash.system.failpoints import declare, failpoint
from ncash.till import press, scanning
from ncash.till.conflict import lost, shortage, without
from ncash.till.fiscal import closing, late_documents, printing, settling, shifts
from ncash.till.goods import quantities
from ncash.till.receipts import life, orders, returning
from ncash.till.receipts import storno as taking_out
from ncash.till.receipts.given_up import owed
from ncash.till.view import DIALOG_OPEN, Outcome, Refused, Room, View, open_receipt, verdict_json

_HEARD: Final = declare("till.heard", "a command was read, nothing was done about it")
_WORKED_OUT: Final = declare("till.worked_out", "a command is worked out, nothing of it is written but a close")
_WRITTEN: Final = declare("till.written", "what a command changes is on the disk, the till does not know yet")
_DONE: Final = declare("till.done", "a command is carried out, nobody has the answer")
_TOLD: Final = declare("till.told", "the plugins know of a closed receipt, nobody has the answer")
_RECOVERING: Final = declare("till.recovering", "a till begins with what the last one left")
_RELOADED: Final = declare("till.reloaded", "the room of a changed configuration is ready, the old one still serves")

Command = Mapping[str, Any]
Answer = dict[str, Any]
Reload = Callable[[Room], tuple[Room, Mapping[str, Any]]]
"""Makes the room of a new configuration. Raises UserError when the running one must stay."""


class Till:
    """One till: its open receipt, what it waits for, and the room it works in."""

    def __init__(self, room: Room, reload: Reload | None = None) -> None:
        self.room = room
        self._reload = reload
        self._carried: tuple[Command, Outcome | UserError, set[str]] | None = None
        """The latest command, what came of it, and the plugins that were told."""
        self._unexported: tuple[int, ...] = ()
        """Closed shifts that were not written for the back office, as it was before the open receipt."""
        self._first: Outcome | None = None
        """What was done before the latest command: an intent settled, restored marks checked again."""
        self._begun: Command | None = None
        self._unprinted = False
        self.view = self._recovered()
        self._stale = self.view.receipt is not None
        """The open receipt came back after a restart, and its marks were not checked since."""

    def _recovered(self) -> View:
        failpoint(_RECOVERING)
        receipt = self.room.world.documents.open_receipt()
        if receipt is None:
            return View()
        cashier = self.room.world.dictionaries.cashier(receipt.cashier) if receipt.cashier else None
        return View(receipt=receipt, cashier=cashier, sale=returning.sale_of(self.room, receipt, held=True))

    def greeting(self) -> Answer:
        """The first line out."""
        plugins = self.room.plugins.loaded
        categories = [category._asdict() for one in plugins for category in one.started.categories]
        restored = [RECEIPT_RESTORED.fill().json()] if self.view.receipt else []
        return {
            "event": "ready",
            "version": self.room.version,
            "plugins": [one.json() for one in plugins],
            "categories": categories,
            "screen": restored,
            **self._shown(),
        }

    def handle(self, command: Command) -> Answer:
        """Do one command and answer it; whatever is wrong with it is an answer too."""
        if self._carried is None or self._carried[0] is not command:
            self._carried = (command, self._tried(command), set())
        _, outcome, told = self._carried
        first, answer = self._first, self._answered(outcome, told)
        if first is not None:
            answer["screen"] = [*(text.json() for text in first.screen), *answer["screen"]]
        return answer

    def _answered(self, outcome: Outcome | UserError, told: set[str]) -> Answer:
        first = self._first.closed if self._first else None
        closed = outcome.closed if isinstance(outcome, Outcome) else None
        if (done := closed or first) is not None:
            self.room.plugins.closed(*done, told)
            failpoint(_TOLD)
        if isinstance(outcome, Refused):
            return {**self.refuse(outcome), "screen": [text.json() for text in outcome.screen]}
        if isinstance(outcome, UserError):
            return {
                **self.refuse(outcome),
                "screen": [DISK_TROUBLE.fill(reason=outcome.cashier or OF_THE_DATABASE).json()],
            }
        answer = {"ok": True, "screen": [text.json() for text in outcome.screen], **self._shown()}
        answer["decision"] = verdict_json(outcome.decision) if outcome.decision else None
        answer["document"] = None
        if outcome.result:
            answer.update(outcome.result)
        return answer

    def _tried(self, command: Command) -> Outcome | UserError:
        try:
            return self._done(command)
        except UserError as error:
            return error
        except Exception as error:
            return _defect(error)

    def refuse(self, error: UserError) -> Answer:
        """An answer that says: nothing was done."""
        told = {"ok": False, "error": error.json(), "screen": [], "decision": None, "document": None}
        return {**told, **self._shown()}

    def _done(self, command: Command) -> Outcome:
        self.room.plugins.begin()
        failpoint(_HEARD)
        name: str = command["cmd"]
        if self._begun is not command:
            self._begun, self._first = command, None
        if name == "reload":
            return self._reloaded()
        if name not in FREE and not (name == "shift" and command["do"] == "x"):
            self._first = self._settled(name) or self._first
            if self._first and self._first.closed and self.view.receipt is None and name not in WITHOUT_RECEIPT:
                failpoint(_DONE)
                return self._first._replace(screen=(), closed=None)
            if self._stale and name in RECHECKED and self.view.storno is None:
                self._recheck()
        outcome = self._written(DO[name](self.room, self.view, command))
        failpoint(_DONE)
        return outcome

    def _written(self, outcome: Outcome) -> Outcome:
        """The outcome as it stands on the disk."""
        failpoint(_WORKED_OUT)
        while (taken := self._write(outcome)) is not None:
            outcome = self._without(outcome, taken)
        failpoint(_WRITTEN)
        self.view = outcome.view
        if outcome.unprinted is not None:
            self._unprinted = outcome.unprinted
        return outcome

    def _without(self, outcome: Outcome, taken: MarkTaken) -> Outcome:
        """What is left to write when another till holds this CIS, or a keg holds less. Raises Refused."""
        receipt, short = open_receipt(outcome.view), shortage(taken)
        quantities.kept(self.view, outcome, short)
        messages = owed(self.room, receipt, lost(receipt.positions, taken.cis, short))
        outcome = without(self.view, outcome, taken.cis, short)
        return outcome._replace(messages=outcome.messages + messages)

    def _settled(self, name: str) -> Outcome | None:
        """What became of an unfinished close, asked before anything else is done. Raises Refused."""
        settled = settling.settled(self.room, self.view) or late_documents.before(self.room, self.view, name)
        if settled is None:
            return None
        self.view = settled.view
        self._stale = self._stale and settled.view.receipt is not None
        self._unprinted = self._unprinted if settled.unprinted is None else settled.unprinted
        if name == "close" and settled.closed is None:
            return settled._replace(screen=())
        return settled

    def _recheck(self) -> None:
        """Marks of a receipt that came back after a restart are checked again, like those of a deferred one."""
        again = self._written(orders.recheck(self.room, self.view))
        self._stale = False
        before = self._first.screen if self._first else ()
        self._first = again._replace(screen=(*before, *again.screen))

    def _write(self, outcome: Outcome) -> MarkTaken | None:
        """The one place that writes the open receipt; what stands in the way when it cannot be. Raises UserError."""
        documents = self.room.world.documents
        receipt = outcome.view.receipt
        lines = self._lines(outcome)
        sent = outcome.messages
        time = self.room.world.clock.now().isoformat(timespec="seconds") if sent or outcome.save else ""
        if receipt is not None and outcome.save:
            opcode = receipt.kind.opcode
            try:
                documents.save_receipt(receipt, lines, outcome.take, opcode, outcome.restored, sent, time)
            except MarkTaken as taken:
                return taken
            except AlreadyReturned as error:
                raise Refused(
                    "a position of the sale was returned already, or another till returns it", code="returned"
                ) from error
            except NotDeferred as error:
                raise Refused(phrase("{error}; another till has it", error=error), code="receipt") from error
        elif outcome.journal or sent:
            documents.journal(lines, sent, time)
        return None

    def _lines(self, outcome: Outcome) -> Iterator[Mapping[str, Any]]:
        """What the journal gets, made when it is written."""
        if outcome.journal:
            now = self.room.world.clock.now().isoformat(timespec="milliseconds")
            for entry in outcome.journal:
                yield entry.line(now)

    def _reloaded(self) -> Outcome:
        if self.view.receipt is not None:
            raise Refused("a receipt is open; the configuration is read between receipts", code="receipt_open")
        if self._reload is None:
            raise Refused("this till was started without a configuration folder", code="reload")
        try:
            room, changes = self._reload(self.room)
        except UserError as error:
            raise Refused(str(error), code=error.code, hint=error.hint) from error
        failpoint(_RELOADED)
        self.room = room
        return Outcome(self.view, result={"changes": dict(changes)})

    def _shown(self) -> Answer:
        receipt = self.view.receipt
        return {
            "notices": [text.json() for text in self._notices()],
            "unsent": self.room.unsent(),
            "dialog": self.view.dialog.json() if self.view.dialog else None,
            "receipt": receipt.json() if receipt else None,
        }

    def _notices(self) -> list[Text]:
        plugins = self.room.plugins
        told = [*self.room.notices, *self.room.alarms(), *plugins.notices()]
        for one in plugins.broken:
            told.append(PLUGIN_NOTICE.fill(plugin=one.name))
        for one in plugins.failing:
            told.append(PLUGIN_FAILING.fill(plugin=one.name))
        if self.view.receipt is None:
            self._unexported = self._late()
        for shift in self._unexported:
            told.append(EXPORT_FAILED.fill(shift=str(shift)))
        told += self._fiscal()
        return told

    def _late(self) -> tuple[int, ...]:
        """A disk that does not tell now must not take the answer from a command that is carried out."""
        try:
            return self.room.unexported()
        except UserError:
            return self._unexported

    def _fiscal(self) -> list[Text]:
        """What stands between the books and the register."""
        unsettled = self.room.world.documents.unsettled
        told = [FISCAL_UNSETTLED.fill(total=rubles(unsettled))] if unsettled is not None else []
        return [*told, *([FISCAL_UNPRINTED.fill()] if self._unprinted else [])]


def _defect(error: Exception) -> Refused:
    """Something of ours is wrong: named by type and place, nothing was changed, the till goes on."""
    hint = "send this line to the developers; cancel always frees the till"
    return Refused(
        phrase("internal error, {kind} at {place}", kind=type(error).__name__, place=place(error)),
        code="internal",
        hint=hint,
    )


def _scan(room: Room, view: View, command: Command) -> Outcome:
    data = command["data"]
    if not data.isascii():
        data = writable(data)
    return scanning.scan(room, view, Scan(data, command.get("input", TEXT)))


def _storno(room: Room, view: View, command: Command) -> Outcome:
    if view.dialog is not None:
        raise Refused(str(DIALOG_OPEN), code=DIALOG_OPEN.code)
    return taking_out.start(room, view, None if command.get("all") else command["position"])


DO: Mapping[str, Callable[[Room, View, Command], Outcome]] = {
    "open": life.opened,
    "scan": _scan,
    "press": lambda room, view, command: press.press(room, view, command["button"]),
    "choose": lambda room, view, command: returning.choose(room, view, command["positions"]),
    "quantity": quantities.commanded,
    "storno": _storno,
    "defer": lambda room, view, command: life.deferred(room, view),
    "restore": lambda room, view, command: orders.restore(room, view, command["receipt"]),
    "close": lambda room, view, command: closing.closed(room, view, command.get("payments")),
    "cancel": lambda room, view, command: life.cancelled(room, view),
    "shift": lambda room, view, command: shifts.shift(room, view, command["do"]),
    "copy": lambda room, view, command: printing.copied(room, view),
    "state": lambda room, view, command: Outcome(view),
}
FREE: Final = ("state", "copy")
"""Commands that wait for no settlement; so is the report of a shift."""
WITHOUT_RECEIPT: Final = ("open", "restore", "shift")
"""Commands that go on when settling has closed the receipt."""
RECHECKED: Final = ("scan", "press", "choose", "quantity", "close")
"""Commands before which the marks of a receipt that came back are checked again, unless a storno waits for its mark."""
