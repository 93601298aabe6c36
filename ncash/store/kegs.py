"""Kegs in the books: what each holds, and the portions that open receipts have of it. What was sold is in Goodsitem."""

from collections.abc import Mapping
from typing import Any, Final

from ncash.model.keg import KEG, RANKS, Keg, KegState, volume
from ncash.model.ports import KegShort
from ncash.model.receipt import Kind, Position, Receipt
from ncash.store.connection import Connection

SOLD: Final = (
    "SUM(CASE g.opcode WHEN 50 THEN 1 ELSE -1 END * ((CAST(ROUND(g.cquant * 1000) AS INTEGER) * "
    "CASE g.frunit WHEN 40 THEN 1 WHEN 41 THEN 1000 WHEN 42 THEN 1000000 END + 999) / 1000))"
)
"""Millilitres of what was sold and not given back, rounded up position for position."""
_OF_KEG: Final = (
    "FROM Goodsitem g JOIN document d ON d.documentid = g.documentid WHERE d.doctype IN (1, 2, 25) AND g.cis = "
)
_POURED: Final = (
    "SELECT " + SOLD + ", SUM(CASE WHEN g.frunit IN (40, 41, 42) THEN 0 WHEN g.opcode = 50 THEN 1 ELSE -1 END) "
    + _OF_KEG + "?1"
)  # fmt: skip
_HELD: Final = (
    "SELECT SUM(CASE back WHEN 0 THEN volume ELSE 0 END), SUM(CASE back WHEN 0 THEN 0 ELSE volume END) "
    "FROM kegportion WHERE cis = ?1 AND NOT (uuid = ?2 AND posnum = ?3)"
)
_KEG: Final = "SELECT content, source, gone, opened FROM keg WHERE cis = ?1"
_OPEN: Final = (
    "INSERT INTO keg (cis, mark, code, opened, uuid, cashcode, content, gone, source) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (cis) DO UPDATE "
    "SET content = excluded.content, gone = excluded.gone, source = excluded.source"
)
_BOOKED: Final = "COALESCE((SELECT " + SOLD + " " + _OF_KEG + "?3), 0)"
_OTHERS: Final = (
    "COALESCE((SELECT SUM(o.volume) FROM kegportion o WHERE o.cis = ?3 AND o.back = ?5 "
    "AND NOT (o.uuid = ?1 AND o.posnum = ?2)), 0)"
)
_PUT: Final = (
    " ON CONFLICT (uuid, posnum) DO UPDATE SET cis = excluded.cis, volume = excluded.volume, back = excluded.back"
)
_POUR: Final = (
    "INSERT INTO kegportion (uuid, posnum, cis, volume, back) SELECT ?1, ?2, ?3, ?4, ?5 FROM keg k "
    "WHERE k.cis = ?3 AND k.gone + " + _BOOKED + " + " + _OTHERS + " + ?4 <= k.content" + _PUT
)
_GIVE_BACK: Final = (
    "INSERT INTO kegportion (uuid, posnum, cis, volume, back) SELECT ?1, ?2, ?3, ?4, ?5 WHERE "
    + _OTHERS + " + ?4 <= " + _BOOKED + _PUT
)  # fmt: skip
_UNSEEN: Final = (
    "INSERT INTO kegportion (uuid, posnum, cis, volume, back) SELECT ?1, ?2, ?3, ?4, ?5 WHERE NOT EXISTS ("
    "SELECT 1 FROM kegportion o WHERE o.cis = ?3 AND NOT (o.uuid = ?1 AND o.posnum = ?2)) AND NOT EXISTS ("
    "SELECT 1 " + _OF_KEG + "?3)" + _PUT
)  # fmt: skip
"""A keg that was sold elsewhere may be given back here once, like any unit that these books have not seen."""
_OWN: Final = "SELECT posnum, cis, volume, back FROM kegportion WHERE uuid = ?"
_LET_GO: Final = "DELETE FROM kegportion WHERE uuid = ? AND posnum = ?"
_MISSING: Final = (
    "INSERT INTO keg (cis, mark, code, opened, uuid, cashcode, content, gone, source) "
    "SELECT g.cis, COALESCE(g.excisemark, g.cis), g.code, COALESCE(d.timeend, ''), d.uuid, d.cashcode, "
    "json_extract(g.extra, '$.keg.content'), COALESCE(json_extract(g.extra, '$.keg.sold'), 0), "
    "json_extract(g.extra, '$.keg.source') FROM Goodsitem g JOIN document d ON d.documentid = g.documentid "
    "WHERE g.goodsitemid IN (SELECT MIN(f.goodsitemid) FROM Goodsitem f JOIN document e ON e.documentid = f.documentid "
    "WHERE f.cis IS NOT NULL AND e.doctype = 1 AND json_extract(f.extra, '$.keg.content') IS NOT NULL GROUP BY f.cis) "
    "ON CONFLICT (cis) DO NOTHING"
)


