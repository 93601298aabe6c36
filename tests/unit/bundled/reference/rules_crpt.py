"""Check 8 as till.md §7 and §9 have it, as naive as the rest."""

from typing import Any

from .scene import GO_ON, Ruling, Scene, deny

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


def bad_statuses(answer: dict[str, Any]) -> list[tuple[str, str]]:
    """Settings and texts of what is wrong, in the order of till.md §7."""
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
