"""Databases of an Artix shop as its till leaves them, in SQLite: made for the tests of a takeover."""

import base64
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Final

GS: Final = "\x1d"
MILK: Final = "4670540176099"
TABLES: Final[Mapping[str, str]] = {
    "workshift": "workshiftid INTEGER PRIMARY KEY, shiftnum INT, cashcode TEXT, time_beg TEXT, time_end TEXT",
    "document": "documentid INTEGER PRIMARY KEY, doctype INT, closed INT, checknum INT, cashcode TEXT, scode TEXT, "
    "workshiftid INT, timeend TEXT, docsum REAL",
    "Goodsitem": "goodsitemid INTEGER PRIMARY KEY, documentid INT, posnum INT, opcode INT, bcode TEXT, code TEXT, "
    "cquant REAL, sumb REAL, excisemark TEXT, markingcode TEXT, excisetype TEXT",
    "moneyitem": "moneyitemid INTEGER PRIMARY KEY, documentid INT, opcode INT, valcode INT, vsum REAL",
    "tmc": "bcode TEXT PRIMARY KEY, code TEXT, name TEXT, articul TEXT, measure INT, price REAL, minprice REAL, "
    "dcode INT, op_mode INT, vatcode1 INT",
    "barcodes": "code TEXT, barcode TEXT, name TEXT, price REAL, cquant REAL, measure INT, tmctype INT, "
    "packingprice REAL, PRIMARY KEY (code, barcode)",
    "units": "code INTEGER PRIMARY KEY, name TEXT, flag INT, frunit INT",
    "mol": "code TEXT PRIMARY KEY, login TEXT, name TEXT, password TEXT, rank TEXT, inn TEXT",
    "roleuser": "id INTEGER PRIMARY KEY, usercode TEXT, rolecode INT, rule INT",
    "excisemarkwhite": "excisemarkid TEXT PRIMARY KEY, barcode TEXT, shopcode TEXT, excisetype TEXT, serialnumber TEXT",
    "hotkey": "hotkeycode INTEGER PRIMARY KEY, hotkeyname TEXT",
}
"""With columns and tables that nobody takes."""


def mark(serial: str) -> str:
    """A whole mark of the milk."""
    return f"01{MILK:0>14}215{serial:0>5}{GS}93dGVz"


def coded(text: str) -> str:
    """As `markingcode` holds it."""
    return base64.b64encode(text.encode()).decode()


def made(path: Path, **rows: Iterable[Mapping[str, Any]]) -> Path:
    """A database with the tables of these rows."""
    with closing(sqlite3.connect(path)) as database, database:
        for name, given in rows.items():
            database.execute(f"CREATE TABLE IF NOT EXISTS {name} ({TABLES[name]})")
            for row in given:
                names, holes = ", ".join(row), ", ".join("?" * len(row))
                database.execute(f"INSERT INTO {name} ({names}) VALUES ({holes})", tuple(row.values()))
    return path


def sold(number: int, *marks: str, doctype: int = 1, **more: Any) -> dict[str, list[dict[str, Any]]]:
    """A document with a position for each mark, for `made`."""
    opcode = more.pop("opcode", 58 if doctype in (2, 8, 25) else 50)
    document = {
        "documentid": number, "doctype": doctype, "closed": 1, "checknum": number, "cashcode": "3",
        "timeend": f"2026-11-{number:02} 12:00:00", **more,
    }  # fmt: skip
    lines = [
        {"goodsitemid": number * 100 + n, "documentid": number, "opcode": opcode, "bcode": MILK, "excisemark": text}
        for n, text in enumerate(marks)
    ]
    return {"document": [document], "Goodsitem": lines}


def together(*documents: Mapping[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """Several documents."""
    return {name: [row for one in documents for row in one[name]] for name in ("document", "Goodsitem")}
