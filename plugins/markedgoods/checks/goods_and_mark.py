"""Check 1, the kind of input, and check 2, whether goods and mark belong together (till.md §4)."""

from decimal import Decimal
from typing import Any, Final, Protocol

import regex

from ncash.bundled.markedgoods.checks.case import RETURNS, Case, Judgement, passed, quiet, refused, wanted
from ncash.bundled.markedgoods.checks.price import packs_refused
from ncash.bundled.markedgoods.masks.matching import MATCH_SECONDS, compiled
from ncash.bundled.markedgoods.texts.messages import MESSAGES, SCAN_MARK, WITHOUT_MARK_FORBIDDEN
from ncash.bundled.markedgoods.texts.messages_price import PACK_REFUSED
from ncash.messages import BARCODE_NOT_FOUND
from ncash.model.decision import Dialog, Effects, Setting, Step
from ncash.model.mark import ean, same_barcode
from ncash.model.receipt import Kind
from ncash.model.scan import RESTORED

BITS: Final = {"text": 1, "binary": 2}
WITHOUT_MARK: Final = "without_mark"
_MATCH_FINE: Final = quiet("match", None)


def input_skipped(case: Case) -> str | None:
    """Without a mark there is nothing whose input could be wrong; a restored one comes from no scanner."""
    if case.request.mark is None:
        return "no mark"
    if case.mark.input == RESTORED:
        return "restored receipt"
    rules = case.profile if case.mark_first else case.common
    return "permittedInput is empty" if rules.settings.permittedInput is None else None


def judge_input(case: Case, fact: Any) -> Judgement:
    """Goods first: the common value rules and a forbidden scan is ignored. Mark first: the category's value refuses."""
    rules = case.profile if case.mark_first else case.common
    rule = rules.setting("permittedInput")
    if (rules.settings.permittedInput or 0) & BITS.get(case.mark.input, 0):
        return passed("input", case.mark.input, rule)
    if case.mark_first:
        return refused("input", MESSAGES["WrongInputKind"], rule, case.mark.input)
    return wanted("input", None, "WrongInputKind", rule)


def offer(case: Case) -> str | None:
    """The setting that offers to add without a mark in this receipt, or None when nothing can."""
    if case.request.kind is Kind.SALE:
        return "addWithoutScanMark"
    return "addWithoutScanMarkInBackBySale" if case.request.kind in RETURNS else None


def scan_mark(case: Case, key: str = SCAN_MARK.key) -> Dialog:
    """The scan-mark dialog with its picture, and with its button where the settings offer it."""
    setting = offer(case)
    buttons = ("cancel", WITHOUT_MARK) if setting and getattr(case.asking.settings, setting) else ("cancel",)
    return MESSAGES[key].dialog(*buttons, image=case.shared.markScanImage or None)


class Articles(Protocol):
    """The part of Dictionaries that check 2 looks at."""

    def catalogs(self, code: str) -> frozenset[str]:
        """Codes of the catalogs that hold this article."""

    def article_barcodes(self, code: str) -> frozenset[str]:
        """All barcodes of an article card."""


def look_match(dictionaries: Articles, case: Case) -> dict[str, list[str]] | None:
    """Catalogs and barcodes of the article, fetched only when a rule needs them."""
    goods, mark, shared = case.request.goods, case.request.mark, case.shared
    if not (shared.askForBarcodeFromCatalogs or shared.checkBarcodesOneArticle):
        return None
    if goods is None or mark is None or mark.gtin is None:
        return None
    fact: dict[str, list[str]] = {}
    if shared.askForBarcodeFromCatalogs:
        fact["catalogs"] = sorted(dictionaries.catalogs(goods.code))
    differ = not same_barcode(goods.barcode, mark.gtin)
    if differ and (fact.get("catalogs") or shared.checkBarcodesOneArticle):
        fact["article"] = sorted(dictionaries.article_barcodes(goods.code))
    return fact or None


def judge_match(case: Case, fact: Any) -> Judgement:
    """Ask for what is missing, compare what is there."""
    request = case.request
    if request.goods is not None and request.goods.pack and packs_refused(case):
        return _pack(case, request.goods.cquant)
    if request.mark is None:
        return _without_mark(case) if request.without_mark else _no_mark(case)
    if request.goods is None:
        return _no_goods(case)
    sold = request.sold
    if sold is not None and sold.cis:
        return _MATCH_FINE if request.mark.names(sold.cis) else _repeat(case)
    if sold is not None and sold.mark is not None:
        return _MATCH_FINE
    unit = request.unit
    if unit is not None and unit.code != request.goods.code:
        return _repeat(case)
    return _compared(case, fact or {})


def _no_mark(case: Case) -> Judgement:
    request = case.request
    if request.kind is Kind.INVENTORY and not case.shared.scanMarkInInventory:
        step = Step("match", rule=case.common.setting("scanMarkInInventory"))
        return Judgement(step, effects=Effects(marked=True), final=True)
    if request.scan is None:
        return wanted("match", scan_mark(case), SCAN_MARK.key, _offer_rule(case))
    rule = case.common.setting("showScanErrorDialog")
    if request.replaces is not None:
        return refused("match", MESSAGES["ScanErrorRepeat"])._replace(
            texts=(MESSAGES["ScanErrorRepeat"].fill("error"),)
        )
    if case.shared.showScanErrorDialog:
        return wanted("match", MESSAGES["ScanErrorLocked"].dialog(), "ScanErrorLocked", rule)
    return wanted("match", scan_mark(case, "ScanErrorRepeat"), "ScanErrorRepeat", rule)


