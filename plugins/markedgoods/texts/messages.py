"""The plugin's screen texts (docs/reference/messages.md): the vendor's letter for letter, ours under their own keys."""

from typing import Final

from ncash.bundled.markedgoods.texts.messages_price import PACK_ROWS
from ncash.bundled.markedgoods.texts.messages_transport import TRANSPORT_ROWS
from ncash.messages import ALREADY_REGISTERED, BARCODE_NOT_FOUND, MARK_DATA_MISSING, QUANTITY_FORBIDDEN, Message, table

_POSITION: Final = "Ошибка проверки кода маркировки позиции {position}. "
_BANNED: Final = "Товар с таким кодом маркировки запрещен к продаже"
_ASKED: Final = ("continue", "cancel")
_OK: Final = ("ok",)

SCAN_MARK: Final = Message(
    "ScanMark",
    "Отсканируйте код маркировки товара (квадратный код)",
    "scan_mark",
    ("cancel",),
    shown="marked goods were added by their barcode",
    own=True,
)
CASH_SERVER_CONNECTION: Final = Message(
    "CashServerConnection",
    "Не удалось проверить код маркировки на кассовом сервере. Повторите сканирование",
    "error",
    _OK,
    shown="no answer of the cash server within markVerifyTimeout and ignoreMarkVerifyErrors = false",
    own=True,
)
CRPT_UNCHECKED: Final = Message(
    "CrptUnchecked",
    "Проверка в Честном знаке не выполнена. Товар не добавлен, позвоните в поддержку",
    "error",
    _OK,
    shown="refuseUnchecked = true and the token is bad, missing or refused",
    own=True,
)
LABEL_WEIGHT: Final = Message(
    "LabelWeight",
    "Вес на этикетке {label} кг, в коде маркировки {mark} кг. Взят вес этикетки",
    "warning",
    (),
    shown="label and mark both carry a weight and they differ",
    own=True,
)
SOLD_UNCHECKED: Final = Message(
    "SoldUnchecked",
    "Товар добавлен без проверки в Честном знаке",
    "warning",
    (),
    shown="a mark was added unchecked although enableMarkVerifyCrpt = true",
    own=True,
)
SERVER_UNCHECKED: Final = Message(
    "ServerUnchecked",
    "Товар добавлен без проверки на кассовом сервере",
    "warning",
    (),
    shown="the cash server could not be asked and ignoreMarkVerifyErrors = true",
    own=True,
)
CRPT_SILENT: Final = Message(
    "CrptSilent",
    "Честный знак: последняя проверка не выполнена ({reason}). Позвоните в поддержку",
    "notice",
    (),
    shown="the latest mark was not checked in CRPT; gone after the next check that is made",
    own=True,
)
PLAIN_HTTP: Final = Message(
    "CashServerPlainHttp",
    "Связь с кассовым сервером {host} не защищена шифрованием. Продавать можно, сообщите администратору",
    "notice",
    (),
    shown="markVerifyAllowPlainHttp = true and markVerifyUrl is plain http to another computer",
    own=True,
)
CATALOG_UNKNOWN: Final = Message(
    "CatalogUnknown",
    "Каталога {codes} из настроек нет в справочниках, его правила не действуют. Позвоните в поддержку",
    "notice",
    (),
    shown="askForBarcodeFromCatalogs or skipMarkVerifyCrptCatalogs names a catalog that Dictionaries does not hold",
    own=True,
)
WITHOUT_MARK_FORBIDDEN: Final = Message(
    "WithoutMarkForbidden",
    "Добавить товар без кода маркировки нельзя. Отсканируйте код маркировки",
    "error",
    _OK,
    shown="the button without_mark where the settings do not offer it",
    own=True,
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
        ),
        Message(
            "ScanErrorRepeat",
            "Ошибка считывания кода маркировки, повторите сканирование",
            "scan_mark",
            ("cancel",),
            shown="scan error with showScanErrorDialog = false; "
            "also a mark whose barcode does not match the scanned goods",
        ),
        Message(
            "NoMatchScanBarcode",
            "Нет соответствий с введенным кодом маркировки. Отсканируйте штрих-код товара",
            "scan_barcode",
            ("cancel",),
            shown="mark whose barcode is unknown, allowNotMatchingBarcodes = true",
        ),
        Message(
            "NeedMoreScanBarcode",
            "Необходима дополнительная информация. Отсканируйте штрих-код товара",
            "scan_barcode",
            ("cancel",),
            shown="goods of an askForBarcodeFromCatalogs catalog added by mark",
        ),
        Message(
            "WrongInputKind",
            "Неверный тип ввода данных",
            "error",
            _OK,
            shown="mark scanned first with an input kind that permittedInput forbids",
        ),
        Message("NotInWhiteList", _BANNED, "error", _OK, shown="enableMarkVerifyLocal; cash server NOT_IN_WHITE_LIST"),
        Message(
            "NoBarcodeForWhiteList",
            _BANNED + ". Не заполнен штрих-код для проверки в белом списке",
            "error",
            _OK,
            shown="cash server BARCODE_NOT_PASSED",
        ),
        Message(
            "BarcodeNotInWhiteList",
            _BANNED + ". Не найдено соответствие кода маркировки и штрих-кода в белом списке",
            "error",
            _OK,
            shown="cash server BARCODE_MISMATCH",
        ),
        Message(
            "AlreadySold",
            "Товар с таким кодом маркировки уже был продан",
            "error",
            _OK,
            shown="cash server SOLD or UNRESERVED_BACK",
        ),
        Message(
            "AlreadyReserved",
            "Товар с таким кодом маркировки уже был зарезервирован",
            "error",
            _OK,
            shown="cash server RESERVED_SALE or RESERVED_BACK of another receipt",
        ),
        Message(
            "UnknownServerStatus",
            "Неизвестный статус кода маркировки на сервере",
            "error",
            _OK,
            shown="any other cash server status",
        ),
        Message(
            "CrptConnection",
            "Не удалось выполнить проверку кода маркировки (Ошибка соединения с сервером)",
            "error",
            _OK,
            shown="no CRPT answer within the budget and ignoreMarkVerifyCrptConnectionErrors = false",
        ),
        Message("CrptInvalid", _POSITION + "Код маркировки некорректен", "ask", _ASKED, shown="valid = false"),
        Message(
            "CrptNotVerified",
            _POSITION + "Код маркировки не прошел проверку крипто подписи",
            "ask",
            _ASKED,
            shown="verified = false",
        ),
        Message(
            "CrptNotUtilised",
            _POSITION + "У кода маркировки отсутствует признак нанесения на упаковку",
            "ask",
            _ASKED,
            shown="utilised = false",
        ),
        Message(
            "CrptNotRealizable",
            _POSITION + "Код маркировки не в обороте",
            "ask",
            _ASKED,
            shown="realizable = false and sold is not true",
        ),
        Message(
            "CrptExpired",
            _POSITION + "Товар с таким кодом маркировки просрочен",
            "ask",
            _ASKED,
            shown="expireDate reached",
        ),
        Message("CrptSold", _POSITION + "Код маркировки выведен из оборота", "ask", _ASKED, shown="sold = true"),
        Message("CrptNotFound", _POSITION + "Код маркировки не найден", "ask", _ASKED, shown="found = false"),
        Message(
            "CrptBlocked",
            _POSITION + 'Товар с таким кодом маркировки заблокирован "{agencies}"',
            "ask",
            _ASKED,
            shown="isBlocked = true; agencies = ogvs joined with a comma; the site host when none",
        ),
        Message(
            "CrptTokenError",
            "Честный знак: ошибка токена. Чеки будут сформированы некорректно",
            "notice",
            (),
            shown="a token is refused (401) or xapikey cannot be parsed",
        ),
        Message(
            "CrptTokenMissing",
            "Честный знак: токен для проверки не найден. Товар не будет добавлен",
            "warning",
            _OK,
            shown="several legal entities and none of the tokens names the department of the goods",
        ),
        Message(
            "IndustryTagsError",
            "Честный знак: ошибка в отраслевых реквизитах. Чеки будут сформированы некорректно",
            "notice",
            (),
            shown="foiv documentDate or documentNumber is empty",
        ),
    )
)
