"""Tasks and answers of the ATOL driver, version 10, as JSON (neighbours.md §6): tables and their use, no sending."""

from base64 import b64encode
from collections.abc import Mapping
from datetime import tzinfo
from decimal import Decimal
from typing import Any, Final, NamedTuple

from ncash.fiscal import qr, tags
from ncash.fiscal.wire import decimal, moment, money, whole
from ncash.model.fiscal import payments
from ncash.model.fiscal.register import FiscalLine, FiscalOrder, Made, MarkCheck, PlannedStatus
from ncash.model.mark import wire
from ncash.model.money import kopecks
from ncash.model.receipt import Kind
from ncash.settings.host import Fiscal

STATUSES: Final[Mapping[PlannedStatus, str]] = {
    PlannedStatus.PIECE_SOLD: "itemPieceSold",
    PlannedStatus.MEASURED_SOLD: "itemDryForSale",
    PlannedStatus.PIECE_RETURNED: "itemPieceReturn",
    PlannedStatus.MEASURED_RETURNED: "itemDryReturn",
    PlannedStatus.UNCHANGED: "itemStatusUnchanged",
}
"""Tag 2003."""
FLAGS: Final = (
    "imcCheckFlag",
    "imcCheckResult",
    "imcStatusInfo",
    "imcEstimatedStatusCorrect",
    "ecrStandAloneFlag",
)
"""Tag 2106, bit 0 first."""
OBJECTS: Final[Mapping[int, str]] = {
    1: "commodity",
    2: "excise",
    30: "exciseWithoutMarking",
    31: "exciseWithMarking",
    32: "commodityWithoutMarking",
    33: "commodityWithMarking",
}
"""Tag 1212."""
UNITS: Final[Mapping[int, str]] = {
    0: "piece", 10: "gram", 11: "kilogram", 12: "ton", 20: "centimeter", 21: "decimeter", 22: "meter",
    30: "squareCentimeter", 31: "squareDecimeter", 32: "squareMeter", 40: "milliliter", 41: "liter",
    42: "cubicMeter", 50: "kilowattHour", 51: "gkal", 70: "day", 71: "hour", 72: "minute", 73: "second",
    80: "kilobyte", 81: "megabyte", 82: "gigabyte", 83: "terabyte", 255: "otherUnits",
}  # fmt: skip
"""Tag 2108."""
PAYMENTS: Final[Mapping[int, str]] = {
    payments.IN_CASH: "cash",
    payments.ELECTRONIC: "electronically",
    payments.PREPAID: "prepaid",
    payments.CREDIT: "credit",
    payments.PROVISION: "other",
}
"""The tag of a payment in words of the driver."""
INDUSTRY: Final = {"1262": "fois", "1263": "date", "1264": "number", "1265": "industryAttribute"}


def receipt(order: FiscalOrder, settings: Fiscal) -> dict[str, Any]:
    """The task `sell` or `sellReturn`."""
    task: dict[str, Any] = {
        "type": "sell" if order.kind is Kind.SALE else "sellReturn",
        "operator": {"name": order.operator or settings.operator},
        "items": [_position(line, settings) for line in order.lines],
        "payments": [{"type": PAYMENTS[payments.tag_of(one.type)], "sum": money(one.amount)} for one in order.payments],
        "total": money(order.total),
    }
    return task if settings.taxation == "auto" else {**task, "taxationType": settings.taxation}


def _position(line: FiscalLine, settings: Fiscal) -> dict[str, Any]:
    kind = tags.object_of(line, settings.ffd)
    told: dict[str, Any] = {
        "type": "position",
        "name": line.name,
        "price": money(line.price),
        "quantity": decimal(line.quantity),
        "amount": money(line.amount),
        "paymentMethod": "fullPayment",
        "paymentObject": OBJECTS.get(kind, OBJECTS[1]),
        "tax": {"type": line.tax or settings.tax},
    }
    if line.dept.isascii() and line.dept.isdecimal():
        told["department"] = int(line.dept)
    if settings.ffd == tags.FFD_105:
        code = tags.nomenclature(line.mark) if line.mark is not None else None
        return {**told, "nomenclatureCode": b64encode(code).decode("ascii")} if code is not None else told
    told["measurementUnit"] = UNITS.get(line.unit, UNITS[255])
    if line.mark is not None:
        told["imcParams"] = _code(line.mark, line)
    shown = tags.industry(line)
    return {**told, "industryInfo": [{INDUSTRY[tag]: value for tag, value in shown.items()}]} if shown else told


