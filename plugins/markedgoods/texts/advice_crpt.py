"""The next step after a text about Chestny Znak, its local module, ТС ПИоТ or KKM Server."""

from collections.abc import Mapping
from typing import Final

from ncash.language import recorded
from ncash.plugin import Advice

_OTHER: Final = "Возьмите другую единицу товара, эту отложите и передайте администратору."
_ON_SALE: Final = "Продавать можно. Позвоните в поддержку."
_PRICE: Final = "Позовите администратора: цену нужно исправить."
_PRICE_UNREAD: Final = "Позовите администратора: ограничение цены не проверено."
_LATER: Final = "Повторите сканирование через минуту. Не помогло — позвоните в поддержку."


def _status(flag: str, setting: str, cause: str) -> str:
    return recorded(
        "{flag} in the answer of Chestny Znak: {cause}. {setting} says whether it refuses, asks or passes.",
        flag=flag,
        cause=cause,
        setting=setting,
    )


CRPT_ADVICE: Final[Mapping[str, Advice]] = {
    "CrptConnection": Advice(
        "No usable answer within markVerifyCrptTimeout: ncash crpt status shows sites, blocks and the latest error; "
        "ignoreMarkVerifyCrptConnectionErrors decides what happens meanwhile.",
        _LATER,
    ),
    "CrptNotFound": Advice(
        _status("found = false", "ignoreCrptStatusFound", "nobody ever ordered this code, or the scan is damaged"),
        _OTHER,
    ),
    "CrptNotUtilised": Advice(
        _status("utilised = false", "ignoreCrptStatusUtilised", "the producer has not reported the code as applied"),
        _OTHER,
    ),
    "CrptNotVerified": Advice(
        _status(
            "verified = false", "ignoreCrptStatusVerified", "the signature in the code is not right: a copy or a cut"
        ),
        _OTHER,
    ),
    "CrptInvalid": Advice(
        _status("valid = false", "ignoreCrptStatusValid", "the code is not built as its goods group wants it"), _OTHER
    ),
    "CrptSold": Advice(
        _status("sold = true", "ignoreCrptStatusSold", "the unit has left circulation, here or elsewhere"), _OTHER
    ),
    "CrptBlocked": Advice(
        _status("isBlocked = true", "ignoreCrptStatusIsBlocked", "the agencies named in the text forbid the sale"),
        "Продавать нельзя. Уберите товар с полки и передайте администратору.",
    ),
    "CrptNotRealizable": Advice(
        _status("realizable = false", "ignoreCrptStatusRealizable", "the unit was not put into circulation"), _OTHER
    ),
    "CrptExpired": Advice(
        _status("expireDate", "ignoreCrptStatusExpireDate", "the shelf life is over by the clock of the till"),
        "Срок годности вышел. Уберите товар с полки.",
    ),
    "CrptTokenError": Advice(
        "xapikey is empty, unreadable or refused with 401: put a fresh token in and run ncash reload; "
        "ncash crpt status says which one is refused.",
        "Продавать можно, но позвоните в поддержку сразу: коды не проверяются.",
    ),
    "CrptTokenRefused": Advice(
        "The brackets of these departments in xapikey hold a token that Chestny Znak refuses: get a fresh one for "
        "their legal entity and run ncash reload. Goods of the other departments are checked.",
        "Продавать можно, но позвоните в поддержку сразу: коды этих отделов не проверяются.",
    ),
    "CrptTokenMissing": Advice(
        "xapikey names departments and not the one of these goods: add its bracket, or correct the department "
        "in the card.",
        "Отложите товар и позвоните в поддержку.",
    ),
    "CrptUnchecked": Advice(
        "refuseUnchecked = true and no check could be made: mend the token, or switch refuseUnchecked off for a while.",
        "Отложите товар и позвоните в поддержку.",
    ),
    "SoldUnchecked": Advice(
        "The mark went without the check; the journal has the reason, ncash crpt status the state of now.",
        "Продолжайте продажу.",
    ),
    "CrptSilent": Advice(
        "The latest mark was not checked, for the reason in brackets; ncash crpt status shows sites and tokens.",
        _ON_SALE,
    ),
    "CrptEmergency": Advice(
        "Chestny Znak declared an emergency; the till asks again by itself and goes back to checking.",
        "Продолжайте продажу.",
    ),
    "CrptEmergencyByShop": Advice(
        "The switch was thrown here; ncash crpt emergency off --reason TEXT ends it.", "Продолжайте продажу."
    ),
    "CrptPriceNotMrp": Advice(
        "Tobacco goes at the maximum retail price in its code: correct the price; ignoreCrptPrice decides.",
        _PRICE,
    ),
    "CrptPriceBelowSmp": Advice(
        "The price is below the single minimum price of tobacco: correct it; ignoreCrptPrice decides.", _PRICE
    ),
    "CrptPriceBelowMinimum": Advice(
        "The price is below the minimum for this group of goods: correct it; ignoreCrptPrice decides.", _PRICE
    ),
    "CrptPriceUnread": Advice(
        "A limit of the price in the answer of Chestny Znak cannot be read: the journal holds the answer; "
        "ignoreCrptPrice decides meanwhile.",
        _PRICE_UNREAD,
    ),
    "CrptExpireDateUnread": Advice(
        "expireDate in the answer of Chestny Znak is no date: the journal holds the answer, compare it with the pack; "
        "ignoreCrptStatusExpireDate decides meanwhile.",
        "Позовите администратора. Без него не продавайте: срок годности не проверен.",
    ),
    "CrptAggregate": Advice(
        "A group pack and a unit out of it cannot stand in one receipt; one of the two positions has to go.",
        "Удалите из чека упаковку или товар из неё.",
    ),
    "CrptSoldOut": Advice(
        "By the counters in the answer nothing is left in this pack; no rule forbids the sale, count the goods.",
        "Проверьте, не пустая ли упаковка. Продажу можно продолжать.",
    ),
    "LocalModuleSold": Advice(
        "The local module of this shop knows the unit as sold; a return that was not told to it is mended there.",
        _OTHER,
    ),
    "LocalModuleBlocked": Advice(
        "The lists of the local module block the unit, and Chestny Znak did not answer to say otherwise.",
        "Продавать нельзя. Отложите товар и позовите администратора.",
    ),
    "LocalModuleGrey": Advice(
        "Goods of this GTIN need the online check: bring the connection back (ncash crpt status).", _LATER
    ),
    "NoAnswer": Advice(
        "Neither Chestny Znak nor the local module answered; noAnswerPolicy decides. See ncash crpt status.", _LATER
    ),
    "CheckedOffline": Advice(
        "The local module alone checks the marks until Chestny Znak answers; look at the connection.",
        "Продолжайте продажу.",
    ),
    "LocalModuleTrouble": Advice(
        "The local module cannot be used for the reason in the text: its service, its account, or its lists.", _ON_SALE
    ),
    "LocalModuleQueue": Advice(
        "Codes of closed receipts wait for the local module; they go by themselves when it answers.",
        "Продолжайте продажу.",
    ),
    "LocalModuleRefused": Advice(
        "The local module refused codes of closed receipts; they are kept aside with its reason.", _ON_SALE
    ),
    "TspiotLicence": Advice(
        "ТС ПИоТ answers 403: its licence is over or not installed; renew it in its own console.", _ON_SALE
    ),
    "KkmServerUnreachable": Advice(
        "KKM Server gave no usable answer: look at kkmServerUrl, its service and its log.", _LATER
    ),
    "KkmServerSettings": Advice(
        "Switch the permissive mode on in KKM Server and fill in its INN and token.",
        "Отложите товар и позвоните в поддержку.",
    ),
    "KkmServerAccount": Advice(
        "kkmServerUser or the file of kkmServerPasswordFile does not fit the account in KKM Server.",
        "Отложите товар и позвоните в поддержку.",
    ),
    "KkmServerDuplicate": Advice(
        "KKM Server holds the code in its open document; a document left open there is cancelled in its console.",
        _OTHER,
    ),
    "KkmServerFormat": Advice(
        "KKM Server could not read the code; explain shows how the scan was read here.",
        "Отсканируйте код ещё раз, целиком и без бликов.",
    ),
    "KkmServerRejected": Advice(
        "KKM Server, or Chestny Znak behind it, rejected the code for the reason in the text.", _OTHER
    ),
    "KkmServerOffline": Advice(
        "KKM Server took the code without the registry and compares it later; look at its connection.",
        "Продолжайте продажу.",
    ),
}
