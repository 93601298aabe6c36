"""The white list of marks as CSV: `excisemarkid[,barcode[,shopcode[,excisetype]]]`, header line optional (till.md §2).

UTF-8 or CP1251, comma or semicolon, quotes as usual in CSV; the first column is a whole mark or a CIS.
"""

import codecs
import csv
from collections.abc import Iterator
from io import TextIOWrapper
from pathlib import Path
from typing import IO, Final

from ncash.errors import UserError
from ncash.model.mark import cis, trimmed
from ncash.model.scan import MAX_SCAN
from ncash.store.aif_load import Progress, Refused
from ncash.store.connection import Row
from ncash.store.dictionaries_schema import DICTIONARIES
from ncash.store.migrations import opened
from ncash.store.report import Fault, Report

HEADER: Final = "excisemarkid"
COLUMNS: Final = 4
_CHUNK: Final = 1 << 16
_ROW: Final = (
    "INSERT OR REPLACE INTO Excisemarkwhite (excisemarkid, barcode, shopcode, excisetype, cis) VALUES (?, ?, ?, ?, ?)"
)


def load(source: Path, dictionaries: Path, strict: bool = False, progress: Progress | None = None) -> Report:
    """Add the marks of a file in one transaction; with `strict` a single faulty row leaves everything as it was.

    Raises UserError when the file cannot be read, or Dictionaries cannot be opened or written.
    """
    report = Report(str(source))
    try:
        file = source.open("rb")
    except OSError as error:
        raise UserError(
            f"{source} cannot be read: {error.strerror}", code="file_missing", hint="name a CSV file, as in marks.csv"
        ) from error
    with file:
        text = TextIOWrapper(file, encoding=_encoding(file, source), errors="replace", newline="")
        connection = opened(dictionaries, DICTIONARIES)
        try:
            with connection.write():
                connection.change_many(_ROW, _rows(text, report, file, progress))
                if strict and report.faulty:
                    raise Refused
            report.written = True
            connection.checkpoint(truncate=True)
        except Refused:
            report.loaded.clear()
        finally:
            connection.close()
    return report


def bring(dictionaries: Path, rows: Iterator[Row], whole: bool) -> int:
    """Add rows of Excisemarkwhite in one transaction; with `whole` in the place of those that are there. How many.

    Whatever the rows raise leaves everything as it was.
    """
    connection = opened(dictionaries, DICTIONARIES)
    count = 0
    try:
        with connection.write():
            if whole:
                connection.change("DELETE FROM Excisemarkwhite")
            for row in rows:
                connection.change(_ROW, row)
                count += 1
        connection.checkpoint(truncate=True)
    finally:
        connection.close()
    return count


def _encoding(file: IO[bytes], source: Path) -> str:
    """UTF-8 when the whole file is UTF-8, else CP1251."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    found = "utf-8-sig"
    first = file.read(2)
    if first in (b"\xff\xfe", b"\xfe\xff"):
        raise UserError(f"{source} is written in UTF-16", code="encoding", hint="save it in UTF-8")
    file.seek(0)
    try:
        while chunk := file.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        found = "cp1251"
    file.seek(0)
    return found


def _delimiter(first: str) -> str:
    """A semicolon when the header, or the barcode after the first mark, says so; else a comma."""
    head, _, rest = first.strip().partition(";")
    after = rest.split(";")[0].strip('" ')
    named = head.strip('" ').lower() == HEADER
    return ";" if rest and (named or not after or after.isdigit()) else ","


class _Table:
    """The rows of a file, the faulty ones as texts."""

    def __init__(self, text: TextIOWrapper) -> None:
        self._first = text.readline()
        self._text = text
        self._reader = csv.reader(self._lines(), delimiter=_delimiter(self._first), strict=True)

    @property
    def line(self) -> int:
        """Number of the line read last."""
        return self._reader.line_num

    def _lines(self) -> Iterator[str]:
        yield self._first
        yield from self._text

    def __iter__(self) -> Iterator[Row | str]:
        while True:
            try:
                cells = next(self._reader, None)
            except csv.Error as error:
                yield f"not CSV: {error}"
                continue
            if cells is None:
                return
            header = self.line == 1 and cells and cells[0].strip().lower() == HEADER
            if any(cells) and not header:
                yield _row(cells)


def _rows(text: TextIOWrapper, report: Report, file: IO[bytes], progress: Progress | None) -> Iterator[Row]:
    table = _Table(text)
    for row in table:
        report.read += 1
        if progress:
            progress(file.tell())
        if isinstance(row, str):
            report.fault(Fault(report.read, table.line, row))
            continue
        report.loaded["marks"] += 1
        yield row


def _row(cells: list[str]) -> Row | str:
    """The row of Excisemarkwhite, or why there is none."""
    mark = trimmed(cells[0])
    identity = cis(mark)
    if not identity:
        return "the mark is missing"
    if "\ufffd" in mark:
        return "the mark holds a character that is neither UTF-8 nor CP1251"
    if len(mark) > MAX_SCAN:
        return f"the mark is longer than {MAX_SCAN} characters"
    if len(cells) > COLUMNS:
        return f"{len(cells)} columns: accepted are {COLUMNS} at most, a mark with commas or semicolons needs quotes"
    barcode, shopcode, excisetype = (*(cell.strip() or None for cell in cells[1:]), None, None, None)[:3]
    if barcode is not None and not (barcode.isascii() and barcode.isdigit()):
        return f"{barcode[:30]!r} is no barcode: accepted are digits, a mark with commas or semicolons needs quotes"
    return mark, barcode, shopcode, excisetype, identity
