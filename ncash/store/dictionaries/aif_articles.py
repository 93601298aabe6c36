"""A card of an AIF file with its barcodes, as rows of Dictionaries."""

from collections.abc import Mapping
from typing import Any, Final

from ncash.language import phrase
from ncash.model.mark import gtin14
from ncash.store.dictionaries.delivery import Article
from ncash.store.imports.shapes import Malformed
from ncash.store.sqlite.connection import Row

_PLAIN: Final = (
    "price", "minprice", "minretailprice", "deptcode", "measurecode", "taxgroupcode", "inventgroup", "cquant",
    "defaultquantity", "tmctype",
)  # fmt: skip
KEPT: Final = ("age", "alcoholpercent", "paymentobject", "ntin", "remain", "remaindate")
SWITCHES: Final = ("ignoremarking", "ageverify", "disableinventsale", "disableinventback")


def article(invent: Mapping[str, Any]) -> Article:
    """`invent` of addInventItem. A barcode without price or name of its own has those of the card. Raises Malformed."""
    code, main = invent["inventcode"], invent["barcode"]
    options, kept = _options(invent)
    item = options.get("inventitemoptions") or {}
    zeroprice = (options.get("priceoptions") or {}).get("zeroprice") or 0
    price = invent["price"]
    card = (
        code, main, invent["name"] or invent["rtext"] or code, invent["rtext"], invent["articul"], price or 0,
        *(invent[name] for name in _PLAIN[1:3]), invent["deptcode"] or "1", *(invent[name] for name in _PLAIN[4:]),
        *(item.get(name) or 0 for name in SWITCHES), *(invent[name] for name in KEPT), invent["isInventItem"] or 0,
        kept, zeroprice,
    )  # fmt: skip
    return Article(code, card, _barcodes(invent, code, main), price is not None and bool(price or zeroprice))


def _options(invent: Mapping[str, Any]) -> tuple[Mapping[str, Any], str | None]:
    return invent["options"] or ({}, None)


def _barcodes(invent: Mapping[str, Any], code: str, main: str | None) -> tuple[Row, ...]:
    rows: dict[str, Row] = {}
    for listed in invent["barcodes"]:
        row = barcode(listed, code)
        if rows.setdefault(row[0], row) != row:
            raise Malformed(
                phrase(
                    "barcodes has {barcode} twice, with different values: accepted is one entry a barcode",
                    barcode=row[0],
                )
            )
    if main is not None:
        own = rows.get(main) or next((row for row in rows.values() if gtin14(row[0]) == gtin14(main)), None)
        if own is None:
            rows[main] = (main, code, None, None, invent["cquant"] or 1, None, invent["tmctype"] or 0, None, None, None)
        else:
            pieces = _pieces(invent["barcodes"], own[0]) or invent["cquant"] or 1
            rows[main] = (main, *own[1:4], pieces, *own[5:])
    return tuple(rows.values())


def _pieces(listed: list[Mapping[str, Any]], text: str) -> float | None:
    return next((one["cquant"] for one in listed if one["barcode"] == text), None)


def barcode(one: Mapping[str, Any], code: str) -> Row:
    """A barcode of this card: of `barcodes`, or of addBarcode."""
    return (
        one["barcode"], code, one["name"], one["price"], one["cquant"] or 1, one["measurecode"], one["tmctype"] or 0,
        one["quantdefault"], one["minprice"], one["minretailprice"],
    )  # fmt: skip
