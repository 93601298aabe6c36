"""Documents of the emulated drive: what each line of its memory holds. Sums of the shift are carried from line to line,
so that the last one tells everything."""

from collections.abc import Mapping
from typing import Any, Final

from ncash.fiscal import tags
from ncash.model.fiscal.register import FiscalLine, FiscalOrder, Made
from ncash.model.receipt import Kind

NONE_YET: Final[Mapping[str, int]] = {"count": 0, "sum": 0}
SIDES: Final = ("sales", "returns")


def receipt(order: FiscalOrder, last: Mapping[str, Any], results: Mapping[str, int], ffd: str) -> dict[str, Any]:
    """A receipt in the open shift of `last`; `results` are tag 2106 by code, where the order brings none.

    Under `ffd` of its lines stands the position by tag numbers, as the drive keeps it in this format.
    """
    returned = order.kind is not Kind.SALE
    side = "returns" if returned else "sales"
    before = last.get(side, NONE_YET)
    return {
        "type": "receipt",
        "receipt": order.id,
        "kind": order.kind.value,
        "operator": order.operator,
        "time": order.time,
        "total": order.total,
        "returned": returned,
        "shift": last["shift"],
        "shift_opened": last["shift_opened"],
        "in_shift": last["in_shift"] + 1,
        "lines": [_line(line, results, ffd) for line in order.lines],
        "payments": [payment._asdict() for payment in order.payments],
        side: {"count": before["count"] + 1, "sum": before["sum"] + order.total},
    }


def behind(document: Mapping[str, Any], last: Mapping[str, Any]) -> dict[str, Any]:
    """A receipt that was ordered earlier, as it is made behind `last`."""
    side = "returns" if document["returned"] else "sales"
    before = last.get(side, NONE_YET)
    return {
        **document,
        "shift": last["shift"],
        "shift_opened": last["shift_opened"],
        "in_shift": last["in_shift"] + 1,
        side: {"count": before["count"] + 1, "sum": before["sum"] + document["total"]},
    }


def _line(line: FiscalLine, results: Mapping[str, int], ffd: str) -> dict[str, Any]:
    result = line.result
    if line.mark is not None and result is None:
        result = results.get(line.mark, 0)
    told = {"quantity": str(line.quantity), "industry": tags.industry(line, ffd), "result": result}
    return {**line._asdict(), **told, "ffd": tags.tags(line, ffd, result)}


def report(what: str, operator: str, now: str, last: Mapping[str, Any]) -> dict[str, Any]:
    """A shift is opened or closed; the receipt before it is kept, so that it is found without a search."""
    receipt_before = last.get("receipt_before") if last.get("type", "receipt") != "receipt" else _alone(last)
    head = {"type": what, "operator": operator, "time": now, "receipt_before": receipt_before}
    if what == "close":
        return {**head, "shift": last["shift"], "in_shift": last["in_shift"], "shift_opened": None}
    fresh = {side: dict(NONE_YET) for side in SIDES}
    return {**head, **fresh, "shift": last.get("shift", 0) + 1, "in_shift": 0, "shift_opened": now}


def _alone(last: Mapping[str, Any]) -> dict[str, Any] | None:
    return {name: told for name, told in last.items() if name != "receipt_before"} if last else None


def stamped(last: Mapping[str, Any], fields: Mapping[str, Any], serial: str, unsent: str | None) -> dict[str, Any]:
    """The document with what the drive itself puts into it; `unsent` is the time of one that goes nowhere."""
    from hashlib import sha256

    document = {
        **{side: last.get(side, dict(NONE_YET)) for side in SIDES},
        **fields,
        "number": last.get("number", 0) + 1,
        "drive": serial,
        "unsent": last.get("unsent", 0) + 1 if unsent else 0,
        "unsent_since": (last.get("unsent_since") or unsent) if unsent else None,
    }
    digest = sha256(repr(sorted(document.items())).encode()).hexdigest()
    return {**document, "sign": str(int(digest[:8], 16)).zfill(10)}


def counts(last: Mapping[str, Any]) -> dict[str, Any]:
    """What the register counted in the shift of this document."""
    sides = {side: dict(last.get(side, NONE_YET)) for side in SIDES}
    return {"shift": last.get("shift", 0), "number": last.get("number", 0), **sides}


def made(document: Mapping[str, Any]) -> Made:
    """A line of the memory as the till gets it; lines of earlier versions know no shift."""
    kind = Kind(document["kind"])
    return Made(
        number=document["number"],
        drive=document["drive"],
        sign=document["sign"],
        time=document["time"],
        total=document["total"],
        returned=document.get("returned", kind is not Kind.SALE),
        shift=document.get("shift", 0),
        in_shift=document.get("in_shift", 0),
        receipt=document["receipt"],
        marks=tuple(line["mark"] for line in document["lines"] if line["mark"] is not None),
    )
