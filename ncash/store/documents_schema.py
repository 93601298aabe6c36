"""How Documents came to be: the vendor's tables (till.md §2) and the till's own beside them.

Money and quantities are decimal numbers in rubles and pieces or kilograms, as the vendor keeps them; a float with at
most 15 digits gives its decimal back exactly.
"""

from typing import Any, Final

from ncash.store.journal.hash_chain import START, JournalLine, link
from ncash.store.sqlite.migrations import Migration, Schema

_LINES: Final = "SELECT seq, time, cashcode, workshiftid, uuid, kind, verdict, key, line FROM journal ORDER BY seq"

_WITHOUT_MARK: Final = (
    "SELECT g.goodsitemid, s.cis, s.category, COALESCE(json_extract(s.extra, '$.raw'), s.excisemark, s.cis) "
    "FROM document d JOIN Goodsitem g ON g.documentid = d.documentid "
    "JOIN Goodsitem s ON s.documentid = d.saledocumentid AND s.posnum = g.saleposition "
    "WHERE d.kind = 'return_by_sale' AND g.cis IS NULL AND g.marked = 1 AND s.marked = 1 AND s.cis IS NOT NULL"
)
_UNIT: Final = (
    "UPDATE Goodsitem SET cis = ?, category = COALESCE(category, ?), "
    "extra = json_set(COALESCE(extra, '{}'), '$.raw', ?) WHERE goodsitemid = ?"
)


def _books(database: Any) -> None:
    shift = {
        "workshiftid": int, "shiftnum": int, "cashcode": str, "shopcode": str, "cashier": str, "timebeg": str,
        "timeend": str,
    }  # fmt: skip
    database["workshift"].create(shift, pk="workshiftid", not_null={"shiftnum", "cashcode", "timebeg"})
    database["workshift"].create_index(["cashcode", "shiftnum"], "workshift_number", unique=True)
    database.execute("CREATE UNIQUE INDEX workshift_open ON workshift (cashcode) WHERE timeend IS NULL")
    document = {
        "documentid": int, "uuid": str, "workshiftid": int, "shiftnum": int, "doctype": int, "docnum": int,
        "cashcode": str, "shopcode": str, "cashier": str, "timebeg": str, "timeend": str, "closed": int,
        "docsum": float, "kind": str, "channel": str, "saledocumentid": int, "fiscal": str, "extra": str,
    }  # fmt: skip
    database["document"].create(
        document, pk="documentid", not_null={"uuid", "doctype", "docnum", "cashcode", "closed", "docsum"}
    )
    database["document"].create_index(["uuid"], "document_uuid", unique=True)
    database["document"].create_index(["cashcode", "docnum"], "document_number", unique=True)
    database["document"].create_index(["workshiftid"], "document_shift")


def _lines(database: Any) -> None:
    line = {
        "goodsitemid": int, "documentid": int, "posnum": int, "bcode": str, "code": str, "name": str, "price": float,
        "baseprice": float, "cquant": float, "summ": float, "opcode": int, "dept": str, "frunit": int,
        "fractional": int, "tmctype": int, "marked": int, "category": str, "excisemark": str, "excisetype": str,
        "additionalbarcode": str, "markingcode": str, "cis": str, "input": str, "checks": str, "tags": str,
        "tag1262": str, "tag1263": str, "tag1264": str, "tag1265": str, "unchecked": str, "saleposition": int,
        "refused": str, "extra": str,
    }  # fmt: skip
    database["Goodsitem"].create(
        line,
        pk="goodsitemid",
        not_null={"documentid", "posnum", "bcode", "price", "cquant", "opcode"},
        foreign_keys=[("documentid", "document", "documentid")],
    )
    database["Goodsitem"].create_index(["documentid", "posnum"], "Goodsitem_document")
    database.execute("CREATE INDEX Goodsitem_cis ON Goodsitem (cis) WHERE cis IS NOT NULL")
    payment = {"moneyitemid": int, "documentid": int, "posnum": int, "opcode": int, "type": str, "summ": float}
    database["moneyitem"].create(
        payment,
        pk="moneyitemid",
        not_null={"documentid", "opcode", "type", "summ"},
        foreign_keys=[("documentid", "document", "documentid")],
    )
    database["moneyitem"].create_index(["documentid", "posnum"], "moneyitem_document")


