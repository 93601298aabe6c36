"""What to do when a text of this plugin stands on the screen: one row a key."""

from collections.abc import Mapping
from typing import Final

from ncash.bundled.markedgoods.texts.advice_crpt import CRPT_ADVICE
from ncash.plugin import Advice

_RESCAN: Final = "Отсканируйте квадратный код ещё раз: без бликов, целиком, по одному."
_OTHER: Final = "Возьмите другую единицу товара, эту отложите."
_WHITE: Final = (
    "The mark is not in the list of the shop; load the list (ncash whitelist import) or mend it at its source."
)

ADVICE: Final[Mapping[str, Advice]] = {
    **CRPT_ADVICE,
    "ScanMark": Advice(
        "The till waits for the mark of goods that were scanned by their barcode.",
        "Отсканируйте квадратный код на упаковке.",
    ),
    "ScanErrorLocked": Advice(
        "The scan fits no mask, and showScanErrorDialog = true locks the scanner until OK; explain shows where each "
        "mask stops. A missing GS or a Cyrillic layout is mended in the scanner.",
        "Нажмите ОК и отсканируйте код ещё раз.",
    ),
    "ScanErrorRepeat": Advice(
        "The scan fits no mask, or the mark belongs to other goods: explain shows where each mask stops; "
        "allowNotMatchingBarcodes and its neighbours rule whether barcodes may differ.",
        _RESCAN,
    ),
    "NoMatchScanBarcode": Advice(
        "No goods have the GTIN of this mark; the cashier names them by their barcode. Add the GTIN to the card.",
        "Отсканируйте обычный штрих-код этого товара.",
    ),
    "NeedMoreScanBarcode": Advice(
        "The goods stand in a catalog of askForBarcodeFromCatalogs, so the label has to be scanned too.",
        "Отсканируйте штрих-код на этикетке.",
    ),
    "WrongInputKind": Advice(
        "permittedInput forbids this kind of input: 1 is text, 2 is binary; look how the scanner is connected.",
        "Сканируйте код сканером кассы, не вводите его руками.",
    ),
    "WithoutMarkForbidden": Advice(
        "addWithoutScanMark (sale) or addWithoutScanMarkInBackBySale (returns) would offer the button.",
        "Найдите код маркировки на упаковке и отсканируйте его.",
    ),
    "PackRefused": Advice(
        "The barcode has cquant > 1 in Dictionaries, so its mark is that of a whole pack; packs are sold at a "
        "self-checkout with allowSaleMarkedSet = true only. For single goods correct cquant in the card.",
        "Вскройте упаковку и отсканируйте код на каждой штуке, либо проведите её на кассе самообслуживания.",
    ),
    "LabelWeight": Advice(
        "Label and mark carry different weights; the label's is sold. Look at the settings of the scales.",
        "Проверьте вес на этикетке. Продажу можно продолжать.",
    ),
    "NotInWhiteList": Advice(_WHITE, _OTHER),
    "NoBarcodeForWhiteList": Advice(
        "The request to the cash server had no barcode: the card of the goods has none.",
        "Отложите товар и сообщите администратору.",
    ),
    "BarcodeNotInWhiteList": Advice(
        "The list knows the mark under another barcode; compare the card of the goods with the list.", _OTHER
    ),
    "AlreadySold": Advice(
        "The cash server says that another till sold this mark; look for the receipt there before you clear it.", _OTHER
    ),
    "AlreadyReserved": Advice(
        "An open receipt of another till holds the mark; it is free when that receipt is closed or cancelled.",
        "Проверьте, нет ли этого товара в чеке на другой кассе, или возьмите другую единицу.",
    ),
    "UnknownServerStatus": Advice(
        "The cash server answered a status that ncash does not know; the journal holds it. Compare the versions.",
        "Отложите товар и позвоните в поддержку.",
    ),
    "CashServerConnection": Advice(
        "The cash server did not answer in time: look at markVerifyUrl, the network and the server; "
        "ignoreMarkVerifyErrors = true would sell with a trace.",
        "Повторите сканирование. Не помогло — позвоните в поддержку.",
    ),
    "CashServerPlainHttp": Advice(
        "markVerifyAllowPlainHttp = true: marks, receipts and the password go in clear to this server. Give the "
        "server a certificate, write https:// in markVerifyUrl and take the setting out.",
        "Продавать можно. Сообщите администратору.",
    ),
    "ServerUnchecked": Advice(
        "Sold without the cash server because ignoreMarkVerifyErrors = true; bring the server back.",
        "Продолжайте продажу.",
    ),
    "CatalogUnknown": Advice(
        "A setting names a catalog that Dictionaries does not hold: correct the code, or load the dictionary.",
        "Продавать можно. Позвоните в поддержку.",
    ),
    "IndustryTagsError": Advice(
        "foiv, documentDate or documentNumber is empty in [MarkedGoods]: tags 1262 to 1264 would be missing.",
        "Продавать можно. Сразу позвоните в поддержку.",
    ),
}
