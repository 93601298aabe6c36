"""A deliberately naive reading of the nine checks, written from the rules of till.md §4 to §9 and nothing else.

It shares no table, no text and no type with the plugin: a scene is plain values, a ruling is plain words.
"""

from dataclasses import replace

from .rules_crpt import crpt
from .scene import ALLOW, GO_ON, Ruling, Scene, deny


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
        return unscanned(scene) if offered(scene) else deny("match", "WithoutMarkForbidden")
    if scene.read == "nothing":
        return scan_dialog(scene, "ScanMark")
    if scene.shared("showScanErrorDialog"):
        return Ruling("need_scan", "match", "ScanErrorLocked", ("error", "ScanErrorLocked", frozenset({"ok"})))
    return scan_dialog(scene, "ScanErrorRepeat")


def unscanned(scene: Scene) -> Ruling:
    """A return by sale without a scan gives back the unit that the sale holds, under the rules of its category."""
    if scene.sold not in ("same", "other"):
        return ALLOW
    here = scene.in_receipt and scene.sold == "same"
    unit = replace(scene, read="mark", category=scene.sold_settings, in_receipt=here)
    for check in (in_receipt, sold_here, server, reservation):
        said = check(unit)
        if said is not GO_ON:
            return said
    return ALLOW


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
    another = scene.sold_again or scene.sold == "bare"
    if scene.kind == "return_by_sale" and scene.last_use == "sold" and scene.sold and another:
        return deny("uniqueness", "AlreadyRegistered")
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
