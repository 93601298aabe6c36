"""Scenes by chance, the same ones in every run."""

import random
from typing import Any

from .rules import BACK_STATUSES
from .scene import Scene

POLICIES = ("deny", "ask", "allow")
STATUS_SETTINGS = tuple(
    f"ignoreCrptStatus{name}"
    for name in ("Found", "Utilised", "Verified", "Valid", "Sold", "IsBlocked", "Realizable", "ExpireDate")
)
COMMON_ONLY: dict[str, tuple[Any, ...]] = {
    "showScanErrorDialog": (False, True),
    "addWithoutScanMark": (False, True),
    "scanMarkInInventory": (False, True),
    "allowNotMatchingBarcodes": (False, True),
    "notMatchingBarcodesMask": ("[0-9]*", r"29\d{11}"),
    "checkBarcodesOneArticle": (False, True),
    "askForBarcodeFromCatalogs": ((), ("2",)),
    "skipCheckExciseMark": (False, True),
    "skipMarkVerifyCrptCatalogs": ((), ("2",)),
}
BY_CATEGORY: dict[str, tuple[Any, ...]] = {
    "permittedInput": (None, None, None, 0, 1, 2, 3),
    "addWithoutScanMarkInBackBySale": (False, True),
    "allowUnmarked": (False, True),
    "checkLocalUniqueness": (False, True),
    "enableMarkVerifyLocal": (False, True),
    "enableMarkVerify": (False, True),
    "ignoreMarkVerifyErrors": (False, True),
    "enableMarkVerifyCrpt": (False, True, True),
    "markVerifyCrptAskConfirmation": (False, False, True),
    "ignoreMarkVerifyCrptConnectionErrors": (False, True),
    "refuseUnchecked": (False, False, True),
    **dict.fromkeys(STATUS_SETTINGS, POLICIES),
}
STATUSES = (*BACK_STATUSES, "SOMETHING_NEW", None)
REASONS = (
    "timeout",
    "connection",
    "tls",
    "http",
    "malformed",
    "external",
    "token",
    "missing",
    "emergency",
    "unchecked",
)
LABELS = {"own": "3041094787443", "sibling": "2103321055451", "other": "2912345678900"}


def settings(dice: random.Random, table: dict[str, tuple[Any, ...]], share: float) -> dict[str, Any]:
    """Some of the settings at some of their values."""
    return {name: dice.choice(values) for name, values in table.items() if dice.random() < share}


def flags(dice: random.Random) -> dict[str, Any]:
    """An answer of CRPT, mostly with little wrong, or none."""
    if dice.random() < 0.25:
        return {"unchecked": dice.choice(REASONS)}
    wrong = dice.choice((0.0, 0.1, 0.5))
    given: dict[str, Any] = {
        name: False for name in ("found", "valid", "verified", "realizable", "utilised") if dice.random() < wrong
    }
    given |= {name: dice.random() < wrong for name in ("sold", "isBlocked", "expired") if dice.random() < 0.7}
    if dice.random() < 0.3:
        given |= {"groupIds": (dice.choice((3, 8)),), "grayZone": dice.choice((True, False, None))}
    return given


def goods(dice: random.Random, first: str) -> dict[str, Any]:
    """Which goods, found how."""
    if first == "goods":
        found = dice.choice(("own", "own", "own", "sibling", "other"))
        return {"goods": found, "label": LABELS[found], "gtin": dice.random() < 0.9}
    if dice.random() < 0.4:
        return {"goods": dice.choice((None, "own")), "gtin": True, "tmctype": dice.choice((7, 7, 0))}
    if dice.random() < 0.1:
        return {"goods": None, "gtin": False}
    found = dice.choice(("own", "sibling", "other"))
    return {"goods": found, "label": LABELS[found], "tmctype": dice.choice((7, 7, 7, 0))}


def sale(dice: random.Random, kind: str, first: str) -> dict[str, Any]:
    """What a return by sale gives back."""
    if kind != "return_by_sale":
        return {}
    own = {"addWithoutScanMarkInBackBySale": dice.choice((True, False))} if dice.random() < 0.5 else {}
    return {"sold": "same" if first == "mark" else dice.choice(("same", "other", "bare")), "sold_settings": own}


def scene(dice: random.Random) -> Scene:
    """One scene of the whole chain."""
    first = dice.choice(("goods", "mark"))
    mine = dice.random() < 0.3
    kind = dice.choice(("sale", "sale", "sale", "return", "return_by_sale", "inventory"))
    own = "RESERVED_BACK" if kind == "return_by_sale" else "RESERVED_SALE"
    read = "mark" if first == "mark" else dice.choice(("mark", "mark", "mark", "mark", "nothing", "junk"))
    return Scene(
        kind=kind,
        first=first,
        common=settings(dice, {**COMMON_ONLY, **BY_CATEGORY}, 0.5),
        category=settings(dice, BY_CATEGORY, 0.3),
        read=read,
        pressed=read != "mark" and kind != "inventory" and dice.random() < 0.3,
        input=dice.choice(("text", "text", "binary")),
        catalogs=dice.choice(((), (), ("2",), ("5", "2"), ("5",))),
        in_receipt=dice.random() < 0.05,
        last_use=dice.choice((None, None, None, None, "sold", "returned")),
        sold_again=dice.random() < 0.2,
        white=dice.random() < 0.8,
        server=own if mine else dice.choice(STATUSES),
        mine=mine,
        reserve="GRANTED" if dice.random() < 0.7 else dice.choice(STATUSES),
        crpt=flags(dice),
        confirmed=dice.random() < 0.3,
        **{**goods(dice, first), **sale(dice, kind, first)},
    )
