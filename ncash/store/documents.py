"""Documents: the books of the tills that share one data folder. Every write is one durable transaction."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ncash.model.fiscal.intent import Intent
from ncash.model.keg import KegState
from ncash.model.outbox import Message
from ncash.model.ports import Closed, Document, MarkUse, Saving
from ncash.model.receipt import Payment, Position, Receipt
from ncash.store import closing, deferred, kegs, late, open_receipts
from ncash.store.documents_schema import DOCUMENTS
from ncash.store.intents import IntentBook
from ncash.store.journal import journal as journal_lines
from ncash.store.outbox.outgoing import Outgoing
from ncash.store.sqlite.connection import WAIT
from ncash.store.sqlite.migrations import opened

JournalLines = Iterable[Mapping[str, Any]]


class SqliteDocuments(IntentBook):
    """ports.Documents over one SQLite file, for one till of one shop. What its members do is said at the port."""

    def __init__(self, path: Path, cashcode: str, shopcode: str, wait: float = WAIT, read_only: bool = False) -> None:
        """Open or create the file. `wait` is how long another program may hold it, seconds.

        Raises UserError for a locked, damaged, foreign or newer file.
        """
        super().__init__(opened(path, DOCUMENTS, wait, read_only), cashcode, shopcode)
        self._open = open_receipts.OpenReceipt(self.connection, cashcode)
        self.outgoing = Outgoing(self.connection, cashcode)

    def last_use(self, cis: str) -> MarkUse | None:
        try:
            found = self.connection.one(open_receipts.LAST_USE, (cis,))
        except UnicodeEncodeError:
            return None
        return MarkUse(*found) if found else None

    def unit_sold(self, cis: str) -> Position | None:
        try:
            return open_receipts.unit_sold(self.connection, cis)
        except UnicodeEncodeError:
            return None

    def keg_price(self, cis: str, unit: int) -> int | None:
        return kegs.lowest_price(self.connection, cis, unit)

    def keg(self, cis: str, receipt: str = "", position: int = 0) -> KegState:
        return kegs.state(self.connection, cis, receipt, position)

    def open_receipt(self) -> Receipt | None:
        return self._open.load()

    def save_receipt(self, saving: Saving) -> None:
        receipt, lines = saving.receipt, list(saving.lines)
        with self.connection.write():
            if saving.restored:
                deferred.take_out(self.connection, receipt.id)
            self._open.put(receipt)
            self._open.take(receipt, saving.take, saving.opcode)
            if kegs.portions(receipt) or kegs.portions(self._open.known):
                kegs.hold(self.connection, self.cashcode, receipt, saving.time)
            open_receipts.hold_returned(self.connection, receipt)
            if receipt.extra.get("ordered"):
                deferred.hold_orders(self.connection, receipt)
            journal_lines.append(self.connection, self.cashcode, lines, receipt.id)
            self.outgoing.owe(saving.messages, saving.time)
        self._open.remember(receipt)

    def journal(self, lines: JournalLines, messages: Sequence[Message] = (), time: str = "") -> None:
        with self.connection.write():
            journal_lines.append(self.connection, self.cashcode, lines, None)
            self.outgoing.owe(messages, time)

    def cancel_receipt(self, receipt: Receipt, time: str, messages: Sequence[Message] = ()) -> Closed:
        with self.connection.write():
            rows = self._open.rows(receipt)
            open_receipts.release(self.connection, self.cashcode, receipt, returned=True)
            deferred.settle_orders(self.connection, receipt, done=False)
            annulled = closing.enter(
                self.connection, self.cashcode, self.shopcode, receipt, rows,
                doctype=receipt.kind.annulled_doctype, time=time,
            )  # fmt: skip
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
        with self.connection.write():
            rows = self._open.rows(receipt)
            open_receipts.hold_returned(self.connection, receipt)
            open_receipts.release(self.connection, self.cashcode, receipt, returned=False)
            deferred.settle_orders(self.connection, receipt, done=True)
            closed = closing.enter(
                self.connection, self.cashcode, self.shopcode, receipt, rows,
                doctype=receipt.kind.doctype, time=time, payments=payments, fiscal=fiscal,
            )  # fmt: skip
            self.outgoing.owe(messages, time, closed.docnum)
            journal_lines.append(self.connection, self.cashcode, journal, receipt.id)
            self._end_intent(receipt.id)
        self._free()
        return closed

    def close_late(
        self, intent: Intent, time: str, fiscal: Mapping[str, Any], journal: JournalLines = ()
    ) -> tuple[Receipt, Closed] | None:
        with self.connection.write():
            receipt = late.taken_back(self.connection, intent.uuid)
            if receipt is None:
                return None
            open_receipts.hold_returned(self.connection, receipt)
            late.end_orders(self.connection, receipt)
            closed = late.enter(self.connection, (self.cashcode, self.shopcode), receipt, intent, time, fiscal)
            self.outgoing.owe(intent.messages, time, closed.docnum)
            journal_lines.append(self.connection, self.cashcode, journal, receipt.id)
            self._end_intent(receipt.id)
        self._intent_ended()
        return receipt, closed

    def _free(self) -> None:
        """The till has no receipt any more."""
        self._open.forget()
        self._intent_ended()

    def whereabouts(self, uuid: str) -> str:
        return late.whereabouts(self.connection, uuid)

    def begin_close(self, receipt: Receipt, intent: Intent) -> None:
        with self.connection.write():
            self._open.must_stand(receipt)
            open_receipts.hold_returned(self.connection, receipt)
            self._write_intent(intent)

    def sale(self, documentid: str) -> Document | None:
        return closing.sale(self.connection, documentid)

    def documents_of_shift(self, shift: int) -> tuple[Document, ...]:
        return closing.documents_of_shift(self.connection, self.cashcode, shift)

    def defer_receipt(
        self,
        receipt: Receipt,
        time: str,
        identifier: str | None = None,
        journal: JournalLines = (),
        messages: Sequence[Message] = (),
    ) -> None:
        with self.connection.write():
            deferred.defer(self.connection, self.cashcode, self.shopcode, receipt, time, identifier)
            journal_lines.append(self.connection, self.cashcode, journal, receipt.id)
            self.outgoing.owe(messages, time)
        self._free()

    def deferred(self) -> tuple[Receipt, ...]:
        return deferred.waiting(self.connection)

    def identifier_known(self, identifier: str) -> bool:
        return deferred.identifier_known(self.connection, identifier)

    def idle(self) -> None:
        self._open.get_ready()
        self.outgoing.idle()
        self.connection.checkpoint()

    def close(self) -> None:
        """Close the file; an open receipt stays in it."""
        self.connection.close()


def open_documents(path: Path, cashcode: str, shopcode: str, wait: float = WAIT) -> SqliteDocuments:
    """Documents for one till, created empty when missing. Raises UserError (see SqliteDocuments)."""
    return SqliteDocuments(path, cashcode, shopcode, wait)
