"""The plugin's decisions against the second opinion: every table in full, the whole chain by sample."""

import itertools
import random
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pytest

from ncash.model.decision import Decision
from tests.sizes import CAMPAIGN, sized

from .draws import LABELS, POLICIES, REASONS, STATUS_SETTINGS, STATUSES, scene
from .rules import rule
from .scene import Scene
from .scenes import decided, difference, judged_by_crpt

CRPT_SAMPLE = sized(8_000, 2**8 * 3**8 * 2)
CHAIN_SAMPLE = sized(4_000, 2_000_000)
BOOL = (False, True)
CRPT = {"enableMarkVerifyCrpt": True}


Judge = Callable[[Scene], Decision]


def differences(scenes: Iterable[Scene], judge: Judge) -> tuple[int, list[str]]:
    """How many scenes there were, and the first few that the plugin judges otherwise."""
    count, found = 0, []
    for one in scenes:
        count += 1
        if told := difference(rule(one), judge(one)):
            found.append(f"{told}\n    {one}")
            if len(found) == 5:
                break
    return count, found


def agree(scenes: Iterable[Scene], judge: Judge = decided) -> int:
    """Assert that there is no difference; how many scenes were compared."""
    count, found = differences(scenes, judge)
    assert not found, "\n".join(found)
    return count


def each(**choices: Iterable[Any]) -> list[dict[str, Any]]:
    """Every combination of the values."""
    return [dict(zip(choices, values, strict=True)) for values in itertools.product(*choices.values())]


def test_check_1_says_the_same_for_every_permitted_kind_of_input() -> None:
    assert agree(
        Scene(c["kind"], c["first"], {"permittedInput": c["shared"]}, c["own"], input=c["input"], label=LABELS["own"])
        for c in each(
            kind=("sale", "return", "return_by_sale", "inventory"), first=("goods", "mark"), input=("text", "binary"),
            shared=(None, 0, 1, 2, 3), own=({}, *({"permittedInput": n} for n in (None, 0, 1, 2, 3))),
        )
    ) == 480  # fmt: skip


def test_check_2_says_the_same_for_every_pair_of_goods_and_mark() -> None:
    choices = each(
        first=("goods", "mark"), goods=("own", "sibling", "other", None), catalogs=((), ("2",)), gtin=BOOL,
        label=("", "29"), allowNotMatchingBarcodes=BOOL, notMatchingBarcodesMask=("[0-9]*", r"29\d{11}"),
        checkBarcodesOneArticle=BOOL, askForBarcodeFromCatalogs=((), ("2", "7")), kind=("sale", "return"),
    )  # fmt: skip
    possible = (c for c in choices if (c["goods"] and (c["gtin"] or c["first"] == "goods")) or c["first"] == "mark")
    assert agree(paired(c) for c in possible if c["gtin"] or c["first"] == "goods" or not c["goods"]) == 1408


def paired(c: dict[str, Any]) -> Scene:
    """A scene of goods and mark; a label is always scanned when the mark's own barcode did not find the goods."""
    scanned = c["first"] == "goods" or c["goods"] in ("sibling", "other") or (c["label"] and c["goods"])
    label = (LABELS["other"] if c["label"] else LABELS[c["goods"]]) if scanned and c["goods"] else None
    settings = {name: value for name, value in c.items() if name[0:5] in ("allow", "notMa", "check", "askFo")}
    return Scene(c["kind"], c["first"], settings, goods=c["goods"], label=label, gtin=c["gtin"], catalogs=c["catalogs"])


def test_a_missing_mark_is_treated_the_same_in_every_kind_of_receipt() -> None:
    assert agree(
        Scene(
            c["kind"], common={name: c[name] for name in c if name[0] in "as" and name != "kind"},
            read=c["read"], pressed=c["pressed"], label=LABELS["own"],
        )
        for c in each(
            kind=("sale", "return", "return_by_sale", "inventory"), read=("nothing", "junk"), pressed=BOOL,
            addWithoutScanMark=BOOL, addWithoutScanMarkInBackBySale=BOOL, showScanErrorDialog=BOOL,
            scanMarkInInventory=BOOL,
        )
        if c["kind"] != "inventory" or not c["pressed"]
    ) == 224  # fmt: skip


