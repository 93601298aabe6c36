"""Sold and returned marks of an Artix database, as this shop keeps them for uniqueness."""

import base64
import binascii
from collections.abc import Callable
from typing import Any, Final

from ncash.model import code
from ncash.model.mark import cis, trimmed
from ncash.model.receipt import RETURN_OPCODE, SALE_OPCODE
from ncash.store import former
from ncash.store.connection import Connection
from ncash.store.former import FormerMark
from ncash.support import artix_tables as theirs
from ncash.support.artix_reading import Reading, TableTold

OPCODES: Final = {1: SALE_OPCODE, 2: RETURN_OPCODE, 25: RETURN_OPCODE}
"""Doctypes of registered receipts, with what their positions are when the position itself does not say."""
_ANNULLED: Final = (7, 8)


class Marks:
    """Takes the marks of closed sales and returns."""

    def __init__(self, reading: Reading, books: Connection, reads: Callable[[str], bool]) -> None:
        self._reading = reading
        self._books = books
        self._reads = reads
        self._documents: dict[int, tuple[int, str, int, str, bool]] = {}

    def take(self) -> None:
        """Documents first, then their positions."""
        self._reading.table("document", theirs.DOCUMENT, self._document)
        self._reading.table("goodsitem", theirs.GOODSITEM, self._position)
        self._documents.clear()

    def _document(self, row: dict[str, Any], number: int, table: TableTold) -> None:
        doctype = row["doctype"]
        closed = row["closed"] is None or row["closed"] != 0
        told = (doctype, _time(row["timeend"]), row["docnum"] or 0, row["cashcode"] or "", closed)
        self._documents[row["documentid"]] = told
        table.left["receipts themselves are left"] += 1

    def _position(self, row: dict[str, Any], number: int, table: TableTold) -> None:
        reason = self._left(row)
        if reason is not None:
            table.left[reason] += 1
            return
        doctype, time, docnum, cashcode, _ = self._documents[row["documentid"]]
        mark = _mark(row)
        if code.form_of(mark) is None and not self._reads(mark):
            if row["excisemark"] is None:
                table.left["a marking code that is no mark"] += 1
            else:
                self._reading.fault(table, number, f"{mark[:40]!r} is no mark: accepted is {code.ACCEPTED}")
            return
        opcode = row["opcode"] or OPCODES[doctype]
        known = FormerMark(
            cis(mark), opcode, time or _time(row["ttime"]), row["documentid"], row["goodsitemid"] or number, docnum,
            cashcode, self._reading.told.path,
        )  # fmt: skip
        if former.put(self._books, known):
            table.taken += 1
        else:
            table.known += 1

    def _left(self, row: dict[str, Any]) -> str | None:
        """Why a position says nothing of a unit."""
        if not _mark(row):
            return "no mark"
        document = self._documents.get(row["documentid"])
        if document is None:
            return "of no document"
        doctype, *_, closed = document
        if doctype in _ANNULLED or not closed:
            return "annulled or not closed"
        if doctype not in OPCODES:
            return f"doctype {doctype}"
        if row["opcode"] not in (None, SALE_OPCODE, RETURN_OPCODE):
            return f"opcode {row['opcode']}"
        return None


def _mark(row: dict[str, Any]) -> str:
    """The mark as scanned; else what markingcode holds in base64; empty for none."""
    scanned = trimmed(row["excisemark"] or "")
    if scanned or row["markingcode"] is None:
        return scanned
    try:
        return trimmed(base64.b64decode(row["markingcode"], validate=True).decode("utf-8"))
    except (binascii.Error, ValueError):
        return trimmed(row["markingcode"])


def _time(text: str | None) -> str:
    """A time that compares with others of the same program."""
    return (text or "").strip().replace("T", " ")
