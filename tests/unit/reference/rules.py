"""A deliberately naive reading of the nine checks, written from the rules of till.md §4 to §9 and nothing else.

It shares no table, no text and no type with the plugin: a scene is plain values, a ruling is plain words.
"""

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

FAILED = "Ошибка проверки кода маркировки позиции Сыр. "
CRPT_TEXTS = {
    "CrptNotFound": FAILED + "Код маркировки не найден",
    "CrptNotUtilised": FAILED + "У кода маркировки отсутствует признак нанесения на упаковку",
    "CrptNotVerified": FAILED + "Код маркировки не прошел проверку крипто подписи",
    "CrptInvalid": FAILED + "Код маркировки некорректен",
    "CrptSold": FAILED + "Код маркировки выведен из оборота",
    "CrptBlocked": FAILED + 'Товар с таким кодом маркировки заблокирован "Роспотребнадзор, ФНС"',
    "CrptNotRealizable": FAILED + "Код маркировки не в обороте",
    "CrptExpired": FAILED + "Товар с таким кодом маркировки просрочен",
    "CrptConnection": "Не удалось выполнить проверку кода маркировки (Ошибка соединения с сервером)",
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


def rule(scene: Scene) -> Ruling:
    """The first check that says something ends it."""
    if scene.read != "mark":
        return no_mark(scene)
    checks = (kind_of_input, together, marked, in_receipt, sold_here, white_list, server, crpt, reservation)
    for check in checks:
        said = check(scene)
        if said is not GO_ON:
            return said
    return ALLOW


def scan_dialog(scene: Scene, key: str) -> Ruling:
    buttons = {"cancel"}
    if offered(scene):
        buttons.add("without_mark")
    return Ruling("need_scan", "match", key, ("scan_mark", key, frozenset(buttons)))


def offered(scene: Scene) -> bool:
    if scene.kind == "sale":
        return bool(scene.shared("addWithoutScanMark"))
    if scene.kind not in ("return", "return_by_sale"):
        return False
    shared = scene.shared("addWithoutScanMarkInBackBySale")
    return bool(scene.sold_settings.get("addWithoutScanMarkInBackBySale", shared) if scene.sold else shared)


def no_mark(scene: Scene) -> Ruling:
    if scene.kind == "inventory" and not scene.shared("scanMarkInInventory"):
        return ALLOW
    if scene.pressed:
        return ALLOW if offered(scene) else deny("match", "WithoutMarkForbidden")
    if scene.read == "nothing":
        return scan_dialog(scene, "ScanMark")
    if scene.shared("showScanErrorDialog"):
        return Ruling("need_scan", "match", "ScanErrorLocked", ("error", "ScanErrorLocked", frozenset({"ok"})))
    return scan_dialog(scene, "ScanErrorRepeat")


def kind_of_input(scene: Scene) -> Ruling | None:
    permitted = scene.own("permittedInput") if scene.first == "mark" else scene.shared("permittedInput")
    if permitted is None:
        return GO_ON
    if scene.input == "text" and permitted in (1, 3):
        return GO_ON
    if scene.input == "binary" and permitted in (2, 3):
        return GO_ON
    if scene.first == "mark":
        return deny("input", "WrongInputKind")
    return Ruling("need_scan", "input", "WrongInputKind", None)


def together(scene: Scene) -> Ruling | None:
    if scene.sold == "same" and scene.goods is not None:
        return GO_ON
    if scene.sold == "other":
        return scan_dialog(scene, "ScanErrorRepeat")
    if scene.goods is None:
        if scene.gtin and scene.shared("allowNotMatchingBarcodes"):
            return Ruling(
                "need_scan",
                "match",
                "NoMatchScanBarcode",
                ("scan_barcode", "NoMatchScanBarcode", frozenset({"cancel"})),
            )
        return deny("match", "BarcodeNotFound")
    listed = any(catalog in scene.shared("askForBarcodeFromCatalogs") for catalog in scene.catalogs)
    if scene.first == "mark" and scene.label is None and listed:
        return Ruling(
            "need_scan", "match", "NeedMoreScanBarcode", ("scan_barcode", "NeedMoreScanBarcode", frozenset({"cancel"}))
        )
    if not scene.gtin or scene.goods == "own":
        return GO_ON
    one_article = scene.goods == "sibling"
    if listed and one_article:
        return GO_ON
    if scene.shared("allowNotMatchingBarcodes") and mask_fits(scene):
        if not scene.shared("checkBarcodesOneArticle"):
            return GO_ON
        if one_article:
            return GO_ON
    if scene.first == "mark":
        return Ruling("need_scan", "match", "ScanErrorRepeat", None)
    return scan_dialog(scene, "ScanErrorRepeat")


def mask_fits(scene: Scene) -> bool:
    mask = scene.shared("notMatchingBarcodesMask")
    assert scene.label is not None
    if mask == "[0-9]*":
        return scene.label.isdigit()
    assert mask == r"29\d{11}"
    return scene.label.startswith("29") and len(scene.label) == 13


def marked(scene: Scene) -> Ruling | None:
    if scene.first != "mark" or scene.tmctype == 7:
        return GO_ON
    return ALLOW if scene.own("allowUnmarked") else deny("marked", "MarkDataMissing")


def in_receipt(scene: Scene) -> Ruling | None:
    return deny("receipt", "AlreadyRegistered") if scene.in_receipt else GO_ON


def sold_here(scene: Scene) -> Ruling | None:
    if scene.kind == "inventory" or not scene.own("checkLocalUniqueness"):
        return GO_ON
    same = "sold" if scene.kind == "sale" else "returned"
    return deny("uniqueness", "AlreadyRegistered") if scene.last_use == same else GO_ON


def white_list(scene: Scene) -> Ruling | None:
    if scene.kind != "sale" or scene.own("enableMarkVerify") or not scene.own("enableMarkVerifyLocal"):
        return GO_ON
    return GO_ON if scene.white else deny("whitelist", "NotInWhiteList")


SALE_STATUSES = {
    "NOT_REGISTERED": None,
    "RETURNED": None,
    "UNRESERVED_SALE": None,
    "SOLD": "AlreadySold",
    "RESERVED_SALE": "AlreadyReserved",
    "RESERVED_BACK": "AlreadyReserved",
    "UNRESERVED_BACK": "AlreadySold",
    "NOT_IN_WHITE_LIST": "NotInWhiteList",
    "BARCODE_NOT_PASSED": "NoBarcodeForWhiteList",
    "BARCODE_MISMATCH": "BarcodeNotInWhiteList",
}
BACK_STATUSES = {
    "SOLD": None,
    "UNRESERVED_BACK": None,
    "NOT_REGISTERED": None,
    "RETURNED": "AlreadyRegistered",
    "UNRESERVED_SALE": "AlreadyRegistered",
    "RESERVED_SALE": "AlreadyReserved",
    "RESERVED_BACK": "AlreadyReserved",
    "NOT_IN_WHITE_LIST": "NotInWhiteList",
    "BARCODE_NOT_PASSED": "NoBarcodeForWhiteList",
    "BARCODE_MISMATCH": "BarcodeNotInWhiteList",
}


def asks_server(scene: Scene) -> bool:
    if not scene.own("enableMarkVerify"):
        return False
    if scene.kind == "return_by_sale":
        return not scene.shared("skipCheckExciseMark")
    return scene.kind == "sale"


def status_ruling(scene: Scene, check: str, status: str | None, mine: bool) -> Ruling | None:
    if status is None:
        return GO_ON if scene.own("ignoreMarkVerifyErrors") else deny(check, "CashServerConnection")
    if mine or status == "GRANTED":
        return GO_ON
    statuses = SALE_STATUSES if scene.kind == "sale" else BACK_STATUSES
    if status not in statuses:
        return deny(check, "UnknownServerStatus")
    key = statuses[status]
    return GO_ON if key is None else deny(check, key)


def server(scene: Scene) -> Ruling | None:
    return status_ruling(scene, "server", scene.server, scene.mine) if asks_server(scene) else GO_ON


def reservation(scene: Scene) -> Ruling | None:
    return status_ruling(scene, "reserve", scene.reserve, False) if asks_server(scene) else GO_ON


def bad_statuses(answer: dict[str, Any]) -> list[tuple[str, str]]:
    """Settings and texts of what is wrong, in the order of §7."""
    bad = []
    if answer.get("found") is False:
        bad.append(("Found", "CrptNotFound"))
    if answer.get("utilised") is False:
        bad.append(("Utilised", "CrptNotUtilised"))
    if answer.get("verified") is False:
        bad.append(("Verified", "CrptNotVerified"))
    if answer.get("valid") is False:
        bad.append(("Valid", "CrptInvalid"))
    if answer.get("sold") is True:
        bad.append(("Sold", "CrptSold"))
    if answer.get("isBlocked") is True:
        bad.append(("IsBlocked", "CrptBlocked"))
    groups = answer.get("groupIds", ())
    gray = answer.get("grayZone") is True and (3 in groups or not groups)
    if answer.get("realizable") is False and answer.get("sold") is not True and not gray:
        bad.append(("Realizable", "CrptNotRealizable"))
    if answer.get("expired"):
        bad.append(("ExpireDate", "CrptExpired"))
    return bad


def question(keys: list[str]) -> Ruling:
    texts = tuple(CRPT_TEXTS[key] for key in keys)
    return Ruling("ask", "crpt", keys[0], ("ask", keys[0], frozenset({"continue", "cancel"})), texts)


def crpt(scene: Scene) -> Ruling | None:
    if scene.kind != "sale" or not scene.own("enableMarkVerifyCrpt"):
        return GO_ON
    if any(catalog in scene.shared("skipMarkVerifyCrptCatalogs") for catalog in scene.catalogs):
        return GO_ON
    if "unchecked" in scene.crpt:
        return unchecked(scene, scene.crpt["unchecked"])
    bad = bad_statuses(scene.crpt)
    if scene.own("markVerifyCrptAskConfirmation"):
        if not bad or scene.confirmed:
            return GO_ON
        return question([key for _, key in bad])
    asked = []
    for setting, key in bad:
        policy = scene.own(f"ignoreCrptStatus{setting}")
        if policy == "deny":
            return deny("crpt", key)
        if policy == "ask":
            asked.append(key)
    if not asked or scene.confirmed:
        return GO_ON
    return question(asked)


def unchecked(scene: Scene, reason: str) -> Ruling | None:
    strict = scene.own("refuseUnchecked")
    if reason == "missing":
        return deny("crpt", "CrptTokenMissing")
    if reason == "unchecked":
        return GO_ON
    if reason in ("token", "emergency"):
        return deny("crpt", "CrptUnchecked") if strict else GO_ON
    if strict:
        return deny("crpt", "CrptConnection")
    if scene.own("ignoreMarkVerifyCrptConnectionErrors"):
        return GO_ON
    if scene.own("markVerifyCrptAskConfirmation"):
        return GO_ON if scene.confirmed else question(["CrptConnection"])
    return deny("crpt", "CrptConnection")
