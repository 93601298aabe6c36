"""The white list of marks as CSV: `excisemarkid[,barcode[,shopcode[,excisetype]]]`, header line optional (till.md §2).

UTF-8 or CP1251, comma, semicolon or tab, quotes as usual in CSV; the first column is a whole mark or a CIS.
"""

import csv
import re
from collections.abc import Callable, Iterable, Iterator
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import IO, Final, NamedTuple

from ncash.errors import UserError
from ncash.language import phrase
from ncash.model.codes import code
from ncash.model.codes.layouts import HEAD, SERIALS, layout_of
from ncash.model.mark import cis, plain, same_barcode, trimmed
from ncash.model.scan import MAX_SCAN
from ncash.store.dictionaries.aif_load import STRICT, ImportRefusal, Progress
from ncash.store.dictionaries.schema import DICTIONARIES
from ncash.store.imports.charset import UTF8, encoding_of, must_be_text
from ncash.store.imports.report import Fault, Report
from ncash.store.sqlite.connection import Row
from ncash.store.sqlite.migrations import opened

HEADER: Final = "excisemarkid"
COLUMNS: Final = 4
DELIMITERS: Final = (";", "\t", ",")
_BARCODE: Final = re.compile(r"[0-9]{8,14}")
_NOT_APART: Final = re.compile(r"01([0-9]{14})21.*[,;\t]([0-9]{8,14})")
_DELIMITER: Final = re.compile("[" + "".join(DELIMITERS) + "]")
Reads = Callable[[str], str | None]
"""The CIS of a text by the masks of the shop."""
NOTHING: Final = "because there is no mark in the file"
CORRECT: Final = "correct the row and import the file again"
EMPTYING: Final = "ncash whitelist remove --all empties the list"
_WITH_BOM: Final = {UTF8: "utf-8-sig"}
_NONE: Final = "DELETE FROM Excisemarkwhite"
_UNLIST: Final = "DELETE FROM Excisemarkwhite WHERE cis = ? OR excisemarkid = ?"
_LISTED: Final = "SELECT excisemarkid, barcode, shopcode, excisetype FROM Excisemarkwhite ORDER BY excisemarkid"
_ROW: Final = (
    "INSERT OR REPLACE INTO Excisemarkwhite (excisemarkid, barcode, shopcode, excisetype, cis) VALUES (?, ?, ?, ?, ?)"
)


def load(
    source: Path,
    dictionaries: Path,
    strict: bool = False,
    progress: Progress | None = None,
    whole: bool = False,
    reads: Reads | None = None,
) -> Report:
    """Add the marks of a file in one transaction; with `whole` in the place of those that are there.

    A row that is no mark is faulty; `reads` may know marks of other forms. With `strict` a single faulty row leaves
    everything as it was, and so does a file without any mark that would replace the list. Raises UserError when the
    file cannot be read or is no text, or Dictionaries cannot be opened or written.
    """
    report = Report(str(source))
    try:
        file = source.open("rb")
    except OSError as error:
        raise UserError(
            phrase("{source} cannot be read: {reason}", source=source, reason=error.strerror),
            code="file_missing",
            hint="name a CSV file, as in marks.csv",
        ) from error
    with file:
        encoding = encoding_of(file, str(source))
        must_be_text(file, str(source))
        text = TextIOWrapper(file, encoding=_WITH_BOM.get(encoding, encoding), errors="replace", newline="")
        _bring(_rows(text, report, file, progress, reads), report, dictionaries, strict, whole)
    return report


def _bring(rows: Iterator[Row], report: Report, dictionaries: Path, strict: bool, whole: bool) -> None:
    connection = opened(dictionaries, DICTIONARIES)
    try:
        with connection.write():
            if whole:
                connection.change(_NONE)
            connection.change_many(_ROW, rows)
            if strict and report.faulty:
                raise ImportRefusal(STRICT)
            if whole and not report.loaded:
                report.fault(Fault(0, 0, "the file has no mark: it would forbid every sale", next=EMPTYING))
                raise ImportRefusal(NOTHING)
        report.written = True
        connection.checkpoint(truncate=True)
    except ImportRefusal as why:
        report.refuse(str(why))
    finally:
        connection.close()


class ListedMark(NamedTuple):
    """A row of the list, under the names of the CSV."""

    excisemarkid: str
    barcode: str | None
    shopcode: str | None
    excisetype: str | None


def listed(dictionaries: Path) -> Iterator[ListedMark]:
    """Every row, in the order of the marks. Raises UserError."""
    connection = opened(dictionaries, DICTIONARIES, read_only=True)
    try:
        yield from map(ListedMark._make, connection.each(_LISTED))
    finally:
        connection.close()


class RemovalReport(NamedTuple):
    """What was taken off the list."""

    rows: int
    missing: tuple[str, ...]
    """Marks that were not on it."""


