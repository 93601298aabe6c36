"""The decision about goods: the host's own refusals, then what the plugins say, then whether it makes a position."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from ncash.hosting.texts import PLUGIN_GUARDS
from ncash.messages import MARK_DATA_MISSING, MARKED_GOODS_BLOCKED, PLUGIN_BROKEN, Message
from ncash.model import measure
from ncash.model.decision import NOTHING, Decision, Effects, Verdict, fixed, fold, told
from ncash.model.goods import Goods
from ncash.model.keg import KEG
from ncash.model.mark import Mark
from ncash.model.money import ONE
from ncash.model.owned import PLUGINS, PUBLISHED, joined
from ncash.model.receipt import Channel, Kind, Position
from ncash.model.request import AddItem
from ncash.model.scan import RESTORED
from ncash.till.goods import kinds
from ncash.till.goods.discounts import discounted
from ncash.till.goods.kinds import guard_of
from ncash.till.goods.measuring import ask_unknown_quantity, denied, impossible, label_refusal, misfit, stated_quantity
from ncash.till.goods.pricing import ZERO, priceless
from ncash.till.texts import GOODS_WITHOUT_PRICE, REMOTE_MARKED, RETURN_FORBIDDEN, SALE_FORBIDDEN
from ncash.till.view import Room

Judged = tuple[Decision, Position | None]
"""A decision about goods, and the position that they become when it allows them."""
_HOST_ALLOWS = Decision(Verdict.ALLOW)
_RETURNS = (Kind.RETURN, Kind.RETURN_BY_SALE)
_SALE, _ALLOW, _ABSTAIN = Kind.SALE, Verdict.ALLOW, Verdict.ABSTAIN
_REMOTE: Final = Channel.REMOTE
KEPT: Final = ("agreed", "order", "label", "scanned", "repairs", ZERO)
"""What stays in `extra` of a position that is decided again."""


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
    if goods is not None and goods.unserved and (wrong := kinds.refusal(room, request)):
        return wrong
    if receipt.channel is _REMOTE:
        return _deny(REMOTE_MARKED)
    blocked = room.blocked()
    if blocked is not None:
        return _deny(MARKED_GOODS_BLOCKED)._replace(steps=(blocked,))
    doubt = room.doubt()
    return Decision(Verdict.DENY, screen=(doubt,)) if doubt else None


def decide_position(room: Room, request: AddItem) -> Judged:
    """The decision about goods with the position that they become."""
    return position_fitting(room, request, decide(room, request))


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
    decision = ask_unknown_quantity(request, _answered(room, request, marked, unserved))
    return kinds.with_trace(room, request, decision) if unserved else decision


def _answered(room: Room, request: AddItem, marked: bool, unserved: bool) -> Decision:
    hook = "on_return" if request.receipt.kind in _RETURNS else "on_add_item"
    answers, failed = room.plugins.ask(hook, request)
    if failed and (missed := _missed(room, request, failed, marked or unserved)):
        return fold([*answers, missed])
    if not marked:
        decision = fold([*answers, _HOST_ALLOWS]) if answers else _HOST_ALLOWS
    else:
        decision = fold(answers)
        if decision.verdict is _ABSTAIN:
            return fold([decision, _deny(MARK_DATA_MISSING)])
    return _reviewed(room, request, decision, marked or unserved) if room.plugins.reviews else decision


def _missed(room: Room, request: AddItem, failed: Sequence[str], marked: bool) -> Decision | None:
    """The refusal of goods about which these plugins owe an answer: marked ones, and those that one of them guards."""
    if marked:
        return _deny(PLUGIN_BROKEN, plugin=failed[0])
    guard = guard_of(room, request.goods, failed)
    name = request.goods.name if request.goods else ""
    return _deny(PLUGIN_GUARDS, position=name, plugin=guard) if guard else None


def _reviewed(room: Room, request: AddItem, decision: Decision, marked: bool) -> Decision:
    """What was allowed, looked at once more by plugins that want to see what every check said."""
    if decision.verdict is not _ALLOW:
        return decision
    answers, failed = room.plugins.ask("on_review", request, decision._replace(facts=NOTHING))
    if failed and (missed := _missed(room, request, failed, marked)):
        answers = [*answers, missed]
    return fold([decision, *answers]) if answers else decision


def position_fitting(room: Room, request: AddItem, decision: Decision) -> Judged:
    """Make the position of an allowed decision; one that no receipt can hold turns the decision into a refusal."""
    if decision.verdict is not _ALLOW:
        return decision, None
    n = request.replaces if request.replaces is not None else request.receipt.last_n + 1
    try:
        position = position_of(room, request, decision, n)
    except ValueError:
        return denied(decision, impossible(request)), None
    wrong = misfit(request, position)
    return (decision, position) if wrong is None else (denied(decision, wrong), None)


def position_of(room: Room, request: AddItem, decision: Decision, n: int) -> Position:
    """The position that an allowed request becomes; one that is decided again keeps its price and its quantity."""
    goods, effects, mark, sold = request.goods, decision.effects, request.mark, request.sold
    assert goods is not None
    old = request.receipt.position(n) if request.replaces is not None else None
    marked = effects.marked
    if marked is None:
        marked = mark is not None or goods.marked
    price, base = _price(request, goods, old)
    name, count = old.name if old else goods.name, stated_quantity(request, goods, effects, old)
    unit = request.unit or goods
    position = Position(
        n=n,
        code=goods.code,
        name=name,
        bcode=goods.barcode,
        quantity=count or ONE,
        price=price,
        dept=unit.dept,
        tmctype=unit.tmctype,
        marked=marked,
        category=effects.category,
        excisemark=effects.excisemark,
        additionalbarcode=effects.additionalbarcode,
        cis=effects.cis,
        markingcode=effects.markingcode,
        input=_input(mark, old),
        checks=told(decision.steps),
        tags=fixed(effects.tags),
        unchecked=effects.unchecked,
        fractional=unit.fractional,
        frunit=unit.frunit,
        baseprice=base,
        sale_position=sold.n if sold else None,
        extra=_extra(request, goods, effects, old),
    )
    if request.receipt.kind is not _SALE:
        return position
    return discounted(room, request.receipt, goods, position, request.cashier)


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
    more = effects.extra
    if effects.published:
        more = {**more, PUBLISHED: effects.published}
    return joined(kept, more) if kept else fixed(more)


def _kept(request: AddItem, goods: Goods, old: Position | None) -> Mapping[str, Any]:
    if old is not None:
        return {name: old.extra[name] for name in KEPT if name in old.extra}
    label, mark, was = request.label, request.mark, request.sold or request.unit
    found: Mapping[str, Any] = {"label": label} if label and label != goods.barcode else NOTHING
    if (goods.zeroprice and not goods.price) or (request.unit is not None and not request.unit.price):
        found = {**found, ZERO: True}
    if was is not None and PLUGINS in was.extra:
        found = {**found, PLUGINS: was.extra[PLUGINS]}
    if mark is not None and mark.scanned is not None:
        return {**found, "scanned": mark.scanned, "repairs": list(mark.repairs)}
    return found
