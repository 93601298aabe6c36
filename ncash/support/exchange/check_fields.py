"""Objects of the vendor's onlinechecks JSON: which of their fields count (docs/exchange.md)."""

from typing import Final

from ncash.store.imports.kinds import CODE, FLAG, LIST, MONEY, QUANTITY, TEXT
from ncash.store.imports.shapes import Field, Shape, idle

POSITION: Final = Shape(
    "positions[]",
    Field("barcode", TEXT, "known in Dictionaries", required=True),
    Field("code", CODE, "the card of the barcode"),
    Field("name", TEXT, "what the receipt says"),
    Field("price", MONEY, "what was agreed; no discount is made on it"),
    Field("quant", QUANTITY, "whole for goods sold by the piece; with an excisemark 1"),
    Field("excisemark", TEXT, "the mark as it was scanned there"),
    Field("dept", CODE, "that of Dictionaries counts"),
    Field("measure", CODE, "that of Dictionaries counts"),
    Field("isfractionalmeasure", FLAG, "that of Dictionaries counts"),
    *idle(
        "that of Dictionaries counts", "catalogcode", "measurename", "minprice", "paymentmethod", "paymentobject",
        "posnum", "taramode", "tmctype", "vatcode", "vatrate", "vatsum",
    ),
)  # fmt: skip
PAYMENT: Final = Shape(
    "payments[]",
    Field("amount", MONEY, "passed over: the receipt is paid at the till"),
    *idle("the receipt is paid at the till", "type", "valcode", "valname"),
)
DOCUMENT: Final = Shape(
    "document",
    Field("identifier", TEXT, "its name there", required=True),
    Field("positions", LIST, "what is sold", inner=POSITION),
    Field("sum", MONEY, "what the positions make"),
    Field("payments", LIST, "passed over", inner=PAYMENT),
    Field("dontChange", FLAG, "not enforced"),
)
CHECK: Final = Shape(
    "check",
    Field("shopcode", CODE, "this shop's", required=True),
    Field("document", TEXT, "the receipt, as a text that holds JSON", required=True),
    Field("state", TEXT, "NOT_PAID, or absent"),
    Field("documentid", CODE, "kept as sourceidentifier"),
    Field("cashcode", CODE, "not looked at: any till of the data folder may restore it"),
)
