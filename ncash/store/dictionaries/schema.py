"""How Dictionaries came to be: tables and columns under the vendor's names (till.md §2, aif.md).

Money and quantities are decimal numbers in rubles and pieces or kilograms, as the vendor keeps them; a float with at
most 15 digits gives its decimal back exactly.
"""

from typing import Any, Final

from ncash.store.sqlite.migrations import Migration, Schema


def _goods(database: Any) -> None:
    card = {
        "code": str, "bcode": str, "name": str, "rtext": str, "articul": str, "price": float, "minprice": float,
        "minretailprice": float, "dept": str, "measure": str, "taxgroup": str, "inventgroup": str, "cquant": float,
        "quantdefault": float, "tmctype": int, "ignoremarking": int, "ageverify": int, "disableinventsale": int,
        "disableinventback": int, "age": int, "alcoholpercent": float, "paymentobject": int, "ntin": str,
        "remain": float, "remaindate": str, "isinventitem": int, "options": str,
    }  # fmt: skip
    database["tmc"].create(card, pk="code", not_null={"code", "name", "price", "dept"})
    barcode = {
        "barcode": str, "code": str, "name": str, "price": float, "cquant": float, "measure": str, "tmctype": int,
        "quantdefault": float, "minprice": float, "minretailprice": float,
    }  # fmt: skip
    database["Barcodes"].create(barcode, pk="barcode", not_null={"barcode", "code"})
    database["Barcodes"].create_index(["code"], "Barcodes_code")
    database["units"].create({"code": str, "name": str, "flag": int, "frunit": int}, pk="code")
    database["inventgroup"].create({"code": str, "parentcode": str, "name": str}, pk="code")
    database["taxgroup"].create({"code": str, "taxes": str}, pk="code")


def _people(database: Any) -> None:
    database["mol"].create({"code": str, "name": str, "login": str, "rank": str}, pk="code")
    database["roleuser"].create({"usercode": str, "rolecode": str, "rule": int}, pk=("usercode", "rolecode"))
    database["roleuser"].create_index(["rolecode"], "roleuser_rolecode")


def _white_list(database: Any) -> None:
    mark = {"excisemarkid": str, "barcode": str, "shopcode": str, "excisetype": str, "serialnumber": str, "cis": str}
    database["Excisemarkwhite"].create(mark, pk="excisemarkid", not_null={"excisemarkid", "cis"})
    database["Excisemarkwhite"].create_index(["cis"], "Excisemarkwhite_cis")


def _first(database: Any) -> None:
    _goods(database)
    _people(database)
    _white_list(database)


def _catalogs(database: Any) -> None:
    database["catalog"].create({"code": str, "name": str}, pk="code")
    database["catalogitem"].create({"catalogcode": str, "inventcode": str}, pk=("catalogcode", "inventcode"))
    database["catalogitem"].create_index(["inventcode"], "catalogitem_inventcode")


_GTIN: Final = (
    "GENERATED ALWAYS AS (CASE WHEN length(barcode) BETWEEN 1 AND 14 AND barcode NOT GLOB '*[^0-9]*' "
    "THEN substr('00000000000000' || barcode, -14) ELSE barcode END) VIRTUAL"
)
"""ncash.model.mark.gtin14 in SQL: whoever writes a barcode, it is found as a GTIN."""
_COMPARED: Final = "ALTER TABLE Barcodes ADD COLUMN gtin TEXT " + _GTIN
_PRICES: Final = (
    "CREATE TABLE price (barcode TEXT NOT NULL, ofcard INTEGER NOT NULL, price FLOAT NOT NULL, minprice FLOAT, "
    "minretailprice FLOAT, gtin TEXT " + _GTIN + ", PRIMARY KEY (barcode, ofcard)) WITHOUT ROWID"
)


def _prices_and_gtins(database: Any) -> None:
    """`price` holds what addPrice said: of a barcode, or with `ofcard` of the card of this code."""
    database["tmc"].add_column("zeroprice", int)
    database.execute(_COMPARED)
    database.execute("CREATE INDEX Barcodes_gtin ON Barcodes (gtin, barcode)")
    database.execute(_PRICES)
    database.execute("CREATE INDEX price_gtin ON price (gtin)")


DICTIONARIES: Final = Schema(
    "Dictionaries",
    1852007497,
    "PRAGMA application_id = 1852007497",
    (
        Migration("PRAGMA user_version = 1", _first),
        Migration("PRAGMA user_version = 2", _catalogs),
        Migration("PRAGMA user_version = 3", _prices_and_gtins),
    ),
)