def remove(dictionaries: Path, marks: Iterable[str] | None, reads: Reads | None = None) -> RemovalReport:
    """Take marks off the list in one transaction, however they are written; None: all of them. Raises UserError."""
    connection = opened(dictionaries, DICTIONARIES)
    rows, missing = 0, []
    try:
        with connection.write():
            if marks is None:
                rows = connection.change(_NONE)
            for mark in marks or ():
                text = trimmed(mark)
                gone = connection.change(_UNLIST, (code.identity(text, reads) or cis(text), text))
                rows += gone
                if not gone:
                    missing.append(mark)
        connection.checkpoint(truncate=True)
    finally:
        connection.close()
    return RemovalReport(rows, tuple(missing))


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


def _delimiter(lines: list[str]) -> str:
    """What the header, or the barcode behind the first mark, says; a comma when they say nothing."""
    return next((sign for line in lines for sign in DELIMITERS if _parted(line, sign)), ",")


def _parted(line: str, sign: str) -> bool:
    head, _, rest = line.strip("\r\n").partition(sign)
    after = rest.split(sign)[0].strip('" ')
    mark = head.strip('" ')
    told = not after or _BARCODE.fullmatch(after) or (after.isdigit() and code.structured(mark))
    if not rest:
        return line.rstrip("\r\n").endswith(sign) and (
            mark.lower() == HEADER or (not _goes_on(mark) and _goes_on(mark + sign))
        )
    return mark.lower() == HEADER or bool(told)


class _Table:
    """The rows of a file, the faulty ones as texts."""

    def __init__(self, text: TextIOWrapper, reads: Reads | None) -> None:
        self._reads = reads
        self._first = list(islice(text, 2))
        self._text = text
        self._reader = csv.reader(self._lines(), delimiter=_delimiter(self._first), strict=True)

    @property
    def line(self) -> int:
        """Number of the line read last."""
        return self._reader.line_num

    def _lines(self) -> Iterator[str]:
        yield from self._first
        yield from self._text

    def __iter__(self) -> Iterator[Row | str]:
        while True:
            try:
                cells = next(self._reader, None)
            except csv.Error as error:
                yield phrase("not CSV: {error}", error=error)
                continue
            if cells is None:
                return
            header = self.line == 1 and cells and cells[0].strip().lower() == HEADER
            if cells and cells != [""] and not header:
                yield _row(cells, self._reads)


def _rows(
    text: TextIOWrapper, report: Report, file: IO[bytes], progress: Progress | None, reads: Reads | None
) -> Iterator[Row]:
    table = _Table(text, reads)
    for row in table:
        report.read += 1
        if progress:
            progress(file.tell())
        if isinstance(row, str):
            report.fault(Fault(report.read, table.line, row, next=CORRECT))
            continue
        report.loaded["marks"] += 1
        yield row


def _goes_on(mark: str) -> bool:
    """Whether a delimiter, and maybe a column, stands behind what is a code without it, and is none with it."""
    text = plain(mark)
    if layout_of(text) is not None or (text == mark and len(text) - HEAD in SERIALS):
        return False
    heads = [text[: found.start()] for found in _DELIMITER.finditer(text)]
    alone = text.rstrip("".join(DELIMITERS))
    return any(layout_of(head) is not None for head in heads) or (alone != text and len(alone) - HEAD in SERIALS)


def _row(cells: list[str], reads: Reads | None) -> Row | str:
    """The row of Excisemarkwhite, or why there is none."""
    mark = trimmed(cells[0])
    if not plain(mark):
        return "the mark is missing"
    if "\ufffd" in mark:
        return "the mark holds a character that is neither UTF-8 nor CP1251"
    if len(mark) > MAX_SCAN:
        return phrase("the mark is longer than {max_scan} characters", max_scan=MAX_SCAN)
    identity = code.identity(mark, reads)
    if identity is None:
        return phrase("{mark!r} is no mark: accepted is {accepted}", mark=mark[:40], accepted=code.ACCEPTED)
    if (whole := _NOT_APART.fullmatch(mark)) and same_barcode(whole[1], whole[2]):
        return phrase(
            "{mark!r} has its barcode in one column with it: accepted is one delimiter in the whole file",
            mark=mark[:60],
        )
    if _goes_on(mark):
        return phrase("{mark!r} goes on behind its code: accepted is one delimiter in the whole file", mark=mark[:60])
    if len(cells) > COLUMNS:
        return phrase(
            "{count} columns: accepted are {columns} at most, a mark with commas or semicolons needs quotes",
            count=len(cells),
            columns=COLUMNS,
        )
    barcode, shopcode, excisetype = (*(cell.strip() or None for cell in cells[1:]), None, None, None)[:3]
    if barcode is not None and not (barcode.isascii() and barcode.isdigit()):
        return phrase(
            "{barcode!r} is no barcode: accepted are digits, a mark with commas or semicolons needs quotes",
            barcode=barcode[:30],
        )
    return mark, barcode, shopcode, excisetype, identity
