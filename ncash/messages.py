"""Screen texts as rows. The vendor's are interface and stay letter for letter; ours stand under keys of our own."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from ncash.model.decision import Dialog, Text


class Message(NamedTuple):
    """One text: what the cashier reads, what a face may draw under it, when it appears."""

    key: str
    text: str
    kind: str
    """error, warning, info, notice, ask, scan_mark, scan_barcode, choose."""
    buttons: tuple[str, ...] = ()
    shown: str = ""
    """When it is shown, in English, for the reference."""
    own: bool = False
    """Ours, not the vendor's."""

    def fill(self, kind: str | None = None, **values: str) -> Text:
        """The text with its placeholders filled, as an entry of the screen."""
        return Text(kind or self.kind, self.key, self.words(**values))

    def words(self, **values: str) -> str:
        """The text alone; braces inside a value stay as they are."""
        text = self.text
        for name, value in values.items():
            text = text.replace("{" + name + "}", value)
        return text

    def dialog(self, *buttons: str, kind: str | None = None, image: str | None = None, **values: str) -> Dialog:
        """The text as a dialog with these buttons, or with its own."""
        return Dialog(kind or self.kind, self.key, self.words(**values), buttons or self.buttons, image)


def table(rows: Iterable[Message]) -> dict[str, Message]:
    """Rows by key. Raises ValueError for a key given twice."""
    found: dict[str, Message] = {}
    for row in rows:
        if row.key in found:
            raise ValueError(f"two texts with the key {row.key}")
        found[row.key] = row
    return found


