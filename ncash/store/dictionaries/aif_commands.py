"""The commands of an AIF file: what each takes and does. Loading and the reference page come from the rows."""

from typing import Final, NamedTuple

from ncash.store.dictionaries.aif_goods import BARCODE_OBJECT, INVENT, PRICE
from ncash.store.dictionaries.aif_others import CATALOG, CATALOG_ITEM, GROUP, PERSON, TAX_GROUP, UNIT
from ncash.store.dictionaries.goods_rows import NO_BARCODES, NO_CARDS
from ncash.store.imports.shapes import Shape


class CommandRow(NamedTuple):
    """One command."""

    name: str
    does: str
    place: str = ""
    """Name of its object; empty for a command without one."""
    shape: Shape | None = None
    statements: tuple[str, ...] = ()
    """What it does to the tables; a command that goods depend on is carried out by ncash.store.dictionaries.aif_load."""
    values: tuple[str, ...] = ()
    """Fields whose values its statement takes, in order."""
    spelled: tuple[str, ...] = ()
    """Other names of the command."""
    bare: str = ""
    """A command that takes something away: the field that a text in the place of its object stands for."""
    wide: bool = False
    """It takes units or prices away: goods that no record names may come out wrong."""
    idle: bool = False
    """It is known, and does nothing here."""

    @property
    def takes_away(self) -> bool:
        """Whether it names one thing to be taken away."""
        return self.name.startswith("delete")


def _clear(name: str, does: str, *tables: str, wide: bool = False, spelled: tuple[str, ...] = ()) -> CommandRow:
    statements = tuple(_EMPTY[table] for table in tables)
    return CommandRow(name, f"empties {does}", statements=statements, wide=wide, spelled=spelled)


_EMPTY: Final = {
    "tmc": NO_CARDS, "Barcodes": NO_BARCODES, "price": "DELETE FROM price",
    "units": "DELETE FROM units", "inventgroup": "DELETE FROM inventgroup", "taxgroup": "DELETE FROM taxgroup",
    "mol": "DELETE FROM mol", "roleuser": "DELETE FROM roleuser", "catalog": "DELETE FROM catalog",
    "catalogitem": "DELETE FROM catalogitem",
}  # fmt: skip
_TAKEN_OUT: Final = "DELETE FROM catalogitem WHERE catalogcode = ? AND inventcode = ?"
ADDS: Final = (
    CommandRow("addInventItem", "puts a card with its barcodes in the place of the old one", "invent", INVENT),
    CommandRow("addBarcode", "adds a barcode to a card, or changes it", "barcode", BARCODE_OBJECT),
    CommandRow("addPrice", "says a price of the goods, which goes before that of the card", "price", PRICE),
    CommandRow(
        "addUnit", "adds or changes a unit", "unit", UNIT,
        statements=("INSERT OR REPLACE INTO units (code, name, flag, frunit) VALUES (?, ?, COALESCE(?, 0), ?)",),
        values=("unitCode", "name", "fractional", "frunit"),
    ),
    CommandRow(
        "addInventGroup", "adds or changes a group of goods", "inventGroup", GROUP,
        statements=("INSERT OR REPLACE INTO inventgroup (code, parentcode, name) VALUES (?, ?, ?)",),
        values=("groupCode", "parentGroupCode", "groupname"),
    ),
    CommandRow(
        "addTaxGroup", "adds or changes a group of taxes", "taxGroup", TAX_GROUP,
        statements=("INSERT OR REPLACE INTO taxgroup (code, taxes) VALUES (?, ?)",),
        values=("idTaxGroup", "taxes"),
    ),
    CommandRow("addMCashUser", "puts a person with roles in the place of the old one", "mcashuser", PERSON),
    CommandRow(
        "addCatalog", "ours: adds or names a catalog", "catalog", CATALOG,
        statements=("INSERT OR REPLACE INTO catalog (code, name) VALUES (?, ?)",),
        values=("code", "name"),
    ),
    CommandRow(
        "addCatalogItem", "ours: adds a card to a catalog", "catalogitem", CATALOG_ITEM,
        statements=("INSERT OR REPLACE INTO catalogitem (catalogcode, inventcode) VALUES (?, ?)",),
        values=("catalogcode", "inventcode"),
    ),
    CommandRow(
        "addInventCatalog", "adds a card to a catalog", "inventcatalog", CATALOG_ITEM,
        statements=("INSERT OR REPLACE INTO catalogitem (catalogcode, inventcode) VALUES (?, ?)",),
        values=("catalogcode", "inventcode"),
    ),
)  # fmt: skip