def test_checks_3_to_6_say_the_same() -> None:
    assert agree(
        Scene(
            c["kind"], c["first"], {name: c[name] for name in c if name[:5] in ("allow", "check", "enabl")},
            label=LABELS["own"], tmctype=c["tmctype"], in_receipt=c["in_receipt"], last_use=c["last_use"],
            sold_again=c["sold_again"], white=c["white"], sold=c["sold"],
        )
        for c in each(
            kind=("sale", "return", "return_by_sale", "inventory"), first=("goods", "mark"), tmctype=(7, 0, 3),
            sold_again=BOOL, sold=(None, "same", "bare"),
            allowUnmarked=BOOL, in_receipt=BOOL, last_use=(None, "sold", "returned"), checkLocalUniqueness=BOOL,
            white=BOOL, enableMarkVerifyLocal=BOOL, enableMarkVerify=BOOL,
        )
        if (c["tmctype"] == 7 or c["first"] == "mark") and (c["kind"] == "return_by_sale" or c["sold"] is None)
    ) == 9216  # fmt: skip


def test_checks_7_and_9_say_the_same_for_every_status() -> None:
    assert agree(
        Scene(
            c["kind"],
            common={name: c[name] for name in ("enableMarkVerify", "ignoreMarkVerifyErrors", "skipCheckExciseMark")},
            server=c["server"], reserve=c["reserve"],
        )
        for c in each(
            kind=("sale", "return", "return_by_sale", "inventory"), enableMarkVerify=BOOL, ignoreMarkVerifyErrors=BOOL,
            skipCheckExciseMark=BOOL, server=STATUSES, reserve=STATUSES,
        )
    ) == 4608  # fmt: skip


def test_a_unit_given_back_without_a_scan_goes_through_the_checks_of_the_tills_own() -> None:
    settings = ("addWithoutScanMarkInBackBySale", "checkLocalUniqueness", "enableMarkVerify", "skipCheckExciseMark")
    assert agree(
        Scene(
            "return_by_sale", common={name: c[name] for name in settings}, read=c["read"], pressed=True,
            label=LABELS["own"], sold=c["sold"], sold_settings=c["own"], in_receipt=c["in_receipt"],
            last_use=c["last_use"], sold_again=c["sold_again"], server=c["server"], reserve=c["reserve"],
        )
        for c in each(
            addWithoutScanMarkInBackBySale=BOOL, checkLocalUniqueness=BOOL, enableMarkVerify=BOOL,
            skipCheckExciseMark=BOOL, read=("nothing", "junk"), sold=("same", "other", "bare"),
            own=({}, {"checkLocalUniqueness": False}, {"enableMarkVerify": True}),
            in_receipt=BOOL, last_use=(None, "sold", "returned"), sold_again=BOOL,
            server=("SOLD", "RETURNED", None), reserve=("GRANTED", "RESERVED_SALE"),
        )
    ) == 20736  # fmt: skip


def test_a_reservation_of_this_very_receipt_is_no_obstacle() -> None:
    own = {"sale": "RESERVED_SALE", "return_by_sale": "RESERVED_BACK"}
    assert (
        agree(
            Scene(kind, common={"enableMarkVerify": True}, server=own[kind], mine=mine, reserve=reserve)
            for kind in own
            for mine in BOOL
            for reserve in ("GRANTED", own[kind])
        )
        == 8
    )


def test_a_check_that_was_not_made_says_the_same_for_every_reason_and_setting() -> None:
    assert agree(
        Scene(common={**CRPT, **{name: c[name] for name in c if len(name) > 10}}, crpt={"unchecked": c["why"]},
              confirmed=c["confirmed"])
        for c in each(
            why=REASONS, confirmed=BOOL, ignoreMarkVerifyCrptConnectionErrors=BOOL,
            markVerifyCrptAskConfirmation=BOOL, refuseUnchecked=BOOL,
        )
    ) == 160  # fmt: skip