def _offer_rule(case: Case) -> Setting | None:
    setting = offer(case)
    return case.asking.setting(setting) if setting else None


def _no_goods(case: Case) -> Judgement:
    mark, rule = case.mark, case.common.setting("allowNotMatchingBarcodes")
    if mark.gtin is None:
        return refused("match", BARCODE_NOT_FOUND, barcode=mark.text)
    if case.shared.allowNotMatchingBarcodes and case.request.replaces is None:
        return wanted("match", MESSAGES["NoMatchScanBarcode"].dialog(), "NoMatchScanBarcode", rule)
    return refused("match", BARCODE_NOT_FOUND, rule, barcode=ean(mark.gtin))


def _repeat(case: Case, rule: Setting | None = None) -> Judgement:
    """They do not belong together: the dialog stays, the cashier scans again."""
    message = MESSAGES["ScanErrorRepeat"]
    if case.request.replaces is not None:
        return refused("match", message, rule)._replace(texts=(message.fill("error"),))
    if case.mark_first and case.request.sold is None:
        return wanted("match", None, message.key, rule)._replace(texts=(message.fill("error"),))
    return wanted("match", scan_mark(case, message.key), message.key, rule)


def _pack(case: Case, pieces: Decimal) -> Judgement:
    """One mark of a pack, where single pieces are sold."""
    rule, count = case.common.setting("allowSaleMarkedSet"), f"{pieces.normalize():f}"
    return refused("match", PACK_REFUSED, rule, None, position=case.goods.name, quantity=count)


def _compared(case: Case, fact: dict[str, list[str]]) -> Judgement:
    goods, mark, shared = case.goods, case.mark, case.shared
    if not case.mark_first and goods.tmctype not in case.profile.kinds:
        return _repeat(case, case.profile.setting("goodsTypes"))
    if mark.gtin is None:
        return _MATCH_FINE
    asked = shared.askForBarcodeFromCatalogs
    listed = [code for code in asked if code in fact.get("catalogs", ())] if asked else None
    if same_barcode(goods.barcode, mark.gtin):
        if listed and case.mark_first and case.request.label is None:
            rule = case.common.setting("askForBarcodeFromCatalogs")
            return wanted("match", MESSAGES["NeedMoreScanBarcode"].dialog(), "NeedMoreScanBarcode", rule)
        return passed("match", fact) if fact else _MATCH_FINE
    unit, pieces = case.request.unit, case.request.pieces
    if unit is not None and same_barcode(unit.bcode, goods.barcode):
        return passed("match", fact) if fact else _MATCH_FINE
    if pieces is not None and pieces != goods.cquant and unit is None:
        pack = pieces > 1 and packs_refused(case)
        return _pack(case, pieces) if pack else _repeat(case, case.common.setting("allowSaleMarkedSet"))
    one_article = any(same_barcode(one, mark.gtin) for one in fact.get("article", ()))
    if listed and one_article:
        return passed("match", fact, case.common.setting("askForBarcodeFromCatalogs"))
    if not shared.allowNotMatchingBarcodes:
        return _repeat(case, case.common.setting("allowNotMatchingBarcodes"))
    if not _mask_fits(shared.notMatchingBarcodesMask, case.request.label or goods.barcode):
        return _repeat(case, case.common.setting("notMatchingBarcodesMask"))
    if shared.checkBarcodesOneArticle and not one_article:
        return _repeat(case, case.common.setting("checkBarcodesOneArticle"))
    return passed("match", fact or None, case.common.setting("allowNotMatchingBarcodes"))


def _mask_fits(mask: str, barcode: str) -> bool:
    try:
        return compiled(mask).fullmatch(barcode, timeout=MATCH_SECONDS) is not None
    except (ValueError, regex.error, TimeoutError):
        return False


def _without_mark(case: Case) -> Judgement:
    """The cashier adds without a mark, where a setting offers it; the unit that a sale holds is checked further."""
    setting = offer(case)
    if setting is None or not getattr(case.asking.settings, setting):
        return refused("match", WITHOUT_MARK_FORBIDDEN, _offer_rule(case))
    step = Step("match", rule=case.asking.setting(setting))
    effects = Effects(marked=True, unchecked=WITHOUT_MARK, markingcode=_code(case))
    return Judgement(step, effects=effects, final=case.mark is None)


def _code(case: Case) -> str | None:
    """The code stored for a position returned without its mark (till.md §5)."""
    if case.request.kind not in RETURNS:
        return None
    if case.shared.addWithoutScanMarkMarkingCode:
        return case.shared.addWithoutScanMarkMarkingCode
    sold = case.request.sold
    return (sold.markingcode or sold.excisemark) if sold else None
