"""A decision as a line of the journal, and the request read back out of the line.

A line holds all a judge looks at but the settings: what was scanned, the goods and the cashier as they were, the marks
of the receipt, what each check saw. Verification parts of codes are veiled (ncash.model.veil, ADR 0020).
"""

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, NamedTuple

from ncash.model.codes.keyboard import typed
from ncash.model.decision import NOTHING, Decision, fixed, loose, recorded
from ncash.model.goods import Cashier, Goods
from ncash.model.keg import KEG
from ncash.model.mark import Mark, plain
from ncash.model.mark import cis as cis_of
from ncash.model.owned import PLUGINS, PUBLISHED
from ncash.model.receipt import Channel, Kind, Position, Receipt
from ncash.model.request import AddItem, ChangeQuantity, Question, Storno, UnknownScan
from ncash.model.scan import Scan
from ncash.model.veil import digest, veiled

RELATED: Final = ("parent", "packageType", KEG)
"""Members of `extra` that decide about other positions of the receipt."""
_SOLD: Final = (
    "n", "code", "name", "bcode", "price", "dept", "tmctype", "marked", "category", "additionalbarcode", "cis",
    "fractional", "frunit", "baseprice",
)  # fmt: skip
_STUB: Final = Position(0, "", name="", bcode="", quantity=Decimal(1), price=0, marked=True)
_CODES: Final = ("excisemark", "markingcode")


class Entry(NamedTuple):
    """A line that is to be written. It is rendered only then: the answer to a scan does not wait for it."""

    kind: str
    request: Question
    decision: Decision
    more: Mapping[str, Any] = NOTHING

    def line(self, time: str) -> dict[str, Any]:
        """The line as of this time."""
        return {"time": time, **line_of(self.kind, self.request, self.decision), **self.more}


def _key(decision: Decision) -> str | None:
    texts = [text.key for text in decision.screen] + ([decision.dialog.key] if decision.dialog else [])
    return texts[0] if texts else None


def line_of(kind: str, request: Question, decision: Decision) -> dict[str, Any]:
    """The line about a decision, without its time."""
    receipt = request.receipt
    line: dict[str, Any] = {
        "kind": kind,
        "receipt": receipt.id,
        "receipt_kind": receipt.kind.value,
        "channel": receipt.channel.value,
        "opened": receipt.opened,
        "verdict": decision.verdict.word,
        "key": _key(decision),
        "checks": recorded(decision.steps),
        "marks": [_held(p) for p in receipt.positions if p.cis],
    }
    if PLUGINS in receipt.extra:
        line["kept"] = {name: loose(values) for name, values in receipt.extra[PLUGINS].items()}
    if isinstance(request, AddItem | Storno):
        if request.mark:
            line["mark"] = _mark(request.mark)
        elif request.scan:
            line["scan"] = {"text": veiled(request.scan.data), "input": request.scan.input}
    elif isinstance(request, UnknownScan):
        line["scan"] = {"text": beginning(request.scan.data), "input": request.scan.input}
    elif isinstance(request, ChangeQuantity):
        line |= {"position": request.position.n, "quantity": str(request.value)}
    if isinstance(request, AddItem):
        line |= _adding(request)
    elif request.confirmed:
        line["confirmed"] = sorted(request.confirmed)
    if request.entered:
        line["entered"] = sorted(request.entered)
    effects = decision.effects
    if effects.tags:
        line["tags"] = loose(effects.tags)
    if effects.unchecked:
        line["unchecked"] = effects.unchecked
    if effects.keg is not None:
        line[KEG] = effects.keg.json()
    return line


def beginning(text: str) -> str:
    """A scan that may be anything, a person's card among others: its first characters, and how many follow."""
    return f"{text[:4]}…{len(text) - 4}" if len(text) > 4 else text


@lru_cache(4096)
def kept_cis(cis: str, code: str | None) -> str:
    """A CIS as a line holds it: that of a code of no known layout is the code itself, and veiled like it."""
    return cis if code is None or len(cis) < len(plain(code)) else veiled(cis)


def _held(position: Position) -> dict[str, Any]:
    """What a position of the receipt means to the next one."""
    held = {"n": position.n, "cis": kept_cis(position.cis or "", position.mark)}
    extra = position.extra
    return {**held, **{name: extra[name] for name in RELATED if name in extra}} if extra else held


def _mark(mark: Mark) -> dict[str, Any]:
    found: dict[str, Any] = {
        "raw": veiled(mark.raw),
        "cis": kept_cis(mark.cis, mark.raw),
        "digest": digest(mark.raw),
        "category": mark.category,
        "gtin": mark.gtin,
        "input": mark.input,
    }
    if mark.text != mark.raw:
        found["text"] = veiled(mark.text)
    if mark.weight is not None:
        found["weight"] = str(mark.weight)
    if mark.scanned is not None:
        found |= {"scanned": covered(mark.scanned, mark.raw), "repairs": list(mark.repairs)}
    return found


def covered(scanned: str, code: str) -> str:
    """A damaged scan as a line holds it: what follows the serial is covered, however it is written there."""
    serial = cis_of(code)[-6:]
    places = [at for at in (scanned.find(serial), scanned.find(typed(serial))) if at >= 0]
    shown = scanned[: min(places) + len(serial)] if places else ""
    return f"{shown}…{len(scanned) - len(shown)}"


