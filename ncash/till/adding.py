"""Adding goods: a scan becomes a request, the plugins' answers become one decision, the decision an outcome."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from ncash.messages import (
    BARCODE_NOT_FOUND,
    MARK_DATA_MISSING,
    MARKED_GOODS_BLOCKED,
    PLUGIN_BROKEN,
    POSITION_REFUSED,
    Message,
)
from ncash.model import label as barcode
from ncash.model import measure
from ncash.model.decision import NOTHING, Decision, Effects, Text, Verdict, fixed, fold, told
from ncash.model.goods import Goods
from ncash.model.keg import KEG
from ncash.model.legible import legible
from ncash.model.mark import Mark
from ncash.model.money import ONE
from ncash.model.receipt import Channel, Kind, Position, Receipt
from ncash.model.record import Entry
from ncash.model.request import AddItem
from ncash.model.scan import RESTORED
from ncash.system.failpoints import declare, failpoint
from ncash.till.fiscal.codecheck import checked
from ncash.till.goods import kinds
from ncash.till.goods.measuring import ASKING, label_refusal, measured, stated
from ncash.till.goods.pricing import ZERO, priceless
from ncash.till.goods.sums import denied, impossible, unfit
from ncash.till.receipts.given_up import owed
from ncash.till.receipts.sold import known
from ncash.till.texts import GOODS_WITHOUT_PRICE, REMOTE_MARKED, RETURN_FORBIDDEN, SALE_FORBIDDEN
from ncash.till.view import Outcome, Room, View, open_receipt, worth_a_line

_DECIDED: Final = declare("till.decided", "goods have their verdict, the receipt does not know it yet")
_HOST_ALLOWS = Decision(Verdict.ALLOW)
_RETURNS = (Kind.RETURN, Kind.RETURN_BY_SALE)
_SALE, _ALLOW, _ABSTAIN = Kind.SALE, Verdict.ALLOW, Verdict.ABSTAIN
_REMOTE: Final = Channel.REMOTE
_NOBODY: Final[frozenset[str]] = frozenset()
_KEEPS_MARK: Final = frozenset({"scan_barcode", ASKING})
"""Dialogs that ask for something else than the mark."""


def find(room: Room, text: str) -> tuple[Goods | None, str, Decimal | None]:
    """Goods by a barcode as scanned, bcode.ini first; with that barcode and the label's quantity in their unit."""
    label = barcode.apply(room.rules, text)
    if label is not None:
        goods = room.world.dictionaries.goods(label.barcode)
        if goods is not None:
            return goods, text, measure.of_label(label.quantity, label.weighed, goods.frunit)
    return room.world.dictionaries.goods(text), text, None


def shown(text: str) -> str:
    """A scan as a person may see it: cut, control characters escaped; of separators its text takes care."""
    return "".join(c if c.isprintable() or c.isspace() else f"\\x{ord(c):02x}" for c in text.strip()[:64])


def unknown(text: str) -> Text:
    """No goods with this barcode."""
    return BARCODE_NOT_FOUND.fill(barcode=shown(text))


def _deny(message: Message, **values: str) -> Decision:
    return Decision(Verdict.DENY, screen=(message.fill(**values),))


def _host_refusal(room: Room, request: AddItem, marked: bool) -> Decision | None:
    """`marked`: the goods carry marks, whether they are read here or not."""
    goods = request.goods
    receipt = request.receipt
    if goods is not None and goods.disableinventsale and receipt.kind is _SALE:
        return _deny(SALE_FORBIDDEN, position=goods.name)
    if goods is not None and goods.disableinventback and receipt.kind in _RETURNS:
        return _deny(RETURN_FORBIDDEN, position=goods.name)
    if goods is not None and not goods.price and priceless(request, goods):
        return _deny(GOODS_WITHOUT_PRICE, position=goods.name)
    if goods is not None and request.label_quantity is not None and (wrong := label_refusal(request, goods)):
        return wrong
    if not marked:
        return None
    if wrong := kinds.refusal(room, request):
        return wrong
    if receipt.channel is _REMOTE:
        return _deny(REMOTE_MARKED)
    blocked = room.blocked()
    if blocked is not None:
        return _deny(MARKED_GOODS_BLOCKED)._replace(steps=(blocked,))
    doubt = room.doubt()
    return Decision(Verdict.DENY, screen=(doubt,)) if doubt else None


