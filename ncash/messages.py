"""Screen texts as rows. The vendor's are interface and stay letter for letter; ours stand under keys of our own."""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from ncash.language import recorded, retold
from ncash.model.decision import Dialog, Text
from ncash.model.legible import legible

_PLACE: Final = re.compile(r"\{(\w+)\}", re.ASCII)


class Advice(NamedTuple):
    """What to do when a text stands on the screen."""

    support: str
    """For those on the phone, in English; the catalogue of the plugin translates it."""
    cashier: str
    """For those at the till, in Russian."""


class Message(NamedTuple):
    """One text: what the cashier reads, what a face may draw under it, when it appears, what to do about it."""

    key: str
    text: str
    kind: str
    """error, warning, info, notice, ask, scan_mark, scan_barcode, choose."""
    buttons: tuple[str, ...] = ()
    shown: str = ""
    """When it is shown, in English, for the reference."""
    own: bool = False
    """Ours, not the vendor's."""
    advice: Advice | None = None
    """What to do about it; `ncash explain` tells it."""

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


def _notice(key: str, text: str, shown: str, advice: Advice) -> Message:
    return Message(key, text, "notice", (), shown=shown, own=True, advice=advice)


def table(rows: Iterable[Message]) -> dict[str, Message]:
    """Rows by key. Raises ValueError for a key given twice."""
    found: dict[str, Message] = {}
    for row in rows:
        if row.key in found:
            raise ValueError(recorded("two texts with the key {key}", key=row.key))
        found[row.key] = row
    return found