BARCODE_NOT_FOUND: Final = Message(
    "BarcodeNotFound", "Товар со штрих-кодом '{barcode}' не найден", "error", ("ok",), "no goods with this barcode"
)
MARK_DATA_MISSING: Final = Message(
    "MarkDataMissing",
    "Товар имеет признак маркированного товара, но данные о коде маркировки не были заполненны. "
    "Обратитесь в службу техподдержки",
    "error",
    ("ok",),
    "goods found by mark are not marked goods and allowUnmarked = false; goods with tmctype 7 while the plugin is off",
)
ALREADY_REGISTERED: Final = Message(
    "AlreadyRegistered",
    "Код маркировки уже был зарегистрирован ранее",
    "error",
    ("ok",),
    "checkLocalUniqueness found the mark, or the same mark is already in this receipt or in another open one",
)
QUANTITY_FORBIDDEN: Final = Message(
    "QuantityForbidden",
    "Изменение количества для маркированной позиции запрещено",
    "error",
    ("ok",),
    "quantity change of a marked position that is not allowed",
)
SCAN_TOO_LONG: Final = Message(
    "ScanTooLong",
    "Слишком длинный код: '{barcode}…'. Отсканируйте ещё раз один код",
    "error",
    ("ok",),
    "a scan of more than 512 characters",
    own=True,
)
MARKED_GOODS_BLOCKED: Final = Message(
    "MarkedGoodsBlocked",
    "Маркированный товар не продаётся: ошибка в настройках кассы. Позвоните в поддержку (ncash check)",
    "error",
    ("ok",),
    "goods with tmctype 7 while the configuration has an error",
    own=True,
)
PLUGIN_BROKEN: Final = Message(
    "PluginBroken",
    "Маркированный товар не продаётся: сбой модуля {plugin}. Позвоните в поддержку (ncash check, ncash plugins)",
    "error",
    ("ok",),
    "goods with tmctype 7 after a plugin raised, hung or answered nonsense",
    own=True,
)
REMOTE_MARKED: Final = Message(
    "RemoteMarked",
    "Товар с маркировкой: позовите сотрудника магазина",
    "error",
    ("ok",),
    "marked goods in a receipt of the channel remote, where nobody can scan a mark",
    own=True,
)
CONFIG_PROBLEMS: Final = Message(
    "ConfigProblems",
    "Ошибка в настройках кассы: маркированный товар не продаётся. Позвоните в поддержку (ncash check)",
    "notice",
    (),
    "an error in the INI files at start",
    own=True,
)
CONFIG_WARNINGS: Final = Message(
    "ConfigWarnings",
    "Настройки кассы требуют внимания: {count}. Поддержке: ncash check",
    "notice",
    (),
    "a warning in the INI files at start",
    own=True,
)
CONFIG_SHORTENED: Final = Message(
    "ConfigShortened",
    "Файл настроек {file} короче принятого раньше, пропали: {lost}. Позвоните в поддержку (ncash config diff)",
    "notice",
    (),
    "an INI file is cut at start: it begins like the copy that was accepted last, and ends earlier",
    own=True,
)
PLUGIN_NOTICE: Final = Message(
    "PluginNotice",
    "Модуль {plugin} отключён из-за сбоя до перезапуска кассы. Позвоните в поддержку",
    "notice",
    (),
    "a plugin is broken until restart",
    own=True,
)
PLUGIN_FAILING: Final = Message(
    "PluginFailing",
    "Модуль {plugin} работает со сбоями. Позвоните в поддержку (ncash plugins)",
    "notice",
    (),
    "the latest answer of a plugin was an error or nonsense; gone after its next good answer",
    own=True,
)
RECEIPT_REFUSED: Final = Message(
    "ReceiptRefused",
    "Чек нельзя закрыть: позиция {n} '{position}' не разрешена к продаже. Удалите её из чека",
    "error",
    ("ok",),
    "closing a restored receipt that still holds a refused or unscanned position",
    own=True,
)
POSITION_REFUSED: Final = Message(
    "PositionRefused",
    "Позиция {n} '{position}' не разрешена к продаже. {reason}",
    "error",
    ("ok",),
    "a position of a restored receipt was checked again and refused",
    own=True,
)
SALE_FORBIDDEN: Final = Message(
    "SaleForbidden",
    "Продажа товара '{position}' запрещена",
    "error",
    ("ok",),
    "the dictionary forbids to sell these goods (disableinventsale)",
    own=True,
)
RETURN_FORBIDDEN: Final = Message(
    "ReturnForbidden",
    "Возврат товара '{position}' запрещён",
    "error",
    ("ok",),
    "the dictionary forbids to take these goods back (disableinventback)",
    own=True,
)
CHOOSE_POSITIONS: Final = Message(
    "ChoosePositions",
    "Выберите товары для возврата или отсканируйте код маркировки",
    "choose",
    ("cancel",),
    "a return by sale receipt was opened",
    own=True,
)
NOT_IN_SALE: Final = Message(
    "NotInSale",
    "Товара '{barcode}' нет в чеке продажи, или он уже возвращён",
    "error",
    ("ok",),
    "a scan in a return by sale that fits no position left in the sale",
    own=True,
)
STORNO_REFUSED: Final = Message(
    "StornoRefused",
    "Позицию нельзя удалить: код маркировки не проверить. Отмените чек целиком",
    "error",
    ("ok",),
    "storno of a marked position while no plugin can read marks",
    own=True,
)
RECEIPT_RESTORED: Final = Message(
    "ReceiptRestored",
    "Восстановлен незакрытый чек",
    "info",
    (),
    "a receipt left open by a crash or an end of input comes back at start",
    own=True,
)
DISK_TROUBLE: Final = Message(
    "DiskTrouble",
    "Не удалось записать на диск: {reason}. Действие не выполнено, повторите",
    "error",
    ("ok",),
    "the database could not take the write",
    own=True,
)
AWAITING_MARK: Final = Message(
    "AwaitingMark",
    "Заказ: отсканируйте код маркировки товара '{position}'",
    "info",
    (),
    "an order was scanned into the receipt and this marked position has no mark yet",
    own=True,
)
ORDER_IN_RECEIPT: Final = Message(
    "OrderInReceipt",
    "В чеке уже есть заказ {identifier}. Другой заказ добавьте в следующий чек",
    "error",
    ("ok",),
    "an order was scanned into a receipt that holds one already",
    own=True,
)
EXPORT_FAILED: Final = Message(
    "ExportFailed",
    "Продажи смены {shift} не выгружены. Позвоните в поддержку (ncash sales export)",
    "notice",
    (),
    "a shift was closed and its sales could not be written for the back office; gone when they are",
    own=True,
)
BACKUP_FAILED: Final = Message(
    "BackupFailed",
    "Резервная копия базы данных не сделана: {reason}",
    "notice",
    (),
    "a till that had nothing to do could not copy Documents; gone when a copy was made",
    own=True,
)
DATABASE_DAMAGED: Final = Message(
    "DatabaseDamaged",
    "База данных кассы повреждена: маркированный товар не продаётся. "
    "Позвоните в поддержку (ncash restore, ncash rebuild)",
    "notice",
    (),
    "the check of Documents after the start found damage; also the refusal of goods with tmctype 7 and of marks",
    own=True,
)
DATABASE_CHECKED: Final = Message(
    "DatabaseChecked",
    "База данных кассы проверяется после сбоя. Повторите через минуту",
    "error",
    ("ok",),
    "goods with tmctype 7 or a mark, while Documents is still being checked after a till did not end in order",
    own=True,
)
SCAN_TWO_CODES: Final = Message(
    "ScanTwoCodes",
    "Считаны сразу два кода: {first} и {second}. Отсканируйте один код",
    "error",
    ("ok",),
    "one scan holds two different codes",
    own=True,
)
SCAN_LAYOUT: Final = Message(
    "ScanLayout",
    "Код пришёл русскими буквами. Переключите раскладку клавиатуры на английскую и отсканируйте ещё раз",
    "error",
    ("ok",),
    "a scan has Russian letters and cannot be read back with proof",
    own=True,
)
SCAN_CAPS_LOCK: Final = Message(
    "ScanCapsLock",
    "Включён CapsLock: буквы кода перевёрнуты. Выключите CapsLock и отсканируйте ещё раз",
    "error",
    ("ok",),
    "the scanner's own marks around or inside a code came with large and small letters swapped",
    own=True,
)
SCAN_ONE_CASE: Final = Message(
    "ScanOneCase",
    "Заглавные и строчные буквы кода не различить. Позвоните в поддержку: настройки сканера (ncash scanner test)",
    "error",
    ("ok",),
    "a signature came in letters of one case: an option of the scanner or of remote desktop",
    own=True,
)
SCAN_CUT: Final = Message(
    "ScanCut",
    "Код считан не целиком. Отсканируйте ещё раз",
    "error",
    ("ok",),
    "a code begins or ends early",
    own=True,
)
SCAN_UNCLEAR: Final = Message(
    "ScanUnclear",
    "Код считан с ошибкой. Отсканируйте ещё раз; если повторится, позвоните в поддержку (ncash scanner test)",
    "error",
    ("ok",),
    "a damaged scan could mean several codes, or none of a known layout",
    own=True,
)
SCAN_SQUARE: Final = Message(
    "ScanSquare",
    "Это штрих-код. Отсканируйте квадратный код",
    "error",
    ("ok",),
    "a barcode that the scanner itself called EAN was scanned where a mark is asked for",
    own=True,
)
QUEUE_UNAVAILABLE: Final = Message(
    "QueueUnavailable", "Очередь сообщений недоступна", "notice", (), "messages to the cash server lie in files"
)
QUEUE_LONG: Final = Message(
    "QueueLong", "Большое количество сообщений в очереди ({count})", "notice", (), "more than messagesCountWarning wait"
)
QUEUE_OLD: Final = Message(
    "QueueOld", "В очереди есть старые сообщения ({date})", "notice", (), "one is older than firstMessageDaysWarning"
)
QUEUE_REFUSED: Final = Message(
    "QueueRefused",
    "Кассовый сервер не принял сообщения ({count}). Позвоните в поддержку (ncash queue list)",
    "notice",
    (),
    "the cash server knows the id of a message with another content",
    own=True,
)

MESSAGES: Final = table(value for value in tuple(globals().values()) if isinstance(value, Message))
