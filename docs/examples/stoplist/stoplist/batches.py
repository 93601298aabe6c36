"""The file of batches: `gtin;from;to;reason`, the days as YYYY-MM-DD, both of them in the batch."""

import csv
from datetime import date
from pathlib import Path
from typing import NamedTuple

COLUMNS = ["gtin", "from", "to", "reason"]


class Batch(NamedTuple):
    """Units of one article made on these days."""

    gtin: str
    first: date
    last: date
    reason: str


class BadLine(ValueError):
    """A line that cannot be read."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(text)
        self.line = line


def batches(path: Path) -> tuple[Batch, ...]:
    """The batches of a file. Raises OSError, and BadLine with the first line that is none."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = csv.reader(lines, delimiter=";")
        if next(rows, None) != COLUMNS:
            raise BadLine(1, f"the first line is not {';'.join(COLUMNS)}")
        return tuple(_batch(number, row) for number, row in enumerate(rows, 2) if row)


def _batch(line: int, row: list[str]) -> Batch:
    try:
        gtin, first, last, reason = (cell.strip() for cell in row)
        found = Batch(gtin.zfill(14), date.fromisoformat(first), date.fromisoformat(last), reason)
    except ValueError as error:
        raise BadLine(line, str(error)) from error
    if not (gtin.isascii() and gtin.isdigit()) or found.first > found.last:
        raise BadLine(line, "the gtin is no number, or the batch ends before it begins")
    return found
