"""AIF objects as rows of Dictionaries. Reads fields only; what is wrong raises Malformed before anything is written."""

from typing import Final, NamedTuple

from ncash.store.aif_fields import Fields
from ncash.store.connection import Row

ORDINARY: Final = 0


class Article(NamedTuple):
    """An article card with its barcodes."""

    code: str
    card: Row
    barcodes: tuple[Row, ...]


def article(invent: Fields) -> Article:
    """`invent` of addInventItem. A barcode without price or name of its own has those of the card."""
    code = invent.text("inventcode")
    main = invent.optional("barcode")
    cquant, tmctype = invent.pieces("cquant"), invent.whole("tmctype")
    rows = {row[0]: row for row in (_listed(one, code) for one in invent.parts("barcodes"))}
    if main is not None:
        listed = rows.get(main)
        if listed is None:
            rows[main] = (main, code, None, None, cquant or 1, None, tmctype or ORDINARY, None, None, None)
        elif listed[4] is None:
            rows[main] = (*listed[:4], cquant, *listed[5:])
    barcodes = tuple((*row[:4], row[4] or 1, *row[5:]) for row in rows.values())
    return Article(code, _card(invent, code, main, cquant, tmctype), barcodes)


def _listed(one: Fields, code: str) -> Row:
    return (
        one.text("barcode"), code, one.optional("name"), one.money("price"), one.pieces("cquant"),
        one.optional("measure", "measurecode"), one.whole("tmctype") or ORDINARY, one.pieces("quantdefault"),
        one.money("minprice"), one.money("minretailprice"),
    )  # fmt: skip


def _card(invent: Fields, code: str, main: str | None, cquant: float | None, tmctype: int | None) -> Row:
    options = invent.part("options")
    item = options.part("inventitemoptions")
    options.drop("quantityoptions", "priceoptions")
    rtext = invent.optional("rtext")
    return (
        code, main, invent.optional("name") or rtext or code, rtext, invent.optional("articul"),
        invent.money("price") or 0, invent.money("minprice"), invent.money("minretailprice"),
        invent.optional("deptcode") or "1", invent.optional("measurecode"), invent.optional("taxgroupcode"),
        invent.optional("inventgroup"), cquant, invent.pieces("defaultquantity"), tmctype, item.flag("ignoremarking"),
        item.flag("ageverify"), item.flag("disableinventsale"), item.flag("disableinventback"), invent.whole("age"),
        invent.number("alcoholpercent"), invent.whole("paymentobject"), invent.optional("ntin"),
        invent.number("remain"), invent.optional("remaindate"), invent.flag("isInventItem"), invent.json("options"),
    )  # fmt: skip


def barcode(one: Fields) -> Row:
    """`barcode` of addBarcode."""
    row = _listed(one, one.text("code"))
    return (*row[:4], row[4] or 1, *row[5:])


def unit(one: Fields) -> Row:
    """`unit` of addUnit; `frunit` is FFD tag 2108."""
    return one.text("unitCode", "unitcode"), one.optional("name"), one.flag("fractional"), one.whole("frunit")


def group(one: Fields) -> Row:
    """`inventGroup` of addInventGroup."""
    return one.text("groupCode"), one.optional("parentGroupCode"), one.optional("groupname")


def tax_group(one: Fields) -> Row:
    """`taxGroup` of addTaxGroup."""
    return one.text("idTaxGroup"), one.json("taxes")


class Person(NamedTuple):
    """A cashier with the rules of roles."""

    code: str
    row: Row
    roles: tuple[Row, ...]
    password: bool
    """A password came with it; it is not kept."""


def person(user: Fields) -> Person:
    """`mcashuser` of addMCashUser. A role without a `rule` is not granted."""
    code = user.text("code")
    roles = {one.text("rolecode"): one.whole("rule") or 0 for one in user.parts("roleusers")}
    row = (code, user.optional("name"), user.optional("login"), user.optional("rank"))
    granted = tuple((code, role, rule) for role, rule in roles.items())
    return Person(code, row, granted, user.drop("password"))


def catalog(one: Fields) -> Row:
    """`catalog` of addCatalog."""
    return one.text("code"), one.optional("name")


def catalog_item(one: Fields) -> Row:
    """`catalogitem` of addCatalogItem."""
    return one.text("catalogcode"), one.text("inventcode")
