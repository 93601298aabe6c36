"""The white list of the server: how it counts, and how marks get into it."""

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
from ncash.server.marks import Element

OFF, BY_MARK, BY_BARCODE = "off", "mark", "barcode"
MODES: Final = (OFF, BY_MARK, BY_BARCODE)
_DOCTYPES: Final = ("sale", "back_by_sale")
HEADER: Final = "excisemarkid"
SHOWN: Final = 20
"""Faulty rows that a report names."""


class Entry(NamedTuple):
    """A mark that may be sold."""

    mark: str
    barcode: str = ""
    shopcode: str = ""
    excisetype: str = ""


class Faulty(NamedTuple):
    """A row that cannot be listed."""

    line: int
    reason: str


def counts(mode: str, element: Element) -> bool:
    """Whether the list is asked about this: for sales and returns by sale."""
    return mode != OFF and element.op == "reserve" and element.doctype in _DOCTYPES


def keys(element: Element) -> tuple[str, ...]:
    """What the mark may be listed under: its CIS, or its whole code, when that was listed without separators."""
    return tuple(dict.fromkeys((element.cis, former_cis(plain(element.mark)))))


def verdict(mode: str, element: Element, listed: Mapping[str, set[str]]) -> str | None:
    """The status that stands in the way, or None. A mark listed without a barcode goes with every barcode."""
    if not counts(mode, element):
        return None
    barcodes = next((listed[key] for key in keys(element) if key in listed), None)
    if barcodes is None:
        return states.NOT_IN_WHITE_LIST
    if mode == BY_MARK or "" in barcodes:
        return None
    if not element.barcode:
        return states.BARCODE_NOT_PASSED
    return None if any(same_barcode(element.barcode, one) for one in barcodes) else states.BARCODE_MISMATCH


def entry(fields: Sequence[str]) -> Entry:
    """A row of CSV. Raises ValueError with what is wrong."""
    cells = [trimmed(cell) for cell in fields]
    if len(cells) > len(Entry._fields):
        raise ValueError(
            recorded("{count} columns; excisemarkid[,barcode[,shopcode[,excisetype]]] has 4", count=len(cells))
        )
    return checked(Entry(*cells))


def checked(found: Entry) -> Entry:
    """An entry that may be listed. Raises ValueError with what is wrong."""
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


class Lines:
    """Reads CSV line by line: comma or semicolon by the first one, a header or none."""

    def __init__(self) -> None:
        self._number = 0
        self._delimiter = ","

    def row(self, line: str) -> Entry | Faulty | None:
        """What the next line holds; None for a header and for an empty line."""
        self._number += 1
        if self._number == 1:
            line = line.removeprefix("\ufeff")
            self._delimiter = ";" if ";" in line else ","
        try:
            fields = next(csv.reader([line], delimiter=self._delimiter, strict=True), [])
            if not fields or (self._number == 1 and fields[0].strip().lower() == HEADER):
                return None
            return entry(fields)
        except (csv.Error, ValueError) as error:
            return Faulty(self._number, str(error))


def add(ledger: Ledger, connection: Connection, entries: Sequence[Entry]) -> int:
    """List marks that are not listed yet; how many. Raises the database's IntegrityError when another was first."""
    wanted = {(cis(one.mark), gtin14(one.barcode)): one for one in entries}
    listed = ledger.listed(cursor_of(connection), {key for key, _ in wanted})
    known = {(key, gtin14(barcode)) for key, barcodes in listed.items() for barcode in barcodes}
    fresh = [{"cis": key, **one._asdict()} for (key, barcode), one in wanted.items() if (key, barcode) not in known]
    if fresh:
        connection.execute(insert(WHITELIST), fresh)
    return len(fresh)


def page(connection: Connection, after: int, limit: int) -> list[dict[str, Any]]:
    """Entries in the order they were listed, those with a greater number than `after`."""
    columns = (WHITELIST.c.number, WHITELIST.c.mark, WHITELIST.c.barcode, WHITELIST.c.shopcode, WHITELIST.c.excisetype)
    statement = select(*columns).where(WHITELIST.c.number > after).order_by(WHITELIST.c.number).limit(limit)
    return [dict(row) for row in connection.execute(statement).mappings()]
