"""Goods as rows: which tables they are joined of, which price counts, when they would come out wrong.

A price by addPrice goes before that of the barcode or card that it was said of. 0 is no price, unless the card says
`zeroprice`.
"""

from typing import Final

PRICE: Final = (
    "CASE WHEN t.zeroprice THEN COALESCE(p.price, b.price, q.price, t.price) "
    "ELSE COALESCE(NULLIF(p.price, 0), NULLIF(b.price, 0), NULLIF(q.price, 0), t.price) END"
)
UNIT: Final = "COALESCE(b.measure, t.measure)"
WITH: Final = (
    "JOIN tmc t ON t.code = b.code LEFT JOIN units u ON u.code = " + UNIT + " "
    "LEFT JOIN price p ON p.barcode = b.barcode AND p.ofcard = 0 "
    "LEFT JOIN price q ON q.barcode = b.code AND q.ofcard = 1 "
)
"""What goods are joined of, behind `Barcodes b`."""
WRONG: Final = (
    "((u.code IS NULL AND " + UNIT + " IS NOT NULL) OR (NOT COALESCE(t.zeroprice, 0) AND " + PRICE + " <= 0))"
)
"""Goods that a till could not sell as they were meant: no price, or a unit that nobody brought."""

CARD: Final = (
    "code, bcode, name, rtext, articul, price, minprice, minretailprice, dept, measure, taxgroup, inventgroup, "
    "cquant, quantdefault, tmctype, ignoremarking, ageverify, disableinventsale, disableinventback, age, "
    "alcoholpercent, paymentobject, ntin, remain, remaindate, isinventitem, options, zeroprice"
)
BARCODE: Final = "barcode, code, name, price, cquant, measure, tmctype, quantdefault, minprice, minretailprice"
PRICED: Final = "barcode, ofcard, price, minprice, minretailprice"
PUT_CARD: Final = "INSERT OR REPLACE INTO tmc (" + CARD + ") VALUES (?" + ", ?" * CARD.count(",") + ")"
ADD_BARCODE: Final = (
    "INSERT INTO Barcodes (" + BARCODE + ") VALUES (?" + ", ?" * BARCODE.count(",") + ") "
    "ON CONFLICT (barcode) DO NOTHING"
)
PUT_BARCODE: Final = "INSERT OR REPLACE INTO Barcodes (" + BARCODE + ") VALUES (?" + ", ?" * BARCODE.count(",") + ")"
PUT_PRICE: Final = "INSERT OR REPLACE INTO price (" + PRICED + ") VALUES (?" + ", ?" * PRICED.count(",") + ")"
NO_CARDS: Final = "DELETE FROM tmc"
NO_BARCODES: Final = "DELETE FROM Barcodes"
