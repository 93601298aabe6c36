"""Shops of the size the promises speak of: made once in a temporary folder, filled by SQLite itself."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Final, NamedTuple

from ncash.model.mark import GS
from ncash.store.dictionaries.dictionaries import open_dictionaries
from ncash.store.documents import open_documents
from ncash.store.sqlite.connection import Connection
from ncash.support.sample import new_shop

GOODS: Final = 300_000
FIRST_EAN: Final = 4_700_000_000_000
"""Barcode of the first goods of the bench; the others follow one by one."""

_CARDS: Final = (
    "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?) "
    "INSERT INTO tmc (code, name, price, dept, measure, tmctype) "
    "SELECT 'b' || i, 'Goods of the bench ' || i, 1 + i % 9999 + 0.9, '1', '1', 7 FROM n"
)
_BARCODES: Final = (
    "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?) "
    "INSERT INTO Barcodes (barcode, code, tmctype) SELECT CAST(? + i AS TEXT), 'b' || i, 7 FROM n"
)
_DOCUMENT: Final = (
    "INSERT INTO document (documentid, uuid, workshiftid, shiftnum, doctype, docnum, cashcode, shopcode, timebeg, "
    "timeend, closed, docsum, kind, channel, fiscal, extra) VALUES (1, 'bench', 1, 1, 1, 1, '9', '1', "
    "'2027-01-15T08:00:00+03:00', '2027-01-15T08:00:01+03:00', 1, 0, 'sale', 'cashier', '{}', '{}')"
)
_SOLD: Final = (
    "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?) "
    "INSERT INTO Goodsitem (documentid, posnum, bcode, price, cquant, opcode, marked, excisemark, cis) "
    "SELECT 1, i, CAST(? + i % 1000 AS TEXT), 89.9, 1, 50, 1, NULL, "
    "'010' || (? + i % 1000) || '21' || printf('%08X%05X', (i * 2654435761) % 4294967296, i % 1048576) FROM n"
)


class Kind(NamedTuple):
    """A category of the sample shop as a till sees it all day: what stands behind the serial number."""

    serial: int
    tail: str


KINDS: Final = (
    Kind(6, f"{GS}93Zjqw{GS}3103000353"),
    Kind(6, f"{GS}93dGVz"),
    Kind(13, f"{GS}93dGVz"),
    Kind(7, f"{GS}93dGVz"),
    Kind(13, f"{GS}91EE08{GS}92{'Qz7k' * 11}"),
    Kind(13, f"{GS}91EE08{GS}92{'Qz7k' * 22}"),
)
"""Cheese by weight, milk, water, beer, shampoo, shoes."""


def marks(goods: int = 1000) -> Iterator[str]:
    """Marks that were never sold, of one kind after the other, each for other goods than the one before."""
    for number in count():
        kind = KINDS[number % len(KINDS)]
        yield f"010{FIRST_EAN + number * 7 % goods}21{f'fresh{number:08x}'[-kind.serial :]}{kind.tail}"


def shop(folder: Path, goods: int = GOODS) -> tuple[Path, Path]:
    """A sample shop with so many more goods; its folders conf and data."""
    new_shop.make(folder)
    conf, data = folder / "conf", folder / "data"
    dictionaries = Connection(data / "Dictionaries.sqlite")
    with dictionaries.write():
        dictionaries.change(_CARDS, (goods,))
        dictionaries.change(_BARCODES, (goods, FIRST_EAN))
    dictionaries.checkpoint(truncate=True)
    dictionaries.close()
    open_dictionaries(data / "Dictionaries.sqlite").close()
    return conf, data


def sold(path: Path, number: int) -> None:
    """Fill a new database of Documents with so many sold marks."""
    open_documents(path, "9", "1").close()
    books = Connection(path)
    books.one("PRAGMA synchronous = OFF")
    books.change("DROP INDEX Goodsitem_cis")
    with books.write():
        books.change(_DOCUMENT)
        books.change(_SOLD, (number, FIRST_EAN, FIRST_EAN))
    books.change("CREATE INDEX Goodsitem_cis ON Goodsitem (cis) WHERE cis IS NOT NULL")
    books.checkpoint(truncate=True)
    books.close()
