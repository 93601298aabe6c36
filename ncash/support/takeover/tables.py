"""Tables of Artix that are taken over: their columns under each name that public programs read them by."""

from typing import Final, NamedTuple

from ncash.store.imports.kinds import BARCODE, CODE, DEPT, FLAG, MONEY, NUMBER, QUANTITY, TEXT, WHOLE
from ncash.store.imports.shapes import Field, Shape

DOCUMENT: Final = Shape(
    "document",
    Field("documentid", WHOLE, "key", required=True),
    Field("doctype", WHOLE, "1 sale, 2 return, 25 return by sale; others are left", required=True),
    Field("closed", WHOLE, "0 is left"),
    Field("docnum", WHOLE, "number", spelled=("checknum",)),
    Field("cashcode", CODE, "number of the till"),
    Field("timeend", TEXT, "when", spelled=("time_end", "timeclose", "closetime")),
)
GOODSITEM: Final = Shape(
    "goodsitem",
    Field("documentid", WHOLE, "the document", required=True),
    Field("goodsitemid", WHOLE, "key"),
    Field("opcode", WHOLE, "50 sale, 58 return; others are left"),
    Field("excisemark", TEXT, "the mark as scanned"),
    Field("markingcode", TEXT, "the mark in base64, when excisemark is none"),
    Field("ttime", TEXT, "when, if the document does not say"),
)
TMC: Final = Shape(
    "tmc",
    Field("code", CODE, "code of the card", spelled=("inventcode",)),
    Field("bcode", CODE, "main barcode; the code, when there is none"),
    Field("name", TEXT, "name"),
    Field("rtext", TEXT, "kept"),
    Field("articul", TEXT, "kept"),
    Field("price", MONEY, "price"),
    Field("minprice", MONEY, "lowest price of a discount"),
    Field("minretailprice", MONEY, "lowest retail price"),
    Field("dcode", DEPT, "department", spelled=("dept", "deptcode")),
    Field("measure", CODE, "unit", spelled=("measurecode",)),
    Field("taxgroup", CODE, "kept", spelled=("taxgroupcode",)),
    Field("groupcode", CODE, "kept", spelled=("inventgroup",)),
    Field("cquant", QUANTITY, "kept"),
    Field("quantdefault", QUANTITY, "kept"),
    Field("tmctype", WHOLE, "kind of goods of the main barcode"),
    Field("ignoremarking", FLAG, "sold without a mark"),
    Field("ageverify", FLAG, "kept"),
    Field("disableinventsale", FLAG, "must not be sold"),
    Field("disableinventback", FLAG, "must not be taken back"),
    Field("age", WHOLE, "kept"),
    Field("alcoholpercent", NUMBER, "kept"),
    Field("paymentobject", WHOLE, "kept"),
    Field("ntin", TEXT, "kept"),
    Field("remain", NUMBER, "kept"),
    Field("remaindate", TEXT, "kept"),
    Field("isinventitem", FLAG, "kept"),
    Field("options", TEXT, "kept"),
    Field("zeroprice", FLAG, "may be sold at 0.00"),
)
BARCODES: Final = Shape(
    "barcodes",
    Field("barcode", BARCODE, "the barcode", required=True),
    Field("code", CODE, "its card", required=True, spelled=("inventcode", "tmccode")),
    Field("name", TEXT, "name"),
    Field("price", MONEY, "price of its own"),
    Field("cquant", QUANTITY, "pieces of a pack"),
    Field("measure", CODE, "unit", spelled=("measurecode",)),
    Field("tmctype", WHOLE, "kind of goods"),
    Field("quantdefault", QUANTITY, "kept"),
    Field("minprice", MONEY, "lowest price of a discount"),
    Field("minretailprice", MONEY, "lowest retail price"),
)
WHITE: Final = Shape(
    "excisemarkwhite",
    Field("excisemarkid", TEXT, "the mark", required=True),
    Field("barcode", TEXT, "barcode of the goods"),
    Field("shopcode", CODE, "shop"),
    Field("excisetype", TEXT, "kind of mark"),
)


class SimpleTable(NamedTuple):
    """A table whose rows are taken as they are, unless they are there already."""

    shape: Shape
    names: tuple[str, ...]
    statement: str
    values: tuple[str, ...]


SIMPLE: Final = (
    SimpleTable(
        Shape(
            "units", Field("code", CODE, "code", required=True, spelled=("unitcode",)), Field("name", TEXT, "name"),
            Field("flag", FLAG, "fractional", spelled=("fractional",)), Field("frunit", WHOLE, "FFD tag 2108"),
        ),
        ("units", "unit"),
        "INSERT OR IGNORE INTO units (code, name, flag, frunit) VALUES (?, ?, COALESCE(?, 0), ?)",
        ("code", "name", "flag", "frunit"),
    ),
    SimpleTable(
        Shape(
            "inventgroup", Field("code", CODE, "code", required=True, spelled=("groupcode",)),
            Field("parentcode", CODE, "group above", spelled=("parentgroupcode", "parentgroup")),
            Field("name", TEXT, "name", spelled=("groupname",)),
        ),
        ("inventgroup", "inventgroups"),
        "INSERT OR IGNORE INTO inventgroup (code, parentcode, name) VALUES (?, ?, ?)", ("code", "parentcode", "name"),
    ),
    SimpleTable(
        Shape(
            "catalog", Field("code", CODE, "code", required=True, spelled=("catalogcode", "catalogid", "id")),
            Field("name", TEXT, "name", spelled=("catalogname",)),
        ),
        ("catalog", "catalogs"), "INSERT OR IGNORE INTO catalog (code, name) VALUES (?, ?)", ("code", "name"),
    ),
    SimpleTable(
        Shape(
            "catalogitem", Field("catalogcode", CODE, "catalog", required=True, spelled=("catalogid",)),
            Field("inventcode", CODE, "card", required=True, spelled=("tmccode", "code")),
        ),
        ("catalogitem", "inventcatalog", "cataloginvent", "tmccatalog"),
        "INSERT OR IGNORE INTO catalogitem (catalogcode, inventcode) VALUES (?, ?)", ("catalogcode", "inventcode"),
    ),
    SimpleTable(
        Shape(
            "mol", Field("code", CODE, "code", required=True), Field("name", TEXT, "name"),
            Field("login", TEXT, "kept"), Field("rank", TEXT, "kept"),
        ),
        ("mol",), "INSERT OR IGNORE INTO mol (code, name, login, rank) VALUES (?, ?, ?, ?)",
        ("code", "name", "login", "rank"),
    ),
    SimpleTable(
        Shape(
            "roleuser", Field("usercode", CODE, "person", required=True),
            Field("rolecode", CODE, "role", required=True), Field("rule", WHOLE, "1 grants it"),
        ),
        ("roleuser", "roleusers"),
        "INSERT OR IGNORE INTO roleuser (usercode, rolecode, rule) VALUES (?, ?, COALESCE(?, 0))",
        ("usercode", "rolecode", "rule"),
    ),
)  # fmt: skip
DICTIONARIES: Final = frozenset({"tmc", "barcodes", "excisemarkwhite", *(n for one in SIMPLE for n in one.names)})
DOCUMENTS: Final = frozenset({"document", "goodsitem"})
