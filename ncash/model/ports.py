"""The seams: every way out of the core as a Protocol, so that tests bring their own world without patching."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from ncash.model.decision import NOTHING
from ncash.model.fiscal.intent import Intent, Intents
from ncash.model.goods import Cashier, Goods
from ncash.model.http import Http as Http
from ncash.model.http import HttpAnswer as HttpAnswer
from ncash.model.http import HttpError as HttpError
from ncash.model.http import HttpLate as HttpLate
from ncash.model.http import HttpRequest as HttpRequest
from ncash.model.keg import KegShort as KegShort
from ncash.model.keg import KegState
from ncash.model.mark import MarkTaken as MarkTaken
from ncash.model.mark import MarkUse as MarkUse
from ncash.model.outbox import Message
from ncash.model.receipt import Payment, Position, Receipt


class Clock(Protocol):
    """Time."""

    def now(self) -> datetime:
        """Wall clock of the outlet, with its offset."""
        ...

    def monotonic(self) -> float:
        """Seconds, for durations only."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class Random(Protocol):
    """Chance."""

    def uuid(self) -> str:
        """A fresh UUID, version 4."""
        ...

    def uniform(self, low: float, high: float) -> float:
        """A number between low and high."""
        ...


class Dictionaries(Protocol):
    """What the back office told the till. Read-only."""

    def goods(self, barcode: str) -> Goods | None:
        """Goods by a barcode as scanned."""
        ...

    def goods_by_gtin(self, gtin: str) -> Goods | None:
        """Goods by the GTIN in a mark: 14 digits, then 13 without one zero, then without leading zeros."""
        ...

    def article_barcodes(self, code: str) -> frozenset[str]:
        """All barcodes of an article card."""
        ...

    def catalogs(self, code: str) -> frozenset[str]:
        """Codes of the catalogs that hold this article."""
        ...

    def catalog_exists(self, code: str) -> bool:
        """Whether a catalog of this code is known."""
        ...

    def whitelisted(self, cis: str) -> bool:
        """Whether Excisemarkwhite holds this mark, compared by CIS."""
        ...

    def cashier(self, code: str) -> Cashier | None:
        """A cashier with roles, by `mol.code`."""
        ...

    def role_exists(self, code: str) -> bool:
        """Whether any cashier holds this role."""
        ...


class Closed(NamedTuple):
    """A document as it was written."""

    documentid: int
    doctype: int
    docnum: int
    shift: int


class NotDeferred(Exception):
    """The deferred receipt is not there any more, or the order stands in another receipt."""


class AlreadyReturned(Exception):
    """A position of the sale was given back before, or stands in another return that is open."""


class Document(NamedTuple):
    """A document as it stands in the books, with the receipt it was made of."""

    documentid: int
    doctype: int
    docnum: int
    shift: int
    shopcode: str
    cashcode: str
    time: str
    """When it was closed or annulled; `receipt.opened` is when it began."""
    receipt: Receipt
    payments: tuple[Payment, ...] = ()
    fiscal: Mapping[str, Any] = NOTHING
    returned: frozenset[int] = frozenset()
    """Numbers of its positions that were given back, or stand in an open return."""


class Saving(NamedTuple):
    """One write of the open receipt, and what is written in the same transaction."""

    receipt: Receipt
    lines: Iterable[Mapping[str, Any]] = ()
    """Lines of the journal."""
    take: Iterable[str] = ()
    """CIS that must be free of other receipts, and whose last operation must not be `opcode`."""
    opcode: int = 0
    restored: bool = False
    """The receipt comes out of the deferred ones."""
    messages: Sequence[Message] = ()
    """What is owed to the cash server."""
    time: str = ""
    """When it was made: of the messages, and of the kegs that are opened with it."""


class BookReader(Protocol):
    """What the till's own books say: documents of every till of this database, and the receipt in work. Read-only."""

    def last_use(self, cis: str) -> MarkUse | None:
        """The last registered operation on a CIS; annulled documents and inventories do not count."""
        ...

    def unit_sold(self, cis: str) -> Position | None:
        """The position under which this unit was sold, when that is the last registered operation on its CIS."""
        ...

    def keg_price(self, cis: str, unit: int) -> int | None:
        """The lowest price in kopecks that portions of a keg were sold here for by this unit (FFD tag 2108)."""
        ...

    def keg(self, cis: str, receipt: str = "", position: int = 0) -> KegState:
        """A keg as the books have it, without what this position of this receipt holds."""
        ...

    def open_receipt(self) -> Receipt | None:
        """The receipt this till left open."""
        ...

    def sale(self, documentid: str) -> Document | None:
        """A closed sale of any till of this database, by `document.documentid`."""
        ...

    def documents_of_shift(self, shift: int) -> tuple[Document, ...]:
        """Closed and annulled documents of a shift of this till, in order."""
        ...

    def shift(self) -> int | None:
        """Number of the open shift of this till."""
        ...


