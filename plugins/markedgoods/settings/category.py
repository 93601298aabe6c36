"""The vendor's settings that a category's section may override (scope `category` in docs/reference/settings.md)."""

from typing import Any, Final

from ncash.bundled.markedgoods.settings.common import check_mask
from ncash.settings.declare import Scope, bitmask, flag, mask, policy, seconds, url

CATEGORY: Final = Scope.CATEGORY
_SOFT: Final = (("markVerifyCrptAskConfirmation", False),)


def _status(effect: str, comment: str) -> Any:
    return policy("deny", CATEGORY, only=_SOFT, effect=effect, comment=comment)


class PerCategory:
    """Settings with a value for each category: its own, else that of [MarkedGoods], else the default."""

    mask: str = mask(
        scope=CATEGORY,
        required=True,
        check=check_mask,
        effect="What the category's DataMatrix codes look like; it stands only in a category's section, each in one.",
        comment="Вид кода маркировки; задаётся только в подсекции и не повторяется",
    )
    addWithoutScanMarkInBackBySale: bool = flag(
        False,
        CATEGORY,
        effect='Puts "add without mark" on the scan-mark dialog of both kinds of return.',
        comment="Предлагать в чеках возврата и возврата по чеку продажи добавление товара без кода маркировки",
    )
    enableMarkVerify: bool = flag(
        False,
        CATEGORY,
        effect="Asks the cash server about the mark and reserves it there.",
        comment="Проверять код маркировки на кассовом сервере и резервировать его там",
    )
    markVerifyUrl: str = url(
        "http://localhost:8080",
        CATEGORY,
        effect="Address of the cash server.",
        comment="Адрес кассового сервера, например http://<IP-адрес>:8080/CSrest/rest/sales/exciseMark/status",
    )
    markVerifyTimeout: int = seconds(
        30,
        scope=CATEGORY,
        effect="Seconds to wait for the cash server.",
        comment="Сколько секунд ждать кассовый сервер",
    )
    ignoreMarkVerifyErrors: bool = flag(
        True,
        CATEGORY,
        effect="A cash server that cannot be asked does not stop the sale.",
        comment="Продавать, когда кассовый сервер не отвечает",
    )
    enableMarkVerifyLocal: bool = flag(
        False,
        CATEGORY,
        only=(("enableMarkVerify", False),),
        effect="Looks the mark up in Dictionaries.Excisemarkwhite; only while the cash server is not asked.",
        comment="Искать код маркировки в «белом» списке кассы; действует, пока enableMarkVerify = false",
    )
    checkLocalUniqueness: bool = flag(
        True,
        CATEGORY,
        effect="Refuses a mark that this database has already sold (or, in a return, returned).",
        comment="Не принимать код маркировки, уже проданный (возвращённый) этой кассой",
    )
    allowUnmarked: bool = flag(
        False,
        CATEGORY,
        effect="Goods found by mark that are not marked goods are sold and exported as ordinary ones, "
        "with the mark kept.",
        comment="Продавать по коду маркировки и немаркированный товар: в выгрузке и в ОФД он обычный, код сохраняется",
    )
    permittedInput: int | None = bitmask(
        scope=CATEGORY,
        effect="Kinds of scanner input a mark may come by; a category's value counts when the mark is scanned first.",
        comment="Чем можно вводить код маркировки: 0 – ничем, 1 – текстом, 2 – двоичными данными, 3 – "
        "обоими способами\n"
        "Пустое значение – любым способом; значение подсекции действует, когда первым сканируется код маркировки",
    )
    useCrptExpireDate: bool = flag(
        False,
        CATEGORY,
        effect="Gives the position the expiry date of the CRPT answer, for expiry discounts.",
        comment="Использовать для скидок срок годности из ответа «Честного знака»",
    )
    enableMarkVerifyCrpt: bool = flag(
        False,
        CATEGORY,
        effect="Checks the mark in Chestny Znak before it joins a sale.",
        comment="Проверять код маркировки в «Честном знаке» (нужен xapikey)",
    )
    markVerifyCrptAskConfirmation: bool = flag(
        False,
        CATEGORY,
        effect="A failed CRPT check asks the cashier; the ignoreCrptStatus settings are then out of use.",
        comment="Если проверка в «Честном знаке» не пройдена, спрашивать кассира;\n"
        "настройки ignoreCrptStatus… тогда не действуют",
    )
    ignoreMarkVerifyCrptConnectionErrors: bool = flag(
        False,
        CATEGORY,
        effect="A CRPT that cannot be reached does not stop the sale.",
        comment="Продавать, когда «Честный знак» недоступен",
    )
    ignoreCrptStatusValid: str = _status(
        "What follows from valid = false.",
        "Что делать с товаром по ответу «Честного знака»: deny – отказать, ask – спросить кассира, allow – продать\n"
        "Код маркировки некорректен",
    )
    ignoreCrptStatusVerified: str = _status("What follows from verified = false.", "Криптоподпись кода не подтверждена")
    ignoreCrptStatusUtilised: str = _status("What follows from utilised = false.", "Код не нанесён на упаковку")
    ignoreCrptStatusRealizable: str = _status(
        "What follows from realizable = false while sold is not true.", "Товар не введён в оборот"
    )
    ignoreCrptStatusExpireDate: str = _status("What follows when expireDate is reached.", "Срок годности истёк")
    ignoreCrptStatusSold: str = _status("What follows from sold = true.", "Товар выведен из оборота")
    ignoreCrptStatusIsBlocked: str = _status("What follows from isBlocked = true.", "Товар заблокирован ведомством")
    ignoreCrptStatusFound: str = _status("What follows from found = false.", "Код не найден")