def _keys(shape: Shape, *required: str, optional: tuple[str, ...] = ()) -> Shape:
    """What a command needs that takes such an object away; the other fields may stand there and say nothing."""
    wanted = (*required, *optional)
    fields = (f._replace(required=f.name in required, used=f.name in wanted) for f in shape.fields)
    return Shape(shape.name, *fields)


DELETES: Final = (
    CommandRow(
        "deleteInventItem", "takes a card away, with its barcodes and prices", "invent",
        _keys(INVENT, "inventcode"), bare="inventcode",
    ),
    CommandRow(
        "deleteBarcode", "takes a barcode away; with `code` only from this card", "barcode",
        _keys(BARCODE_OBJECT, "barcode", optional=("code",)), bare="barcode",
    ),
    CommandRow(
        "deletePrice", "takes back what addPrice said of the goods", "price",
        _keys(PRICE, optional=("barcode", "inventcode")), bare="barcode",
    ),
    CommandRow(
        "deleteUnit", "takes a unit away", "unit", _keys(UNIT, "unitCode"),
        statements=("DELETE FROM units WHERE code = ?",), values=("unitCode",), bare="unitCode", wide=True,
    ),
    CommandRow(
        "deleteInventGroup", "takes a group of goods away", "inventGroup", _keys(GROUP, "groupCode"),
        statements=("DELETE FROM inventgroup WHERE code = ?",), values=("groupCode",), bare="groupCode",
    ),
    CommandRow(
        "deleteTaxGroup", "takes a group of taxes away", "taxGroup", _keys(TAX_GROUP, "idTaxGroup"),
        statements=("DELETE FROM taxgroup WHERE code = ?",), values=("idTaxGroup",), bare="idTaxGroup",
    ),
    CommandRow(
        "deleteMCashUser", "takes a person away", "mcashuser", _keys(PERSON, "code"),
        statements=("DELETE FROM roleuser WHERE usercode = ?", "DELETE FROM mol WHERE code = ?"),
        values=("code",), bare="code",
    ),
    CommandRow(
        "deleteCatalog", "ours: takes a catalog away, with what it holds", "catalog", _keys(CATALOG, "code"),
        statements=("DELETE FROM catalogitem WHERE catalogcode = ?", "DELETE FROM catalog WHERE code = ?"),
        values=("code",), bare="code",
    ),
    CommandRow(
        "deleteCatalogItem", "ours: takes a card out of a catalog", "catalogitem", CATALOG_ITEM,
        statements=(_TAKEN_OUT,), values=("catalogcode", "inventcode"),
    ),
    CommandRow(
        "deleteInventCatalog", "takes a card out of a catalog", "inventcatalog", CATALOG_ITEM,
        statements=(_TAKEN_OUT,), values=("catalogcode", "inventcode"),
    ),
)  # fmt: skip
CLEARS: Final = (
    _clear("clearInventory", "cards, barcodes and prices", "tmc", "Barcodes", "price", spelled=("clearTmc",)),
    _clear("clearBarcode", "barcodes", "Barcodes"),
    _clear("clearPrice", "what addPrice said", "price", wide=True),
    _clear("clearUnit", "units", "units", wide=True),
    _clear("clearInventGroup", "groups of goods", "inventgroup"),
    _clear("clearTaxGroup", "groups of taxes", "taxgroup"),
    _clear("clearMCashUser", "people and their roles", "mol", "roleuser"),
    _clear("clearCatalog", "names of catalogs", "catalog"),
    _clear("clearCatalogItem", "what catalogs hold", "catalogitem", spelled=("clearInventCatalog",)),
)
_ELSEWHERE: Final = "belongs to a part of the vendor's system that is not here"
IDLE: Final = tuple(
    CommandRow(name, _ELSEWHERE, idle=True)
    for name in (
        "addAdditionalPrice", "addAspectValueSet", "addCard", "addCardGroup", "addChangeCardAccount", "addClient",
        "addCountry", "addHotKey", "addKbKey", "addMedicine", "addPicklist", "addTmcScale", "addTmcScaleGroup",
        "clearAdditionalPrice", "clearAspectValueSet", "clearMedicine", "clearPicklist", "clearTmcScale",
        "deleteAdditionalPrice", "deletePicklist",
    )
)  # fmt: skip
COMMANDS: Final[dict[str, CommandRow]] = {
    name.lower(): row for row in (*ADDS, *DELETES, *CLEARS, *IDLE) for name in (row.name, *row.spelled)
}
"""By their names in small letters."""
