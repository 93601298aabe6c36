"""The plugin's screen texts (docs/reference/messages.md): the vendor's letter for letter, ours under their own keys."""

from typing import Final

from ncash.bundled.markedgoods.texts.messages_crpt import CRPT_ROWS, CRPT_SILENT, CRPT_UNCHECKED, SOLD_UNCHECKED
from ncash.bundled.markedgoods.texts.messages_price import PACK_ROWS
from ncash.bundled.markedgoods.texts.messages_transport import TRANSPORT_ROWS
from ncash.messages import (
    ALREADY_REGISTERED,
    BARCODE_NOT_FOUND,
    MARK_DATA_MISSING,
    QUANTITY_FORBIDDEN,
    Advice,
    Message,
    table,
)

_BANNED: Final = "Товар с таким кодом маркировки запрещен к продаже"
_OK: Final = ("ok",)
_OTHER_UNIT: Final = "Возьмите другую единицу товара, эту отложите."

SCAN_MARK: Final = Message(
    "ScanMark",
    "Отсканируйте код маркировки товара (квадратный код)",
    "scan_mark",
    ("cancel",),
    shown="marked goods were added by their barcode",
    own=True,
    advice=Advice(
        "The till waits for the mark of goods that were scanned by their barcode.",
        "Отсканируйте квадратный код на упаковке.",
    ),
)
CASH_SERVER_CONNECTION: Final = Message(
    "CashServerConnection",
    "Не удалось проверить код маркировки на кассовом сервере. Повторите сканирование",
    "error",
    _OK,
    shown="no answer of the cash server within markVerifyTimeout and ignoreMarkVerifyErrors = false",
    own=True,
    advice=Advice(
        "The cash server did not answer in time: look at markVerifyUrl, the network and the server; "
        "ignoreMarkVerifyErrors = true would sell with a trace.",
        "Повторите сканирование. Не помогло — позвоните в поддержку.",
    ),
)
LABEL_WEIGHT: Final = Message(
    "LabelWeight",
    "Вес на этикетке {label} кг, в коде маркировки {mark} кг. Взят вес этикетки",
    "warning",
    (),
    shown="label and mark both carry a weight and they differ",
    own=True,
    advice=Advice(
        "Label and mark carry different weights; the label's is sold. Look at the settings of the scales.",
        "Проверьте вес на этикетке. Продажу можно продолжать.",
    ),
)
SERVER_UNCHECKED: Final = Message(
    "ServerUnchecked",
    "Товар добавлен без проверки на кассовом сервере",
    "warning",
    (),
    shown="the cash server could not be asked and ignoreMarkVerifyErrors = true",
    own=True,
    advice=Advice(
        "Sold without the cash server because ignoreMarkVerifyErrors = true; bring the server back.",
        "Продолжайте продажу.",
    ),
)
PLAIN_HTTP: Final = Message(
    "CashServerPlainHttp",
    "Связь с кассовым сервером {host} не защищена шифрованием. Продавать можно, сообщите администратору",
    "notice",
    (),
    shown="markVerifyAllowPlainHttp = true and markVerifyUrl is plain http to another computer",
    own=True,
    advice=Advice(
        "markVerifyAllowPlainHttp = true: marks, receipts and the password go in clear to this server. Give the "
        "server a certificate, write https:// in markVerifyUrl and take the setting out.",
        "Продавать можно. Сообщите администратору.",
    ),
)
CATALOG_UNKNOWN: Final = Message(
    "CatalogUnknown",
    "Каталога {codes} из настроек нет в справочниках, его правила не действуют. Позвоните в поддержку",
    "notice",
    (),
    shown="askForBarcodeFromCatalogs or skipMarkVerifyCrptCatalogs names a catalog that Dictionaries does not hold",
    own=True,
    advice=Advice(
        "A setting names a catalog that Dictionaries does not hold: correct the code, or load the dictionary.",
        "Продавать можно. Позвоните в поддержку.",
    ),
)
WITHOUT_MARK_FORBIDDEN: Final = Message(
    "WithoutMarkForbidden",
    "Добавить товар без кода маркировки нельзя. Отсканируйте код маркировки",
    "error",
    _OK,
    shown="the button without_mark where the settings do not offer it",
    own=True,
    advice=Advice(
        "addWithoutScanMark (sale) or addWithoutScanMarkInBackBySale (returns) would offer the button.",
        "Найдите код маркировки на упаковке и отсканируйте его.",
    ),
)

