"""Kegs: which marks are sold in parts by volume, what a keg holds, and whether it still has a portion (ADR 38)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from ncash.bundled.markedgoods.checks.case import Case, Judgement, passed, refused, unit_of
from ncash.messages import ALREADY_REGISTERED, KEG_EMPTY, KEG_RETURN
from ncash.model.goods import DRAUGHT_BEER
from ncash.model.keg import CRPT, KEG, MARK, MOST_CONTENT, SETTING, Keg, KegState, litres, volume
from ncash.model.mark import layout_of, places, plain
from ncash.model.measure import MILLILITRES
from ncash.model.receipt import RETURN_OPCODE, Kind

CHECK: Final = "uniqueness"
STATE: Final = "keg"
"""Member of the fact of check 5: the keg as the books have it."""
NOT_RESERVED: Final = "a portion of a keg is not reserved"
_BEER_SERIAL: Final = 7
_BEER_KEY: Final = "93"
_VOLUME: Final = "335"
_MILK: Final = 8
"""Group whose innerUnitCount is grams."""


def candidate(case: Case) -> bool:
    """Whether these goods, measured by volume, may come out of a keg; the books are to be asked then."""
    goods = case.request.goods
    if goods is None or not goods.fractional or goods.frunit not in MILLILITRES or unit_of(case.request) is None:
        return False
    own, sold = case.own, case.request.sold
    kegs = own.kegLitres > 0 or (sold is not None and KEG in sold.extra)
    return own.checkLocalUniqueness and kegs and case.request.kind is not Kind.INVENTORY


def evident(case: Case) -> bool:
    """Whether goods or mark say by themselves that it is a keg: draught beer, a mark of beer, a volume in the mark."""
    if case.goods.tmctype == DRAUGHT_BEER or DRAUGHT_BEER in case.profile.kinds:
        return True
    layout = layout_of(plain(case.mark.raw))
    return layout is not None and layout.serial == _BEER_SERIAL and layout.tail[0].ai == _BEER_KEY


def is_keg(case: Case, fact: Mapping[str, Any] | None) -> bool:
    """Whether the mark is known for a keg before anybody outside is asked."""
    return candidate(case) and (evident(case) or _state(fact).source is not None)


def judge(case: Case, fact: Mapping[str, Any]) -> Judgement:
    """Check 5 of a keg: what is left in it, and in a return what was sold out of it."""
    rule, state, asked = case.profile.setting("checkLocalUniqueness"), _state(fact), _asked(case)
    if case.request.kind is not Kind.SALE:
        if state.poured > 0 or state.content is not None:
            short = state.returnable <= 0 or (asked or 0) > state.returnable
            left = litres(state.returnable)
            return refused(CHECK, KEG_RETURN, rule, fact, left=left) if short else passed(CHECK, fact, rule)
        again = fact.get("opcode") == RETURN_OPCODE
        return refused(CHECK, ALREADY_REGISTERED, rule, fact) if again else passed(CHECK, fact, rule)
    if state.whole:
        return refused(CHECK, ALREADY_REGISTERED, rule, fact)
    if state.left is not None and (state.left <= 0 or (asked or 0) > state.left):
        return refused(CHECK, KEG_EMPTY, rule, fact, left=litres(state.left))
    return passed(CHECK, fact, rule)


def keg_of(case: Case, fact: Mapping[str, Any] | None, extra: Mapping[str, Any]) -> Keg | None:
    """What is known of the keg of this mark, `extra` being what CRPT said of it; None for a unit that is none.

    The content is what CRPT says, else what stands in the mark, else what the books have, else kegLitres.
    """
    if not candidate(case):
        return None
    inner = None if _MILK in extra.get("groupIds", ()) else extra.get("innerUnitCount") or None
    if not inner and not is_keg(case, fact):
        return None
    if inner:
        sold = extra.get("soldUnitCount")
        return Keg(min(inner, MOST_CONTENT), CRPT, None if sold is None else min(sold, MOST_CONTENT))
    written, state = in_mark(case.mark.raw), _state(fact)
    if state.content is not None and state.source is not None and (state.source == CRPT or not written):
        return Keg(state.content, state.source)
    return Keg(written, MARK) if written else Keg(min(case.own.kegLitres * 1_000, MOST_CONTENT), SETTING)


def in_mark(code: str) -> int | None:
    """Millilitres that a mark carries (AI 335n: litres with n decimals); None when it carries none."""
    bare = plain(code)
    for identifier, place in places(bare).items():
        digits = bare[place]
        if identifier.startswith(_VOLUME) and digits.isascii() and digits.isdigit():
            return int(Decimal(int(digits)).scaleb(3 - int(identifier[-1]))) or None
    return None


def _state(fact: Mapping[str, Any] | None) -> KegState:
    known = fact.get(STATE) if fact else None
    return KegState(**known) if known else KegState()


def _asked(case: Case) -> int | None:
    """Millilitres of the portion; None while nobody said."""
    request = case.request
    old = request.receipt.position(request.replaces) if request.replaces is not None else None
    sold = old.quantity if old else request.sold.quantity if request.sold else None
    quantity = sold or request.quantity or request.label_quantity
    return None if quantity is None else volume(quantity, case.goods.frunit)