class Documents(BookReader, Intents, Protocol):
    """The till's own books. Every write is one durable transaction, begun IMMEDIATE.

    `messages` are what is owed to the cash server because of the write: rows of the outbox in the same transaction,
    with `time` and the number of the document, when there is one, filled in. An id that is there stays as it was.

    A journal line is an object of JSON values; of these `time`, `kind`, `verdict` and `key` have columns of their own,
    and a line with the verdict `deny` is counted as a refusal by its `key`. Lines are chained in the order
    of writing and never changed.
    """

    def save_receipt(self, saving: Saving) -> None:
        """Write the open receipt with everything that is saved with it. Raises MarkTaken, and then nothing is written.

        Portions of kegs (`keg` in `extra` of a position) are held up to what is left in each, in a return up to what
        was sold; a keg is opened with its first portion. Raises KegShort, and then nothing is written.

        A mark that left the receipt is free again. Positions of a sale that are given back (`sale_position`, not
        refused) are held like marks. Raises AlreadyReturned, and then nothing is written. Orders whose id stands in
        `extra["order"]` of a position are held. Raises NotDeferred, and then nothing is written."""
        ...

    def journal(self, lines: Iterable[Mapping[str, Any]], messages: Sequence[Message] = (), time: str = "") -> None:
        """Append journal lines (refusals), and with `time` the messages that follow from them, alone."""
        ...

    def cancel_receipt(self, receipt: Receipt, time: str, messages: Sequence[Message] = ()) -> Closed:
        """Annul: a document of doctype 7 or 8 with its positions; marks and sale positions are free again."""
        ...

    def close_receipt(
        self,
        receipt: Receipt,
        payments: Sequence[Payment],
        time: str,
        fiscal: Mapping[str, Any],
        messages: Sequence[Message] = (),
        journal: Iterable[Mapping[str, Any]] = (),
    ) -> Closed:
        """Write the closed document with its positions, payments, messages and journal lines, end its intent and free
        the till, in one transaction.

        Raises AlreadyReturned when another till gave a position of the sale back, and then nothing is written."""
        ...

    def close_late(
        self, intent: Intent, time: str, fiscal: Mapping[str, Any], journal: Iterable[Mapping[str, Any]] = ()
    ) -> tuple[Receipt, Closed] | None:
        """Write the closed document of a receipt that was annulled or put aside before its fiscal document came, in the
        open shift, with its payments and messages, and end its intent, in one transaction.

        None when it is neither. Raises AlreadyReturned. Then nothing is written."""
        ...

    def defer_receipt(
        self,
        receipt: Receipt,
        time: str,
        identifier: str | None = None,
        journal: Iterable[Mapping[str, Any]] = (),
        messages: Sequence[Message] = (),
    ) -> None:
        """Put a receipt aside and free its marks; the till is free when it was the open one. `identifier` is the name
        that a receipt made elsewhere has there."""
        ...

    def deferred(self) -> tuple[Receipt, ...]:
        """Receipts put aside by any till of this database, oldest first; orders that stand in a receipt are left
        out."""
        ...

    def identifier_known(self, identifier: str) -> bool:
        """Whether a receipt made elsewhere was brought here before and was not annulled."""
        ...

    def open_shift(self, time: str, cashier: str | None) -> int:
        """Open the next shift; its number. One that is open stays as it is."""
        ...

    def shift_report(self) -> Mapping[str, Any]:
        """Counters of the open shift. Raises UserError when there is none."""
        ...

    def close_shift(self, time: str) -> Mapping[str, Any]:
        """Close the shift; its last report. Raises UserError when there is none."""
        ...

    def idle(self) -> None:
        """The till has nothing to do: checkpoint the write-ahead log, prepare the close, look what was sent."""
        ...


class Store(Protocol):
    """What a plugin keeps between receipts: JSON values by key. It is copied with the books."""

    def get(self, key: str) -> Any:
        """The value of this key; None when there is none, or its time is over."""
        ...

    def items(self, prefix: str = "") -> Iterable[tuple[str, Any]]:
        """Keys that begin so, with their values, in the order of the keys."""
        ...

    def change(self, values: Mapping[str, Any], until: datetime | None = None) -> None:
        """Write these values, all or none of them, in a durable transaction; None takes a key out. `until`: when they
        end. Raises UserError in a rehearsal, and for what is no JSON or too large."""
        ...


class Rehearsal(NamedTuple):
    """Decisions are made to be looked at: nobody is asked over the network, nothing is written.

    A plugin that finds no fact for a check says so (`ncash.plugin.UNSEEN`) and does not guess one.
    """

    facts: Mapping[str, Any] = NOTHING
    """What the network is taken to have said, by the name of the check (till.md §10), as JSON values."""
    offline: bool = False
    """Nobody on the network is taken to have answered."""
    local: bool = True
    """The databases of today may be looked at; else only what a request carries counts."""


class World(NamedTuple):
    """Everything a plugin may reach outside itself."""

    clock: Clock
    random: Random
    http: Http
    dictionaries: Dictionaries
    documents: BookReader
    data: Path
    """The data folder; a plugin keeps its caches in a folder of its own name there."""
    fiscal_drive: str = ""
    """Number of the fiscal drive (tag 1041); empty while it is not known."""
    shopcode: str = "1"
    cashcode: str = "1"
    """Number of this very till: that of the command line goes before the one in the files."""
    rehearsal: Rehearsal | None = None
    """None: goods are sold."""
    store: Store | None = None
    """What you keep between receipts. Every plugin has one of its own."""


class Surroundings(NamedTuple):
    """The part of the world that is there without a till: for a plugin's answer to on_status."""

    clock: Clock
    random: Random
    http: Http
    data: Path
    fiscal_drive: str = ""


class Outside(NamedTuple):
    """The ports a shop is opened with; tests bring their own."""

    clock: Clock
    random: Random
    http: Http
