"""Lines of the journal that somebody looks for, newest first."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from ncash.model.mark import cis, plain
from ncash.model.record import kept_cis
from ncash.store.journal.hash_chain import JournalLine
from ncash.store.sqlite.connection import Connection

SHORTEST: Final = 6
"""Characters of the shortest piece of a mark that is looked for inside of marks."""
_FOUND: Final = (
    "SELECT seq, time, cashcode, workshiftid, uuid, kind, verdict, key, line FROM journal "
    "WHERE seq < COALESCE(?1, 9223372036854775807) AND COALESCE(time, '') >= COALESCE(?2, '') "
    "AND (?3 IS NULL OR COALESCE(time, '') < ?3) AND (?4 IS NULL OR cashcode = ?4) AND (?5 IS NULL OR verdict = ?5) "
    "AND (?6 IS NULL OR key = ?6 COLLATE NOCASE) AND (?7 IS NULL OR uuid = ?7) ORDER BY seq DESC"
)
_GTIN: Final = 14


class JournalQuery(NamedTuple):
    """What is looked for; every field that is not None has to fit."""

    goods: str | None = None
    """An article code, a barcode, or words of the name."""
    mark: str | None = None
    """A code as it is scanned, its CIS, or a piece of it."""
    key: str | None = None
    verdict: str | None = None
    since: str | None = None
    until: str | None = None
    """Local times in ISO 8601, from the one on and before the other."""
    cashcode: str | None = None
    receipt: str | None = None
    before: int | None = None
    """Only lines with a smaller number."""

    def fits(self, line: Mapping[str, Any]) -> bool:
        """Whether the line is about the goods and the mark."""
        return (self.goods is None or _about(line, self.goods)) and (self.mark is None or _with(line, self.mark))


def found(connection: Connection, wanted: JournalQuery) -> Iterator[dict[str, Any]]:
    """The lines with their columns, as `ncash.store.journal.journal.Journal.lines` gives them, without their hashes."""
    limits = (wanted.before, wanted.since, wanted.until, wanted.cashcode, wanted.verdict, wanted.key, wanted.receipt)
    for columns in connection.each(_FOUND, limits):
        row = JournalLine(*columns)
        line = json.loads(row.line)
        if wanted.fits(line):
            yield {**row._asdict(), "line": line}


def _about(line: Mapping[str, Any], text: str) -> bool:
    goods, mark = line.get("goods") or {}, line.get("mark") or {}
    if text == goods.get("code") or _named(text, str(goods.get("name", ""))):
        return True
    barcodes = (goods.get("barcode"), line.get("label"), mark.get("gtin"))
    return _gtin(text) in {_gtin(str(barcode)) for barcode in barcodes if barcode}


def _named(words: str, name: str) -> bool:
    said = name.casefold()
    return all(word in said for word in words.casefold().split())


def _gtin(barcode: str) -> str:
    return barcode.zfill(_GTIN) if barcode.isascii() and barcode.isdigit() else barcode


def _with(line: Mapping[str, Any], text: str) -> bool:
    kept = [str((line.get("mark") or {}).get("cis") or ""), str((line.get("scan") or {}).get("text") or "")]
    wanted = plain(text)
    whole = kept_cis(cis(text), text)
    return whole in kept or (len(wanted) >= SHORTEST and any(wanted in one for one in kept))
