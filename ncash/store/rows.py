"""Rows of Documents as they stand, for people who look at them."""

from pathlib import Path
from typing import Any, Final

from ncash.store.sqlite.connection import Connection

_ROWS: Final = (
    "SELECT d.documentid, d.doctype, d.docnum, g.posnum, g.bcode, g.name, g.cquant, g.price, g.opcode, g.excisemark, "
    "g.additionalbarcode, g.markingcode, g.cis, g.tag1262, g.tag1263, g.tag1264, g.tag1265, g.unchecked "
    "FROM Goodsitem g JOIN document d ON d.documentid = g.documentid ORDER BY g.goodsitemid"
)
_NAMES: Final = (
    "documentid", "doctype", "docnum", "posnum", "bcode", "name", "cquant", "price", "opcode", "excisemark",
    "additionalbarcode", "markingcode", "cis", "tag1262", "tag1263", "tag1264", "tag1265", "unchecked",
)  # fmt: skip


def documents_rows(path: Path) -> list[dict[str, Any]]:
    """Every Goodsitem with its document, in the order of writing. Raises UserError when the file cannot be read."""
    connection = Connection(path)
    try:
        return [dict(zip(_NAMES, row, strict=True)) for row in connection.all(_ROWS)]
    finally:
        connection.close()
