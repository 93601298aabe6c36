"""Screen texts about what carries the check: the local module, ТС ПИоТ, KKM Server. All of them are our own."""

from typing import Final

from ncash.bundled.markedgoods.texts.next_steps import LATER, ON_SALE, OTHER_UNIT_TO_MANAGER
from ncash.messages import Advice, Message

_OK: Final = ("ok",)


def _own(key: str, text: str, kind: str, shown: str, buttons: tuple[str, ...] = _OK, *, advice: Advice) -> Message:
    own = () if kind in ("notice", "warning") else buttons
    return Message(key, text, kind, own, shown=shown, own=True, advice=advice)


TRANSPORT_ROWS: Final = (
    _own(
        "CrptTokenRefused",
        "Честный знак не принимает токен отделов: {departments}. Их товары не проверяются, позвоните в поддержку",
        "notice",
        "CRPT refuses (401) the tokens of these departments; beside CrptTokenError, gone when it accepts them",
        advice=Advice(
            "The brackets of these departments in xapikey hold a token that Chestny Znak refuses: get a fresh one for "
            "their legal entity and run ncash reload. Goods of the other departments are checked.",
            "Продавать можно, но позвоните в поддержку сразу: коды этих отделов не проверяются.",
        ),
    ),
    _own(
        "CrptEmergency",
        "Честный знак: аварийный режим с {since}. Маркированные товары продаются без проверки",
        "notice",
        "CRPT declared an emergency (HTTP 203); gone when a health check of CRPT succeeds",
        advice=Advice(
            "Chestny Znak declared an emergency; the till asks again by itself and goes back to checking.",
            "Продолжайте продажу.",
        ),
    ),
    _own(
        "CrptEmergencyByShop",
        "Аварийный режим Честного знака включён в магазине с {since}: {reason}. Товары продаются без проверки",
        "notice",
        "`ncash crpt emergency on`; gone after `ncash crpt emergency off`",
        advice=Advice(
            "The switch was thrown here; ncash crpt emergency off --reason TEXT ends it.", "Продолжайте продажу."
        ),
    ),
    _own(
        "LocalModuleSold",
        "Эта единица товара уже продана в вашем магазине. Возьмите другую",
        "error",
        "sold = true in the answer of the local module, whatever CRPT says",
        advice=Advice(
            "The local module of this shop knows the unit as sold; a return that was not told to it is mended there.",
            OTHER_UNIT_TO_MANAGER,
        ),
    ),
    _own(
        "LocalModuleBlocked",
        "Продажа этой единицы товара запрещена. Отложите её и позовите администратора",
        "error",
        "isBlocked = true in the answer of the local module while there is no online answer",
        advice=Advice(
            "The lists of the local module block the unit, and Chestny Znak did not answer to say otherwise.",
            "Продавать нельзя. Отложите товар и позовите администратора.",
        ),
    ),
    _own(
        "LocalModuleGrey",
        "Этот товар можно проверить только при связи с Честным знаком, а её нет. Повторите, когда связь появится",
        "error",
        "isBlocked and isGreyGtin = true in the answer of the local module while there is no online answer",
        advice=Advice(
            "Goods of this GTIN need the online check: bring the connection back (ncash crpt status).", LATER
        ),
    ),
    _own(
        "NoAnswer",
        "Не ответили ни Честный знак, ни локальный модуль. Повторите сканирование или позвоните в поддержку",
        "error",
        "neither CRPT nor the configured local module answered; noAnswerPolicy decides",
        ("continue", "cancel"),
        advice=Advice(
            "Neither Chestny Znak nor the local module answered; noAnswerPolicy decides. See ncash crpt status.", LATER
        ),
    ),
    _own(
        "CheckedOffline",
        "Честный знак не отвечает ({reason}). Коды проверяет локальный модуль",
        "notice",
        "the latest mark was checked by the local module alone; gone after the next online check",
        advice=Advice(
            "The local module alone checks the marks until Chestny Znak answers; look at the connection.",
            "Продолжайте продажу.",
        ),
    ),
    _own(
        "LocalModuleTrouble",
        "Локальный модуль Честного знака не работает: {reason}. Позвоните в поддержку",
        "notice",
        "the local module cannot be asked, is not ready, or refuses the account",
        advice=Advice(
            "The local module cannot be used for the reason in the text: its service, its account, or its lists.",
            ON_SALE,
        ),
    ),
    _own(
        "LocalModuleQueue",
        "Локальный модуль не получил коды из чеков: {count}. Касса передаёт их снова",
        "notice",
        "sold or returned codes of closed receipts are not acknowledged by the local module yet",
        advice=Advice(
            "Codes of closed receipts wait for the local module; they go by themselves when it answers.",
            "Продолжайте продажу.",
        ),
    ),
    _own(
        "LocalModuleRefused",
        "Локальный модуль не принял коды из чеков: {count}. Позвоните в поддержку",
        "notice",
        "sold or returned codes of closed receipts were refused by the local module and are kept aside",
        advice=Advice(
            "The local module refused codes of closed receipts; they are kept aside with its reason.", ON_SALE
        ),
    ),
    _own(
        "TspiotLicence",
        "ТС ПИоТ: нет действующей лицензии, коды не проверяются. Позвоните в поддержку",
        "notice",
        "ТС ПИоТ answers 403",
        advice=Advice(
            "ТС ПИоТ answers 403: its licence is over or not installed; renew it in its own console.", ON_SALE
        ),
    ),
    _own(
        "KkmServerUnreachable",
        "KKM Server не отвечает. Проверьте, что он запущен, касса подключена и смена открыта",
        "error",
        "no usable answer of KKM Server within the budget and ignoreMarkVerifyCrptConnectionErrors = false",
        advice=Advice("KKM Server gave no usable answer: look at kkmServerUrl, its service and its log.", LATER),
    ),
    _own(
        "KkmServerSettings",
        "В KKM Server не настроен разрешительный режим. Проверьте в нём ИНН, токен и группы товаров",
        "error",
        "KKM Server says that its permissive mode is off or has no settings",
        advice=Advice(
            "Switch the permissive mode on in KKM Server and fill in its INN and token.",
            "Отложите товар и позвоните в поддержку.",
        ),
    ),
    _own(
        "KkmServerAccount",
        "KKM Server не принимает имя или пароль кассы. Проверьте kkmServerUser и kkmServerPasswordFile",
        "error",
        "KKM Server answers 401 or 403",
        advice=Advice(
            "kkmServerUser or the file of kkmServerPasswordFile does not fit the account in KKM Server.",
            "Отложите товар и позвоните в поддержку.",
        ),
    ),
    _own(
        "KkmServerDuplicate",
        "Этот код маркировки уже есть в чеке. Возьмите другую единицу товара",
        "error",
        "KKM Server has the code in its open document already",
        advice=Advice(
            "KKM Server holds the code in its open document; a document left open there is cancelled in its console.",
            OTHER_UNIT_TO_MANAGER,
        ),
    ),
    _own(
        "KkmServerFormat",
        "Код маркировки прочитан с ошибкой. Отсканируйте его ещё раз или введите вручную",
        "error",
        "KKM Server cannot read the code",
        advice=Advice(
            "KKM Server could not read the code; explain shows how the scan was read here.",
            "Отсканируйте код ещё раз, целиком и без бликов.",
        ),
    ),
    _own(
        "KkmServerRejected",
        "Код маркировки позиции {position} отклонён: {reason}. Возьмите другую единицу товара",
        "error",
        "KKM Server rejected the code with this reason",
        ("continue", "cancel"),
        advice=Advice(
            "KKM Server, or Chestny Znak behind it, rejected the code for the reason in the text.",
            OTHER_UNIT_TO_MANAGER,
        ),
    ),
    _own(
        "KkmServerOffline",
        "Код маркировки принят без связи с Честным знаком. Продолжайте продажу, код будет сверен позже",
        "warning",
        "KKM Server accepted the code although the registry could not be asked",
        advice=Advice(
            "KKM Server took the code without the registry and compares it later; look at its connection.",
            "Продолжайте продажу.",
        ),
    ),
)
