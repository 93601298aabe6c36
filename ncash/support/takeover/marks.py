"""Sold and returned marks of an Artix database, as this shop keeps them for uniqueness."""

import base64
import binascii
import re
from collections.abc import Callable
from typing import Any, Final

from ncash.language import phrase
from ncash.model.codes import code
from ncash.model.mark import trimmed
from ncash.model.receipt import RETURN_OPCODE, SALE_OPCODE
from ncash.store import former
from ncash.store.closing import ANNULLED
from ncash.store.former import FormerMark
from ncash.store.sqlite.connection import Connection
from ncash.support.takeover import tables as theirs
from ncash.support.takeover.reading import TableReader, TableReport

OPCODES: Final = {1: SALE_OPCODE, 2: RETURN_OPCODE, 25: RETURN_OPCODE}
"""Doctypes of registered receipts, with what their positions are when the position itself does not say."""
_DAY: Final = re.compile(r"(\d\d)\.(\d\d)\.(\d{4})")
_URL_SAFE: Final = str.maketrans("-_", "+/")


class ArtixMarks:
    """Takes the marks of closed sales and returns."""

    def __init__(self, reading: TableReader, books: Connection, reads: Callable[[str], str | None]) -> None:
        self._reading = reading
        self._books = books
        self._reads = reads
        self._documents: dict[int, tuple[int, str, int, str, bool]] = {}

    def take(self) -> None:
        """Documents first, then their positions."""
        self._reading.table("document", theirs.DOCUMENT, self._document)
        self._reading.table("goodsitem", theirs.GOODSITEM, self._position)
        self._documents.clear()

    def _document(self, row: dict[str, Any], number: int, table: TableReport) -> None:
        doctype = row["doctype"]
        closed = row["closed"] is None or row["closed"] != 0
        told = (doctype, _time(row["timeend"]), row["docnum"] or 0, row["cashcode"] or "", closed)
        self._documents[row["documentid"]] = told
        table.left["receipts themselves are left"] += 1

    def _position(self, row: dict[str, Any], number: int, table: TableReport) -> None:
        reason = self._left(row)
        if reason is not None:
            table.left[reason] += 1
            return
        doubt = self._doubt(row)
        if doubt is not None:
            self._reading.fault(table, number, phrase("{doubt}: whether the unit was sold is not known", doubt=doubt))
            return
        doctype, time, docnum, cashcode, _ = self._documents[row["documentid"]]
        identity = next(filter(None, (code.identity(mark, self._reads) for mark in _marks(row))), None)
        if identity is None:
            if row["excisemark"] is None:
                table.left["a marking code that is no mark"] += 1
            else:
                text = phrase(
                    "{excisemark!r} is no mark: accepted is {accepted}",
                    excisemark=row["excisemark"][:40],
                    accepted=code.ACCEPTED,
                )
                self._reading.fault(table, number, text)
            return
        opcode = row["opcode"] or OPCODES[doctype]
        known = FormerMark(
            cis=identity, opcode=opcode, time=time or _time(row["ttime"]), documentid=row["documentid"],
            goodsitemid=row["goodsitemid"] or number, docnum=docnum,
            cashcode=cashcode, source=self._reading.told.path,
        )  # fmt: skip
        if former.put(self._books, known):
            table.taken += 1
        else:
            table.known += 1

    def _left(self, row: dict[str, Any]) -> str | None:
        """Why a position says nothing of a unit."""
        if not _marks(row):
            return "no mark"
        if row["opcode"] not in (None, SALE_OPCODE, RETURN_OPCODE):
            return phrase("opcode {opcode}", opcode=row["opcode"])
        document = self._documents.get(row["documentid"])
        if document is None:
            return None
        doctype, *_, closed = document
        if doctype in ANNULLED or not closed:
            return "annulled or not closed"
        return None if doctype in OPCODES else phrase("doctype {doctype}", doctype=doctype)

    def _doubt(self, row: dict[str, Any]) -> str | None:
        """Why a position with a mark cannot be judged."""
        document = self._documents.get(row["documentid"])
        if document is None:
            return phrase("document {documentid} is not there or cannot be read", documentid=row["documentid"])
        if row["opcode"] not in (None, OPCODES[document[0]]):
            return phrase(
                "opcode {opcode} in a document of doctype {document}", opcode=row["opcode"], document=document[0]
            )
        return None


def _marks(row: dict[str, Any]) -> list[str]:
    """What may be the mark: as it was scanned, then what stands in base64."""
    given = [trimmed(row[name] or "") for name in ("excisemark", "markingcode")]
    texts = [text for told in given for text in (told, _decoded(told))]
    return [text for text in dict.fromkeys(texts) if text]


def _decoded(text: str) -> str:
    """What base64 says, in either alphabet, with padding or without; empty when it says nothing."""
    bare = "".join(text.split()).rstrip("=").translate(_URL_SAFE)
    try:
        return trimmed(base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True).decode("utf-8"))
    except (binascii.Error, ValueError):
        return ""


def _time(text: str | None) -> str:
    """A time that compares with others of the same program."""
    told = (text or "").strip().replace("T", " ")
    day = _DAY.match(told)
    return f"{day[3]}-{day[2]}-{day[1]}{told[day.end() :]}" if day else told
