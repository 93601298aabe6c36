"""Checks 3 to 6: what the till's own databases know (till.md §4)."""

from typing import Any, Final

from ncash.bundled.markedgoods.checks import kegs
from ncash.bundled.markedgoods.checks.case import Case, Judgement, passed, quiet, refused
from ncash.bundled.markedgoods.texts.messages import MESSAGES
from ncash.messages import ALREADY_REGISTERED, MARK_DATA_MISSING
from ncash.model.decision import NOTHING, Effects, Step
from ncash.model.keg import KEG
from ncash.model.receipt import Kind

_MARKED_FINE: Final = quiet("marked", None)
_RECEIPT_FINE: Final = quiet("receipt", None)


def marked_skipped(case: Case) -> str | None:
    """Goods scanned first were found to be marked goods already."""
    return None if case.mark_first else "goods first"


def judge_marked(case: Case, fact: Any) -> Judgement:
    """A mark of goods whose kind its category does not read: ordinary goods, or a refusal. What was sold as ordinary
    goods comes back as such, whatever the setting says today, and a unit sold as marked goods as that.
    """
    if case.goods.tmctype in case.profile.kinds or case.request.unit is not None:
        return _MARKED_FINE
    if case.goods.served:
        return refused("marked", MARK_DATA_MISSING, case.profile.setting("goodsTypes"), case.goods.tmctype)
    rule = case.profile.setting("allowUnmarked")
    sold = case.request.sold
    as_ordinary = sold is not None and not sold.marked and sold.cis is None
    if not (case.own.allowUnmarked or as_ordinary):
        return refused("marked", MARK_DATA_MISSING, rule, case.goods.tmctype)
    step = Step("marked", rule=rule, fact=case.goods.tmctype)
    mark = case.mark
    extra = {"raw": mark.raw} if mark.raw != mark.text else NOTHING
    ordinary = Effects(marked=False, excisemark=mark.text, category=mark.category, extra=extra)
    return Judgement(step, effects=ordinary, final=True)


def judge_receipt(case: Case, fact: Any) -> Judgement:
    """The same mark stands once in a receipt, but for portions of one keg."""
    request, mark = case.request, case.mark
    for position in request.receipt.positions:
        if mark.names(position.cis) and position.n != request.replaces:
            if KEG in position.extra and kegs.candidate(case):
                continue
            return refused("receipt", ALREADY_REGISTERED, None, position.n)
    return _RECEIPT_FINE


def uniqueness_skipped(case: Case) -> str | None:
    """An inventory sells nothing; a shop may switch the check off."""
    if case.request.kind is Kind.INVENTORY:
        return "inventory"
    return None if case.own.checkLocalUniqueness else "checkLocalUniqueness = false"


def judge_uniqueness(case: Case, fact: Any) -> Judgement:
    """The last registered operation on this CIS must not be the same one; a return by sale gives back what was sold in
    that sale, and not what came back and was sold again since."""
    profile = case.profile
    if fact is None:
        return quiet("uniqueness", profile.setting("checkLocalUniqueness"))
    if kegs.is_keg(case, fact):
        return kegs.judge(case, fact)
    if "opcode" not in fact:
        return quiet("uniqueness", profile.setting("checkLocalUniqueness"))
    rule = profile.setting("checkLocalUniqueness")
    if fact["opcode"] == case.request.kind.opcode or _another_position(case, fact):
        return refused("uniqueness", ALREADY_REGISTERED, rule, fact)
    return passed("uniqueness", fact, rule)


def _another_position(case: Case, fact: Any) -> bool:
    """Whether the unit was sold under another position than the one that a return by sale gives back."""
    sold, sale, where = case.request.sold, case.request.receipt.sale, fact.get("documentid")
    if sold is None or sale is None or where is None:
        return False
    return sold.cis is None or str(where) != sale


def whitelist_skipped(case: Case) -> str | None:
    """The list on the till is asked for sales only, and not beside the cash server."""
    if case.request.kind is not Kind.SALE:
        return case.request.kind.value
    if not case.own.enableMarkVerifyLocal:
        return "enableMarkVerifyLocal = false"
    return "enableMarkVerify = true" if case.own.enableMarkVerify else None


def judge_whitelist(case: Case, fact: Any) -> Judgement:
    """The CIS stands in Excisemarkwhite, or the goods are not sold."""
    rule = case.profile.setting("enableMarkVerifyLocal")
    if not fact:
        return refused("whitelist", MESSAGES["NotInWhiteList"], rule, False)
    return passed("whitelist", True, rule)
