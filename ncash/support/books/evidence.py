"""What the invariants are looked for in: books, journal, fiscal drives, configuration. Nothing is changed."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

from ncash.errors import UserError
from ncash.fiscal import EMULATOR, open_register, place_of
from ncash.fiscal.emulated.memory import Memory
from ncash.language import phrase
from ncash.model.fiscal.register import Made, RegisterError
from ncash.model.ports import Clock, Http
from ncash.model.record import kept_cis
from ncash.settings.config import Config
from ncash.settings.host import TABLES, Cash, Databases, Fiscal
from ncash.store.documents_schema import DOCUMENTS
from ncash.store.sqlite.connection import Connection, Row
from ncash.store.sqlite.migrations import version_of

_MARKED: Final = (
    "SELECT d.uuid, d.docnum, d.doctype, d.cashcode, g.posnum, g.code, g.cis, g.excisemark, g.checks, g.tag1265, "
    "g.unchecked, g.refused, g.opcode, g.saleposition, d.documentid, json_extract(g.extra, '$.raw') FROM document d "
    "JOIN Goodsitem g ON g.documentid = d.documentid "
    "WHERE g.marked = 1 AND d.doctype IN (1, 2, 25) ORDER BY g.goodsitemid"
)
_ALLOWED: Final = (
    "CREATE TEMP TABLE allowed AS SELECT uuid, seq FROM journal WHERE kind = 'verdict' AND verdict = 'allow'"
)
_INDEX: Final = "CREATE INDEX temp.allowed_uuid ON allowed (uuid, seq)"
_LINES: Final = (
    "SELECT j.seq, j.line FROM temp.allowed a JOIN journal j ON j.seq = a.seq WHERE a.uuid = ? ORDER BY j.seq"
)
DRIVES: Final = "fiscal-emulator*.jsonl"


class Violation(NamedTuple):
    """One thing that must never be, and is."""

    invariant: str
    """I1 … I14."""
    text: str
    receipt: str = ""
    """UUID."""
    place: str = ""
    """File, and what in it."""
    next: str = ""
    """What to do."""

    def json(self) -> dict[str, str]:
        """The violation as an object for `--json`."""
        return self._asdict()


class DriveDocument(NamedTuple):
    """A document of a fiscal drive."""

    number: int
    drive: str
    type: str
    """receipt, open or close."""
    receipt: str | None
    total: int
    returned: bool
    shift: int
    marks: tuple[str, ...]
    counts: dict[str, Any]
    """What the drive had counted in the shift: `sales`, `returns` as {count, sum}; empty when it does not tell."""


class SoldPosition(NamedTuple):
    """A marked position of a closed document."""

    uuid: str
    docnum: int
    doctype: int
    cashcode: str
    n: int
    code: str
    cis: str | None
    excisemark: str | None
    checks: tuple[dict[str, Any], ...]
    tag1265: str | None
    unchecked: str | None
    refused: str | None
    opcode: int
    sale_position: int | None
    documentid: int
    raw: str | None
    """The code, where it is not `excisemark`: that of the sale, when the unit came back without a scan."""

    @property
    def place(self) -> str:
        """Where it stands."""
        return phrase(
            "Documents, document {docnum} of till {cashcode}, position {n}",
            docnum=self.docnum,
            cashcode=self.cashcode,
            n=self.n,
        )

    @property
    def kept(self) -> str | None:
        """Its CIS as the journal keeps it."""
        return None if self.cis is None else kept_cis(self.cis, self.excisemark or self.raw)

    def check(self, name: str) -> dict[str, Any] | None:
        """A check of its trail that was made; None for one that was left out."""
        return next((one for one in self.checks if one["check"] == name and not one["skipped"]), None)


Ask = Callable[[], Made | None]
"""Asks the register of this till for the document made last. Raises UserError."""
Story = Callable[[str, str], dict[str, Any]]
"""What the cash server of a route tells of a mark. Raises UserError."""


class Evidence:
    """Everything the checkers look at. Made by `evidence`."""

    story: Story | None = None
    """None when no cash server may be asked."""

    def __init__(self, data: Path, documents: Connection, config: Config | None, last: Ask | None = None) -> None:
        self.data = data
        self.last = last
        """None when there is no register to be asked: the emulated one is read."""
        self.documents = documents
        self.config = config
        self._lines: tuple[str, tuple[tuple[int, dict[str, Any]], ...]] = ("", ())
        self._indexed = False

    def sold(self) -> Iterator[SoldPosition]:
        """Marked positions of sales and returns, in the order of writing."""
        for row in self.documents.each(_MARKED):
            yield SoldPosition._make((*row[:8], tuple(json.loads(row[8] or "[]")), *row[9:]))

    def allowed(self, uuid: str) -> tuple[tuple[int, dict[str, Any]], ...]:
        """Lines of the journal that let goods into this receipt, with their numbers."""
        if not self._indexed:
            self.documents.one(_ALLOWED)
            self.documents.one(_INDEX)
            self._indexed = True
        if self._lines[0] != uuid:
            rows = self.documents.all(_LINES, (uuid,))
            self._lines = uuid, tuple((seq, json.loads(line)) for seq, line in rows)
        return self._lines[1]

    def drives(self) -> Iterator[tuple[str, list[DriveDocument]]]:
        """Documents of each emulated drive of this folder, with the name of its file. Raises UserError."""
        for path in sorted(self.data.glob(DRIVES)):
            try:
                yield path.name, [_fiscal(document) for document in Memory(path).documents()]
            except (OSError, ValueError) as error:
                raise UserError(f"{path.name}: {error}", code="fiscal") from error

    def rows(self, statement: str, values: tuple[Any, ...] = ()) -> Iterator[Row]:
        """Rows of Documents."""
        return self.documents.each(statement, values)


def _fiscal(document: dict[str, Any]) -> DriveDocument:
    lines = document.get("lines", ())
    marks = tuple(line["mark"] for line in lines if line.get("mark") is not None)
    counts: dict[str, Any] = {side: document[side] for side in ("sales", "returns") if side in document}
    return DriveDocument(
        number=document["number"], drive=document["drive"], type=document.get("type", "receipt"),
        receipt=document.get("receipt"),
        total=document.get("total", 0), returned=document.get("returned", document.get("kind") not in (None, "sale")),
        shift=document.get("shift", 0), marks=marks, counts=counts,
    )  # fmt: skip


def asking(config: Config, data: Path, clock: Clock, http: Http) -> Ask | None:
    """The question to a register that does not keep its documents in the data folder."""
    if config.section(Fiscal).driver == EMULATOR:
        return None

    def last() -> Made | None:
        place = place_of(config, data, clock, http, config.section(Cash).cashcode)
        try:
            return open_register(place).last()
        except RegisterError as error:
            raise UserError(
                phrase("the register does not answer: {error}", error=error), code="fiscal", hint=error.hint
            ) from error

    return last


@contextmanager
def evidence(data: Path, conf: Path | None = None, around: tuple[Clock, Http] | None = None) -> Iterator[Evidence]:
    """The evidence of a data folder; with `around` the register may be asked.

    Raises UserError when the books cannot be read.
    """
    config = Config.load(conf, TABLES) if conf is not None and conf.is_dir() else None
    names = config.section(Databases) if config else Databases.defaults()
    path = data / names.documents
    if not path.is_file():
        hint = "give the folders with --conf, --data"
        raise UserError(phrase("there are no books at {path}", path=path), code="documents", hint=hint)
    connection = Connection(path)
    try:
        if version_of(connection, DOCUMENTS) < DOCUMENTS.version:
            hint = "start a till once: it brings the books up to date"
            raise UserError(phrase("{path} was written by an older ncash", path=path), code="database_older", hint=hint)
        yield Evidence(data, connection, config, asking(config, data, *around) if config and around else None)
    finally:
        connection.close()
