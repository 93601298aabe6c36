"""The till: one state machine. A command is worked out first and written last; nothing changes in between.

A turn goes through `take` from top to bottom: settle what stands open, work the command out, write,
tell the plugins, answer. A scan is worked out by ncash.till.scans.scanning, which makes a request of it, and
ncash.till.adding, which decides the request and carries the decision out.
"""

import threading
from collections.abc import Callable, Mapping
from typing import Any, Final

from ncash.errors import UserError
from ncash.language import phrase
from ncash.messages import RECEIPT_RESTORED
from ncash.model.ports import AlreadyReturned, MarkTaken, NotDeferred, Saving
from ncash.plugin import Shift
from ncash.system.failpoints import declare, failpoint
from ncash.till.answer import Answer, answer_of, defect, refusal_of
from ncash.till.commands import CHECKING, COMMANDS, RECHECKED, TICK, WITHOUT_RECEIPT
from ncash.till.conflict import lost_positions, shortage, without
from ncash.till.cut import cut_short, refusal
from ncash.till.fiscal.late_documents import LOOKED_BEFORE, settle_late_document
from ncash.till.fiscal.settling import settle_intent
from ncash.till.goods.discounts import repriced
from ncash.till.goods.quantities import keep_standing_portion
from ncash.till.notices import NoticeBoard
from ncash.till.receipts.given_up import messages_owed
from ncash.till.receipts.orders import recheck
from ncash.till.receipts.returning import sale_of
from ncash.till.view import Command, CommandRefusal, Outcome, Room, View, WaitCut, open_receipt

_HEARD: Final = declare("till.heard", "a command was read, nothing was done about it")
_WORKED_OUT: Final = declare("till.worked_out", "a command is worked out, nothing of it is written but a close")
_WRITTEN: Final = declare("till.written", "what a command changes is on the disk, the till does not know yet")
_DONE: Final = declare("till.done", "a command is carried out, nobody has the answer")
_TOLD: Final = declare("till.told", "the plugins know of a closed receipt, nobody has the answer")
_RECOVERING: Final = declare("till.recovering", "a till begins with what the last one left")
_RELOADED: Final = declare("till.reloaded", "the room of a changed configuration is ready, the old one still serves")

Reload = Callable[[Room], tuple[Room, Mapping[str, Any]]]
"""Makes the room of a new configuration. Raises UserError when the running one must stay."""


class Turn:
    """One command from its reading to its answer.

    What stands here was done and is not done twice: a thread whose plugin hung is left behind, and another one takes
    the same turn up. A person may cut it from any thread while plugins are asked, and at no other time.
    """

    def __init__(self, command: Command) -> None:
        self.command = command
        self.name = str(command.get("cmd", ""))
        """The word of the line protocol."""
        self.before: Outcome | None = None
        """What was done ahead of the command: an intent settled, marks of a restored receipt checked again."""
        self.outcome: Outcome | UserError | None = None
        """What came of the command, on the disk already; None until then."""
        self.shift: int | None = None
        """The shift that was open before it."""
        self.told_shift: dict[bool, set[str]] = {False: set(), True: set()}
        """Plugins that heard that it was closed, or another one opened."""
        self.told: set[str] = set()
        """Plugins that heard of the receipt which this turn closed."""
        self._lock = threading.Lock()
        self._asking = False
        self._cut = False

    def was_cut(self) -> bool:
        """Whether a person wants to wait no longer."""
        return self._cut

    def ask(self) -> None:
        """Plugins are asked from now on: the wait may be cut. Raises WaitCut where it was before."""
        with self._lock:
            self._asking = True
            if self._cut:
                raise WaitCut

    def seal(self) -> None:
        """What follows is written, or ordered from the register, and cannot be cut. Raises WaitCut when it was."""
        with self._lock:
            self._asking = False
            if self._cut:
                raise WaitCut

    def cut(self) -> bool:
        """Cut the wait, from any thread; False when nothing waits that can be cut, and then nothing happens."""
        with self._lock:
            self._cut = self._cut or self._asking
            return self._cut


