"""Documents and shifts in the vendor's JSON layout of sales: its readers' keys, and ours beside them (ADR 0039)."""

import base64
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from ncash.model.decision import NOTHING
from ncash.model.fiscal.payments import PAYMENT_TYPES, type_of
from ncash.model.keg import KEG
from ncash.model.money import amount, kopecks
from ncash.model.ports import Document
from ncash.model.receipt import PAYMENT_OPCODE, Kind, Payment, Position, Receipt, State, stornoed
from ncash.store.receipts import EXCISETYPE, code_text

PAID_BACK_OPCODE: Final = 74
"""`opCode` of money that a return gives back; the books have 70 for both."""
_FIXED_SUM: Final = "summ"
"""`discType` of a discount that is a sum of money and no percentage."""


def _rubles(kopecks: int) -> float:
    return kopecks / 100


def _base(position: Position) -> int:
    """Kopecks before discounts; a position that came without a price of before had none taken off."""
    return amount(position.baseprice or position.price, position.quantity)


def position_json(position: Position, opcode: int) -> dict[str, Any]:
    """An inventPosition. Ordinary goods sold by their mark have excisemark, but no excisetype and no markingcode."""
    code = code_text(position)
    base = _base(position)
    return {
        "posNum": position.n,
        "opCode": opcode,
        "inventCode": position.code,
        "barCode": position.bcode,
        "name": position.name,
        "deptCode": position.dept,
        "quant": float(position.quantity),
        "price": _rubles(position.price),
        "posSum": _rubles(position.amount),
        "baseSum": _rubles(base),
        "disc_abs": _rubles(base - position.amount),
        "discountPositions": _discounts(position, base),
        "bonusPositions": [],
        "taxes": [],
        "tmctype": position.tmctype,
        "marked": position.marked,
        "excisemark": position.excisemark,
        "excisetype": EXCISETYPE if position.marked and position.excisemark else None,
        "additionalbarcode": position.additionalbarcode,
        "markingcode": None if code is None else base64.b64encode(code.encode("utf-8")).decode("ascii"),
        "cis": position.cis,
        "category": position.category,
        "tags": dict(position.tags),
        "unchecked": position.unchecked,
        "keg": dict(position.extra[KEG]) if KEG in position.extra else None,
        "salePosNum": position.sale_position,
    }


def _discounts(position: Position, base: int) -> list[dict[str, Any]]:
    name = position.extra.get("discount")
    if not name:
        return []
    saved = _rubles(base - position.amount)
    theirs = {"discType": _FIXED_SUM, "discName": name, "discSize": saved, "discSum": saved, "checkSum": _rubles(base)}
    return [{"name": name, "sum": saved, **theirs}]


def _sums(payments: Iterable[Payment]) -> dict[str, float]:
    sums = dict.fromkeys((one.exported for one in PAYMENT_TYPES), 0)
    for payment in payments:
        sums[type_of(payment.type).exported] += payment.amount
    return {key: _rubles(kopecks) for key, kopecks in sums.items()}


def _money(kind: Kind, payments: Iterable[Payment]) -> list[dict[str, Any]]:
    opcode = PAID_BACK_OPCODE if kind in (Kind.RETURN, Kind.RETURN_BY_SALE) else PAYMENT_OPCODE
    return [
        {"posNum": n, "opCode": opcode, "type": p.type, "sum": _rubles(p.amount),
         "valCode": type_of(p.type).valcode, "sumB": _rubles(p.amount)}
        for n, p in enumerate(payments, 1)
    ]  # fmt: skip


def _unpaid(receipt: Receipt) -> list[dict[str, Any]]:
    """What an annulled receipt would have cost: by this readers know it."""
    annulled = receipt.state is State.CANCELLED and receipt.kind is not Kind.INVENTORY
    return _money(receipt.kind, [Payment("cash", receipt.total)]) if annulled else []


def _positions(kind: Kind, positions: Iterable[Position]) -> list[dict[str, Any]]:
    """Readers look for the number of an order in `additionalbarcode` of an inventory, so it is a text there."""
    found = [position_json(position, kind.opcode) for position in positions]
    if kind is Kind.INVENTORY:
        return [{**one, "additionalbarcode": one["additionalbarcode"] or ""} for one in found]
    return found


def document_json(document: Document, fields: Mapping[str, Any] = NOTHING) -> dict[str, Any]:
    """A document of the section `sales data`; `fields` are those of the plugins, by plugin."""
    receipt = document.receipt
    base = sum(map(_base, receipt.positions))
    saved = base - receipt.total
    percent = (Decimal(saved) * 100 / base).quantize(Decimal("0.01"), ROUND_HALF_UP) if base else Decimal(0)
    return {
        "documentid": document.documentid,
        "uuid": receipt.id,
        "docNum": document.docnum,
        "docType": document.doctype,
        "shift": document.shift,
        "cashCode": document.cashcode,
        "shopCode": document.shopcode,
        "userCode": receipt.cashier or "",
        "channel": receipt.channel.value,
        "timeBeg": receipt.opened,
        "timeEnd": document.time,
        "closed": int(receipt.state is State.CLOSED),
        "docSum": _rubles(receipt.total),
        "baseSum": _rubles(base),
        "disc_abs": _rubles(saved),
        "disc_perc": float(percent),
        **_sums(document.payments),
        "identifier": receipt.extra.get("identifier"),
        "sourceidentifier": receipt.extra.get("sourceidentifier"),
        "linkeddocumentid": int(receipt.sale) if receipt.sale else None,
        "frdocnum": document.fiscal.get("number"),
        "fiscalIdentifier": document.fiscal.get("sign"),
        "inventPositions": _positions(receipt.kind, receipt.positions),
        "moneyPositions": _money(receipt.kind, document.payments),
        "failedMoneyPositions": _unpaid(receipt),
        "stornoPositions": _positions(receipt.kind, stornoed(receipt)),
        **{f"{name}Positions": [] for name in ("card", "coupon", "certificate", "bonus")},
        **({"plugins": dict(fields)} if fields else NOTHING),
    }


def shift_json(
    told: Mapping[str, Any], documents: Sequence[Document], sold_before: int, name_of: Callable[[str], str | None]
) -> dict[str, Any]:
    """The shift of the section `shift info`: its report, and what the vendor's readers look for.

    `sold_before` are the kopecks that the till had sold for before this shift, `name_of` knows cashiers by code.
    """
    sold, returned = (kopecks(told[side]["sum"]) for side in ("sales", "returns"))
    cash = told["payments"].get("cash", {"sales": "0.00", "returns": "0.00"})
    drives = [document.fiscal["drive"] for document in documents if document.fiscal.get("drive")]
    codes = sorted({document.receipt.cashier for document in documents if document.receipt.cashier})
    register = {
        "serialNum": str(drives[-1]) if drives else "",
        "sumCashEnd": _rubles(kopecks(cash["sales"]) - kopecks(cash["returns"])),
        "sumProtectedBeg": _rubles(sold_before),
        "sumProtectedEnd": _rubles(sold_before + sold),
        "sumBack": _rubles(returned),
    }
    return {
        **told,
        "cashCode": told["cashcode"],
        "timeBeg": told["opened"],
        "timeEnd": told["closed"],
        "sumGain": _rubles(sold - returned),
        "kkms": [register],
        "users": [{"usercode": code, "username": name_of(code) or ""} for code in codes],
    }
