"""Goods by `tmctype`: kinds whose marks a plugin reads are marked goods, others that carry marks are named (ADR 38)."""

from collections.abc import Iterable, Set
from typing import Final

from ncash.hosting.loader import Plugins
from ncash.language import recorded
from ncash.messages import Message
from ncash.model.decision import NO_EFFECTS, NOTHING, Decision, Effects, Step, Text, Verdict, merged
from ncash.model.goods import Goods, as_served, kind_of
from ncash.model.keg import KEG, Keg
from ncash.model.ports import Dictionaries
from ncash.model.receipt import Kind, Position
from ncash.model.request import AddItem
from ncash.till.texts import KIND_UNCHECKED, KIND_UNSERVED
from ncash.till.view import Room

STEP: Final = "kind"
SETTING: Final = "unservedMarks"
_SELLING: Final = frozenset({Kind.SALE, Kind.RETURN})
"""Receipts that such goods must not join unasked; a return by sale gives back what was sold, an inventory counts."""


class ServedDictionaries:
    """ports.Dictionaries whose goods know which kinds are served here; everything else is answered as it was."""

    def __init__(self, dictionaries: Dictionaries, kinds: Set[int]) -> None:
        self._dictionaries = dictionaries
        self._kinds = kinds
        self.article_barcodes = dictionaries.article_barcodes
        self.catalogs = dictionaries.catalogs
        self.catalog_exists = dictionaries.catalog_exists
        self.whitelisted = dictionaries.whitelisted
        self.cashier = dictionaries.cashier
        self.role_exists = dictionaries.role_exists

    def goods(self, barcode: str) -> Goods | None:
        found = self._dictionaries.goods(barcode)
        return found and as_served(found, self._kinds)

    def goods_by_gtin(self, gtin: str) -> Goods | None:
        found = self._dictionaries.goods_by_gtin(gtin)
        return found and as_served(found, self._kinds)


def kinds_of(plugins: Plugins) -> frozenset[int]:
    """Values of `tmctype`, beside 7, whose marks some plugin reads."""
    return frozenset().union(*(one.started.kinds for one in plugins.loaded))


def guard_of(room: Room, goods: Goods | None, failed: Iterable[str]) -> str | None:
    """The first of these plugins that stands guard over the goods."""
    for name in failed:
        guards = room.plugins.guards(name)
        if goods is None or guards is None:
            continue
        if goods.dept in guards.departments or goods.tmctype in guards.kinds:
            return name
        if guards.catalogs and not guards.catalogs.isdisjoint(room.premises.dictionaries.catalogs(goods.code)):
            return name
    return None


def served(dictionaries: Dictionaries, kinds: Set[int]) -> Dictionaries:
    """The dictionaries as this shop reads marks."""
    return ServedDictionaries(dictionaries, kinds) if kinds else dictionaries


def refusal_words(goods: Goods) -> str:
    """The refusal of these goods, for a position that stands in a receipt already."""
    return KIND_UNSERVED.words(position=goods.name, called=kind_of(goods.tmctype).name)


def is_ruled(kind: Kind, goods: Goods) -> bool:
    """Whether goods of an unserved kind are refused, or sold loudly, in such a receipt."""
    return goods.unserved and kind in _SELLING


def refusal(room: Room, request: AddItem) -> Decision | None:
    """What unservedMarks = deny says of goods whose marks nobody reads."""
    goods = request.goods
    if goods is None or not is_ruled(request.kind, goods) or room.host.unservedMarks == "allow":
        return None
    return Decision(
        Verdict.DENY, (_step(room, goods, Verdict.DENY, KIND_UNSERVED.key),), (_text(KIND_UNSERVED, goods),)
    )


def with_trace(room: Room, request: AddItem, decision: Decision) -> Decision:
    """An allowed decision about such goods: never silent."""
    goods = request.goods
    if goods is None or not goods.unserved or decision.verdict is not Verdict.ALLOW:
        return decision
    if not is_ruled(request.kind, goods):
        step = Step(STEP, fact={"tmctype": goods.tmctype})
        effects = merged(decision.effects, _unit(request.sold))
        return decision._replace(steps=(*decision.steps, step), effects=effects)
    step = _step(room, goods, Verdict.ALLOW, KIND_UNCHECKED.key)
    unchecked = recorded("kind: tmctype {kind}, {setting} = allow", kind=goods.tmctype, setting=SETTING)
    effects = merged(decision.effects, Effects(unchecked=unchecked))
    changed = decision._replace(steps=(*decision.steps, step), effects=effects)
    return changed._replace(screen=(*decision.screen, _text(KIND_UNCHECKED, goods)))


def _unit(sold: Position | None) -> Effects:
    """The unit that a sale gives back whose mark nobody reads any more: it is the one that was sold."""
    if sold is None or sold.cis is None:
        return NO_EFFECTS
    extra = {"raw": sold.mark} if sold.mark else NOTHING
    keg = Keg(**sold.extra[KEG]) if KEG in sold.extra else None
    return Effects(
        marked=sold.marked, category=sold.category, cis=sold.cis, unique=keg is None, extra=extra, keg=keg
    )  # fmt: skip


def _step(room: Room, goods: Goods, verdict: Verdict, key: str) -> Step:
    value, source = room.host.raw(SETTING), room.host.source(SETTING)
    return Step(STEP, verdict, key, setting=SETTING, value=value, source=source, fact={"tmctype": goods.tmctype})


def _text(message: Message, goods: Goods) -> Text:
    return message.fill(position=goods.name, called=kind_of(goods.tmctype).name)
