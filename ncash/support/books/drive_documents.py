"""Documents of the fiscal drive as the books would have them, with what the journal knows of their marks."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from ncash.fiscal.emulated.making import made
from ncash.model.decision import fixed
from ncash.model.keg import KEG
from ncash.model.mark import cis
from ncash.model.ports import Document
from ncash.model.receipt import Kind, Payment, Position, Receipt, State
from ncash.store.closing import sale as sale_of
from ncash.store.sqlite.connection import Connection

REBUILT: Final = "rebuilt"
"""`kind` of the journal line about it; the reason of a marked position of which no check is known."""
CHECKED: Final = ("check", "verdict", "key", "setting", "value", "source", "skipped")


def document_of(document: Mapping[str, Any], lines: list[tuple[str, dict[str, Any]]], own: tuple[str, str]) -> Document:
    """A document of the drive with what the journal knows of its marks."""
    kind = Kind(document["kind"])
    trails: dict[Any, list[dict[str, Any]]] = {}
    for _, line in lines:
        trails.setdefault((line.get("mark") or {}).get("digest"), []).append(line)
    unscanned = [line for _, line in lines if line.get("sold") and not line.get("mark")]
    positions = tuple(_positions(document["lines"], trails, unscanned))
    head = lines[-1][1] if lines else {}
    receipt = Receipt(
        document["receipt"], kind, State.CLOSED, positions=positions, last_n=len(positions),
        sale=next((str(line["sale"]) for _, line in lines if line.get("sale")), None),
        cashier=(head.get("cashier") or {}).get("code"), opened=head.get("opened", document["time"]),
        extra=fixed({REBUILT: True}),
    )  # fmt: skip
    payments = tuple(Payment(str(one["type"]), int(one["amount"])) for one in document["payments"])
    cashcode = lines[-1][0] if lines else own[0]
    fiscal = made(document).json()
    return Document(
        documentid=0, doctype=kind.doctype, docnum=0, shift=0, shopcode=own[1], cashcode=cashcode,
        time=document["time"], receipt=receipt, payments=payments, fiscal=fiscal,
    )  # fmt: skip


def of_its_sale(books: Connection, receipt: Receipt) -> Receipt:
    """A return by sale with the sale that it gives back, and its units, if these books and the journal agree on it."""
    sale = sale_of(books, receipt.sale) if receipt.sale else None
    sold = {p.n: p for p in sale.receipt.positions} if sale else {}
    held = [(p, sold.get(p.sale_position or 0)) for p in receipt.positions]
    if held and all(was is not None and (was.bcode, was.price) == (p.bcode, p.price) for p, was in held):
        return receipt._replace(positions=tuple(_unit(p, was) for p, was in held if was is not None))
    return receipt._replace(sale=None, positions=tuple(p._replace(sale_position=None) for p in receipt.positions))


def _unit(position: Position, sold: Position) -> Position:
    """A position that was taken without a scan, with the unit of the sale."""
    if position.cis is not None or sold.cis is None:
        return position
    return position._replace(cis=sold.cis, extra=fixed({**position.extra, "raw": sold.mark}))


def _given_back(line: Mapping[str, Any], unscanned: list[dict[str, Any]]) -> dict[str, Any]:
    """What the journal says of a line of the drive that gives something back without a code; each is told once."""
    for told in unscanned:
        sold = told["sold"]
        if (sold["name"], sold["price"]) == (line["name"], line["price"]):
            unscanned.remove(told)
            return told
    return {}


def _of_mark(line: Mapping[str, Any], trail: Sequence[dict[str, Any]], taken: set[int]) -> dict[str, Any]:
    """What the journal says of a line of the drive with this mark: the latest. Portions of one keg have one mark, and
    each gives back another position of the sale."""
    left = [told for told in trail if (told.get("sold") or {}).get("n") not in taken] or trail
    alike = [one for one in left if one.get("sold") and Decimal(one["sold"]["quantity"]) == Decimal(line["quantity"])]
    told: dict[str, Any] = next(reversed(alike or left), {})
    if told.get("sold"):
        taken.add(told["sold"]["n"])
    return told


def _positions(
    lines: list[dict[str, Any]], trails: Mapping[Any, list[dict[str, Any]]], unscanned: list[dict[str, Any]]
) -> Iterator[Position]:
    from ncash.model.veil import digest

    taken: set[int] = set()
    for n, line in enumerate(lines, 1):
        mark = line.get("mark")
        told = _of_mark(line, trails.get(digest(mark), ()), taken) if mark else _given_back(line, unscanned)
        goods, sold = told.get("goods") or {}, told.get("sold") or {}
        tags = dict(line.get("industry") or line.get("tags") or {})
        keg = {KEG: told[KEG]} if KEG in told else {}
        yield Position(
            n, goods.get("code", line["barcode"]), line["name"], goods.get("barcode", line["barcode"]),
            quantity=Decimal(line["quantity"]), price=line["price"], dept=line["dept"],
            tmctype=goods.get("tmctype", 7 if mark else 0),
            marked=mark is not None or bool(sold.get("marked")), excisemark=mark,
            category=(told.get("mark") or sold).get("category"), sale_position=sold.get("n"),
            additionalbarcode=line["barcode"] if mark else None, cis=cis(mark) if mark else None,
            checks=tuple(fixed({name: check.get(name) for name in CHECKED}) for check in told.get("checks", ())),
            tags=fixed(tags), unchecked=told.get("unchecked") if told else (REBUILT if mark and not tags else None),
            baseprice=line["price"], fractional=bool(goods.get("fractional")),
            frunit=line.get("unit") or goods.get("frunit"), extra=fixed({REBUILT: True, **keg}),
        )  # fmt: skip