def _adding(request: AddItem) -> dict[str, Any]:
    given: dict[str, Any] = {
        "order": request.order,
        "goods": _goods(request.goods) if request.goods else None,
        "label": request.label,
        "without_mark": request.without_mark,
        "confirmed": sorted(request.confirmed),
    }
    if request.label_quantity is not None:
        given["label_quantity"] = str(request.label_quantity)
    if request.pieces is not None:
        given["pieces"] = str(request.pieces)
    if request.quantity is not None:
        given["quantity"] = str(request.quantity)
    if request.replaces is not None:
        old = request.receipt.position(request.replaces)
        given |= {"replaces": request.replaces, "baseprice": old.baseprice if old else None}
        if old is not None and old.fractional:
            given["oldquantity"] = str(old.quantity)
    if request.cashier is not None:
        given["cashier"] = {"code": request.cashier.code, "roles": sorted(request.cashier.roles)}
    if request.sold is not None:
        given |= {"sold": _sold(request.sold), "sale": request.receipt.sale}
    if request.unit is not None:
        given["unit"] = _sold(request.unit)
    return given


@lru_cache(1024)
def _goods(goods: Goods) -> Mapping[str, Any]:
    """The goods without what has its default; whether their kind is served is a matter of the configuration."""
    defaults = Goods._field_defaults
    told = goods._replace(served=False)._asdict()
    found = {name: value for name, value in told.items() if name not in defaults or value != defaults[name]}
    return fixed({**found, "cquant": str(goods.cquant)} if "cquant" in found else found)


def _sold(position: Position) -> dict[str, Any]:
    found: dict[str, Any] = {name: getattr(position, name) for name in _SOLD}
    codes = {name: veiled(value) for name in _CODES if (value := getattr(position, name)) is not None}
    if position.cis is not None:
        found["cis"] = kept_cis(position.cis, position.mark)
    extra = {name: dict(position.extra[name]) for name in (KEG, PLUGINS, PUBLISHED) if name in position.extra}
    if extra:
        found["extra"] = extra
    return {**found, **codes, "quantity": str(position.quantity)}


def request_of(line: Mapping[str, Any]) -> AddItem:
    """The request that a line of the kind `verdict` is about, without its facts. Raises KeyError for another line."""
    goods, cashier, sold = line["goods"], line.get("cashier"), line.get("sold")
    scan, amount = line.get("scan"), line.get("label_quantity")
    return AddItem(
        receipt=_receipt(line),
        order=line["order"],
        goods=Goods(**{**goods, "cquant": Decimal(goods.get("cquant", 1))}) if goods else None,
        mark=_mark_of(line["mark"]) if "mark" in line else None,
        scan=Scan(scan["text"], scan["input"]) if scan else None,
        label=line["label"],
        label_quantity=None if amount is None else Decimal(amount),
        without_mark=line["without_mark"],
        confirmed=frozenset(line["confirmed"]),
        cashier=Cashier(cashier["code"], "", frozenset(cashier["roles"])) if cashier else None,
        pieces=Decimal(line["pieces"]) if "pieces" in line else None,
        sold=_position(sold),
        unit=_position(line.get("unit")),
        replaces=line.get("replaces"),
        quantity=Decimal(line["quantity"]) if "quantity" in line else None,
    )


def _position(kept: Mapping[str, Any] | None) -> Position | None:
    return Position(**{**kept, "quantity": Decimal(kept["quantity"])}) if kept else None


def _receipt(line: Mapping[str, Any]) -> Receipt:
    """The receipt as far as the checks look at it: every position stands for its mark only."""
    positions = tuple(
        _STUB._replace(n=held["n"], cis=held["cis"], extra={name: held[name] for name in RELATED if name in held})
        for held in line["marks"]
    )
    if line.get("baseprice") is not None:
        old = next((p for p in positions if p.n == line["replaces"]), _STUB._replace(n=line["replaces"]))
        changes: dict[str, Any] = {}
        if "oldquantity" in line:
            changes = {"quantity": Decimal(line["oldquantity"]), "fractional": True}
        positions = (*(p for p in positions if p.n != old.n), old._replace(baseprice=line["baseprice"], **changes))
    cashier = line.get("cashier")
    return Receipt(
        line["receipt"],
        Kind(line["receipt_kind"]),
        channel=Channel(line["channel"]),
        cashier=cashier["code"] if cashier else None,
        positions=positions,
        last_n=max((p.n for p in positions), default=0),
        sale=line.get("sale"),
        opened=line["opened"],
        extra=fixed({PLUGINS: line["kept"]}) if "kept" in line else NOTHING,
    )


def _mark_of(kept: Mapping[str, Any]) -> Mark:
    weight = kept.get("weight")
    return Mark(
        raw=kept["raw"],
        text=kept.get("text", kept["raw"]),
        cis=kept["cis"],
        category=kept["category"],
        gtin=kept["gtin"],
        weight=None if weight is None else Decimal(weight),
        input=kept["input"],
        scanned=kept.get("scanned"),
        repairs=tuple(kept.get("repairs", ())),
    )
