"""Tables of another program read row by row, and what is told of each: taken, known, left, and why."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from ncash.language import phrase
from ncash.store.imports.foreign import ForeignDatabase
from ncash.store.imports.report import Fault, Report
from ncash.store.imports.shapes import Malformed, Shape

CORRECT: Final = "it was left; look at the row in the other program"


@dataclass
class TableReport:
    """Report of one table of a takeover: what was taken, and why the rest was not."""

    name: str
    rows: int = 0
    taken: int = 0
    known: int = 0
    """Rows that were here already, or later than they."""
    left: Counter[str] = field(default_factory=Counter)
    """Rows that were not taken, by reason."""
    columns: Counter[str] = field(default_factory=Counter)
    """Columns that were not taken, with the rows in which they hold something."""

    def json(self) -> dict[str, Any]:
        """As JSON values."""
        return {**vars(self), "left": dict(self.left), "columns": dict(self.columns)}


@dataclass
class FileReport:
    """Report of one file of a takeover: its tables that were read, and those that were left."""

    path: str
    tables: list[TableReport] = field(default_factory=list)
    left: dict[str, int] = field(default_factory=dict)
    """Tables that were not taken, with their rows."""

    def json(self) -> dict[str, Any]:
        """As JSON values."""
        return {"path": self.path, "tables": [one.json() for one in self.tables], "left": self.left}


Row = dict[str, Any]
Take = Callable[[Row, int, TableReport], None]


class TableReader:
    """Reads tables row by row by their shapes; what cannot be read is a fault of the report."""

    def __init__(self, source: ForeignDatabase, told: FileReport, report: Report) -> None:
        self.source = source
        self.told = told
        self.report = report

    def table(self, name: str, shape: Shape, take: Take) -> None:
        """Every row of a table, if it is there."""
        if name not in self.source.tables:
            return
        table = TableReport(name)
        self.told.tables.append(table)
        for number, row in enumerate(self.source.rows(name), 1):
            table.rows += 1
            known = {column: value for column, value in row.items() if shape.field(column) is not None}
            table.columns.update(column for column, value in row.items() if column not in known and value)
            try:
                take(shape.read(known, name, lambda _: None), number, table)
            except Malformed as error:
                self.fault(table, number, str(error), str(row.get("barcode", row.get("bcode", ""))))

    def fault(self, table: TableReport, number: int, reason: str, barcode: str = "") -> None:
        """A row that should have been taken and cannot be."""
        table.left["faulty"] += 1
        text = phrase(
            "{path}: {name}, row {number}: {reason}", path=self.told.path, name=table.name, number=number, reason=reason
        )
        self.report.fault(Fault(number, 0, text, barcode, next=CORRECT))
