"""What the cashier reads about scans, goods and receipts; ours, under keys of our own (docs/reference/messages.md)."""

from typing import Final

from ncash.fiscal.texts import MESSAGES as FISCAL
from ncash.messages import MESSAGES as HOST
from ncash.messages import Message, table


def _row(key: str, text: str, shown: str, kind: str = "error", buttons: tuple[str, ...] | None = None) -> Message:
    return Message(
        key,
        text,
        kind=kind,
        buttons=buttons if buttons is not None else ("ok",) * (kind == "error"),
        shown=shown,
        own=True,
    )


SCAN_TOO_LONG: Final = _row(
    "ScanTooLong",
    "Слишком длинный код: '{barcode}…'. Отсканируйте ещё раз один код",
    "a scan of more than 512 characters",
)
REMOTE_MARKED: Final = _row(
    "RemoteMarked",
    "Товар с маркировкой: позовите сотрудника магазина",
    "marked goods in a receipt of the channel remote, where nobody can scan a mark",
)
SALE_FORBIDDEN: Final = _row(
    "SaleForbidden",
    "Продажа товара '{position}' запрещена",
    "the dictionary forbids to sell these goods (disableinventsale)",
)
RETURN_FORBIDDEN: Final = _row(
    "ReturnForbidden",
    "Возврат товара '{position}' запрещён",
    "the dictionary forbids to take these goods back (disableinventback)",
)
GOODS_WITHOUT_PRICE: Final = _row(
    "GoodsWithoutPrice",
    "Товар '{position}' без цены, за 0.00 он не пробивается. Отложите его и позовите администратора",
    "goods that the dictionary has no price for and does not let go at 0.00 (zeroprice), in a sale or a return",
)
CHOOSE_POSITIONS: Final = _row(
    "ChoosePositions",
    "Выберите товары для возврата или отсканируйте код маркировки",
    "a return by sale receipt was opened",
    "choose",
    ("cancel",),
)
NOT_IN_SALE: Final = _row(
    "NotInSale",
    "Товара '{barcode}' нет в чеке продажи, или он уже возвращён",
    "a scan in a return by sale that fits no position left in the sale",
)
QUANTITY_UNFIT: Final = _row(
    "QuantityUnfit",
    "Количество {quantity} не подходит для товара '{position}'. Отсканируйте штрих-код на самом товаре",
    "a label or a barcode gives a part of goods that are sold by the piece, or a quantity that no receipt can hold",
)
AMOUNT_NOTHING: Final = _row(
    "AmountNothing",
    "Сумма товара '{position}' получается 0.00: количество {quantity} слишком мало. Взвесьте товар ещё раз",
    "goods that have a price would be sold, or taken back, for nothing, because their quantity is too small",
)
STORNO_REFUSED: Final = _row(
    "StornoRefused",
    "Позицию нельзя удалить: код маркировки не проверить. Отмените чек целиком",
    "storno of a marked position while no plugin can read marks",
)
AWAITING_MARK: Final = _row(
    "AwaitingMark",
    "Заказ: отсканируйте код маркировки товара '{position}'",
    "an order was scanned into the receipt and this marked position has no mark yet",
    "info",
)
ORDER_IN_RECEIPT: Final = _row(
    "OrderInReceipt",
    "В чеке уже есть заказ {identifier}. Другой заказ добавьте в следующий чек",
    "an order was scanned into a receipt that holds one already",
)
RECEIPT_REFUSED: Final = _row(
    "ReceiptRefused",
    "Чек нельзя закрыть: позиция {n} '{position}' не разрешена к продаже. Удалите её из чека",
    "closing a restored receipt that still holds a refused or unscanned position",
)
SCAN_TWO_CODES: Final = _row(
    "ScanTwoCodes",
    "Считаны сразу два кода: {first} и {second}. Отсканируйте один код",
    "one scan holds two different codes",
)
SCAN_LAYOUT: Final = _row(
    "ScanLayout",
    "Код пришёл русскими буквами. Переключите раскладку клавиатуры на английскую и отсканируйте ещё раз",
    "a scan has Russian letters and cannot be read back with proof",
)
SCAN_CAPS_LOCK: Final = _row(
    "ScanCapsLock",
    "Включён CapsLock: буквы кода перевёрнуты. Выключите CapsLock и отсканируйте ещё раз",
    "the scanner's own marks around or inside a code came with large and small letters swapped",
)
SCAN_ONE_CASE: Final = _row(
    "ScanOneCase",
    "Заглавные и строчные буквы кода не различить. Позвоните в поддержку: настройки сканера (ncash scanner test)",
    "a signature came in letters of one case: an option of the scanner or of remote desktop",
)
SCAN_CUT: Final = _row(
    "ScanCut",
    "Код считан не целиком. Отсканируйте ещё раз",
    "a code begins or ends early",
)
SCAN_UNCLEAR: Final = _row(
    "ScanUnclear",
    "Код считан с ошибкой. Отсканируйте ещё раз; если повторится, позвоните в поддержку (ncash scanner test)",
    "a damaged scan could mean several codes, or none of a known layout",
)
SCAN_FOREIGN: Final = _row(
    "ScanForeign",
    "В коде посторонний символ «{character}»: другая раскладка клавиатуры или сбой сканера. Включите английскую "
    "раскладку и отсканируйте ещё раз",
    "a scan holds a character that no mark has (GS1 character set 82), and cannot be read back with proof",
)
SCAN_SEPARATOR: Final = _row(
    "ScanSeparator",
    "Сканер передаёт разделитель как «{separator}». Повтор не поможет: позвоните в поддержку, нужно настроить "
    "сканер (ncash scanner test)",
    "a scan is sound but for the text in the place of GS, which proves too little",
)
SCAN_SQUARE: Final = _row(
    "ScanSquare",
    "Это штрих-код. Отсканируйте квадратный код",
    "a barcode that the scanner itself called EAN was scanned where a mark is asked for",
)
QUANTITY_NEEDED: Final = _row(
    "QuantityNeeded",
    "Введите количество товара '{position}'{unit} или отсканируйте этикетку с весом",
    "weighed goods were added by a mark, and neither the mark nor a label tells how much it is",
    "quantity",
    ("cancel",),
)
LABEL_ON_PIECES: Final = _row(
    "LabelOnPieces",
    "Товар '{position}' продаётся поштучно, этикетка с весом к нему не подходит. Отсканируйте штрих-код товара",
    "a weight label (bcode.ini) of goods that are sold by the piece",
)
CHECK_CUT: Final = _row(
    "CheckCut",
    "Проверка прервана: ничего не добавлено и не изменено. Повторите действие",
    "a person cut the wait for the checks of a command",
)
KIND_UNSERVED: Final = _row(
    "KindUnserved",
    "Касса не обслуживает товар '{position}': {called}, коды маркировки такого товара здесь не читаются. "
    "Отложите его и позвоните в поддержку",
    "goods whose tmctype (1 to 6, 8, or an unknown one) no category serves, and unservedMarks = deny",
)
KIND_UNCHECKED: Final = _row(
    "KindUnchecked",
    "Товар '{position}' ({called}) добавлен как обычный, без кода маркировки",
    "goods whose tmctype no category serves were added because of unservedMarks = allow",
    "warning",
)
KINDS_ALLOWED: Final = _row(
    "KindsAllowed",
    "Товар, коды маркировки которого касса не читает, продаётся как обычный. Позвоните в поддержку",
    "unservedMarks = allow is in force",
    "notice",
)

MESSAGES: Final = table(value for value in tuple(globals().values()) if isinstance(value, Message))
ALL: Final = {**HOST, **FISCAL, **MESSAGES}
"""Every text of the host, those of the plugins left out."""
