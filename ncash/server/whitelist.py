"""White list of the server: when it is consulted, and how marks are listed."""

import csv
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, insert, select

from ncash.language import recorded
from ncash.model.codes import code
from ncash.model.mark import cis, former_cis, gtin14, plain, same_barcode, trimmed
from ncash.server import states
from ncash.server.database.ledger import Ledger, cursor_of
from ncash.server.database.tables import LONGEST_MARK, LONGEST_WORD, WHITELIST
from ncash.server.marks import MarkOperation

OFF, BY_MARK, BY_BARCODE = "off", "mark", "barcode"
MODES: Final = (OFF, BY_MARK, BY_BARCODE)
_DOCTYPES: Final = ("sale", "back_by_sale")
HEADER: Final = "excisemarkid"
SHOWN: Final = 20
"""Most faulty rows that a report names."""


class WhiteListRow(NamedTuple):
    """Mark that may be sold: a row of the white list."""

    mark: str
    barcode: str = ""
    shopcode: str = ""
    excisetype: str = ""


class FaultyRow(NamedTuple):
    """Row of an import that cannot be listed."""

    line: int
    reason: str


def is_consulted(mode: str, element: MarkOperation) -> bool:
    """Whether the list is consulted: for sales and returns by sale, unless it is off."""
    return mode != OFF and element.op == "reserve" and element.doctype in _DOCTYPES


def keys_of(element: MarkOperation) -> tuple[str, ...]:
    """Keys the mark may be listed under: its CIS, or its whole code when that was listed without separators."""
    return tuple(dict.fromkeys((element.cis, former_cis(plain(element.mark)))))


def refusal(mode: str, element: MarkOperation, listed: Mapping[str, set[str]]) -> str | None:
    """Status that refuses the operation, or None. A mark listed without a barcode fits every barcode."""
    if not is_consulted(mode, element):
        return None
    barcodes = next((listed[key] for key in keys_of(element) if key in listed), None)
    if barcodes is None:
        return states.NOT_IN_WHITE_LIST
    if mode == BY_MARK or "" in barcodes:
        return None
    if not element.barcode:
        return states.BARCODE_NOT_PASSED
    return None if any(same_barcode(element.barcode, one) for one in barcodes) else states.BARCODE_MISMATCH


def parse_row(fields: Sequence[str]) -> WhiteListRow:
    """Parse the cells of a CSV row. Raises ValueError with the fault."""
    cells = [trimmed(cell) for cell in fields]
    if len(cells) > len(WhiteListRow._fields):
        raise ValueError(
            recorded("{count} columns; excisemarkid[,barcode[,shopcode[,excisetype]]] has 4", count=len(cells))
        )
    return validated(WhiteListRow(*cells))


def validated(found: WhiteListRow) -> WhiteListRow:
    """Check that a mark can be listed, and return it. Raises ValueError with the fault."""
    cells = tuple(found)
    if not found.mark:
        raise ValueError("no mark")
    if code.form_of(found.mark) is None:
        text = "{mark!r} is no mark: accepted is {accepted}"
        raise ValueError(recorded(text, mark=found.mark[:40], accepted=code.ACCEPTED))
    if len(found.mark) > LONGEST_MARK or any(len(cell) > LONGEST_WORD for cell in cells[1:]):
        text = "a mark has up to {mark} characters, the other columns up to {word}"
        raise ValueError(recorded(text, mark=LONGEST_MARK, word=LONGEST_WORD))
    if any("\0" in cell for cell in cells):
        raise ValueError("a character with the code 0")
    return found


class CsvLines:
    """Reads CSV line by line, with comma or semicolon as in the first line, with or without a header."""

    def __init__(self) -> None:
        self._number = 0
        self._delimiter = ","

    def parse_line(self, line: str) -> WhiteListRow | FaultyRow | None:
        """Parse the next line; None for a header and for an empty line."""
        self._number += 1
        if self._number == 1:
            line = line.removeprefix("\ufeff")
            self._delimiter = ";" if ";" in line else ","
        try:
            fields = next(csv.reader([line], delimiter=self._delimiter, strict=True), [])
            if not fields or (self._number == 1 and fields[0].strip().lower() == HEADER):
                return None
            return parse_row(fields)
        except (csv.Error, ValueError) as error:
            return FaultyRow(self._number, str(error))


def list_marks(ledger: Ledger, connection: Connection, entries: Sequence[WhiteListRow]) -> int:
    """List the marks that are new; their number. Raises IntegrityError when another writer was first."""
    wanted = {(cis(one.mark), gtin14(one.barcode)): one for one in entries}
    listed = ledger.read_listed(cursor_of(connection), {key for key, _ in wanted})
    known = {(key, gtin14(barcode)) for key, barcodes in listed.items() for barcode in barcodes}
    fresh = [{"cis": key, **one._asdict()} for (key, barcode), one in wanted.items() if (key, barcode) not in known]
    if fresh:
        connection.execute(insert(WHITELIST), fresh)
    return len(fresh)


def read_page(connection: Connection, after: int, limit: int) -> list[dict[str, Any]]:
    """Page of listed marks with numbers above `after`, in the order they were listed."""
    columns = (WHITELIST.c.number, WHITELIST.c.mark, WHITELIST.c.barcode, WHITELIST.c.shopcode, WHITELIST.c.excisetype)
    statement = select(*columns).where(WHITELIST.c.number > after).order_by(WHITELIST.c.number).limit(limit)
    return [dict(row) for row in connection.execute(statement).mappings()]