def _open_receipts(database: Any) -> None:
    """Written with every scan, so each is one b-tree where it can be: pages are what a commit costs."""
    receipt = {"cashcode": str, "uuid": str, "revision": int, "receipt": str}
    database["openreceipt"].create(receipt, pk="cashcode", not_null={"cashcode", "uuid", "revision", "receipt"})
    database.execute(
        "CREATE TABLE openposition (uuid TEXT NOT NULL, posnum INTEGER NOT NULL, position TEXT NOT NULL, "
        "PRIMARY KEY (uuid, posnum)) WITHOUT ROWID"
    )
    database.execute(
        "CREATE TABLE openmark (cis TEXT PRIMARY KEY NOT NULL, cashcode TEXT NOT NULL, uuid TEXT NOT NULL) "
        "WITHOUT ROWID"
    )
    database["openmark"].create_index(["uuid"], "openmark_uuid")


def _journal(database: Any) -> None:
    line = {
        "seq": int, "time": str, "cashcode": str, "workshiftid": int, "uuid": str, "kind": str, "verdict": str,
        "key": str, "line": str,
    }  # fmt: skip
    database["journal"].create(line, pk="seq", not_null={"cashcode", "kind", "line"})
    database.execute("CREATE INDEX journal_refusal ON journal (workshiftid, key) WHERE verdict = 'deny'")


def _first(database: Any) -> None:
    _books(database)
    _lines(database)
    _open_receipts(database)
    _journal(database)


def _deferred_and_returned(database: Any) -> None:
    receipt = {"uuid": str, "cashcode": str, "shopcode": str, "time": str, "identifier": str, "receipt": str}
    database["deferredreceipt"].create(receipt, pk="uuid", not_null={"uuid", "cashcode", "time", "receipt"})
    database.execute(
        "CREATE INDEX deferredreceipt_identifier ON deferredreceipt (identifier) WHERE identifier IS NOT NULL"
    )
    database["document"].add_column("identifier", str)
    database.execute("CREATE INDEX document_identifier ON document (identifier) WHERE identifier IS NOT NULL")
    given_back = {"saledocumentid": int, "saleposition": int, "uuid": str}
    database["returnedposition"].create(given_back, pk=("saledocumentid", "saleposition"), not_null={"uuid"})
    database["returnedposition"].create_index(["uuid"], "returnedposition_uuid")


def _orders_and_exports(database: Any) -> None:
    database["deferredreceipt"].add_column("held", str)
    database.execute("CREATE INDEX deferredreceipt_held ON deferredreceipt (held) WHERE held IS NOT NULL")
    database["workshift"].add_column("exported", str)
    database.execute("UPDATE workshift SET exported = timeend WHERE timeend IS NOT NULL")
    database.execute(
        "CREATE INDEX workshift_unexported ON workshift (cashcode) WHERE timeend IS NOT NULL AND exported IS NULL"
    )


def _chained_journal(database: Any) -> None:
    """Lines of before are chained as they are found; from now on lines can only be added."""
    database["journal"].add_column("hash", bytes)
    before, seq = START, 0
    for row in database.execute(_LINES).fetchall():
        before, seq = link(before, JournalLine(*row)), row[0]
        database.execute("UPDATE journal SET hash = ? WHERE seq = ?", (before, seq))
    database["journalhead"].create({"id": int, "seq": int, "hash": bytes}, pk="id", not_null={"seq", "hash"})
    database.execute("INSERT INTO journalhead (id, seq, hash) VALUES (1, ?, ?)", (seq, before))
    database.execute(
        "CREATE TRIGGER journal_kept BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'lines stay'); END"
    )
    database.execute(
        "CREATE TRIGGER journal_unchanged BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'lines stay'); END"
    )


def _outbox(database: Any) -> None:
    """Messages on their way to the cash server; found by route and key while they wait."""
    message = {
        "id": int, "uuid": str, "cashcode": str, "route": str, "op": str, "key": str, "body": str, "created": str,
        "attempts": int, "nexttry": float, "trouble": str, "sent": str, "result": str, "status": str,
    }  # fmt: skip
    database["outbox"].create(
        message, pk="id", not_null={"uuid", "cashcode", "route", "op", "key", "body", "created", "attempts"}
    )
    database["outbox"].create_index(["uuid"], "outbox_uuid", unique=True)
    database.execute("CREATE INDEX outbox_unsent ON outbox (route, id) WHERE result IS NULL")
    database.execute("CREATE INDEX outbox_waiting ON outbox (key, id) WHERE result IS NULL AND nexttry IS NOT NULL")
    database.execute("CREATE INDEX outbox_refused ON outbox (id) WHERE result = 'refused'")