def state(connection: Connection, cis: str, receipt: str = "", position: int = 0) -> KegState:
    """A keg as the books have it, without what this position of this receipt holds."""
    content, source, gone, opened = connection.one(_KEG, (cis,)) or (None, None, 0, None)
    poured, units = connection.one(_POURED, (cis,)) or (0, 0)
    held, back = connection.one(_HELD, (cis, receipt, position)) or (0, 0)
    return KegState(content, source, gone, poured or 0, held or 0, back or 0, (units or 0) > 0, opened)


def portions(receipt: Receipt | None) -> dict[int, Position]:
    """Positions of a receipt that are portions of kegs, by number; refused ones hold nothing."""
    if receipt is None or receipt.kind is Kind.INVENTORY:
        return {}
    return {
        p.n: p
        for p in receipt.positions
        if KEG in p.extra and p.cis and p.refused is None and volume(p.quantity, p.frunit) is not None
    }


def hold(connection: Connection, cashcode: str, receipt: Receipt, time: str) -> None:
    """Hold the portions that stand in this receipt and no others, opening kegs, inside the caller's transaction.

    Raises KegShort.
    """
    back = int(receipt.kind is not Kind.SALE)
    wanted = portions(receipt)
    held = {n: (cis, amount, was_back) for n, cis, amount, was_back in connection.all(_OWN, (receipt.id,))}
    for n in held.keys() - wanted.keys():
        connection.change(_LET_GO, (receipt.id, n))
    for n, position in sorted(wanted.items()):
        cis, amount = position.cis or "", volume(position.quantity, position.frunit) or 0
        if held.get(n) == (cis, amount, back):
            continue
        if not back and n not in held:
            _open(connection, cashcode, receipt, position, time)
        _take(connection, (receipt.id, n, cis, amount, back))


def _take(connection: Connection, row: tuple[str, int, str, int, int]) -> None:
    """One conditional write. Raises KegShort."""
    uuid, n, cis, _, back = row
    if connection.change(_GIVE_BACK if back else _POUR, row):
        return
    seen = state(connection, cis, uuid, n)
    if not back:
        raise KegShort(cis, n, seen.left or 0, back=False)
    if seen.poured > 0 or seen.content is not None or not connection.change(_UNSEEN, row):
        raise KegShort(cis, n, seen.returnable, back=True)


def _open(connection: Connection, cashcode: str, receipt: Receipt, position: Position, time: str) -> None:
    """Write the keg down when its first portion is taken, or when somebody tells better what it holds."""
    told, seen = position.extra[KEG], state(connection, position.cis or "", receipt.id, position.n)
    keg = Keg(told["content"], told["source"], told.get("sold"))
    if seen.source is not None and RANKS[keg.source] < RANKS[seen.source]:
        return
    elsewhere = seen.gone if keg.sold is None else max(keg.sold - seen.poured, 0)
    if (keg.content, keg.source, elsewhere) != (seen.content, seen.source, seen.gone):
        row = (position.cis, position.excisemark or position.cis, position.code, time, receipt.id, cashcode)
        connection.change(_OPEN, (*row, keg.content, elsewhere, keg.source))


def looked_at(connection: Connection, receipt: Receipt) -> None:
    """What `hold` would find, looked at only. Raises KegShort for the first portion that a keg does not hold."""
    taken: dict[str, int] = {}
    for n, position in sorted(portions(receipt).items()):
        cis, amount = position.cis or "", volume(position.quantity, position.frunit) or 0
        seen, before = state(connection, cis, receipt.id, n), taken.get(cis, 0)
        taken[cis] = before + amount
        if receipt.kind is not Kind.SALE:
            if seen.known and amount + before > seen.returnable:
                raise KegShort(cis, n, max(seen.returnable - before, 0), back=True)
            continue
        left = _left(position.extra[KEG], seen)
        if amount > left:
            raise KegShort(cis, n, left, back=False)


def _left(told: Mapping[str, Any], seen: KegState) -> int:
    """What a keg would hold that is opened by a portion which tells this of it."""
    if seen.left is not None:
        return seen.left
    elsewhere = max((told.get("sold") or 0) - seen.poured, 0)
    return max(int(told["content"]) - elsewhere - seen.poured - seen.held, 0)


def let_go(connection: Connection, uuid: str) -> None:
    """The receipt is open no more: what it held is sold by now, or free again."""
    connection.change("DELETE FROM kegportion WHERE uuid = ?", (uuid,))


def written_down(connection: Connection) -> None:
    """Kegs of which closed sales tell, and which the books lack, are written down as their first portions tell."""
    connection.change(_MISSING)