class Till:
    """One till: the room it works in, its view between two commands, and the notices on its screen."""

    def __init__(self, room: Room, reload: Reload | None = None) -> None:
        self.room = room
        self._reload = reload
        self._board = NoticeBoard()
        self.view = self._recovered()
        self._unchecked = self.view.receipt is not None
        """The open receipt came back after a restart, and its marks were not checked since."""

    def _recovered(self) -> View:
        failpoint(_RECOVERING)
        receipt = self.room.premises.documents.open_receipt()
        if receipt is None:
            return View()
        cashier = self.room.premises.dictionaries.cashier(receipt.cashier) if receipt.cashier else None
        return View(receipt=receipt, cashier=cashier, sale=sale_of(self.room, receipt, held=True))

    def greeting(self) -> Answer:
        """The first line out."""
        plugins = self.room.plugins.loaded
        categories = [{"plugin": one.name, **named._asdict()} for one in plugins for named in one.started.categories]
        restored = [RECEIPT_RESTORED.fill().json()] if self.view.receipt else []
        return {
            "event": "ready",
            "version": self.room.version,
            "plugins": [one.json() for one in plugins],
            "categories": categories,
            "screen": restored,
            **self._board.shown(self.room, self.view),
        }

    def handle(self, command: Command) -> Answer:
        """The answer to one command, in a turn of its own."""
        return self.take(Turn(command))

    def take(self, turn: Turn) -> Answer:
        """Bring a turn to its end and answer it; whatever is wrong with its command is an answer too.

        A turn that comes again, because a plugin hung in it, goes on where it was.
        """
        if turn.outcome is None:
            turn.outcome = self._outcome(turn)
        self._tell(turn)
        answer = self._answer(turn, turn.outcome)
        self._note_incidents()
        return answer

    def _note_incidents(self) -> None:
        """Failures of plugins in the journal; a disk that does not take them now gets them with the next command."""
        book = self.room.plugins.incidents
        fresh = book.take()
        if not fresh:
            return
        now = self.room.premises.clock.now().isoformat(timespec="milliseconds")
        try:
            self.room.premises.documents.journal(tuple(one.line(now) for one in fresh))
        except UserError:
            book.put_back(fresh)

    def _outcome(self, turn: Turn) -> Outcome | UserError:
        self.room.plugins.begin()
        turn.shift = self._shift()
        try:
            failpoint(_HEARD)
            if turn.name == "reload":
                return self._reloaded()
            if _settles(turn.command):
                self._settle(turn)
            outcome = self._ended(turn) or self._write(turn, self._worked_out(turn))
            failpoint(_DONE)
        except UserError as error:
            return error
        except Exception as error:
            return defect(error)
        return outcome

    def _settle(self, turn: Turn) -> None:
        """Finish a close that stands open, before anything else is done. Raises CommandRefusal."""
        settled = settle_intent(self.room, self.view)
        if settled is None and turn.name in LOOKED_BEFORE:
            settled = settle_late_document(self.room, self.view, turn.name)
        if settled is None:
            return
        self._adopt(settled)
        self._unchecked = self._unchecked and settled.view.receipt is not None
        turn.before = settled._replace(screen=()) if turn.name == "close" and settled.closed is None else settled

    def _ended(self, turn: Turn) -> Outcome | None:
        """What came of a command about the receipt that was closed before it: what the close came to."""
        before = turn.before
        if before is None or before.closed is None or self.view.receipt is not None or turn.name in WITHOUT_RECEIPT:
            return None
        return before._replace(screen=(), closed=None)

    def _worked_out(self, turn: Turn) -> Outcome:
        """What the command wants done, asked of the plugins; nothing where the wait was cut. Raises CommandRefusal."""
        room = self.room._replace(seal=turn.seal, was_cut=turn.was_cut)
        try:
            if turn.name in CHECKING:
                turn.ask()
            if self._unchecked and turn.name in RECHECKED and self.view.storno is None:
                self._recheck(turn, room)
            return repriced(room, self.view, COMMANDS[turn.name](room, self.view, turn.command))
        except WaitCut:
            return Outcome(self.view)

    def _recheck(self, turn: Turn, room: Room) -> None:
        """Marks of a receipt that came back after a restart are checked again, like those of a deferred one."""
        again = self._write(turn, recheck(room, self.view))
        turn.ask()
        self._unchecked = False
        before = turn.before.screen if turn.before else ()
        turn.before = again._replace(screen=(*before, *again.screen))

    def _write(self, turn: Turn, outcome: Outcome) -> Outcome:
        """The outcome as it stands on the disk: without the goods that another till took, refused when it was cut."""
        failpoint(_WORKED_OUT)
        try:
            turn.seal()
        except WaitCut:
            outcome = cut_short(self.room, self.view, outcome)
        while (taken := self._save(outcome)) is not None:
            outcome = self._without(outcome, taken)
        failpoint(_WRITTEN)
        self._adopt(outcome)
        return outcome

    def _adopt(self, outcome: Outcome) -> None:
        self.view = outcome.view
        if outcome.unprinted is not None:
            self._board.unprinted = outcome.unprinted

    def _save(self, outcome: Outcome) -> MarkTaken | None:
        """The one place that writes the open receipt; what stands in the way when it cannot be. Raises UserError."""
        documents = self.room.premises.documents
        receipt = outcome.view.receipt
        lines = self._lines(outcome)
        sent = outcome.messages
        time = self.room.premises.clock.now().isoformat(timespec="seconds") if sent or outcome.save else ""
        if receipt is not None and outcome.save:
            take, opcode, restored = outcome.take, receipt.kind.opcode, outcome.restored
            try:
                documents.save_receipt(
                    Saving(receipt, lines, take=take, opcode=opcode, restored=restored, messages=sent, time=time)
                )
            except MarkTaken as taken:
                return taken
            except AlreadyReturned as error:
                raise CommandRefusal(
                    "a position of the sale was returned already, or another till returns it", code="returned"
                ) from error
            except NotDeferred as error:
                raise CommandRefusal(phrase("{error}; another till has it", error=error), code="receipt") from error
        elif outcome.journal or sent:
            documents.journal(lines, sent, time)
        return None

    def _lines(self, outcome: Outcome) -> tuple[Mapping[str, Any], ...]:
        """What the journal gets."""
        if not outcome.journal:
            return ()
        now = self.room.premises.clock.now().isoformat(timespec="milliseconds")
        return tuple(entry.line(now) for entry in outcome.journal)

    def _without(self, outcome: Outcome, taken: MarkTaken) -> Outcome:
        """What is left to write when another till holds this CIS, or a keg holds less. Raises CommandRefusal."""
        receipt, short = open_receipt(outcome.view), shortage(taken)
        keep_standing_portion(self.view, outcome, short)
        messages = messages_owed(self.room, receipt, lost_positions(receipt.positions, taken.cis, short))
        outcome = without(self.view, outcome, taken.cis, short)
        return outcome._replace(messages=outcome.messages + messages)

    def _tell(self, turn: Turn) -> None:
        """The plugins hear of a receipt that this turn closed, each one once."""
        outcome = turn.outcome
        closed = outcome.closed if isinstance(outcome, Outcome) else None
        closed = closed or (turn.before.closed if turn.before else None)
        if closed is not None:
            self.room.plugins.closed(*closed, turn.told)
            failpoint(_TOLD)
        self._tell_shift(turn)

    def _shift(self) -> int | None:
        """The number of the open shift, where a plugin wants to know of another one."""
        return self.room.premises.documents.shift() if self.room.plugins.hears_shifts else None

    def _tell_shift(self, turn: Turn) -> None:
        before, after = turn.shift, self._shift()
        if before == after:
            return
        for number, opened in ((before, False), (after, True)):
            if number is not None:
                self.room.plugins.shift(Shift(number, opened), turn.told_shift[opened])
        turn.shift = after

    def _answer(self, turn: Turn, outcome: Outcome | UserError) -> Answer:
        shown = self._board.shown(self.room, self.view)
        answer = refusal_of(outcome, shown) if isinstance(outcome, UserError) else answer_of(outcome, shown)
        before = turn.before.screen if turn.before else ()
        answer["screen"] = [*(text.json() for text in before), *answer["screen"]]
        return answer

    def refuse(self, error: UserError) -> Answer:
        """The answer to a line that is no command: nothing was done."""
        return {**refusal_of(error, self._board.shown(self.room, self.view)), "screen": []}

    def given_up(self, turn: Turn) -> Answer:
        """The answer to a turn that was cut and whose thread is not back yet: no plugin is asked, nothing is read."""
        decision = refusal()
        before = turn.before.screen if turn.before else ()
        cut = Outcome(self.view, screen=(*before, *decision.screen), decision=decision)
        return answer_of(cut, self._board.latest(self.room, self.view))

    def _reloaded(self) -> Outcome:
        if self.view.receipt is not None:
            raise CommandRefusal("a receipt is open; the configuration is read between receipts", code="receipt_open")
        if self._reload is None:
            raise CommandRefusal("this till was started without a configuration folder", code="reload")
        try:
            room, changes = self._reload(self.room)
        except UserError as error:
            raise CommandRefusal(str(error), code=error.code, hint=error.hint) from error
        failpoint(_RELOADED)
        self.room = room
        return Outcome(self.view, result={"changes": dict(changes)})


def _settles(command: Command) -> bool:
    """Whether a close that stands open is finished before this command; one that only looks waits for nothing."""
    name = command["cmd"]
    return name not in ("state", "copy", TICK) and not (name == "shift" and command["do"] == "x")