def test_each_status_alone_follows_its_own_setting_alone() -> None:
    wrong = (
        {"found": False}, {"utilised": False}, {"verified": False}, {"valid": False}, {"sold": True},
        {"isBlocked": True}, {"realizable": False}, {"expired": True},
    )  # fmt: skip
    assert agree(
        Scene(common={**CRPT, setting: policy}, category=category, crpt=flags, confirmed=confirmed)
        for flags, own in zip(wrong, STATUS_SETTINGS, strict=True)
        for setting in STATUS_SETTINGS
        for policy in POLICIES
        for category in ({}, *({own: policy} for policy in POLICIES))
        for confirmed in BOOL
    ) == 1536  # fmt: skip


def test_unknown_is_never_false_and_gray_tobacco_is_sold() -> None:
    assert agree(
        Scene(common=CRPT, crpt=flags)
        for flags in each(
            sold=(None, False, True), isBlocked=(None, False, True), realizable=BOOL, grayZone=(None, False, True),
            groupIds=((), (3,), (8,), (8, 3)), expired=(None, False, True),
        )
    ) == 648  # fmt: skip


def crpt_block(facts: int, policies: int, confirmation: bool, confirmed: bool = False) -> Scene:
    """One of 2⁸ facts × 3⁸ policies × confirmation."""
    names = ("found", "utilised", "verified", "valid", "sold", "isBlocked", "realizable", "expired")
    bad = (False, False, False, False, True, True, False, True)
    given = {name: wrong for n, (name, wrong) in enumerate(zip(names, bad, strict=True)) if facts >> n & 1}
    common: dict[str, Any] = {**CRPT, "markVerifyCrptAskConfirmation": confirmation}
    for setting in STATUS_SETTINGS:
        policies, one = divmod(policies, 3)
        common[setting] = POLICIES[one]
    return Scene(common=common, crpt=given, confirmed=confirmed)


def crpt_scenes() -> Iterable[Scene]:
    if CAMPAIGN:
        numbers = itertools.product(range(3**8), BOOL, range(2**8))
        return (crpt_block(facts, policies, confirmation) for policies, confirmation, facts in numbers)
    dice = random.Random(1265)
    settings = [(dice.randrange(3**8), dice.random() < 0.1) for _ in range(CRPT_SAMPLE // 10)]
    return (crpt_block(dice.randrange(2**8), *one, dice.random() < 0.2) for one in settings for _ in range(10))


@pytest.mark.long
def test_the_crpt_block_says_the_same() -> None:
    assert agree(crpt_scenes(), judged_by_crpt) == CRPT_SAMPLE


def chain() -> Iterable[Scene]:
    dice = random.Random(1262)
    return (scene(dice) for _ in range(CHAIN_SAMPLE))


@pytest.mark.long
def test_the_whole_chain_of_nine_checks_says_the_same() -> None:
    assert agree(chain()) == CHAIN_SAMPLE


def test_the_sample_of_the_chain_reaches_every_check_and_every_verdict() -> None:
    dice = random.Random(1262)
    reached = Counter((r.verdict, r.check) for r in (rule(scene(dice)) for _ in range(5_000)))
    assert all(reached[("deny", check)] > 10 for check in ("input", "match", "marked", "receipt", "uniqueness"))
    assert all(reached[("deny", check)] > 10 for check in ("whitelist", "server", "crpt", "reserve"))
    assert all(reached[what] > 10 for what in (("allow", None), ("ask", "crpt"), ("need_scan", "match")))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"crpt": {"sold": True}}, "CrptSold"),
        ({"last_use": "sold"}, "AlreadyRegistered"),
        ({"server": "SOLD", "common": {"enableMarkVerify": True}}, "AlreadySold"),
    ],
)
def test_the_comparison_sees_a_difference(change: dict[str, Any], told: str) -> None:
    honest = Scene(common=CRPT)
    wrong = replace(honest, **{"common": CRPT, **change})
    assert difference(rule(wrong), decided(honest)) != ""
    assert told in str(rule(wrong))
