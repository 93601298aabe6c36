"""Documents: the books of the tills that share one data folder. Every write is one durable transaction."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ncash.model.fiscal.intent import Intent, Ruling
from ncash.model.keg import KegState
from ncash.model.outbox import Message
from ncash.model.ports import Closed, Document, MarkUse
from ncash.model.receipt import Payment, Position, Receipt
from ncash.store import closing, deferred, intents, kegs, late, open_receipts, shifts
from ncash.store.documents_schema import DOCUMENTS
from ncash.store.journal import journal as journal_lines
from ncash.store.outbox.outgoing import Outgoing
from ncash.store.sqlite.connection import WAIT
from ncash.store.sqlite.migrations import opened

JournalLines = Iterable[Mapping[str, Any]]


class SqliteDocuments:
    """ports.Documents over one SQLite file, for one till of one shop."""

    def __init__(self, path: Path, cashcode: str, shopcode: str, wait: float = WAIT, read_only: bool = False) -> None:
        """Open or create the file. `wait` is how long another program may hold it, seconds.

        Raises UserError for a locked, damaged, foreign or newer file.
        """
        self.cashcode = cashcode
        self.shopcode = shopcode
        self.connection = opened(path, DOCUMENTS, wait, read_only)
        self._open = open_receipts.OpenReceipt(self.connection, cashcode)
        self._intents = intents.Intents(self.connection, cashcode)
        self.outgoing = Outgoing(self.connection, cashcode)
        self.seen: tuple[str, int] | None = None

    def last_use(self, cis: str) -> MarkUse | None:
        """The last registered operation on a CIS; annulled documents and inventories do not count."""
        try:
            found = self.connection.one(open_receipts.LAST_USE, (cis,))
        except UnicodeEncodeError:
            return None
        return MarkUse(*found) if found else None

    def unit_sold(self, cis: str) -> Position | None:
        """The position under which this unit was sold, when nothing was registered about it since."""
        try:
            return open_receipts.unit_sold(self.connection, cis)
        except UnicodeEncodeError:
            return None

    def keg_price(self, cis: str, unit: int) -> int | None:
        """The lowest price in kopecks that portions of a keg were sold here for by this unit (FFD tag 2108)."""
        return kegs.lowest_price(self.connection, cis, unit)

    def keg(self, cis: str, receipt: str = "", position: int = 0) -> KegState:
        """A keg as the books have it, without what this position of this receipt holds."""
        return kegs.state(self.connection, cis, receipt, position)

    def open_receipt(self) -> Receipt | None:
        """The receipt this till left open."""
        return self._open.load()

    def save_receipt(
        self,
        receipt: Receipt,
        journal: JournalLines = (),
        take: Iterable[str] = (),
        opcode: int = 0,
        restored: bool = False,
        messages: Sequence[Message] = (),
        time: str = "",
    ) -> None:
        """Write the open receipt, its journal lines, the marks it takes, the sale positions it gives back, its orders,
        and with `time` the messages that follow from it.

        Raises MarkTaken, KegShort, AlreadyReturned or NotDeferred, and then nothing is written.
        """
        lines = list(journal)
        with self.connection.write():
            if restored:
                deferred.take_out(self.connection, receipt.id)
            self._open.put(receipt)
            self._open.take(receipt, take, opcode)
            if kegs.portions(receipt) or kegs.portions(self._open.known):
                kegs.hold(self.connection, self.cashcode, receipt, time)
            open_receipts.hold_returned(self.connection, receipt)
            deferred.hold_orders(self.connection, receipt)
            journal_lines.append(self.connection, self.cashcode, lines, receipt.id)
            self.outgoing.owe(messages, time)
        self._open.remember(receipt)

    def journal(self, lines: JournalLines, messages: Sequence[Message] = (), time: str = "") -> None:
        """Append journal lines (refusals), and with `time` the messages that follow from them, alone."""
        with self.connection.write():
            journal_lines.append(self.connection, self.cashcode, lines, None)
            self.outgoing.owe(messages, time)

    def cancel_receipt(self, receipt: Receipt, time: str, messages: Sequence[Message] = ()) -> Closed:
        """Annul: a document of doctype 7 or 8 with its positions; marks and sale positions are free again."""
        with self.connection.write():
            rows = self._open.rows(receipt)
            open_receipts.release(self.connection, self.cashcode, receipt, returned=True)
            deferred.settle_orders(self.connection, receipt, done=False)
            annulled = closing.enter(
                self.connection, self.cashcode, self.shopcode, receipt, rows, receipt.kind.annulled_doctype, time
            )
            self.outgoing.owe(messages, time, annulled.docnum)
        self._free()
        return annulled

    def close_receipt(
        self,
        receipt: Receipt,
        payments: Sequence[Payment],
        time: str,
        fiscal: Mapping[str, Any],
        messages: Sequence[Message] = (),
        journal: JournalLines = (),
    ) -> Closed:
        """Write the closed document with its positions, payments, messages and journal lines, end its intent and free
        the till, in one transaction.

        Raises AlreadyReturned when another till gave a position of the sale back, and then nothing is written.
        """
        with self.connection.write():
            rows = self._open.rows(receipt)
            open_receipts.hold_returned(self.connection, receipt)
            open_receipts.release(self.connection, self.cashcode, receipt, returned=False)
            deferred.settle_orders(self.connection, receipt, done=True)
            closed = closing.enter(
                self.connection,
                self.cashcode,
                self.shopcode,
                receipt,
                rows,
                receipt.kind.doctype,
                time,
                payments,
                fiscal,
            )
            self.outgoing.owe(messages, time, closed.docnum)
            journal_lines.append(self.connection, self.cashcode, journal, receipt.id)
            self._intents.clear(receipt.id)
        self._free()
        return closed

    def close_late(
        self, intent: Intent, time: str, fiscal: Mapping[str, Any], journal: JournalLines = ()
    ) -> tuple[Receipt, Closed] | None:
        """Write the closed document of a receipt that was annulled or put aside before its fiscal document came, in the
        open shift, with its payments and messages, and end its intent, in one transaction.

        None when the receipt is neither annulled nor put aside. Raises AlreadyReturned. Then nothing is written.
        """
        with self.connection.write():
            receipt = late.taken_back(self.connection, intent.uuid)
            if receipt is None:
                return None
            open_receipts.hold_returned(self.connection, receipt)
            late.end_orders(self.connection, receipt)
            closed = late.enter(self.connection, (self.cashcode, self.shopcode), receipt, intent, time, fiscal)
            self.outgoing.owe(intent.messages, time, closed.docnum)
            journal_lines.append(self.connection, self.cashcode, journal, receipt.id)
            self._intents.clear(receipt.id)
        self._intents.remember()
        return receipt, closed

    def _free(self) -> None:
        """The till has no receipt any more."""
        self._open.forget()
        self._intents.remember()

    @property
    def unsettled(self) -> int | None:
        """Kopecks of the receipt whose intent stands; the disk is not asked."""
        return self._intents.unsettled

    def intent(self) -> Intent | None:
        """The fiscal document of this till of which nobody but the register knows whether it was made."""
        return self._intents.standing

    def dropped_intent(self, uuid: str) -> Intent | None:
        """An earlier intent of this receipt, of which the register had made nothing when it was asked."""
        return self._intents.dropped(uuid)

    def late_intents(self) -> tuple[Intent, ...]:
        """Intents of which the register had made nothing, the latest first; their receipts may be over."""
        return self._intents.late()

    def known_number(self, drive: str) -> int | None:
        """Number up to which the documents of a drive are accounted for."""
        return self._intents.known(drive)

    def whereabouts(self, uuid: str) -> str:
        """What has become of a receipt: `open`, `deferred`, `annulled`, `closed`, or empty when it is not known."""
        return late.whereabouts(self.connection, uuid)

    def begin_close(self, receipt: Receipt, intent: Intent) -> None:
        """Write the intent before the register is told. Raises AlreadyReturned, or UserError for a receipt that is not
        open on this till any more, and then nothing is written."""
        with self.connection.write():
            self._open.must_stand(receipt)
            open_receipts.hold_returned(self.connection, receipt)
            self._intents.write(intent)

    def change_intent(self, intent: Intent, journal: JournalLines = ()) -> None:
        """Write what came of an intent (dropped, or stopped for a supervisor) with its journal lines."""
        with self.connection.write():
            self._intents.write(intent)
            journal_lines.append(self.connection, self.cashcode, journal, intent.uuid or None)

    def rule_intent(self, uuid: str, ruling: Ruling, journal: JournalLines = ()) -> bool:
        """Write a supervisor's decision for the till that stopped; whether there was something to decide."""
        with self.connection.write():
            ruled = self._intents.rule(uuid, ruling)
            if ruled:
                journal_lines.append(self.connection, self.cashcode, journal, uuid)
        return ruled

    def sale(self, documentid: str) -> Document | None:
        """A closed sale of any till of this database, by `document.documentid`."""
        return closing.sale(self.connection, documentid)

    def documents_of_shift(self, shift: int) -> tuple[Document, ...]:
        """Closed and annulled documents of a shift of this till, in order."""
        return closing.documents_of_shift(self.connection, self.cashcode, shift)

    def defer_receipt(
        self,
        receipt: Receipt,
        time: str,
        identifier: str | None = None,
        journal: JournalLines = (),
        messages: Sequence[Message] = (),
    ) -> None:
        """Put a receipt aside; it holds no marks there, since they are checked again when it is restored."""
        with self.connection.write():
            deferred.defer(self.connection, self.cashcode, self.shopcode, receipt, time, identifier)
            journal_lines.append(self.connection, self.cashcode, journal, receipt.id)
            self.outgoing.owe(messages, time)
        self._free()

    def deferred(self) -> tuple[Receipt, ...]:
        """Receipts put aside by any till of this database, oldest first; orders in a receipt are left out."""
        return deferred.waiting(self.connection)

    def identifier_known(self, identifier: str) -> bool:
        """Whether a receipt made elsewhere was brought here before and was not annulled."""
        return deferred.identifier_known(self.connection, identifier)

    def shift(self) -> int | None:
        """Number of the open shift of this till."""
        return shifts.number(self.connection, self.cashcode)

    def open_shift(self, time: str, cashier: str | None) -> int:
        """Open the next shift; its number."""
        with self.connection.write():
            return shifts.start(self.connection, self.cashcode, self.shopcode, time, cashier)

    def shift_report(self) -> Mapping[str, Any]:
        """Counters of the open shift. Raises UserError when there is none."""
        return shifts.report(self.connection, self.cashcode)

    def close_shift(self, time: str) -> Mapping[str, Any]:
        """Close the shift; its last report. Raises UserError when there is none."""
        with self.connection.write():
            report = shifts.finish(self.connection, self.cashcode, time)
        self._intents.closing = None
        return report

    def begin_shift_close(self, time: str | None) -> None:
        """Write that the register is about to close the shift, or with None that it did not."""
        with self.connection.write():
            self._intents.begin_shift_close(time)

    def shift_closing(self) -> str | None:
        """Since when the open shift is being closed: the register may have closed it."""
        return self._intents.closing if self.shift() is not None else None

    def shift_told(self, shift: int) -> Mapping[str, Any] | None:
        """Counters of a shift of this till, closed or open; None when there is no such shift."""
        return shifts.told(self.connection, self.cashcode, shift)

    def sold_before(self, shift: int) -> int:
        """Kopecks that this till had sold for before a shift, as far as these books go."""
        return shifts.sold_before(self.connection, self.cashcode, shift)

    def last_shift(self) -> int | None:
        """Number of the latest shift of this till, closed or open."""
        return shifts.last(self.connection, self.cashcode)

    def unexported(self) -> tuple[int, ...]:
        """Closed shifts of this till whose sales were not written for the back office, oldest first."""
        return shifts.unexported(self.connection, self.cashcode)

    def exported(self, shift: int, time: str) -> None:
        """The sales of a shift were written; of an open one they will be written again when it is closed."""
        with self.connection.write():
            shifts.exported(self.connection, self.cashcode, shift, time)

    def idle(self) -> None:
        """The till has nothing to do: checkpoint the write-ahead log, prepare the close, look what was sent."""
        self._open.get_ready()
        self.outgoing.idle()
        self.connection.checkpoint()

    def close(self) -> None:
        """Close the file; an open receipt stays in it."""
        self.connection.close()


def open_documents(path: Path, cashcode: str, shopcode: str, wait: float = WAIT) -> SqliteDocuments:
    """Documents for one till, created empty when missing. Raises UserError (see SqliteDocuments)."""
    return SqliteDocuments(path, cashcode, shopcode, wait)
