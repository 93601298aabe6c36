"""A scene, everything a verdict depends on, and a ruling, as plain values and words: no type of the plugin."""

from dataclasses import dataclass, field
from typing import Any

DEFAULTS: dict[str, Any] = {
    "permittedInput": None,
    "showScanErrorDialog": False,
    "addWithoutScanMark": False,
    "addWithoutScanMarkInBackBySale": False,
    "scanMarkInInventory": False,
    "allowNotMatchingBarcodes": False,
    "notMatchingBarcodesMask": "[0-9]*",
    "checkBarcodesOneArticle": False,
    "askForBarcodeFromCatalogs": (),
    "allowUnmarked": False,
    "checkLocalUniqueness": True,
    "enableMarkVerifyLocal": False,
    "enableMarkVerify": False,
    "ignoreMarkVerifyErrors": True,
    "skipCheckExciseMark": False,
    "enableMarkVerifyCrpt": False,
    "markVerifyCrptAskConfirmation": False,
    "ignoreMarkVerifyCrptConnectionErrors": False,
    "refuseUnchecked": False,
    "skipMarkVerifyCrptCatalogs": (),
    **{
        f"ignoreCrptStatus{name}": "deny"
        for name in ("Found", "Utilised", "Verified", "Valid", "Sold", "IsBlocked", "Realizable", "ExpireDate")
    },
}


@dataclass
class Scene:
    """Everything a verdict depends on."""

    kind: str = "sale"
    first: str = "goods"
    common: dict[str, Any] = field(default_factory=dict)
    category: dict[str, Any] = field(default_factory=dict)
    read: str = "mark"
    """nothing, junk (a scan that no mask reads), or mark."""
    pressed: bool = False
    """The button without_mark."""
    input: str = "text"
    goods: str | None = "own"
    """own: the barcode of the mark; sibling: another one of its article; other: another article; None: none found."""
    label: str | None = None
    """The goods barcode as scanned; None when no goods barcode was scanned."""
    gtin: bool = True
    """The category's mask captures the barcode."""
    tmctype: int = 7
    catalogs: tuple[str, ...] = ()
    sold: str | None = None
    """Return by sale: the position was sold under this very mark (same), under another one, or without one (bare)."""
    sold_settings: dict[str, Any] = field(default_factory=dict)
    """The category of the sold mark."""
    in_receipt: bool = False
    last_use: str | None = None
    """None, sold, returned."""
    sold_again: bool = False
    """The last use, when the unit was sold, is another sale than the one that is given back. What was sold without a
    mark is no unit's position at all."""
    white: bool = True
    server: str | None = "NOT_REGISTERED"
    mine: bool = False
    """The status is a reservation of this very receipt."""
    reserve: str | None = "GRANTED"
    """GRANTED: reserved for this very receipt."""
    crpt: dict[str, Any] = field(default_factory=dict)
    """Flags that differ from a good answer, or {"unchecked": reason}."""
    confirmed: bool = False

    def shared(self, name: str) -> Any:
        """The value of [MarkedGoods]."""
        return self.common.get(name, DEFAULTS[name])

    def own(self, name: str) -> Any:
        """The value of the mark's category."""
        if self.read != "mark":
            return self.shared(name)
        return self.category.get(name, self.shared(name))


@dataclass(frozen=True)
class Ruling:
    """What the till must say."""

    verdict: str
    check: str | None = None
    """The check that decided against; None for an allow."""
    key: str | None = None
    dialog: tuple[str, str, frozenset[str]] | None = None
    texts: tuple[str, ...] = ()
    """Texts the question must hold, in this order."""


ALLOW = Ruling("allow")
GO_ON = None


def deny(check: str, key: str) -> Ruling:
    return Ruling("deny", check, key)