def decide(room: Room, request: AddItem) -> Decision:
    """One decision: the host's own refusals, then the fold of all plugins.

    Ordinary goods are the host's own allow; marked goods and marks need a plugin's. A plugin that fails is a refusal
    of marked goods.
    """
    goods = request.goods
    marked = request.mark is not None or goods is None or goods.marked
    unserved = goods is not None and goods.unserved
    refusal = _host_refusal(room, request, marked or unserved)
    if refusal is not None:
        return refusal
    decision = measured(request, _answered(room, request, marked, unserved))
    return kinds.traced(room, request, decision) if unserved else decision


def _answered(room: Room, request: AddItem, marked: bool, unserved: bool) -> Decision:
    hook = "on_return" if request.receipt.kind in _RETURNS else "on_add_item"
    answers, failed = room.plugins.ask(hook, request)
    if not marked and not (unserved and failed):
        return fold([*answers, _HOST_ALLOWS]) if answers else _HOST_ALLOWS
    if failed:
        return fold([*answers, _deny(PLUGIN_BROKEN, plugin=failed[0])])
    decision = fold(answers)
    if decision.verdict is _ABSTAIN:
        return _deny(MARK_DATA_MISSING)
    return decision


KEPT: Final = ("agreed", "order", "label", "scanned", "repairs", ZERO)
"""What stays in `extra` of a position that is decided again."""


def position_of(room: Room, request: AddItem, decision: Decision, n: int) -> Position:
    """The position that an allowed request becomes; one that is decided again keeps its price and its quantity."""
    goods, effects, mark, sold = request.goods, decision.effects, request.mark, request.sold
    assert goods is not None
    old = request.receipt.position(n) if request.replaces is not None else None
    marked = effects.marked
    if marked is None:
        marked = mark is not None or goods.marked
    price, base = _price(request, goods, old)
    name, count = old.name if old else goods.name, stated(request, goods, effects, old)
    unit = request.unit or goods
    position = Position(
        n, goods.code, name, goods.barcode, count or ONE, price, unit.dept, unit.tmctype, marked, effects.category,
        effects.excisemark, effects.additionalbarcode, effects.cis, effects.markingcode, _input(mark, old),
        told(decision.steps), fixed(effects.tags), effects.unchecked, unit.fractional, unit.frunit,
        base, sold.n if sold else None, None, _extra(request, goods, effects, old),
    )  # fmt: skip
    return _discounted(room, goods, position) if request.receipt.kind is _SALE else position


def _price(request: AddItem, goods: Goods, old: Position | None) -> tuple[int, int]:
    """Kopecks after and before discounts; what comes back is paid back as it was paid."""
    was = request.sold or request.unit or (old if request.receipt.kind in _RETURNS else None)
    if was is not None:
        return was.price, was.baseprice
    price = old.baseprice if old else goods.price
    return price, price


def _input(mark: Mark | None, old: Position | None) -> str | None:
    """How the mark came in; one that is checked again came in as it did the first time."""
    if mark is None:
        return None
    return old.input if old is not None and mark.input == RESTORED else mark.input


def _extra(request: AddItem, goods: Goods, effects: Effects, old: Position | None) -> Mapping[str, Any]:
    kept = _kept(request, goods, old)
    if effects.keg is not None and effects.cis and goods.fractional and goods.frunit in measure.MILLILITRES:
        kept = {**kept, KEG: effects.keg.json()}
    return fixed({**kept, **effects.extra} if kept else effects.extra)


def _kept(request: AddItem, goods: Goods, old: Position | None) -> Mapping[str, Any]:
    if old is not None:
        return {name: old.extra[name] for name in KEPT if name in old.extra}
    label, mark = request.label, request.mark
    found: Mapping[str, Any] = {"label": label} if label and label != goods.barcode else NOTHING
    if (goods.zeroprice and not goods.price) or (request.unit is not None and not request.unit.price):
        found = {**found, ZERO: True}
    if mark is not None and mark.scanned is not None:
        return {**found, "scanned": mark.scanned, "repairs": list(mark.repairs)}
    return found


def _discounted(room: Room, goods: Goods, position: Position) -> Position:
    if position.extra.get("agreed"):
        return position
    offers = room.plugins.prices(position)
    if not offers:
        return position
    floor = max(goods.minprice or 0, goods.minretailprice or 0, 1)
    fair = [offer for offer in offers if floor <= offer.price < position.price]
    if not fair:
        return position
    best = min(fair, key=lambda offer: offer.price)
    return position._replace(price=best.price, extra=fixed({**position.extra, "discount": best.reason}))


