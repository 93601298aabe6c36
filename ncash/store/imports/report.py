"""What an import did, in bounded memory: the first faults in full, all of them counted."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

SHOWN: Final = 100
"""Faults and unknown names that are kept in full; the rest is counted."""
OTHERS: Final = "(other names)"


class RecordPlace(NamedTuple):
    """Where a record stands in its file. Numbers and lines count from 1; 0 is the file as a whole."""

    number: int = 0
    line: int = 0


FILE: Final = RecordPlace()
"""The file as a whole."""


class Fault(NamedTuple):
    """A record that was not loaded, or goods that it would have made wrong."""

    number: int
    line: int
    reason: str
    """What is wrong, and what is accepted."""
    barcode: str = ""
    """The goods it is about."""
    next: str = ""
    """What to do."""


class Note(NamedTuple):
    """Something that was passed over: where first, and how often."""

    times: int
    first: RecordPlace


@dataclass(slots=True)
class Report:
    """Counts of one import."""

    source: str
    read: int = 0
    """Commands or rows, faulty ones included."""
    written: bool = False
    """False when nothing was changed: a file that was cut, a strict import of a faulty one."""
    nothing: str = ""
    """Why nothing was changed."""
    loaded: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)
    faulty: int = 0
    kept: int = 0
    """Goods that stay as they were, because the file would have made them wrong."""
    notes: dict[str, Note] = field(default_factory=dict)
    """What was passed over, by name: unknown commands and fields, barcodes that changed their article …"""

    def fault(self, fault: Fault) -> None:
        """Count a fault, and keep it while there is room."""
        self.faulty += 1
        if len(self.faults) < SHOWN:
            self.faults.append(fault)

    def note(self, text: str, place: RecordPlace = FILE, count: int = 1) -> None:
        """Count something passed over."""
        if text not in self.notes and len(self.notes) >= SHOWN:
            text = OTHERS
        known = self.notes.get(text)
        self.notes[text] = Note(count, place) if known is None else known._replace(times=known.times + count)

    def refuse(self, why: str) -> None:
        """Nothing was changed."""
        self.written, self.nothing, self.kept = False, why, 0
        self.loaded.clear()

    def json(self) -> dict[str, Any]:
        """The report for `--json`."""
        return {
            "source": self.source,
            "read": self.read,
            "written": self.written,
            "nothing": self.nothing,
            "loaded": dict(sorted(self.loaded.items())),
            "faulty": self.faulty,
            "kept": self.kept,
            "faults": [fault._asdict() for fault in self.faults],
            "notes": [
                {"text": text, "count": note.times, **note.first._asdict()} for text, note in sorted(self.notes.items())
            ],
        }