BARCODE_NOT_FOUND: Final = Message(
    "BarcodeNotFound",
    "Товар со штрих-кодом '{barcode}' не найден",
    "error",
    ("ok",),
    shown="no goods with this barcode",
    advice=Advice(
        "Look for the barcode in the back office and load the dictionary again (ncash dict import); "
        "if it is a marking code, explain says which mask comes nearest.",
        "Отсканируйте ещё раз. Не помогло — отложите товар и сообщите штрих-код администратору.",
    ),
)
MARK_DATA_MISSING: Final = Message(
    "MarkDataMissing",
    "Товар имеет признак маркированного товара, но данные о коде маркировки не были заполненны. "
    "Обратитесь в службу техподдержки",
    "error",
    ("ok",),
    shown="goods found by mark are not marked goods and allowUnmarked = false; "
    "goods with tmctype 7 while the plugin is off",
    advice=Advice(
        "The card says other than 7 in tmctype, or the plugin that reads marks is off: mend the card, or see ncash "
        "plugins; allowUnmarked = true sells such goods as ordinary ones.",
        "Товар не продаётся, пока карточку не исправят. Отложите его и позвоните в поддержку.",
    ),
)
ALREADY_REGISTERED: Final = Message(
    "AlreadyRegistered",
    "Код маркировки уже был зарегистрирован ранее",
    "error",
    ("ok",),
    shown="checkLocalUniqueness found the mark, or the same mark is already in this receipt or in another open one",
    advice=Advice(
        "This very code is in the receipt, in an open receipt of another till, or was registered here before: "
        "ncash journal list --mark CODE shows where. Two packs never share a code.",
        "Возьмите другую единицу товара. Если такая одна, позовите администратора.",
    ),
)
KEG_EMPTY: Final = Message(
    "KegEmpty",
    "В кеге осталось {left} л, столько налить нельзя. Введите меньше или отсканируйте код другой кеги",
    "error",
    ("ok",),
    shown="a portion is larger than what is left in the keg",
    own=True,
    advice=Advice(
        "The books bound what is sold out of a keg: by what Chestny Znak or the mark says that it holds, else by "
        "kegLitres; explain shows which, and what was sold elsewhere.",
        "Налейте меньше или подключите новую кегу и отсканируйте её код.",
    ),
)
KEG_RETURN: Final = Message(
    "KegReturn",
    "Из этой кеги продано и не возвращено {left} л, больше вернуть нельзя",
    "error",
    ("ok",),
    shown="a portion that is given back is larger than what was sold out of the keg",
    own=True,
    advice=Advice(
        "More would be given back than was sold out of this keg in this database; give it back by its sale.",
        "Верните товар по чеку продажи или позовите администратора.",
    ),
)
QUANTITY_FORBIDDEN: Final = Message(
    "QuantityForbidden",
    "Изменение количества для маркированной позиции запрещено",
    "error",
    ("ok",),
    shown="quantity change of a marked position that is not allowed",
    advice=Advice(
        "A marked piece is one piece; weighed goods may change with allowChangeQuantity = true.",
        "Отсканируйте код каждой единицы отдельно.",
    ),
)
MARKED_GOODS_BLOCKED: Final = Message(
    "MarkedGoodsBlocked",
    "Маркированный товар не продаётся: ошибка в настройках кассы. Позвоните в поддержку (ncash check)",
    "error",
    ("ok",),
    shown="goods with tmctype 7 while the configuration has an error",
    own=True,
    advice=Advice(
        "Run ncash check: an error in the INI files stops marked goods until it is mended; then ncash reload.",
        "Маркированные товары пока не продаются, остальные можно. Позвоните в поддержку.",
    ),
)
PLUGIN_BROKEN: Final = Message(
    "PluginBroken",
    "Маркированный товар не продаётся: сбой модуля {plugin}. Позвоните в поддержку (ncash check, ncash plugins)",
    "error",
    ("ok",),
    shown="goods with tmctype 7 after a plugin raised, hung or answered nonsense",
    own=True,
    advice=Advice(
        "ncash plugins names the plugin and its error; the till has to be restarted after a plugin that hung.",
        "Закройте чек без маркированных товаров и позвоните в поддержку.",
    ),
)
CONFIG_PROBLEMS: Final = _notice(
    "ConfigProblems",
    "Ошибка в настройках кассы: маркированный товар не продаётся. Позвоните в поддержку (ncash check)",
    shown="an error in the INI files at start",
    advice=Advice(
        "ncash check lists the errors with file and line; mend them and let the till read them with ncash reload.",
        "Маркированные товары пока не продаются. Позвоните в поддержку.",
    ),
)
CONFIG_WARNINGS: Final = _notice(
    "ConfigWarnings",
    "Настройки кассы требуют внимания: {count}. Поддержке: ncash check",
    shown="a warning in the INI files at start",
    advice=Advice(
        "ncash check lists the warnings; nothing is stopped, some setting does not do what was meant.",
        "Продавать можно. Сообщите поддержке, когда будет время.",
    ),
)
CONFIG_SHORTENED: Final = _notice(
    "ConfigShortened",
    "Файл настроек {file} короче принятого раньше, пропали: {lost}. Позвоните в поддержку (ncash config diff)",
    shown="an INI file is cut at start: it begins like the copy that was accepted last, and ends earlier",
    advice=Advice(
        "The file was cut while it was written: put it back from the copy of the back office, then ncash reload.",
        "Продавать можно. Позвоните в поддержку.",
    ),
)
PLUGIN_NOTICE: Final = _notice(
    "PluginNotice",
    "Модуль {plugin} отключён из-за сбоя до перезапуска кассы. Позвоните в поддержку",
    shown="a plugin is broken until restart",
    advice=Advice(
        "ncash plugins says why it is off; restart the till when the cause is gone.",
        "Позвоните в поддержку: модуль не работает.",
    ),
)
PLUGIN_FAILING: Final = _notice(
    "PluginFailing",
    "Модуль {plugin} работает со сбоями. Позвоните в поддержку (ncash plugins)",
    shown="the latest answer of a plugin was an error or nonsense; gone after its next good answer",
    advice=Advice(
        "ncash plugins shows the error and how often; the plugin is asked again with each scan.",
        "Позвоните в поддержку, если сообщение не уходит.",
    ),
)
POSITION_REFUSED: Final = Message(
    "PositionRefused",
    "Позиция {n} '{position}' не разрешена к продаже. {reason}",
    "error",
    ("ok",),
    shown="a position of a restored receipt was checked again and refused",
    own=True,
    advice=Advice(
        "The mark was checked again when the receipt came back, and fell; its own text says why.",
        "Удалите позицию или отсканируйте код другой единицы.",
    ),
)
RECEIPT_RESTORED: Final = Message(
    "ReceiptRestored",
    "Восстановлен незакрытый чек",
    "info",
    (),
    shown="a receipt left open by a crash or an end of input comes back at start",
    own=True,
    advice=Advice(
        "The till ended with this receipt open; nothing was lost, close or cancel it.",
        "Проверьте позиции, затем закройте или отмените чек.",
    ),
)
DISK_TROUBLE: Final = Message(
    "DiskTrouble",
    "Не удалось записать на диск: {reason}. Действие не выполнено, повторите",
    "error",
    ("ok",),
    shown="the database could not take the write",
    own=True,
    advice=Advice(
        "The database could not take the write: look at free space, rights, and programs that hold the file.",
        "Повторите действие. Не помогло — позвоните в поддержку.",
    ),
)
EXPORT_FAILED: Final = _notice(
    "ExportFailed",
    "Продажи смены {shift} не выгружены. Позвоните в поддержку (ncash sales export)",
    shown="a shift was closed and its sales could not be written for the back office; gone when they are",
    advice=Advice(
        "ncash sales writes the sales of the shift again and names what was in the way.",
        "Продавать можно. Позвоните в поддержку.",
    ),
)
BACKUP_FAILED: Final = _notice(
    "BackupFailed",
    "Резервная копия базы данных не сделана: {reason}",
    shown="a till that had nothing to do could not copy Documents; gone when a copy was made",
    advice=Advice(
        "Is there room in the folder of copies, and may the till write there? ncash backup makes one by hand and says "
        "what stands in the way.",
        "Продавать можно. Сообщите в поддержку.",
    ),
)
DATABASE_DAMAGED: Final = _notice(
    "DatabaseDamaged",
    "База данных кассы повреждена: маркированный товар не продаётся. "
    "Позвоните в поддержку (ncash restore, ncash rebuild)",
    shown="the check of Documents after the start found damage; also the refusal of goods with tmctype 7 and of marks",
    advice=Advice(
        "Stop the till, then ncash restore puts the newest sound copy back, or ncash rebuild joins copy, journal and "
        "fiscal drive; ncash docs reliability has the order of steps.",
        "Маркированные товары пока не продаются, остальные можно. Позвоните в поддержку.",
    ),
)
DATABASE_CHECKED: Final = Message(
    "DatabaseChecked",
    "База данных кассы проверяется после сбоя. Повторите через минуту",
    "error",
    ("ok",),
    shown="goods with tmctype 7 or a mark, while Documents is still being checked after a till did not end in order",
    own=True,
    advice=Advice(
        "After an end out of order the books are read through before marked goods are sold; large books take seconds.",
        "Подождите минуту и отсканируйте ещё раз.",
    ),
)
QUEUE_UNAVAILABLE: Final = Message(
    "QueueUnavailable",
    "Очередь сообщений недоступна",
    "notice",
    shown="messages to the cash server lie in files",
    advice=Advice(
        "Messages to the cash server lie in files, because the database did not take them: ncash queue status says "
        "how many. They are picked up by themselves once it does.",
        "Продавать можно. Позвоните в поддержку.",
    ),
)
QUEUE_LONG: Final = Message(
    "QueueLong",
    "Большое количество сообщений в очереди ({count})",
    "notice",
    shown="more than messagesCountWarning wait",
    advice=Advice(
        "Many messages to the cash server wait: ncash queue status names the receiver and what it answers.",
        "Продавать можно. Позвоните в поддержку: касса не видит кассовый сервер.",
    ),
)
QUEUE_OLD: Final = Message(
    "QueueOld",
    "В очереди есть старые сообщения ({date})",
    "notice",
    shown="one is older than firstMessageDaysWarning",
    advice=Advice(
        "The oldest message to the cash server waits since that day: ncash queue status names the trouble.",
        "Продавать можно. Позвоните в поддержку: касса не видит кассовый сервер.",
    ),
)
QUEUE_REFUSED: Final = _notice(
    "QueueRefused",
    "Кассовый сервер не принял сообщения ({count}). Позвоните в поддержку (ncash queue list)",
    shown="the cash server knows the id of a message with another content",
    advice=Advice(
        "The server knows the id of a message with another content: ncash queue list --refused shows it. Compare it "
        "with the history of the mark at the server.",
        "Продавать можно. Позвоните в поддержку.",
    ),
)

MESSAGES: Final = table(value for value in tuple(globals().values()) if isinstance(value, Message))