def _placed(receipt: Receipt, position: Position, replaces: int | None) -> Receipt:
    if replaces is not None:
        kept = tuple(position if p.n == replaces else p for p in receipt.positions)
        return receipt._replace(positions=kept)
    return receipt.joined(position)


def fitted(room: Room, request: AddItem, decision: Decision) -> tuple[Decision, Position | None]:
    """A decision, denied after all when its position comes to nothing that a receipt can hold; with that position."""
    if decision.verdict is not _ALLOW:
        return decision, None
    n = request.replaces if request.replaces is not None else request.receipt.last_n + 1
    try:
        position = position_of(room, request, decision, n)
    except ValueError:
        return denied(decision, impossible(request)), None
    wrong = unfit(request, position)
    return (decision, position) if wrong is None else (denied(decision, wrong), None)


def carry_out(room: Room, view: View, request: AddItem, decision: Decision) -> Outcome:
    """What a decision does to the view. Nothing is written yet."""
    failpoint(_DECIDED)
    receipt = open_receipt(view)
    decision, position = fitted(room, request, decision)
    if position is not None:
        decision, position = checked(room, receipt, decision, position)
    lines = (Entry("verdict", request, decision),) if worth_a_line(request, decision) else ()
    if position is not None and decision.verdict is Verdict.ALLOW:
        receipt = _placed(receipt, position, request.replaces)
        effects = decision.effects
        take = frozenset((position.cis,)) if position.cis and effects.unique and KEG not in position.extra else _NOBODY
        view = View(receipt, view.cashier, None, None, None, view.queue, view.sale, view.choosing)
        return Outcome(view, decision.screen, decision, lines, True, take, messages=decision.messages)
    pending = request._replace(facts=fixed(decision.facts), asked=decision.asks)
    if decision.verdict is Verdict.DENY:
        messages = owed(room, receipt, refused=(pending,))
        if request.replaces is not None:
            return _still_refused(view, request, decision, lines)._replace(messages=messages)
        kept = pending._replace(facts=NOTHING) if decision.dialog else None
        view = view._replace(dialog=decision.dialog, pending=kept)
        return Outcome(view, decision.screen, decision, lines, messages=messages)
    dialog = decision.dialog or view.dialog
    if dialog is None:
        return Outcome(view.settled(), (*decision.screen, MARK_DATA_MISSING.fill()), decision, lines)
    if decision.verdict is Verdict.NEED_SCAN:
        pending = pending._replace(scan=None, mark=request.mark if dialog.kind in _KEEPS_MARK else None)
    return Outcome(view._replace(dialog=dialog, pending=pending), decision.screen, decision, lines)


def _still_refused(view: View, request: AddItem, decision: Decision, lines: tuple[Entry, ...]) -> Outcome:
    """A position of a restored receipt stays in sight, named as refused; the receipt closes only without it."""
    receipt = open_receipt(view)
    position = receipt.position(request.replaces or 0)
    if position is None:
        return Outcome(view.settled(), decision.screen, decision, lines)
    reason = legible(decision.screen[0].text) if decision.screen else MARK_DATA_MISSING.text
    refused = position._replace(refused=reason, checks=told(decision.steps), tags=NOTHING)
    text = POSITION_REFUSED.fill(n=str(position.n), position=position.name, reason=reason)
    view = view.settled()._replace(receipt=_placed(receipt, refused, position.n))
    return Outcome(view, (*decision.screen, text), decision, lines, save=True)


def go_on(room: Room, outcome: Outcome) -> Outcome:
    """Decide what is queued, one after the other, until a dialog needs the cashier."""
    while outcome.view.dialog is None and outcome.view.queue:
        view = outcome.view
        request, rest = view.queue[0], view.queue[1:]
        view = view._replace(queue=rest)
        request = known(room, request._replace(receipt=open_receipt(view), cashier=view.cashier))
        outcome = outcome.joined(carry_out(room, view, request, decide(room, request)))
    return outcome


def add(room: Room, view: View, request: AddItem) -> Outcome:
    """Decide a request and carry the decision out, then what is queued."""
    request = known(room, request)
    return go_on(room, carry_out(room, view, request, decide(room, request)))
