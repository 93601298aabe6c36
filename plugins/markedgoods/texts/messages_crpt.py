"""Screen texts about the check in Chestny Znak: the vendor's letter for letter, ours under their own keys."""

from typing import Final

from ncash.bundled.markedgoods.texts.next_steps import LATER, ON_SALE, OTHER_UNIT_TO_MANAGER
from ncash.language import recorded
from ncash.messages import Advice, Message

_POSITION: Final = "Ошибка проверки кода маркировки позиции {position}. "
_ASKED: Final = ("continue", "cancel")
_OK: Final = ("ok",)


def _status_row(key: str, text: str, shown: str, advice: Advice) -> Message:
    return Message(key, _POSITION + text, "ask", _ASKED, shown=shown, advice=advice)


def _flagged(flag: str, setting: str, cause: str, cashier: str = OTHER_UNIT_TO_MANAGER) -> Advice:
    support = recorded(
        "{flag} in the answer of Chestny Znak: {cause}. {setting} says whether it refuses, asks or passes.",
        flag=flag,
        cause=cause,
        setting=setting,
    )
    return Advice(support, cashier)


CRPT_UNCHECKED: Final = Message(
    "CrptUnchecked",
    "Проверка в Честном знаке не выполнена. Товар не добавлен, позвоните в поддержку",
    "error",
    _OK,
    shown="refuseUnchecked = true and the token is bad, missing or refused",
    own=True,
    advice=Advice(
        "refuseUnchecked = true and no check could be made: mend the token, or switch refuseUnchecked off for a while.",
        "Отложите товар и позвоните в поддержку.",
    ),
)
SOLD_UNCHECKED: Final = Message(
    "SoldUnchecked",
    "Товар добавлен без проверки в Честном знаке",
    "warning",
    (),
    shown="a mark was added unchecked although enableMarkVerifyCrpt = true",
    own=True,
    advice=Advice(
        "The mark went without the check; the journal has the reason, ncash crpt status the state of now.",
        "Продолжайте продажу.",
    ),
)
CRPT_SILENT: Final = Message(
    "CrptSilent",
    "Честный знак: последняя проверка не выполнена ({reason}). Позвоните в поддержку",
    "notice",
    (),
    shown="the latest mark was not checked in CRPT; gone after the next check that is made",
    own=True,
    advice=Advice(
        "The latest mark was not checked, for the reason in brackets; ncash crpt status shows sites and tokens.",
        ON_SALE,
    ),
)
CRPT_ROWS: Final = (
    Message(
        "CrptConnection",
        "Не удалось выполнить проверку кода маркировки (Ошибка соединения с сервером)",
        "error",
        _OK,
        shown="no CRPT answer within the budget and ignoreMarkVerifyCrptConnectionErrors = false",
        advice=Advice(
            "No usable answer within markVerifyCrptTimeout: ncash crpt status shows sites, blocks and the latest "
            "error; ignoreMarkVerifyCrptConnectionErrors decides what happens meanwhile.",
            LATER,
        ),
    ),
    _status_row(
        "CrptInvalid",
        "Код маркировки некорректен",
        shown="valid = false",
        advice=_flagged("valid = false", "ignoreCrptStatusValid", "the code is not built as its goods group wants it"),
    ),
    _status_row(
        "CrptNotVerified",
        "Код маркировки не прошел проверку крипто подписи",
        shown="verified = false",
        advice=_flagged(
            "verified = false", "ignoreCrptStatusVerified", "the signature in the code is not right: a copy or a cut"
        ),
    ),
    _status_row(
        "CrptNotUtilised",
        "У кода маркировки отсутствует признак нанесения на упаковку",
        shown="utilised = false",
        advice=_flagged(
            "utilised = false", "ignoreCrptStatusUtilised", "the producer has not reported the code as applied"
        ),
    ),
    _status_row(
        "CrptNotRealizable",
        "Код маркировки не в обороте",
        shown="realizable = false and sold is not true",
        advice=_flagged("realizable = false", "ignoreCrptStatusRealizable", "the unit was not put into circulation"),
    ),
    _status_row(
        "CrptExpired",
        "Товар с таким кодом маркировки просрочен",
        shown="expireDate reached",
        advice=_flagged(
            "expireDate",
            "ignoreCrptStatusExpireDate",
            "the shelf life is over by the clock of the till",
            "Срок годности вышел. Уберите товар с полки.",
        ),
    ),
    _status_row(
        "CrptSold",
        "Код маркировки выведен из оборота",
        shown="sold = true",
        advice=_flagged("sold = true", "ignoreCrptStatusSold", "the unit has left circulation, here or elsewhere"),
    ),
    _status_row(
        "CrptNotFound",
        "Код маркировки не найден",
        shown="found = false",
        advice=_flagged(
            "found = false", "ignoreCrptStatusFound", "nobody ever ordered this code, or the scan is damaged"
        ),
    ),
    _status_row(
        "CrptBlocked",
        'Товар с таким кодом маркировки заблокирован "{agencies}"',
        shown="isBlocked = true; agencies = ogvs joined with a comma; the site host when none",
        advice=_flagged(
            "isBlocked = true",
            "ignoreCrptStatusIsBlocked",
            "the agencies named in the text forbid the sale",
            "Продавать нельзя. Уберите товар с полки и передайте администратору.",
        ),
    ),
    Message(
        "CrptTokenError",
        "Честный знак: ошибка токена. Чеки будут сформированы некорректно",
        "notice",
        (),
        shown="a token is refused (401) or xapikey cannot be parsed",
        advice=Advice(
            "xapikey is empty, unreadable or refused with 401: put a fresh token in and run ncash reload; "
            "ncash crpt status says which one is refused.",
            "Продавать можно, но позвоните в поддержку сразу: коды не проверяются.",
        ),
    ),
    Message(
        "CrptTokenMissing",
        "Честный знак: токен для проверки не найден. Товар не будет добавлен",
        "warning",
        _OK,
        shown="several legal entities and none of the tokens names the department of the goods",
        advice=Advice(
            "xapikey names departments and not the one of these goods: add its bracket, or correct the department "
            "in the card.",
            "Отложите товар и позвоните в поддержку.",
        ),
    ),
    Message(
        "IndustryTagsError",
        "Честный знак: ошибка в отраслевых реквизитах. Чеки будут сформированы некорректно",
        "notice",
        (),
        shown="foiv documentDate or documentNumber is empty",
        advice=Advice(
            "foiv, documentDate or documentNumber is empty in [MarkedGoods]: tags 1262 to 1264 would be missing.",
            "Продавать можно. Сразу позвоните в поддержку.",
        ),
    ),
)