def _code(mark: str, line: FiscalLine) -> dict[str, Any]:
    status = line.status if line.status is not None else PlannedStatus.UNCHANGED
    told = {**_imc(mark), "itemEstimatedStatus": STATUSES[status]}
    return told if line.result is None else {**told, "itemInfoCheckResult": flags(line.result)}


def _imc(mark: str) -> dict[str, Any]:
    return {"imcType": "auto", "imc": b64encode(wire(mark).encode()).decode("ascii"), "imcModeProcessing": 0}


def check(asked: MarkCheck) -> dict[str, Any]:
    """The task `beginMarkingCodeValidation`."""
    params = {**_imc(asked.mark), "itemEstimatedStatus": STATUSES[asked.status]}
    if asked.status in (PlannedStatus.MEASURED_SOLD, PlannedStatus.MEASURED_RETURNED):
        params |= {"itemQuantity": decimal(asked.quantity), "itemUnits": UNITS.get(asked.unit, UNITS[255])}
    return {"type": "beginMarkingCodeValidation", "params": params}


def flags(bits: int) -> dict[str, bool]:
    """Tag 2106 as the object `itemInfoCheckResult`."""
    return {name: bool(bits & 1 << place) for place, name in enumerate(FLAGS)}


def bits_of(told: object) -> int | None:
    """Tag 2106 of an `itemInfoCheckResult`; None where a flag is missing or is none."""
    if not isinstance(told, dict) or not all(isinstance(told.get(name), bool) for name in FLAGS):
        return None
    return sum(1 << place for place, name in enumerate(FLAGS) if told[name])


def offline_bits(told: object) -> int:
    """Tag 2106 as far as the drive alone can tell (`offlineValidation`)."""
    part = told if isinstance(told, dict) else {}
    checked, right = part.get("fmCheck") is True, part.get("fmCheckResult") is True
    return checked + 2 * (checked and right)


def document(told: object, zone: tzinfo | None) -> Made | None:
    """A receipt of `getFnDocument`: by its QR code, else by its tags; None for another document."""
    if not isinstance(told, dict):
        return None
    shift, in_shift = whole(told.get("1038")) or 0, whole(told.get("1042")) or 0
    if found := qr.read(told.get("qr"), zone):
        return found.made(shift, in_shift)
    number, kind, total = whole(told.get("1040")), whole(told.get("1054")), _sum(told.get("1020"))
    if not number or kind not in (1, 2) or total is None:
        return None
    time = moment(told.get("1012"), zone) or ""
    drive, sign = str(told.get("1041") or "").strip(), str(told.get("1077") or "")
    return Made(number, drive, sign, time, total, kind == 2, shift, in_shift)


def made(params: object, order: FiscalOrder, zone: tzinfo | None) -> Made | None:
    """A document of `fiscalParams`; None when its number is missing."""
    part = params if isinstance(params, dict) else {}
    number, total = whole(part.get("fiscalDocumentNumber")), _sum(part.get("total"))
    if not number:
        return None
    return Made(
        number=number,
        drive=str(part.get("fnNumber") or "").strip(),
        sign=str(part.get("fiscalDocumentSign") or ""),
        time=moment(part.get("fiscalDocumentDateTime"), zone) or order.time,
        total=order.total if total is None else total,
        returned=order.kind is not Kind.SALE,
        shift=whole(part.get("shiftNumber")) or 0,
        in_shift=whole(part.get("fiscalReceiptNumber")) or 0,
        receipt=order.id,
        marks=tuple(line.mark for line in order.lines if line.mark is not None),
    )


def _sum(value: object) -> int | None:
    """Rubles of JSON in kopecks."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    try:
        return kopecks(value)
    except ValueError:
        return None


class TaskReport(NamedTuple):
    """A task as the server reports it."""

    status: str
    code: int
    text: str
    result: Mapping[str, Any]


def report(told: object) -> TaskReport:
    """One of the `results`; a status that is missing is none that is known."""
    given = told if isinstance(told, dict) else {}
    text = str(given.get("errorDescription") or "")[:300]
    return TaskReport(str(given.get("status")), whole(given.get("errorCode")) or 0, text, part(given, "result"))


def part(answer: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """An object inside an answer; empty when there is none."""
    found = answer.get(name)
    return found if isinstance(found, dict) else {}


def text_of(content: Mapping[str, Any]) -> str:
    """What the server says of a request that it did not take."""
    error = part(content, "error")
    return str(error.get("description") or content.get("errorDescription") or "")[:300]
