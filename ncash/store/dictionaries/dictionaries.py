"""Dictionaries: goods, people, catalogs and the white list, as the back office filled them. Read-only to the till."""

from pathlib import Path
from typing import Final

from ncash.model.goods import Cashier, Goods
from ncash.model.mark import gtin14, gtin_forms
from ncash.model.measure import named
from ncash.model.money import ONE
from ncash.store.dictionaries import goods_rows
from ncash.store.dictionaries.schema import DICTIONARIES
from ncash.store.receipts import decimal_of
from ncash.store.sqlite.connection import WAIT, Connection, Row
from ncash.store.sqlite.migrations import opened

_GOODS_COLUMNS: Final = (
    "SELECT b.code, b.barcode, COALESCE(b.name, t.name), " + goods_rows.PRICE + ", t.dept, b.tmctype, u.code, "
    "u.flag, u.frunit, b.cquant, COALESCE(p.minprice, b.minprice, q.minprice, t.minprice), "
    "COALESCE(p.minretailprice, b.minretailprice, q.minretailprice, t.minretailprice), "
    "t.ignoremarking, t.disableinventsale, t.disableinventback, t.zeroprice, u.name FROM Barcodes b " + goods_rows.WITH
)
GOODS: Final = _GOODS_COLUMNS + "WHERE b.barcode = ?"
SAME_GTIN: Final = "SELECT MIN(b.barcode) FROM Barcodes b JOIN tmc t ON t.code = b.code WHERE b.gtin = ?"
"""A barcode that pads to this GTIN of 14 digits."""
GOODS_BY_GTIN: Final = _GOODS_COLUMNS + (
    "WHERE b.barcode = COALESCE((SELECT barcode FROM Barcodes WHERE barcode = ?), "
    "(SELECT barcode FROM Barcodes WHERE barcode = ?), (SELECT barcode FROM Barcodes WHERE barcode = ?), "
    "(" + SAME_GTIN + "))"
)
WHITELISTED: Final = "SELECT 1 FROM Excisemarkwhite WHERE cis = ? LIMIT 1"
BARCODES: Final = "SELECT barcode FROM Barcodes WHERE code = ?"
CATALOGS: Final = "SELECT catalogcode FROM catalogitem WHERE inventcode = ?"
CATALOG: Final = "SELECT 1 FROM catalog WHERE code = ?1 UNION ALL SELECT 1 FROM catalogitem WHERE catalogcode = ?1"
CASHIER: Final = "SELECT name FROM mol WHERE code = ?"
ROLES: Final = "SELECT rolecode FROM roleuser WHERE usercode = ? AND rule = 1"
ROLE: Final = "SELECT 1 FROM roleuser WHERE rolecode = ? AND rule = 1 LIMIT 1"


VERSION: Final = "PRAGMA data_version"
"""Another number after any other connection has written into the file."""
REMEMBERED: Final = 4_096
"""Goods that are kept in memory, with a few hundred bytes each: more than a shop sells of in a day."""


def _kopecks(rubles: float | None) -> int | None:
    return None if rubles is None else round(rubles * 100)


def _goods(row: Row) -> Goods:
    measured, frunit = bool(row[7]), row[8]
    if frunit is None and measured:
        frunit = named(row[16])  # the vendor's units have no such column
    return Goods(
        code=row[0],
        barcode=row[1],
        name=row[2],
        price=max(round(row[3] * 100), 0),
        dept=row[4],
        tmctype=row[5] or 0,
        unit=row[6] or "",
        fractional=measured,
        frunit=frunit,
        cquant=ONE if row[9] is None else decimal_of(row[9]),
        minprice=_kopecks(row[10]),
        minretailprice=_kopecks(row[11]),
        ignoremarking=bool(row[12]),
        disableinventsale=bool(row[13]),
        disableinventback=bool(row[14]),
        zeroprice=bool(row[15]),
    )


class SqliteDictionaries:
    """ports.Dictionaries over one SQLite file. A text that no database can hold (a lone surrogate) is found nowhere."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._remembered: dict[str, Goods] = {}
        """Goods by what was asked for: a GTIN, or `=` and a barcode; as of the version."""
        self._version: Row | None = None

    def _memory(self) -> dict[str, Goods]:
        """What is remembered, if nobody has written into the file since; SQLite counts what others commit."""
        version = self.connection.one(VERSION)
        if version != self._version or len(self._remembered) >= REMEMBERED:
            self._remembered, self._version = {}, version
        return self._remembered

    def _row(self, statement: str, *values: str) -> Row | None:
        try:
            return self.connection.one(statement, values)
        except UnicodeEncodeError:
            return None

    def _column(self, statement: str, value: str) -> frozenset[str]:
        try:
            return frozenset(row[0] for row in self.connection.all(statement, (value,)))
        except UnicodeEncodeError:
            return frozenset()

    def goods(self, barcode: str) -> Goods | None:
        """Goods by a barcode as scanned: one indexed statement over Barcodes, tmc and units; else by the same GTIN."""
        memory, key = self._memory(), "=" + barcode
        known = memory.get(key)
        if known is None and (row := self._row(GOODS, barcode) or self._padded(barcode)):
            known = memory[key] = _goods(row)
        return known

    def _padded(self, barcode: str) -> Row | None:
        found = self._row(SAME_GTIN, gtin14(barcode))
        return self._row(GOODS, found[0]) if found and found[0] else None

    def goods_by_gtin(self, gtin: str) -> Goods | None:
        """Goods by the GTIN in a mark, in the order of till.md §2; last by any barcode that pads to it."""
        memory = self._memory()
        known = memory.get(gtin)
        if known is None:
            first, *others = gtin_forms(gtin)
            second, third = (others[0], others[-1]) if others else (first, first)
            row = self._row(GOODS_BY_GTIN, first, second, third, gtin14(gtin))
            if row:
                known = memory[gtin] = _goods(row)
        return known

    def article_barcodes(self, code: str) -> frozenset[str]:
        """All barcodes of an article card."""
        return self._column(BARCODES, code)

    def catalogs(self, code: str) -> frozenset[str]:
        """Codes of the catalogs that hold this article."""
        return self._column(CATALOGS, code)

    def catalog_exists(self, code: str) -> bool:
        """Whether a catalog of this code is known."""
        return self._row(CATALOG, code) is not None

    def whitelisted(self, cis: str) -> bool:
        """Whether Excisemarkwhite holds this mark, compared by CIS."""
        return self._row(WHITELISTED, cis) is not None

    def cashier(self, code: str) -> Cashier | None:
        """A cashier with the roles that a `rule` of 1 grants."""
        row = self._row(CASHIER, code)
        return Cashier(code, row[0] or "", self._column(ROLES, code)) if row else None

    def role_exists(self, code: str) -> bool:
        """Whether any cashier holds this role."""
        return self._row(ROLE, code) is not None

    def close(self) -> None:
        """Close the file."""
        self.connection.close()


def open_dictionaries(path: Path, wait: float = WAIT) -> SqliteDictionaries:
    """Dictionaries for the till, created empty when missing. Raises UserError (see migrations.opened)."""
    return SqliteDictionaries(opened(path, DICTIONARIES, wait, read_only=True))
