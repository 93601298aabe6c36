"""What stands on the disk, read beside the product: the state a till must find again, and what must never be."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from faults.office import switched

BOOKS: Final = "Documents.sqlite"
SERVER: Final = "server.sqlite"
SOLD: Final = 50
DRIVE: Final = "fiscal-emulator.jsonl"
State = tuple[Any, ...]
"""What a restart must keep of till 1: open receipt, documents, receipts put aside, closed shifts, switched settings."""

_OPEN: Final = (
    "SELECT r.uuid, json_extract(r.receipt, '$.kind'), p.posnum, json_extract(p.position, '$.bcode'), "
    "json_extract(p.position, '$.cis'), json_extract(p.position, '$.quantity') "
    "FROM openreceipt r LEFT JOIN openposition p ON p.uuid = r.uuid WHERE r.cashcode = '1' ORDER BY r.uuid, p.posnum"
)
_DOCUMENTS: Final = (
    "SELECT d.doctype, d.docnum, d.docsum, d.shiftnum, g.posnum, g.bcode, g.cis, g.cquant, g.opcode, g.unchecked "
    "FROM document d LEFT JOIN Goodsitem g ON g.documentid = d.documentid WHERE d.cashcode = '1' "
    "ORDER BY d.documentid, g.posnum"
)
_SHIFTS: Final = (
    "SELECT cashcode, shiftnum FROM workshift WHERE timeend IS NOT NULL AND cashcode = '1' ORDER BY workshiftid"
)
"""An open shift without a receipt is none yet: the next receipt finds it."""
_FISCAL: Final = (
    "SELECT uuid, doctype, docsum, fiscal FROM document WHERE doctype IN (1, 2, 25) AND cashcode = '1' "
    "ORDER BY documentid"
)
_USES: Final = (
    "SELECT g.cis, g.opcode FROM Goodsitem g JOIN document d ON d.documentid = g.documentid "
    "WHERE g.cis IS NOT NULL AND d.doctype IN (1, 2, 25) ORDER BY g.goodsitemid"
)
_ORPHANS: Final = "SELECT cis FROM openmark WHERE uuid NOT IN (SELECT uuid FROM openreceipt)"
_CONFLICTS: Final = "SELECT body FROM done WHERE result = 'conflict' AND json_extract(body, '$.op') != 'unreserve'"
_PAID: Final = (
    "SELECT d.docnum FROM document d LEFT JOIN moneyitem m ON m.documentid = d.documentid "
    "WHERE d.doctype IN (1, 2, 25) GROUP BY d.documentid "
    "HAVING ABS(d.docsum - COALESCE(SUM(m.summ), 0)) > 0.004"
)


class Books:
    """The files of one data folder, read by nobody's rules but SQLite's."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._books = sqlite3.connect(data / BOOKS, isolation_level=None)
        self._books.execute("PRAGMA query_only = ON")

    def _all(self, statement: str) -> list[tuple[Any, ...]]:
        return self._books.execute(statement).fetchall()

    def state(self) -> State:
        """What a restart must keep."""
        opened = tuple(row[1:] for row in self._all(_OPEN))
        aside = self._all("SELECT COUNT(*) FROM deferredreceipt WHERE held IS NULL")
        conf = switched(self._data.parent / "conf")
        return (opened, tuple(self._all(_DOCUMENTS)), aside[0][0], tuple(self._all(_SHIFTS)), conf)

    def deferred(self) -> str:
        """Id of the receipt that was put aside last."""
        found = self._all("SELECT uuid FROM deferredreceipt ORDER BY rowid DESC LIMIT 1")
        return str(found[0][0]) if found else ""

    def document(self, documentid: str) -> bool:
        """Whether a document of this id is there."""
        statement = "SELECT 1 FROM document WHERE documentid = ?"
        return self._books.execute(statement, (int(documentid),)).fetchone() is not None

    def unsent(self) -> int:
        """Messages that the cash server has not taken."""
        return int(self._all("SELECT COUNT(*) FROM outbox WHERE result IS NULL")[0][0])

    def made(self) -> list[dict[str, Any]]:
        """Documents of the emulated drive, reports of shifts among them; a line without its end was never made."""
        path = self._data / DRIVE
        if not path.exists():
            return []
        return [json.loads(line) for line in path.read_bytes().split(b"\n")[:-1]]

    def faults(self) -> Iterator[str]:
        """Every sentence of reliability that these files break; no receipt is open any more."""
        yield from self._twice()
        yield from self._fiscal()
        yield from self._server()
        for (cis,) in self._all(_ORPHANS):
            yield f"I6: the mark {cis} is held by a receipt that is not open"
        for (docnum,) in self._all(_PAID):
            yield f"I3: document {docnum} was paid with another sum"
        for (word,) in self._all("PRAGMA integrity_check"):
            if word != "ok":
                yield f"I14: {word}"
        for (text,) in self._all("SELECT name FROM sqlite_master WHERE name = 'Goodsitem' AND type != 'table'"):
            yield f"I14: {text} is no table"
        yield from self._copies()

    def _copies(self) -> Iterator[str]:
        """A copy that has its name is whole."""
        for path in sorted(self._data.glob("backup/Documents-*.sqlite")):
            copy = sqlite3.connect(path)
            try:
                found = copy.execute("PRAGMA integrity_check").fetchall()
                found += [] if copy.execute("SELECT COUNT(*) FROM document").fetchone()[0] else [("it is empty",)]
            except sqlite3.Error as error:
                found = [(str(error),)]
            finally:
                copy.close()
            yield from (f"I14: the copy {path.name}: {word}" for (word,) in found if word != "ok")

    def _server(self) -> Iterator[str]:
        """The cash server knows every mark as Documents does, and holds none."""
        if unsent := self.unsent():
            yield f"I2: {unsent} messages never reached the cash server"
        there = sqlite3.connect(self._data / SERVER)
        try:
            status = dict(there.execute("SELECT cis, status FROM mark").fetchall())
            refused = there.execute(_CONFLICTS).fetchall()
        finally:
            there.close()
        for cis, opcode in dict(self._all(_USES)).items():
            if status.get(cis) != (expected := "SOLD" if opcode == SOLD else "RETURNED"):
                yield f"I2: the cash server says {status.get(cis)} of {cis}, Documents {expected}"
        for cis in (one for one, told in status.items() if told.startswith("RESERVED")):
            yield f"I6: the cash server still holds {cis}"
        for (body,) in refused:
            yield f"I2: the cash server found a conflict in {body}"

    def _twice(self) -> Iterator[str]:
        last: dict[str, int] = {}
        for cis, opcode in self._all(_USES):
            if last.get(cis) == opcode:
                yield f"I1: {cis} has the operation {opcode} twice in a row"
            last[cis] = opcode

    def _fiscal(self) -> Iterator[str]:
        documents = self.made()
        numbers = [document["number"] for document in documents]
        if numbers != list(range(1, len(numbers) + 1)):
            yield f"I3: the drive's numbers are {numbers}"
        made = {one["number"]: one for one in documents if one.get("type", "receipt") == "receipt"}
        for receipt, times in Counter(one["receipt"] for one in made.values()).items():
            if times > 1:
                yield f"I3: the drive has {times} documents of the receipt {receipt}"
        entered = Counter(json.loads(fiscal).get("number") for _, _, _, fiscal in self._all(_FISCAL))
        for number, times in entered.items():
            if times > 1:
                yield f"I3: fiscal document {number} stands {times} times in Documents"
            if number not in made:
                yield f"I3: Documents names fiscal document {number}, which the drive has not"
        for number in made.keys() - entered.keys():
            yield f"I2: fiscal document {number} is not in Documents"
        for _, _, docsum, fiscal in self._all(_FISCAL):
            document = made.get(json.loads(fiscal).get("number"))
            if document is not None and document["total"] != round(docsum * 100):
                yield f"I3: fiscal document {document['number']} has another total than Documents"

    def close(self) -> None:
        """Close the file."""
        self._books.close()
