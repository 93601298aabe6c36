"""Screen texts as rows. The vendor's are interface and stay letter for letter; ours stand under keys of our own."""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from ncash.language import retold
from ncash.model.decision import Dialog, Text
from ncash.model.legible import legible

_PLACE: Final = re.compile(r"\{(\w+)\}", re.ASCII)


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
        """The text alone. Braces inside a value stay as they are; what nobody can read in one is taken out of it."""
        if not values:
            return self.text
        return _PLACE.sub(
            lambda found: legible(retold(values[found[1]])) if found[1] in values else found[0], self.text
        )

    def dialog(self, *buttons: str, kind: str | None = None, image: str | None = None, **values: str) -> Dialog:
        """The text as a dialog with these buttons, or with its own."""
        return Dialog(kind or self.kind, self.key, self.words(**values), buttons or self.buttons, image=image)


def table(rows: Iterable[Message]) -> dict[str, Message]:
    """Rows by key. Raises ValueError for a key given twice."""
    found: dict[str, Message] = {}
    for row in rows:
        if row.key in found:
            raise ValueError(f"two texts with the key {row.key}")
        found[row.key] = row
    return found


BARCODE_NOT_FOUND: Final = Message(
    "BarcodeNotFound",
    "Товар со штрих-кодом '{barcode}' не найден",
    "error",
    ("ok",),
    shown="no goods with this barcode",
)
MARK_DATA_MISSING: Final = Message(
    "MarkDataMissing",
    "Товар имеет признак маркированного товара, но данные о коде маркировки не были заполненны. "
    "Обратитесь в службу техподдержки",
    "error",
    ("ok",),
    shown="goods found by mark are not marked goods and allowUnmarked = false; "
    "goods with tmctype 7 while the plugin is off",
)
ALREADY_REGISTERED: Final = Message(
    "AlreadyRegistered",
    "Код маркировки уже был зарегистрирован ранее",
    "error",
    ("ok",),
    shown="checkLocalUniqueness found the mark, or the same mark is already in this receipt or in another open one",
)
KEG_EMPTY: Final = Message(
    "KegEmpty",
    "В кеге осталось {left} л, столько налить нельзя. Введите меньше или отсканируйте код другой кеги",
    "error",
    ("ok",),
    shown="a portion is larger than what is left in the keg",
    own=True,
)
KEG_RETURN: Final = Message(
    "KegReturn",
    "Из этой кеги продано и не возвращено {left} л, больше вернуть нельзя",
    "error",
    ("ok",),
    shown="a portion that is given back is larger than what was sold out of the keg",
    own=True,
)
QUANTITY_FORBIDDEN: Final = Message(
    "QuantityForbidden",
    "Изменение количества для маркированной позиции запрещено",
    "error",
    ("ok",),
    shown="quantity change of a marked position that is not allowed",
)
MARKED_GOODS_BLOCKED: Final = Message(
    "MarkedGoodsBlocked",
    "Маркированный товар не продаётся: ошибка в настройках кассы. Позвоните в поддержку (ncash check)",
    "error",
    ("ok",),
    shown="goods with tmctype 7 while the configuration has an error",
    own=True,
)
PLUGIN_BROKEN: Final = Message(
    "PluginBroken",
    "Маркированный товар не продаётся: сбой модуля {plugin}. Позвоните в поддержку (ncash check, ncash plugins)",
    "error",
    ("ok",),
    shown="goods with tmctype 7 after a plugin raised, hung or answered nonsense",
    own=True,
)
CONFIG_PROBLEMS: Final = Message(
    "ConfigProblems",
    "Ошибка в настройках кассы: маркированный товар не продаётся. Позвоните в поддержку (ncash check)",
    "notice",
    (),
    shown="an error in the INI files at start",
    own=True,
)
CONFIG_WARNINGS: Final = Message(
    "ConfigWarnings",
    "Настройки кассы требуют внимания: {count}. Поддержке: ncash check",
    "notice",
    (),
    shown="a warning in the INI files at start",
    own=True,
)
CONFIG_SHORTENED: Final = Message(
    "ConfigShortened",
    "Файл настроек {file} короче принятого раньше, пропали: {lost}. Позвоните в поддержку (ncash config diff)",
    "notice",
    (),
    shown="an INI file is cut at start: it begins like the copy that was accepted last, and ends earlier",
    own=True,
)
PLUGIN_NOTICE: Final = Message(
    "PluginNotice",
    "Модуль {plugin} отключён из-за сбоя до перезапуска кассы. Позвоните в поддержку",
    "notice",
    (),
    shown="a plugin is broken until restart",
    own=True,
)
PLUGIN_FAILING: Final = Message(
    "PluginFailing",
    "Модуль {plugin} работает со сбоями. Позвоните в поддержку (ncash plugins)",
    "notice",
    (),
    shown="the latest answer of a plugin was an error or nonsense; gone after its next good answer",
    own=True,
)
POSITION_REFUSED: Final = Message(
    "PositionRefused",
    "Позиция {n} '{position}' не разрешена к продаже. {reason}",
    "error",
    ("ok",),
    shown="a position of a restored receipt was checked again and refused",
    own=True,
)
RECEIPT_RESTORED: Final = Message(
    "ReceiptRestored",
    "Восстановлен незакрытый чек",
    "info",
    (),
    shown="a receipt left open by a crash or an end of input comes back at start",
    own=True,
)
DISK_TROUBLE: Final = Message(
    "DiskTrouble",
    "Не удалось записать на диск: {reason}. Действие не выполнено, повторите",
    "error",
    ("ok",),
    shown="the database could not take the write",
    own=True,
)
EXPORT_FAILED: Final = Message(
    "ExportFailed",
    "Продажи смены {shift} не выгружены. Позвоните в поддержку (ncash sales export)",
    "notice",
    (),
    shown="a shift was closed and its sales could not be written for the back office; gone when they are",
    own=True,
)
BACKUP_FAILED: Final = Message(
    "BackupFailed",
    "Резервная копия базы данных не сделана: {reason}",
    "notice",
    (),
    shown="a till that had nothing to do could not copy Documents; gone when a copy was made",
    own=True,
)
DATABASE_DAMAGED: Final = Message(
    "DatabaseDamaged",
    "База данных кассы повреждена: маркированный товар не продаётся. "
    "Позвоните в поддержку (ncash restore, ncash rebuild)",
    "notice",
    (),
    shown="the check of Documents after the start found damage; also the refusal of goods with tmctype 7 and of marks",
    own=True,
)
DATABASE_CHECKED: Final = Message(
    "DatabaseChecked",
    "База данных кассы проверяется после сбоя. Повторите через минуту",
    "error",
    ("ok",),
    shown="goods with tmctype 7 or a mark, while Documents is still being checked after a till did not end in order",
    own=True,
)
QUEUE_UNAVAILABLE: Final = Message(
    "QueueUnavailable", "Очередь сообщений недоступна", "notice", (), shown="messages to the cash server lie in files"
)
QUEUE_LONG: Final = Message(
    "QueueLong",
    "Большое количество сообщений в очереди ({count})",
    "notice",
    (),
    shown="more than messagesCountWarning wait",
)
QUEUE_OLD: Final = Message(
    "QueueOld",
    "В очереди есть старые сообщения ({date})",
    "notice",
    (),
    shown="one is older than firstMessageDaysWarning",
)
QUEUE_REFUSED: Final = Message(
    "QueueRefused",
    "Кассовый сервер не принял сообщения ({count}). Позвоните в поддержку (ncash queue list)",
    "notice",
    (),
    shown="the cash server knows the id of a message with another content",
    own=True,
)

MESSAGES: Final = table(value for value in tuple(globals().values()) if isinstance(value, Message))
