"""Kegs in the books: what each holds, and the portions that open receipts have of it. What was sold is in Goodsitem."""

from typing import Final

from ncash.model.keg import KEG, Keg, KegState, volume
from ncash.model.ports import KegShort
from ncash.model.receipt import Kind, Position, Receipt
from ncash.store.sqlite.connection import Connection

_VOLUME: Final = (
    "((CAST(ROUND(g.cquant * 1000) AS INTEGER) * "
    "CASE g.frunit WHEN 40 THEN 1 WHEN 41 THEN 1000 WHEN 42 THEN 1000000 END + 999) / 1000)"
)
SOLD: Final = f"SUM(CASE g.opcode WHEN 50 THEN 1 ELSE -1 END * {_VOLUME})"
"""Millilitres of what was sold and not given back, rounded up position for position."""
_OF_KEG: Final = (
    "FROM Goodsitem g JOIN document d ON d.documentid = g.documentid WHERE d.doctype IN (1, 2, 25) AND g.cis = "
)
_POURED: Final = (
    f"SELECT {SOLD}, SUM(CASE WHEN g.frunit IN (40, 41, 42) THEN 0 WHEN g.opcode = 50 THEN 1 ELSE -1 END), "
    f"SUM(CASE g.opcode WHEN 50 THEN {_VOLUME} ELSE 0 END) {_OF_KEG} ?1"
)  # fmt: skip
_HELD: Final = (
    "SELECT SUM(CASE back WHEN 0 THEN volume ELSE 0 END), SUM(CASE back WHEN 0 THEN 0 ELSE volume END) "
    "FROM kegportion WHERE cis = ?1 AND NOT (uuid = ?2 AND (?3 IS NULL OR posnum = ?3))"
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
    "WHERE k.cis = ?3 AND MAX(k.gone + " + _BOOKED + ", 0) + " + _OTHERS + " + ?4 <= k.content" + _PUT
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
_LOWEST_PRICE: Final = (
    "SELECT MIN(g.price) FROM Goodsitem g JOIN document d ON d.documentid = g.documentid WHERE g.cis = ?1 "
    "AND d.doctype = 1 AND g.frunit = ?2 AND EXISTS (SELECT 1 FROM keg k WHERE k.cis = ?1)"
)
_OWN: Final = "SELECT posnum, cis, volume, back FROM kegportion WHERE uuid = ?"
_LET_GO: Final = "DELETE FROM kegportion WHERE uuid = ? AND posnum = ?"
_TOLD: Final = (
    "SELECT g.cis, COALESCE(g.excisemark, g.cis), g.code, COALESCE(d.timeend, ''), d.uuid, d.cashcode, "
    "json_extract(g.extra, '$.keg.content'), json_extract(g.extra, '$.keg.source'), "
    f"json_extract(g.extra, '$.keg.sold'), {_VOLUME} FROM Goodsitem g JOIN document d ON d.documentid = g.documentid "
    "WHERE g.cis IS NOT NULL AND d.doctype = 1 AND json_extract(g.extra, '$.keg.content') IS NOT NULL "
    "AND NOT EXISTS (SELECT 1 FROM keg k WHERE k.cis = g.cis) ORDER BY g.goodsitemid"
)


def state(connection: Connection, cis: str, receipt: str = "", position: int | None = None) -> KegState:
    """A keg as the books have it, without what this position of this receipt holds; None: all positions."""
    content, source, gone, opened = connection.one(_KEG, (cis,)) or (None, None, 0, None)
    poured, units, sold = connection.one(_POURED, (cis,)) or (0, 0, 0)
    held, back = connection.one(_HELD, (cis, receipt, position)) or (0, 0)
    return KegState(
        content=content,
        source=source,
        gone=gone,
        poured=poured or 0,
        held=held or 0,
        back=back or 0,
        whole=(units or 0) > 0,
        opened=opened,
        sold=sold or 0,
    )


def lowest_price(connection: Connection, cis: str, unit: int) -> int | None:
    """The lowest price in kopecks that portions of a keg were sold here for by this unit; None where none were."""
    (rubles,) = connection.one(_LOWEST_PRICE, (cis, unit)) or (None,)
    return None if rubles is None else round(rubles * 100)


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
    seen = state(connection, position.cis or "", receipt.id, position.n)
    now = seen.learned(Keg(**position.extra[KEG]))
    if now != seen:
        row = (position.cis, position.excisemark or position.cis, position.code, time, receipt.id, cashcode)
        connection.change(_OPEN, (*row, now.content, now.gone, now.source))


def looked_at(connection: Connection, receipt: Receipt) -> None:
    """What `hold` would find, looked at only. Raises KegShort for the first portion that a keg does not hold."""
    back, wanted, kegs = int(receipt.kind is not Kind.SALE), portions(receipt), dict[str, KegState]()
    held = {n: tuple(one) for n, *one in connection.all(_OWN, (receipt.id,)) if n in wanted}
    for n, position in sorted(wanted.items()):
        cis, amount = position.cis or "", volume(position.quantity, position.frunit) or 0
        if held.get(n) == (cis, amount, back):
            continue
        seen = kegs.get(cis) or state(connection, cis, receipt.id)
        if not back and n not in held:
            seen = seen.learned(Keg(**position.extra[KEG]))
        kegs[cis] = seen
        own = sum(other[1] for m, other in held.items() if m != n and (other[0], other[2]) == (cis, back))
        left = max((seen.returnable if back else seen.left or 0) - own, 0)
        if amount > left and not (back and own == 0 and not seen.known):
            raise KegShort(cis, n, left, back=bool(back))
        held[n] = cis, amount, back


def let_go(connection: Connection, uuid: str) -> None:
    """The receipt is open no more: what it held is sold by now, or free again."""
    connection.change("DELETE FROM kegportion WHERE uuid = ?", (uuid,))


def written_down(connection: Connection) -> None:
    """Kegs of which closed sales tell, and which the books lack, are written down as those sales told of them."""
    kegs: dict[str, tuple[tuple[str, ...], KegState]] = {}
    for cis, *opened, content, source, sold, amount in connection.all(_TOLD):
        row, seen = kegs.get(cis, ((cis, *opened), KegState()))
        now = seen.learned(Keg(content, source, sold))
        kegs[cis] = row, now._replace(sold=seen.sold + (amount or 0))
    for row, keg in kegs.values():
        connection.change(_OPEN, (*row, keg.content, keg.gone, keg.source))
