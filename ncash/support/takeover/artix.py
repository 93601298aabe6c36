"""Taking over from an Artix shop: what its databases hold becomes this shop's, unless this shop has it already.

Sold and returned marks count for uniqueness from the first receipt on; they are kept apart from this shop's books
(ncash.store.former). Everything is one step for each of the two databases, and a second run finds everything known.
"""

from collections.abc import Callable, Iterable
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ncash.errors import UserError
from ncash.language import phrase
from ncash.store import former
from ncash.store.dictionaries.delivery import Delivery
from ncash.store.dictionaries.schema import DICTIONARIES
from ncash.store.dictionaries.wrong_goods import settle
from ncash.store.documents_schema import DOCUMENTS
from ncash.store.imports.foreign import foreign, is_database
from ncash.store.imports.report import Report
from ncash.store.sqlite.connection import Connection
from ncash.store.sqlite.migrations import opened
from ncash.support.takeover import tables as theirs
from ncash.support.takeover.goods import ArtixGoods
from ncash.support.takeover.marks import ArtixMarks
from ncash.support.takeover.reading import FileReport, Row, TableReader, TableReport


@dataclass
class Takeover:
    """Report of a takeover from Artix: every table and file that was read."""

    report: Report
    files: list[FileReport] = field(default_factory=list)
    marks: dict[int, int] = field(default_factory=dict)
    """Units known as sold (50) and as taken back (58) by the other program, those of earlier runs too."""

    def json(self) -> dict[str, Any]:
        """As JSON values."""
        files = [one.json() for one in self.files]
        marks = {"sold": self.marks.get(50, 0), "returned": self.marks.get(58, 0)}
        return {**self.report.json(), "files": files, "marks": marks}


def files_of(paths: Iterable[Path]) -> list[Path]:
    """The databases among these files, and in these folders. Raises UserError when there are none."""
    found: list[Path] = []
    for path in paths:
        inside = sorted(path.iterdir()) if path.is_dir() else [path]
        databases = [one for one in inside if one.is_file() and is_database(one)] if path.is_dir() else inside
        if not databases or not all(map(is_database, databases)):
            hint = "name the databases of the other program, or the folder that holds them"
            raise UserError(phrase("{path} holds no SQLite database", path=path), code="foreign", hint=hint)
        found += databases
    return list(dict.fromkeys(found))


def take_over(
    paths: Iterable[Path], dictionaries: Path, documents: Path, reads: Callable[[str], str | None]
) -> Takeover:
    """Take everything over; `reads` tells the CIS of a text by the masks of the shop.

    Raises UserError, and then nothing is taken.
    """
    sources = files_of(paths)
    for source in sources:
        if any(own.exists() and own.samefile(source) for own in (dictionaries, documents)):
            raise UserError(
                phrase("{source} is this shop's own database", source=source),
                code="own",
                hint="name those of the other program",
            )
    told = Takeover(Report("artix"))
    with ExitStack() as stack:
        goods = stack.enter_context(closing(opened(dictionaries, DICTIONARIES)))
        books = stack.enter_context(closing(opened(documents, DOCUMENTS)))
        with goods.write(), books.write():
            delivery = Delivery(goods, told.report)
            for source in sources:
                told.files.append(_file(source, delivery, books, reads))
            settle(delivery)
        told.report.written = True
        told.marks = former.counted(books)
        for one in (goods, books):
            one.checkpoint(truncate=True)
    return told


def _file(path: Path, delivery: Delivery, books: Connection, reads: Callable[[str], str | None]) -> FileReport:
    told = FileReport(str(path))
    with foreign(path) as source:
        there = set(source.tables)
        if not there & (theirs.DICTIONARIES | theirs.DOCUMENTS):
            hint = "Artix keeps goods in tmc and Barcodes, receipts in document and Goodsitem"
            raise UserError(
                phrase("{path} has no table that is known: {tables}", path=path, tables=", ".join(sorted(there))),
                code="foreign",
                hint=hint,
            )
        reading = TableReader(source, told, delivery.report)
        _simple(reading, delivery.connection)
        ArtixGoods(reading, delivery, reads).take()
        ArtixMarks(reading, books, reads).take()
        taken = {table.name for table in told.tables}
        told.left = {name: source.count(name) for name in source.tables if name not in taken}
    for table in told.tables:
        if table.taken:
            delivery.report.loaded[table.name] += table.taken
        delivery.report.read += table.rows
    return told


def _simple(reading: TableReader, connection: Connection) -> None:
    """Tables whose rows need no thought."""
    for one in theirs.SIMPLE:

        def take(values: Row, number: int, table: TableReport, one: theirs.SimpleTable = one) -> None:
            if connection.change(one.statement, tuple(values[name] for name in one.values)):
                table.taken += 1
            else:
                table.known += 1

        for name in one.names:
            reading.table(name, one.shape, take)
