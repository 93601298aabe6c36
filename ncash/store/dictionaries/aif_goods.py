"""Objects of an AIF file that make goods: the card, its barcodes, its prices (aif.md and public writers)."""

from typing import Final

from ncash.store.imports.kinds import (
    BARCODE,
    CODE,
    DEPT,
    FLAG,
    KEPT,
    LIST,
    MONEY,
    NUMBER,
    OBJECT,
    QUANTITY,
    TEXT,
    WHOLE,
)
from ncash.store.imports.shapes import Field, Shape


def _idle(meaning: str, *names: str) -> tuple[Field, ...]:
    """Fields that writers send and that do nothing here."""
    return tuple(Field(name, KEPT, meaning, used=False) for name in names)


ITEM_OPTIONS: Final = Shape(
    "inventitemoptions",
    Field("ignoremarking", FLAG, "sold without a mark, whatever tmctype says", "tmc.ignoremarking", default="false"),
    Field("ageverify", FLAG, "kept for faces that ask the buyer's age", "tmc.ageverify", default="false"),
    Field("disableinventsale", FLAG, "must not be sold", "tmc.disableinventsale", default="false"),
    Field("disableinventback", FLAG, "must not be taken back", "tmc.disableinventback", default="false"),
    *_idle(
        "an option of the vendor's till",
        "alcoset", "disablebackinsale", "disableinventshow", "doublemarked", "egaisverify", "enablebarcodemanual",
        "enablebarcodescanner", "enabledepartmentmanual", "freesale", "fuzzyweight", "lowweight", "markdownverify",
        "nopdfegaisverify", "prepackaged", "requiredepartmentmanual", "requiresalerestrict", "rfidverify", "shoes",
        "tobacco", "ukz", "visualverify", "weightcontrolbypass",
    ),
)  # fmt: skip
PRICE_OPTIONS: Final = Shape(
    "priceoptions",
    Field("zeroprice", FLAG, "ours: may be sold at 0.00, the only way to it", "tmc.zeroprice", default="false"),
    *_idle(
        "an option of the vendor's till",
        "enableexcisemarkprice", "enablepricemanual", "requiredeferredprice", "requirepricemanual",
        "requireselectprice",
    ),
)  # fmt: skip
QUANTITY_OPTIONS: Final = Shape(
    "quantityoptions",
    *_idle(
        "an option of the vendor's till",
        "autogetquantityfromscales", "documentquantlimit", "enabledefaultquantity", "enabledocumentquantitylimit",
        "enablequantitybarcode", "enablequantitylimit", "enablequantitymanual", "enablequantityscales",
        "quantitylimit", "requirequantitybarcode", "requirequantitymanual", "requirequantityscales",
    ),
)  # fmt: skip
OPTIONS: Final = Shape(
    "options",
    Field("inventitemoptions", OBJECT, "what may be done with the goods", inner=ITEM_OPTIONS),
    Field("priceoptions", OBJECT, "how they are priced", inner=PRICE_OPTIONS),
    Field("quantityoptions", OBJECT, "how their quantity is found", inner=QUANTITY_OPTIONS),
    *_idle("options of the vendor's till", "remainsoptions"),
)
_OWN_PRICE: Final = "of this barcode, when it is not the card's"
LISTED: Final = Shape(
    "barcodes[]",
    Field("barcode", BARCODE, "the barcode", "Barcodes.barcode", required=True),
    Field("name", TEXT, "name of these goods, when it is not the card's", "Barcodes.name"),
    Field("price", MONEY, "price of this barcode; it is the card's when absent or 0", "Barcodes.price"),
    Field("minprice", MONEY, f"lowest price of a discount {_OWN_PRICE}", "Barcodes.minprice"),
    Field("minretailprice", MONEY, f"lowest retail price {_OWN_PRICE}", "Barcodes.minretailprice"),
    Field(
        "cquant", QUANTITY, "pieces that the barcode stands for; more than 1 is a pack", "Barcodes.cquant", default="1"
    ),
    Field("measurecode", CODE, "unit, when it is not the card's", "Barcodes.measure", spelled=("measure",)),
    Field("tmctype", WHOLE, "kind of goods; 7 is marked goods", "Barcodes.tmctype", default="0, ordinary goods"),
    Field("quantdefault", QUANTITY, "kept", "Barcodes.quantdefault", spelled=("defaultquantity",)),
    *_idle(
        "kept by the vendor's till", "additionalprices", "additionalpricesid", "aspectvaluesetcode",
        "customsdeclarationnumber", "ntin", "packagecode", "packingmeasure", "packingprice",
    ),
)  # fmt: skip
BARCODE_OBJECT: Final = Shape(
    "barcode",
    Field("code", CODE, "the card it belongs to", "Barcodes.code", spelled=("inventcode", "tmccode"), required=True),
    *LISTED.fields,
)
INVENT: Final = Shape(
    "invent",
    Field("inventcode", CODE, "code of the card", "tmc.code", spelled=("code", "tmccode"), required=True),
    Field("barcode", BARCODE, "main barcode; it is one of `barcodes` too", "tmc.bcode"),
    Field("barcodes", LIST, "barcodes of the card; they take the place of those it had", inner=LISTED),
    Field("name", TEXT, "name", "tmc.name", default="rtext, else inventcode"),
    Field("rtext", TEXT, "text of the receipt, kept", "tmc.rtext"),
    Field("articul", TEXT, "kept", "tmc.articul"),
    Field("price", MONEY, "price; goods that get none here or by addPrice stay as they were", "tmc.price"),
    Field("minprice", MONEY, "lowest price that a discount leads to", "tmc.minprice"),
    Field("minretailprice", MONEY, "lowest retail price, a limit of discounts too", "tmc.minretailprice"),
    Field("deptcode", DEPT, "department; tokens go by it", "tmc.dept", default="1", spelled=("dept", "dcode")),
    Field(
        "measurecode", CODE, "unit, brought by addUnit in this file or before", "tmc.measure", default="sold by pieces",
        spelled=("measure",),
    ),
    Field("taxgroupcode", CODE, "kept", "tmc.taxgroup"),
    Field("inventgroup", CODE, "kept", "tmc.inventgroup"),
    Field("cquant", QUANTITY, "of the main barcode, when its entry in `barcodes` has none", "tmc.cquant", default="1"),
    Field("defaultquantity", QUANTITY, "kept", "tmc.quantdefault", spelled=("quantdefault",)),
    Field("tmctype", WHOLE, "of the main barcode, when it has no entry in `barcodes`", "tmc.tmctype", default="0"),
    Field("age", WHOLE, "kept", "tmc.age"),
    Field("alcoholpercent", NUMBER, "kept", "tmc.alcoholpercent"),
    Field("paymentobject", WHOLE, "kept", "tmc.paymentobject"),
    Field("ntin", TEXT, "kept", "tmc.ntin"),
    Field("remain", NUMBER, "kept", "tmc.remain"),
    Field("remaindate", TEXT, "kept", "tmc.remaindate"),
    Field("isInventItem", FLAG, "kept", "tmc.isinventitem", default="false"),
    Field("options", KEPT, "switches; kept as a whole too", "tmc.options", inner=OPTIONS),
    *_idle(
        "kept by the vendor's till", "additionalprices", "alctypecode", "aspectschemecode", "aspectselectionrule",
        "aspectusecase", "aspectvaluesetcode", "customsdeclarationnumber", "discautoscheme", "extendedoptions",
        "extendetoptions", "inn", "isInvent", "kpp", "loyaltymode", "manufacturercountrycode", "opmode", "ownertype",
        "packagecode", "sellrestrictperiods", "taracapacity", "taramode",
    ),
)  # fmt: skip
PRICE: Final = Shape(
    "price",
    Field("barcode", BARCODE, "barcode of the goods, or the code of their card", "price.barcode"),
    Field("inventcode", CODE, "code of the card, instead of a barcode", "price.barcode", spelled=("code", "tmccode")),
    Field("price", MONEY, "price; it goes before that of the barcode and the card", "price.price"),
    Field("minprice", MONEY, "lowest price that a discount leads to", "price.minprice"),
    Field("minretailprice", MONEY, "lowest retail price", "price.minretailprice"),
    Field("effectivedate", TEXT, "when it begins; one that has not begun is a fault, since it would count at once"),
    *_idle("a price counts until another one or deletePrice comes", "documentid", "doctype", "effectivedateend"),
    *_idle("there is one scheme of prices here", "pricetype"),
)
