"""Loading an AIF file into Dictionaries: one transaction, so that a running till sees the old goods or the new ones."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from ncash.errors import UserError
from ncash.store import aif_rows, kinds_there
from ncash.store.aif import Command, commands
from ncash.store.aif_fields import Fields, Malformed
from ncash.store.connection import Connection, Row
from ncash.store.dictionaries_schema import DICTIONARIES
from ncash.store.migrations import opened
from ncash.store.report import Fault, Report

Progress = Callable[[int], None]
"""Called with the bytes read so far."""

_CARD: Final = (
    "INSERT OR REPLACE INTO tmc (code, bcode, name, rtext, articul, price, minprice, minretailprice, dept, measure, "
    "taxgroup, inventgroup, cquant, quantdefault, tmctype, ignoremarking, ageverify, disableinventsale, "
    "disableinventback, age, alcoholpercent, paymentobject, ntin, remain, remaindate, isinventitem, options) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_NEW_BARCODE: Final = (
    "INSERT INTO Barcodes (barcode, code, name, price, cquant, measure, tmctype, quantdefault, minprice, "
    "minretailprice) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (barcode) DO NOTHING"
)
_OLD_BARCODE: Final = (
    "INSERT OR REPLACE INTO Barcodes (barcode, code, name, price, cquant, measure, tmctype, quantdefault, minprice, "
    "minretailprice) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_NO_CARD: Final = "SELECT COUNT(*) FROM Barcodes b WHERE NOT EXISTS (SELECT 1 FROM tmc t WHERE t.code = b.code)"
CLEAR: Final[dict[str, tuple[str, ...]]] = {
    "clearInventory": ("DELETE FROM tmc", "DELETE FROM Barcodes"),
    "clearBarcode": ("DELETE FROM Barcodes",),
    "clearUnit": ("DELETE FROM units",),
    "clearInventGroup": ("DELETE FROM inventgroup",),
    "clearTaxGroup": ("DELETE FROM taxgroup",),
    "clearMCashUser": ("DELETE FROM mol", "DELETE FROM roleuser"),
    "clearCatalog": ("DELETE FROM catalog",),
    "clearCatalogItem": ("DELETE FROM catalogitem",),
    "clearTmcScale": (),
    "clearMedicine": (),
}
"""The last two empty tables that this till does not have."""
SIMPLE: Final[dict[str, tuple[str, Callable[[Fields], Row], str]]] = {
    "addUnit": (
        "unit",
        aif_rows.unit,
        "INSERT OR REPLACE INTO units (code, name, flag, frunit) VALUES (?, ?, ?, ?)",
    ),
    "addInventGroup": (
        "inventGroup",
        aif_rows.group,
        "INSERT OR REPLACE INTO inventgroup (code, parentcode, name) VALUES (?, ?, ?)",
    ),
    "addTaxGroup": (
        "taxGroup",
        aif_rows.tax_group,
        "INSERT OR REPLACE INTO taxgroup (code, taxes) VALUES (?, ?)",
    ),
    "addCatalog": (
        "catalog",
        aif_rows.catalog,
        "INSERT OR REPLACE INTO catalog (code, name) VALUES (?, ?)",
    ),
    "addCatalogItem": (
        "catalogitem",
        aif_rows.catalog_item,
        "INSERT OR REPLACE INTO catalogitem (catalogcode, inventcode) VALUES (?, ?)",
    ),
}
"""Command → its object, the row it makes, the statement that takes the row."""


class Refused(Exception):
    """A strict import met a fault: everything is taken back."""


class _Loader:
    """Applies commands one by one inside an open transaction."""

    def __init__(self, connection: Connection, report: Report) -> None:
        self._connection = connection
        self._report = report
        self._special: dict[str, Callable[[Fields], None]] = {
            "addInventItem": self._article,
            "deleteInventItem": self._delete_article,
            "addBarcode": self._barcode,
            "deleteBarcode": self._delete_barcode,
            "addMCashUser": self._person,
        }

    def apply(self, command: Command) -> None:
        """Load one command. Raises Malformed, and then nothing of it is loaded."""
        fields = Fields(command.fields, command.name)
        if command.name in CLEAR:
            for statement in CLEAR[command.name]:
                self._connection.change(statement)
        elif command.name in SIMPLE:
            place, row, statement = SIMPLE[command.name]
            self._connection.change(statement, row(fields.required(place)))
        elif command.name in self._special:
            self._special[command.name](fields)
        else:
            self._report.note(f"unknown command {_shown(command.name)}")
            return
        self._report.loaded[command.name] += 1
        for place in fields.unknown():
            self._report.note(f"unknown field {_shown(place)}")

    def _article(self, fields: Fields) -> None:
        found = aif_rows.article(fields.required("invent"))
        self._connection.change(_CARD, found.card)
        self._connection.change("DELETE FROM Barcodes WHERE code = ?", (found.code,))
        for row in found.barcodes:
            if not self._connection.change(_NEW_BARCODE, row):
                self._report.note("barcode moved from another article")
                self._connection.change(_OLD_BARCODE, row)

    def _delete_article(self, fields: Fields) -> None:
        code = fields.text("inventcode")
        self._connection.change("DELETE FROM tmc WHERE code = ?", (code,))
        self._connection.change("DELETE FROM Barcodes WHERE code = ?", (code,))

    def _barcode(self, fields: Fields) -> None:
        row = aif_rows.barcode(fields.required("barcode"))
        owner = self._connection.one("SELECT code FROM Barcodes WHERE barcode = ?", row[:1])
        if owner and owner[0] != row[1]:
            self._report.note("barcode moved from another article")
        self._connection.change(_OLD_BARCODE, row)

    def _delete_barcode(self, fields: Fields) -> None:
        one = fields.required("barcode")
        code, barcode = one.optional("code"), one.text("barcode")
        one.drop("name", "measure", "tmctype", "quantdefault", "cquant", "price")
        self._connection.change("DELETE FROM Barcodes WHERE barcode = ? AND code = COALESCE(?, code)", (barcode, code))

    def _person(self, fields: Fields) -> None:
        found = aif_rows.person(fields.required("mcashuser"))
        self._connection.change("INSERT OR REPLACE INTO mol (code, name, login, rank) VALUES (?, ?, ?, ?)", found.row)
        self._connection.change("DELETE FROM roleuser WHERE usercode = ?", (found.code,))
        self._connection.change_many("INSERT INTO roleuser (usercode, rolecode, rule) VALUES (?, ?, ?)", found.roles)
        if found.password:
            self._report.note("password not kept")


def _shown(name: str) -> str:
    return ascii(name[:60])[1:-1]


def load(source: Path, dictionaries: Path, strict: bool = False, progress: Progress | None = None) -> Report:
    """Load a file in one transaction; with `strict` a single fault leaves everything as it was.

    Raises UserError when the file cannot be read, or Dictionaries cannot be opened or written.
    """
    report = Report(str(source))
    try:
        file = source.open("rb")
    except OSError as error:
        raise UserError(
            f"{source} cannot be read: {error.strerror}", code="file_missing", hint="name an AIF file, as in pos.aif"
        ) from error
    with file:
        connection = opened(dictionaries, DICTIONARIES)
        try:
            with connection.write():
                _load_all(connection, commands(file), report, progress, file.tell)
                if strict and report.faulty:
                    raise Refused
            report.written = True
            connection.checkpoint(truncate=True)
        except Refused:
            report.loaded.clear()
        finally:
            connection.close()
    return report


def _load_all(
    connection: Connection,
    stream: Iterable[Command | Fault],
    report: Report,
    progress: Progress | None,
    tell: Callable[[], int],
) -> None:
    loader = _Loader(connection, report)
    for command in stream:
        report.read += 1
        if isinstance(command, Fault):
            report.fault(command)
            continue
        try:
            loader.apply(command)
        except (Malformed, RecursionError) as error:
            report.fault(Fault(command.number, command.line, str(error)))
        if progress:
            progress(tell())
    for text, count in kinds_there.notes(connection):
        report.note(text, count)
    orphans = connection.one(_NO_CARD)
    if orphans and orphans[0]:
        report.note("barcode without an article card", orphans[0])
