"""The journal of decisions: lines are only ever added, each chained to the one before (see ncash.store.journal.hash_chain)."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from ncash.store.documents_schema import DOCUMENTS
from ncash.store.journal.hash_chain import START, BrokenLink, Head, JournalLine, faults, link
from ncash.store.sqlite.connection import Connection
from ncash.store.sqlite.migrations import opened
from ncash.store.texts import Texts, sayable

_STATE: Final = (
    "SELECT COALESCE((SELECT MAX(seq) FROM journal), 0), "
    "(SELECT workshiftid FROM workshift WHERE cashcode = ? AND timeend IS NULL), "
    "(SELECT seq FROM journalhead WHERE id = 1), (SELECT hash FROM journalhead WHERE id = 1)"
)
_LINE: Final = (
    "INSERT INTO journal (seq, time, cashcode, workshiftid, uuid, kind, verdict, key, line, hash) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_HEAD: Final = (
    "INSERT INTO journalhead (id, seq, hash) VALUES (1, ?, ?) "
    "ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash"
)
_ALL: Final = "SELECT seq, time, cashcode, workshiftid, uuid, kind, verdict, key, line, hash FROM journal ORDER BY seq"
_SINCE: Final = (
    "SELECT seq, time, cashcode, workshiftid, uuid, kind, verdict, key, line, hash FROM journal "
    "WHERE time >= ? ORDER BY seq"
)
HEAD_LOST: Final = {"kind": "head_lost"}
"""The line that is added when the stored head was gone: what stood after the last line that is there is not known."""


_TEXTS: Final = Texts(ordered=True)


def canonical(line: Mapping[str, Any]) -> str:
    """A line as text: sorted keys, no blanks; escaped when it holds what UTF-8 cannot (a lone surrogate of a scan)."""
    checks = line.get("checks")
    text = _TEXTS.with_checks(line, checks) if checks else ""
    return text if text and sayable(text) else _TEXTS.of(line)


def append(connection: Connection, cashcode: str, given: Iterable[Mapping[str, Any]], uuid: str | None) -> None:
    """Add lines in the open shift of this till, and move the head, inside the caller's transaction."""
    lines = list(given)
    if not lines:
        return
    last, shift, head_seq, head_hash = connection.one(_STATE, (cashcode,)) or (0, None, 0, START)
    if head_hash is None:
        lines = [HEAD_LOST | {"time": lines[0].get("time")}, *lines]
    seq, before = max(last, head_seq or 0), head_hash or START
    rows = []
    for line in lines:
        seq += 1
        row = JournalLine(
            seq, line.get("time"), cashcode, shift, line.get("receipt", uuid), line.get("kind", "line"),
            line.get("verdict"), line.get("key"), canonical(line),
        )  # fmt: skip
        before = link(before, row)
        rows.append((*row, before))
    for values in rows:
        connection.change(_LINE, values)
    connection.change(_HEAD, (seq, before))


def head(connection: Connection) -> Head | None:
    """The stored head; None when it is gone."""
    found = connection.one("SELECT seq, hash FROM journalhead WHERE id = 1")
    return Head(*found) if found else None


class Journal:
    """The journal of a Documents file, for those who look at it."""

    def __init__(self, path: Path) -> None:
        """Open the file; an older one is brought up to date first. Raises UserError."""
        self.connection = opened(path, DOCUMENTS, read_only=True)

    @property
    def head(self) -> Head | None:
        """The stored head; None when it is gone."""
        return head(self.connection)

    def verify(self, known: Sequence[Head] = ()) -> tuple[int, list[BrokenLink]]:
        """How many lines there are and what is wrong with them; `known` are heads that were written down elsewhere."""
        count = 0

        def counted() -> Iterator[tuple[JournalLine, bytes | None]]:
            nonlocal count
            for *columns, hashed in self.connection.each(_ALL):
                count += 1
                yield JournalLine(*columns), hashed

        with self.connection.snapshot():
            found = faults(counted(), self.head, known)
        return count, found

    def lines(self, since: str | None = None) -> Iterator[dict[str, Any]]:
        """The lines with their columns, in order; `since` is a local date or time in ISO 8601."""
        rows = self.connection.each(_ALL) if since is None else self.connection.each(_SINCE, (since,))
        for *columns, hashed in rows:
            row = JournalLine(*columns)
            yield {**row._asdict(), "line": json.loads(row.line), "hash": (hashed or b"").hex()}

    def close(self) -> None:
        """Close the file."""
        self.connection.close()
