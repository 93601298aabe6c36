"""Commands and answers of KKM Server as JSON (neighbours.md §5): tables and their use, no sending."""

from collections.abc import Mapping
from datetime import tzinfo
from typing import Any, Final

from ncash.fiscal import qr, tags
from ncash.fiscal.wire import NotSent, decimal, money, whole
from ncash.language import recorded
from ncash.model.fiscal import payments
from ncash.model.fiscal.register import (
    FiscalLine,
    FiscalOrder,
    Made,
    MarkCheck,
    MarkResult,
    PlannedStatus,
    RegisterSilent,
)
from ncash.model.mark import wire
from ncash.model.receipt import Kind
from ncash.settings import host

NAME: Final = "KKM Server"
TAXES: Final[Mapping[str, int]] = {name: -1 if name == "none" else int(name.removeprefix("vat")) for name in host.TAXES}
"""Tag 1199 in words of KKM Server; `vat20` is 20."""
TAXATIONS: Final = {"auto": "", "osn": "0", "usnIncome": "1", "usnIncomeOutcome": "2", "esn": "4", "patent": "5"}
PAYMENTS: Final[Mapping[int, str]] = {
    payments.IN_CASH: "Cash",
    payments.ELECTRONIC: "ElectronicPayment",
    payments.PREPAID: "AdvancePayment",
    payments.CREDIT: "Credit",
    payments.PROVISION: "CashProvision",
}
"""The tag of a payment in words of KKM Server."""
FULL_PAYMENT: Final = 4
RETURNED: Final = (PlannedStatus.PIECE_RETURNED, PlannedStatus.MEASURED_RETURNED)


def receipt(order: FiscalOrder, settings: host.Fiscal) -> dict[str, Any]:
    """The fields of RegisterCheck. Raises NotSent for a rate that is none."""
    paid = dict.fromkeys(PAYMENTS.values(), 0)
    for payment in order.payments:
        paid[PAYMENTS[payments.tag_of(payment.type)]] += payment.amount
    return {
        "IsFiscalCheck": True,
        "TypeCheck": 0 if order.kind is Kind.SALE else 1,
        "CashierName": order.operator or settings.operator,
        "TaxVariant": TAXATIONS[settings.taxation],
        "CheckStrings": [{"Register": _line(line, settings)} for line in order.lines],
        **{name: money(amount) for name, amount in paid.items()},
    }


def _line(line: FiscalLine, settings: host.Fiscal) -> dict[str, Any]:
    told: dict[str, Any] = {
        "Name": line.name,
        "Quantity": decimal(line.quantity),
        "Price": money(line.price),
        "Amount": money(line.amount),
        "Tax": _tax(line.tax or settings.tax),
        "SignMethodCalculation": FULL_PAYMENT,
        "SignCalculationObject": tags.object_of(line, settings.ffd),
    }
    if line.dept.isascii() and line.dept.isdecimal():
        told["Department"] = int(line.dept)
    if settings.ffd != tags.FFD_105:
        told["MeasureOfQuantity"] = line.unit
    if line.mark is not None:
        told["GoodCodeData"] = _code(line.mark, tags.industry(line, settings.ffd))
    return told


def _code(mark: str, industry: Mapping[str, str]) -> dict[str, Any]:
    """`IndustryProps` is tag 1265; the service puts 1262 to 1264 in by itself. Seen in it, stated nowhere."""
    told: dict[str, Any] = {"BarCode": wire(mark), "ContainsSerialNumber": True, "AcceptOnBad": False}
    return {**told, "IndustryProps": industry["1265"]} if "1265" in industry else told


def _tax(name: str) -> int:
    if name not in TAXES:
        raise NotSent(
            recorded("{name!r} is no rate that {service} knows", name=name, service=NAME),
            recorded("rates: {taxes}", taxes=", ".join(TAXES)),
        )
    return TAXES[name]


def check(asked: MarkCheck) -> dict[str, Any]:
    """The fields of ValidationMarkingCode."""
    quantity = decimal(asked.quantity)
    goods = {"Name": "", "BarCode": wire(asked.mark), "Quantity": quantity, "MeasureOfQuantity": asked.unit}
    return {"TypeCheck": int(asked.status in RETURNED), "GoodCodeDatas": [goods]}


def lowered(value: Any) -> Any:
    """Names in lower case: `BarCode` is `Barcode` elsewhere."""
    if isinstance(value, dict):
        return {name.lower(): lowered(each) for name, each in value.items()}
    return [lowered(each) for each in value] if isinstance(value, list) else value


def told(answer: Mapping[str, Any], zone: tzinfo | None) -> Made | None:
    """A receipt by its QR code, with its marks where the service tells them; None for another document."""
    found = qr.read(answer.get("qrcode"), zone)
    if found is None:
        return None
    part = answer.get("registercheck")
    lines = part.get("register") if isinstance(part, dict) else None
    codes = [_mark_of(line) for line in lines] if isinstance(lines, list) else []
    marks = tuple(code for code in codes if code)
    shift, in_shift = whole(answer.get("sessionnumber")) or 0, whole(answer.get("sessionchecknumber")) or 0
    return found.made(shift, in_shift)._replace(marks=marks or None)


def _mark_of(line: object) -> str:
    code = line.get("goodcodedata") if isinstance(line, dict) else None
    return str(code.get("barcode") or "") if isinstance(code, dict) else ""


def result_of(element: Mapping[str, Any]) -> MarkResult:
    """Tag 2106, of the register's own part where there is one. Raises RegisterSilent."""
    own = element.get("validationkkt")
    part = own if isinstance(own, dict) else element
    bits = whole(part.get("validationresult"))
    if bits is None or not 0 <= bits < 64:
        raise RegisterSilent(recorded("{name}: the answer has no result for the code", name=NAME))
    return MarkResult(bits, str(part.get("decryptionresult") or tags.letter(bits))[:200])
