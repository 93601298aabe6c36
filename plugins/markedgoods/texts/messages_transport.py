"""Screen texts about what carries the check: the local module, ТС ПИоТ, KKM Server. All of them are our own."""

from typing import Final

from ncash.messages import Message

_OK: Final = ("ok",)


def _own(key: str, text: str, kind: str, shown: str, buttons: tuple[str, ...] = _OK) -> Message:
    return Message(key, text, kind, () if kind in ("notice", "warning") else buttons, shown=shown, own=True)


TRANSPORT_ROWS: Final = (
    _own(
        "CrptTokenRefused",
        "Честный знак не принимает токен отделов: {departments}. Их товары не проверяются, позвоните в поддержку",
        "notice",
        "CRPT refuses (401) the tokens of these departments; beside CrptTokenError, gone when it accepts them",
    ),
    _own(
        "CrptEmergency",
        "Честный знак: аварийный режим с {since}. Маркированные товары продаются без проверки",
        "notice",
        "CRPT declared an emergency (HTTP 203); gone when a health check of CRPT succeeds",
    ),
    _own(
        "CrptEmergencyByShop",
        "Аварийный режим Честного знака включён в магазине с {since}: {reason}. Товары продаются без проверки",
        "notice",
        "`ncash crpt emergency on`; gone after `ncash crpt emergency off`",
    ),
    _own(
        "LocalModuleSold",
        "Эта единица товара уже продана в вашем магазине. Возьмите другую",
        "error",
        "sold = true in the answer of the local module, whatever CRPT says",
    ),
    _own(
        "LocalModuleBlocked",
        "Продажа этой единицы товара запрещена. Отложите её и позовите администратора",
        "error",
        "isBlocked = true in the answer of the local module while there is no online answer",
    ),
    _own(
        "LocalModuleGrey",
        "Этот товар можно проверить только при связи с Честным знаком, а её нет. Повторите, когда связь появится",
        "error",
        "isBlocked and isGreyGtin = true in the answer of the local module while there is no online answer",
    ),
    _own(
        "NoAnswer",
        "Не ответили ни Честный знак, ни локальный модуль. Повторите сканирование или позвоните в поддержку",
        "error",
        "neither CRPT nor the configured local module answered; noAnswerPolicy decides",
        ("continue", "cancel"),
    ),
    _own(
        "CheckedOffline",
        "Честный знак не отвечает ({reason}). Коды проверяет локальный модуль",
        "notice",
        "the latest mark was checked by the local module alone; gone after the next online check",
    ),
    _own(
        "LocalModuleTrouble",
        "Локальный модуль Честного знака не работает: {reason}. Позвоните в поддержку",
        "notice",
        "the local module cannot be asked, is not ready, or refuses the account",
    ),
    _own(
        "LocalModuleQueue",
        "Локальный модуль не получил коды из чеков: {count}. Касса передаёт их снова",
        "notice",
        "sold or returned codes of closed receipts are not acknowledged by the local module yet",
    ),
    _own(
        "LocalModuleRefused",
        "Локальный модуль не принял коды из чеков: {count}. Позвоните в поддержку",
        "notice",
        "sold or returned codes of closed receipts were refused by the local module and are kept aside",
    ),
    _own(
        "TspiotLicence",
        "ТС ПИоТ: нет действующей лицензии, коды не проверяются. Позвоните в поддержку",
        "notice",
        "ТС ПИоТ answers 403",
    ),
    _own(
        "KkmServerUnreachable",
        "KKM Server не отвечает. Проверьте, что он запущен, касса подключена и смена открыта",
        "error",
        "no usable answer of KKM Server within the budget and ignoreMarkVerifyCrptConnectionErrors = false",
    ),
    _own(
        "KkmServerSettings",
        "В KKM Server не настроен разрешительный режим. Проверьте в нём ИНН, токен и группы товаров",
        "error",
        "KKM Server says that its permissive mode is off or has no settings",
    ),
    _own(
        "KkmServerAccount",
        "KKM Server не принимает имя или пароль кассы. Проверьте kkmServerUser и kkmServerPasswordFile",
        "error",
        "KKM Server answers 401 or 403",
    ),
    _own(
        "KkmServerDuplicate",
        "Этот код маркировки уже есть в чеке. Возьмите другую единицу товара",
        "error",
        "KKM Server has the code in its open document already",
    ),
    _own(
        "KkmServerFormat",
        "Код маркировки прочитан с ошибкой. Отсканируйте его ещё раз или введите вручную",
        "error",
        "KKM Server cannot read the code",
    ),
    _own(
        "KkmServerRejected",
        "Код маркировки позиции {position} отклонён: {reason}. Возьмите другую единицу товара",
        "error",
        "KKM Server rejected the code with this reason",
        ("continue", "cancel"),
    ),
    _own(
        "KkmServerOffline",
        "Код маркировки принят без связи с Честным знаком. Продолжайте продажу, код будет сверен позже",
        "warning",
        "KKM Server accepted the code although the registry could not be asked",
    ),
)