def _intents(database: Any) -> None:
    """What the tills are about to do at their registers: one thing each."""
    intent = {
        "cashcode": str, "uuid": str, "expected": int, "drive": str, "total": float, "returned": int, "payments": str,
        "change": float, "marks": str, "time": str, "messages": str, "dropped": int, "stopped": int, "found": str,
        "ruling": str,
    }  # fmt: skip
    database["fiscalintent"].create(intent, pk="cashcode", not_null={"uuid", "expected", "total", "dropped", "stopped"})
    database["workshift"].add_column("closing", str)


def _late_documents(database: Any) -> None:
    """An intent of which nothing was made outlives its receipt: a document may still come of it."""
    database.execute("ALTER TABLE fiscalintent RENAME TO oneintent")
    database.execute(
        "CREATE TABLE fiscalintent (cashcode TEXT NOT NULL, uuid TEXT NOT NULL, expected INTEGER NOT NULL, "
        "drive TEXT, total FLOAT NOT NULL, returned INTEGER, payments TEXT, change FLOAT, marks TEXT, time TEXT, "
        "messages TEXT, dropped INTEGER NOT NULL, stopped INTEGER NOT NULL, found TEXT, ruling TEXT, "
        "PRIMARY KEY (cashcode, uuid))"
    )
    database.execute(
        "INSERT INTO fiscalintent SELECT cashcode, uuid, expected, drive, total, returned, payments, change, marks, "
        "time, messages, dropped, stopped, found, ruling FROM oneintent"
    )
    database.execute("DROP TABLE oneintent")


def _former_marks(database: Any) -> None:
    """What was last done with each unit in the program that sold here before: no documents of this shop's own."""
    database.execute(
        "CREATE TABLE formermark (cis TEXT PRIMARY KEY NOT NULL, opcode INTEGER NOT NULL, time TEXT NOT NULL, "
        "documentid INTEGER NOT NULL, goodsitemid INTEGER NOT NULL, docnum INTEGER NOT NULL, cashcode TEXT NOT NULL, "
        "source TEXT NOT NULL) WITHOUT ROWID"
    )


def _units_given_back(database: Any) -> None:
    """A position of a return by sale that was taken without its mark gave back the unit whose code the sale holds."""
    for row, cis, category, code in database.execute(_WITHOUT_MARK).fetchall():
        database.execute(_UNIT, (cis, category, code, row))


def _kegs(database: Any) -> None:
    """Units sold in parts: what each holds, and what open receipts have of it; what was sold is in Goodsitem."""
    keg = {
        "cis": str, "mark": str, "code": str, "opened": str, "uuid": str, "cashcode": str, "content": int, "gone": int,
        "source": str,
    }  # fmt: skip
    database["keg"].create(keg, pk="cis", not_null=set(keg))
    database.execute(
        "CREATE TABLE kegportion (uuid TEXT NOT NULL, posnum INTEGER NOT NULL, cis TEXT NOT NULL, "
        "volume INTEGER NOT NULL CHECK (volume > 0), back INTEGER NOT NULL, PRIMARY KEY (uuid, posnum)) WITHOUT ROWID"
    )
    database["kegportion"].create_index(["cis"], "kegportion_cis")


DOCUMENTS: Final = Schema(
    "Documents",
    1852007503,
    "PRAGMA application_id = 1852007503",
    (
        Migration("PRAGMA user_version = 1", _first),
        Migration("PRAGMA user_version = 2", _deferred_and_returned),
        Migration("PRAGMA user_version = 3", _orders_and_exports),
        Migration("PRAGMA user_version = 4", _chained_journal),
        Migration("PRAGMA user_version = 5", _outbox),
        Migration("PRAGMA user_version = 6", _intents),
        Migration("PRAGMA user_version = 7", _late_documents),
        Migration("PRAGMA user_version = 8", _former_marks),
        Migration("PRAGMA user_version = 9", _units_given_back),
        Migration("PRAGMA user_version = 10", _kegs),
    ),
)
