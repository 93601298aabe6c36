"""What goods may cost: the price in a tobacco code, and the limits in CRPT's answer (R17 §4 rows 7 to 10, annex 1)."""

from collections.abc import Callable
from typing import Final, NamedTuple

from ncash.bundled.markedgoods.checks.case import Case
from ncash.bundled.markedgoods.checks.findings import Objection
from ncash.bundled.markedgoods.checks.statuses import TOBACCO_GROUP
from ncash.bundled.markedgoods.facts.online import Answer
from ncash.bundled.markedgoods.texts.messages_price import PRICES
from ncash.model.mark import is_pack, places, plain
from ncash.model.money import amount, rubles
from ncash.model.receipt import Channel, Kind

OTHER_TOBACCO_GROUP: Final = 12
NICOTINE_GROUP: Final = 16
SETTING: Final = "ignoreCrptPrice"
ALPHABET: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!\"%&'*+-./_,:;=<>?"
"""The 80 digits of a price in a pack's code, 0 first."""
_DIGITS: Final = {digit: value for value, digit in enumerate(ALPHABET)}
_PACK_PRICE: Final = slice(21, 25)
_BLOCK_PRICE: Final = "8005"


class Limits(NamedTuple):
    """What is known of the price of a mark; money is in kopecks."""

    groups: tuple[int, ...]
    """Product groups; without any there are no price rules."""
    mrp: int | None
    smp: int | None
    packs: int = 1
    """Packs in a block."""
    in_code: int | None = None
    """The maximum retail price that the code itself carries."""


class PriceRule(NamedTuple):
    """One price rule: the product group it is for, its text, the limit (None: there is no rule), what breaks it."""

    name: str
    group: int
    key: str
    limit: Callable[[Limits], int | None]
    broken: Callable[[int, int], bool]
    """Takes the price and the limit."""
    fields: tuple[str, ...] = ()
    """Fields of the answer that the limit is made of."""


def base80(digits: str) -> int | None:
    """Kopecks of four base-80 digits, the highest first; None for characters that are no digits."""
    value = 0
    for digit in digits:
        if digit not in _DIGITS:
            return None
        value = value * len(ALPHABET) + _DIGITS[digit]
    return value


def price_in_code(code: str) -> int | None:
    """The maximum retail price that a tobacco code carries, kopecks: characters 22 to 25 of a pack, AI 8005 of a block.

    None when it carries none; AAAA and 000000 stand for none.
    """
    bare = plain(code)
    if is_pack(bare):
        return base80(bare[_PACK_PRICE]) or None
    place = places(code).get(_BLOCK_PRICE)
    written = bare[place] if place else ""
    return int(written) or None if written.isascii() and written.isdecimal() else None


def limits_of(answer: Answer, code: str) -> Limits:
    """The limits of an online answer and of the code it is about."""
    return Limits(answer.groupIds, answer.mrp, answer.smp, answer.packageQuantity or 1, price_in_code(code))


def offline_limits(mrp: int | None, smp: int | None) -> Limits:
    """The limits of a local module, which gives no groups: smp is that of tobacco, mrp the minimum of nicotine."""
    groups = (*((TOBACCO_GROUP,) if smp is not None else ()), *((NICOTINE_GROUP,) if mrp is not None else ()))
    return Limits(groups, mrp, smp)


def _lowest(limits: Limits) -> int | None:
    return None if limits.smp is None else limits.smp * limits.packs


def _minimum(limits: Limits) -> int | None:
    return limits.mrp


def _differs(price: int, limit: int) -> bool:
    return price != limit


def _below(price: int, limit: int) -> bool:
    return price < limit


PRICE_RULES: Final = (
    PriceRule("mrp", TOBACCO_GROUP, "CrptPriceNotMrp", lambda limits: limits.in_code, _differs),
    PriceRule("smp", TOBACCO_GROUP, "CrptPriceBelowSmp", _lowest, _below, ("smp", "packageQuantity")),
    PriceRule("mrp of nicotine", NICOTINE_GROUP, "CrptPriceBelowMinimum", _minimum, _below, ("mrp",)),
    PriceRule("mrp of other tobacco", OTHER_TOBACCO_GROUP, "CrptPriceBelowMinimum", _minimum, _below, ("mrp",)),
)
"""In the order in which they are judged and their texts are listed."""


def packs_refused(case: Case) -> bool:
    """Whether no packs are sold here: they are at a self-checkout, where the setting is on.

    In every other kind of receipt a pack is a pack: it comes back, and is counted, as what it is.
    """
    sale = case.request.kind is Kind.SALE
    return sale and not (case.request.channel is Channel.SELF_CHECKOUT and case.shared.allowSaleMarkedSet)


def sold_by_pieces(case: Case) -> bool:
    """Whether one mark stands for the `cquant` pieces of a pack, each at the price of the goods."""
    return case.goods.pack and not packs_refused(case)


def price_of(case: Case) -> int:
    """Kopecks for all that the mark covers: of the goods, or of the position that is decided again and keeps its price.

    Discounts are no part of it: none is given on these groups.
    """
    request = case.request
    old = request.receipt.position(request.replaces) if request.replaces is not None else None
    price = old.baseprice if old else case.goods.price
    return amount(price, case.goods.cquant) if sold_by_pieces(case) else price


def findings(case: Case, limits: Limits) -> list[Objection]:
    """The rules that the price breaks, in their order."""
    price = price_of(case)
    broken = [
        (rule, limit)
        for rule in PRICE_RULES
        if rule.group in limits.groups and (limit := rule.limit(limits)) is not None and rule.broken(price, limit)
    ]
    return [
        Objection(SETTING, PRICES[r.key].fill(position=case.goods.name, price=rubles(price), limit=rubles(limit)))
        for r, limit in broken
    ]


def unread(case: Case, answer: Answer) -> list[Objection]:
    """A limit that is there and cannot be read: the price cannot be compared, so that it stands against the mark."""
    if not answer.unread:
        return []
    limits, groupless = limits_of(answer, case.mark.raw), "groupIds" in answer.unread
    for rule in PRICE_RULES:
        blurred = any(name in answer.unread for name in rule.fields)
        if (rule.group in limits.groups and blurred) or (groupless and (blurred or rule.limit(limits) is not None)):
            return [Objection(SETTING, PRICES["CrptPriceUnread"].fill(position=case.goods.name))]
    return []
