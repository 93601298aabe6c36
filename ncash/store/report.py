"""What an import did, in bounded memory: the first faults in full, all of them counted."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

SHOWN: Final = 100
"""Faults and unknown names that are kept in full; the rest is counted."""
OTHERS: Final = "(other names)"


class Fault(NamedTuple):
    """A command or row that was not loaded. Numbers and lines count from 1."""

    number: int
    line: int
    reason: str


@dataclass(slots=True)
class Report:
    """Counts of one import."""

    source: str
    read: int = 0
    """Commands or rows, faulty ones included."""
    written: bool = False
    """False when nothing was changed (a strict import of a faulty file)."""
    loaded: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)
    faulty: int = 0
    notes: Counter[str] = field(default_factory=Counter)
    """What was passed over, by name: unknown commands and fields, barcodes that changed their article …"""

    def fault(self, fault: Fault) -> None:
        """Count a faulty command or row, and keep it while there is room."""
        self.faulty += 1
        if len(self.faults) < SHOWN:
            self.faults.append(fault)

    def note(self, text: str, count: int = 1) -> None:
        """Count something passed over."""
        if text not in self.notes and len(self.notes) >= SHOWN:
            text = OTHERS
        self.notes[text] += count

    def json(self) -> dict[str, Any]:
        """The report for `--json`."""
        return {
            "source": self.source,
            "read": self.read,
            "written": self.written,
            "loaded": dict(sorted(self.loaded.items())),
            "faulty": self.faulty,
            "faults": [fault._asdict() for fault in self.faults],
            "notes": dict(sorted(self.notes.items())),
        }
