"""Documents put together again: a sound copy, the damaged database beside it, the fiscal drive."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from ncash.errors import UserError
from ncash.fiscal.emulated.memory import Memory
from ncash.language import phrase
from ncash.model.money import rubles
from ncash.shop.copies import Places, known
from ncash.store import kegs
from ncash.store.documents_schema import DOCUMENTS
from ncash.store.journal.journal import append
from ncash.store.rescue import recovery, reopening
from ncash.store.sqlite import backup
from ncash.store.sqlite.connection import Connection
from ncash.store.sqlite.migrations import opened
from ncash.support.books.drive_documents import REBUILT, document_of, of_its_sale
from ncash.support.books.evidence import DRIVES
from ncash.support.books.restore import aside_of, restore
from ncash.system.locks import tills_away


class EnteredReceipt(NamedTuple):
    """A receipt that was missing in the books."""

    receipt: str
    number: int | None
    """Of its fiscal document."""
    total: int
    """Kopecks."""
    found: str
    """Where: the name of a file."""
    missing: str = ""
    """Why it could not be entered."""

    def json(self) -> dict[str, Any]:
        """JSON values."""
        return {**self._asdict(), "total": rubles(self.total)}


class RebuildReport(NamedTuple):
    """Report of a rebuild, done or only looked at."""

    base: str
    """What the books began with: their own file, a copy, nothing."""
    entered: tuple[EnteredReceipt, ...]
    missing: tuple[EnteredReceipt, ...]
    lines: int
    """Of the journal."""
    messages: int
    notes: tuple[str, ...]
    reopened: tuple[str, ...]
    """Receipts that were open in the old books and are open again."""

    def json(self) -> dict[str, Any]:
        """JSON values."""
        lists = {name: [one.json() for one in getattr(self, name)] for name in ("entered", "missing")}
        return {**self._asdict(), **lists, "notes": list(self.notes),
                "reopened": list(self.reopened)}  # fmt: skip


class _Undone(Exception):
    """The work is looked at only."""


def rebuild(
    where: Places, data: Path, own: tuple[str, str], now: datetime, sources: tuple[Path, ...], do: bool
) -> RebuildReport:
    """Put the books together; `own` are the numbers of this till and its shop, `sources` more damaged databases.

    Without `do` nothing is changed. Raises UserError while a till runs, or when the books are damaged and `do` is not
    given: then nothing can be looked at.
    """
    base = "as it is"
    fault = _fault(where.documents)
    if fault is not None:
        if not do:
            hint = "ncash rebuild --yes puts it aside and begins with the newest sound copy"
            text = phrase("the books cannot be worked with: {fault}", fault=fault)
            raise UserError(text, code="database_damaged", hint=hint)
        base = _begun(where, data, own[0], now)
    with tills_away(data), closing(opened(where.documents, DOCUMENTS)) as books:
        work = _Work(books, data, own, now)
        try:
            with books.write():
                for path in (*_asides(where.documents), *sources):
                    work.from_database(path)
                work.reopen()
                work.from_drives()
                kegs.written_down(books)
                work.say()
                if not do:
                    raise _Undone
        except _Undone:
            pass
        return RebuildReport(
            base, tuple(work.entered), tuple(work.missing), lines=work.lines, messages=work.messages,
            notes=tuple(work.notes), reopened=tuple(work.reopened),
        )  # fmt: skip


def _fault(path: Path) -> str | None:
    try:
        backup.sound(path) if path.is_file() else _gone(path)
    except UserError as error:
        return str(error)
    return None


def _gone(path: Path) -> None:
    raise UserError(phrase("there is no {name}", name=path.name), code="documents")


def _begun(where: Places, data: Path, cashcode: str, now: datetime) -> str:
    """Let the newest sound copy, or empty books, take the place of damaged ones."""
    for copy in known(where):
        try:
            restore(copy.path, where.documents, data, cashcode, now)
        except UserError:
            continue
        return copy.path.name
    with tills_away(data):
        aside = aside_of(where.documents, now) if where.documents.is_file() else None
        backup.put_back(where.documents, aside, lambda fresh: opened(fresh, DOCUMENTS).close())
    return "empty books"


def _asides(documents: Path) -> list[Path]:
    return sorted(documents.parent.glob(f"{documents.stem.lower()}.damaged-*.sqlite"))


@contextmanager
def _read_only(path: Path) -> Iterator[Connection]:
    """A damaged database, for as long as it takes to read it. Raises UserError."""
    with closing(Connection(path)) as old:
        old.one("PRAGMA query_only = ON")
        yield old


class _Work:
    """What is done inside one transaction."""

    def __init__(self, books: Connection, data: Path, own: tuple[str, str], now: datetime) -> None:
        self._books = books
        self._data = data
        self._own = own
        self._now = now.isoformat(timespec="milliseconds")
        self.entered: list[EnteredReceipt] = []
        self.missing: list[EnteredReceipt] = []
        self.notes: list[str] = []
        self.lines = 0
        self.messages = 0
        self.reopened: list[str] = []
        self._last: Path | None = None
        """The database read last: the newest, unless others were named."""

    def from_database(self, path: Path) -> None:
        """Everything that a damaged database still tells."""
        with ExitStack() as stack:
            try:
                old = stack.enter_context(_read_only(path))
            except UserError as error:
                self.notes.append(f"{path.name}: {error}")
                return
            self._taken(path.name, old)
            self._last = path

    def _taken(self, name: str, old: Connection) -> None:
        lines = recovery.lines(self._books, old, name, self._now)
        self.lines += lines.rows
        for document, uuid in recovery.documents(self._books, old):
            if document is None:
                note = phrase("{name}: the document of receipt {uuid} is damaged there", name=name, uuid=uuid)
                self.notes.append(note)
                continue
            recovery.enter(self._books, document)
            reopening.over(self._books, uuid)
            self.entered.append(EnteredReceipt(uuid, document.fiscal.get("number"), document.receipt.total, name))
        messages = recovery.messages(self._books, old)
        self.messages += messages.rows
        marks = recovery.former_marks(self._books, old)
        self.notes += [f"{name}: {taken.stopped}" for taken in (lines, messages, marks) if taken.stopped]

    def reopen(self) -> None:
        """Receipts that were open in the latest of the databases are open again."""
        if self._last is None:
            return
        with _read_only(self._last) as old:
            left = recovery.open_receipts(old)
            if left is None:
                self.notes.append(phrase("{name}: whether a receipt was open cannot be read", name=self._last.name))
            for cash, uuid in left or ():
                if not recovery.known(self._books, uuid):
                    self._reopened(old, cash, uuid)

    def _reopened(self, old: Connection, cash: str, uuid: str) -> None:
        name = old.path.name
        try:
            reopening.reopen(self._books, old, cash, self._own[1])
        except reopening.NotReopened as error:
            was = phrase("{name}: receipt {uuid} was open on till {cash}", name=name, uuid=uuid, cash=cash)
            self.notes.append(phrase("{was}; it is not brought back: {error}", was=was, error=error))
        else:
            self.reopened.append(uuid)
            again = "{name}: receipt {uuid} was open on till {cash} and is open again"
            self.notes.append(phrase(again, name=name, uuid=uuid, cash=cash))

    def from_drives(self) -> None:
        """Documents of the emulated drives that are in no book."""
        for path in sorted(self._data.glob(DRIVES)):
            try:
                documents = Memory(path).documents()
            except (OSError, ValueError) as error:
                self.notes.append(f"{path.name}: {error}")
                continue
            for document in documents:
                if document.get("type", "receipt") == "receipt" and not self._settled(document["receipt"]):
                    self._from_drive(path.name, document)

    def _settled(self, uuid: str) -> bool:
        """In the books, or open at a till, which asks its register when it starts."""
        return recovery.known(self._books, uuid) or self._books.one(_OPEN, (uuid,)) is not None

    def _from_drive(self, name: str, document: Mapping[str, Any]) -> None:
        till = name.removesuffix(".jsonl").removeprefix("fiscal-emulator").removeprefix("-") or "1"
        one = EnteredReceipt(document["receipt"], document["number"], document["total"], name)
        lines = recovery.verdicts(self._books, one.receipt)
        try:
            built = document_of(document, lines, (till, self._own[1]))
            built = built._replace(receipt=of_its_sale(self._books, built.receipt))
        except (ValueError, KeyError, TypeError, ArithmeticError) as error:
            self.missing.append(one._replace(missing=f"{type(error).__name__}: {error}"))
            return
        if built.receipt.total != one.total:
            total = rubles(built.receipt.total)
            self.missing.append(one._replace(missing=phrase("its lines add up to {total}", total=total)))
            return
        recovery.enter(self._books, built)
        reopening.over(self._books, one.receipt)
        self.entered.append(one)

    def say(self) -> None:
        """A line of the journal for each receipt that was entered or opened again."""
        told: list[dict[str, Any]] = [
            {"kind": REBUILT, "time": self._now, "receipt": one.receipt, "number": one.number, "found": one.found}
            for one in self.entered
        ]
        told += [{"kind": REBUILT, "time": self._now, "reopened": uuid} for uuid in self.reopened]
        append(self._books, self._own[0], told, None)


_OPEN: Final = "SELECT 1 FROM openreceipt WHERE uuid = ?"