MESSAGES: Final = table(
    (
        ALREADY_REGISTERED,
        BARCODE_NOT_FOUND,
        MARK_DATA_MISSING,
        QUANTITY_FORBIDDEN,
        SCAN_MARK,
        CASH_SERVER_CONNECTION,
        CRPT_UNCHECKED,
        LABEL_WEIGHT,
        SOLD_UNCHECKED,
        SERVER_UNCHECKED,
        CRPT_SILENT,
        PLAIN_HTTP,
        CATALOG_UNKNOWN,
        WITHOUT_MARK_FORBIDDEN,
        *TRANSPORT_ROWS,
        *PACK_ROWS,
        Message(
            "ScanErrorLocked",
            "Ошибка сканирования кода маркировки",
            "error",
            _OK,
            shown="scan error with showScanErrorDialog = true: scanner locked until acknowledged",
            advice=Advice(
                "The scan fits no mask, and showScanErrorDialog = true locks the scanner until OK; explain shows where "
                "each mask stops. A missing GS or a Cyrillic layout is mended in the scanner.",
                "Нажмите ОК и отсканируйте код ещё раз.",
            ),
        ),
        Message(
            "ScanErrorRepeat",
            "Ошибка считывания кода маркировки, повторите сканирование",
            "scan_mark",
            ("cancel",),
            shown="scan error with showScanErrorDialog = false; "
            "also a mark whose barcode does not match the scanned goods",
            advice=Advice(
                "The scan fits no mask, or the mark belongs to other goods: explain shows where each mask stops; "
                "allowNotMatchingBarcodes and its neighbours rule whether barcodes may differ.",
                "Отсканируйте квадратный код ещё раз: без бликов, целиком, по одному.",
            ),
        ),
        Message(
            "NoMatchScanBarcode",
            "Нет соответствий с введенным кодом маркировки. Отсканируйте штрих-код товара",
            "scan_barcode",
            ("cancel",),
            shown="mark whose barcode is unknown, allowNotMatchingBarcodes = true",
            advice=Advice(
                "No goods have the GTIN of this mark; the cashier names them by their barcode. Add the GTIN to the "
                "card.",
                "Отсканируйте обычный штрих-код этого товара.",
            ),
        ),
        Message(
            "NeedMoreScanBarcode",
            "Необходима дополнительная информация. Отсканируйте штрих-код товара",
            "scan_barcode",
            ("cancel",),
            shown="goods of an askForBarcodeFromCatalogs catalog added by mark",
            advice=Advice(
                "The goods stand in a catalog of askForBarcodeFromCatalogs, so the label has to be scanned too.",
                "Отсканируйте штрих-код на этикетке.",
            ),
        ),
        Message(
            "WrongInputKind",
            "Неверный тип ввода данных",
            "error",
            _OK,
            shown="mark scanned first with an input kind that permittedInput forbids",
            advice=Advice(
                "permittedInput forbids this kind of input: 1 is text, 2 is binary; look how the scanner is connected.",
                "Сканируйте код сканером кассы, не вводите его руками.",
            ),
        ),
        Message(
            "NotInWhiteList",
            _BANNED,
            "error",
            _OK,
            shown="enableMarkVerifyLocal; cash server NOT_IN_WHITE_LIST",
            advice=Advice(
                "The mark is not in the list of the shop; load the list (ncash whitelist import) or mend it at its "
                "source.",
                _OTHER_UNIT,
            ),
        ),
        Message(
            "NoBarcodeForWhiteList",
            _BANNED + ". Не заполнен штрих-код для проверки в белом списке",
            "error",
            _OK,
            shown="cash server BARCODE_NOT_PASSED",
            advice=Advice(
                "The request to the cash server had no barcode: the card of the goods has none.",
                "Отложите товар и сообщите администратору.",
            ),
        ),
        Message(
            "BarcodeNotInWhiteList",
            _BANNED + ". Не найдено соответствие кода маркировки и штрих-кода в белом списке",
            "error",
            _OK,
            shown="cash server BARCODE_MISMATCH",
            advice=Advice(
                "The list knows the mark under another barcode; compare the card of the goods with the list.",
                _OTHER_UNIT,
            ),
        ),
        Message(
            "AlreadySold",
            "Товар с таким кодом маркировки уже был продан",
            "error",
            _OK,
            shown="cash server SOLD or UNRESERVED_BACK",
            advice=Advice(
                "The cash server says that another till sold this mark; look for the receipt there before you clear "
                "it.",
                _OTHER_UNIT,
            ),
        ),
        Message(
            "AlreadyReserved",
            "Товар с таким кодом маркировки уже был зарезервирован",
            "error",
            _OK,
            shown="cash server RESERVED_SALE or RESERVED_BACK of another receipt",
            advice=Advice(
                "An open receipt of another till holds the mark; it is free when that receipt is closed or cancelled.",
                "Проверьте, нет ли этого товара в чеке на другой кассе, или возьмите другую единицу.",
            ),
        ),
        Message(
            "UnknownServerStatus",
            "Неизвестный статус кода маркировки на сервере",
            "error",
            _OK,
            shown="any other cash server status",
            advice=Advice(
                "The cash server answered a status that ncash does not know; the journal holds it. Compare the "
                "versions.",
                "Отложите товар и позвоните в поддержку.",
            ),
        ),
        *CRPT_ROWS,
    )
)
