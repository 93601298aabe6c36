"""What the cashier reads about scans, goods and receipts; ours, under keys of our own (docs/reference/messages.md)."""

from typing import Final

from ncash.fiscal.texts import MESSAGES as FISCAL
from ncash.hosting.texts import MESSAGES as HOSTING
from ncash.messages import MESSAGES as HOST
from ncash.messages import Advice, Message, table


def _row(
    key: str, text: str, shown: str, kind: str = "error", buttons: tuple[str, ...] | None = None, *, advice: Advice
) -> Message:
    return Message(
        key,
        text,
        kind=kind,
        buttons=buttons if buttons is not None else ("ok",) * (kind == "error"),
        shown=shown,
        own=True,
        advice=advice,
    )


SCAN_TOO_LONG: Final = _row(
    "ScanTooLong",
    "Слишком длинный код: '{barcode}…'. Отсканируйте ещё раз один код",
    "a scan of more than 512 characters",
    advice=Advice(
        "More than 512 characters came in one burst: two codes glued together, or no terminator set in the scanner.",
        "Закройте соседние коды и отсканируйте один.",
    ),
)
REMOTE_MARKED: Final = _row(
    "RemoteMarked",
    "Товар с маркировкой: позовите сотрудника магазина",
    "marked goods in a receipt of the channel remote, where nobody can scan a mark",
    advice=Advice(
        "Nobody can scan a mark in a receipt of the channel remote; sell the goods at a staffed till.",
        "Подойдите к покупателю и проведите товар на обычной кассе.",
    ),
)
SALE_FORBIDDEN: Final = _row(
    "SaleForbidden",
    "Продажа товара '{position}' запрещена",
    "the dictionary forbids to sell these goods (disableinventsale)",
    advice=Advice(
        "disableinventsale is set in the card of the goods; the back office takes it off.",
        "Товар сейчас не продаётся. Отложите его.",
    ),
)
RETURN_FORBIDDEN: Final = _row(
    "ReturnForbidden",
    "Возврат товара '{position}' запрещён",
    "the dictionary forbids to take these goods back (disableinventback)",
    advice=Advice(
        "disableinventback is set in the card of the goods; the back office takes it off.",
        "Этот товар не принимается назад. Позовите администратора.",
    ),
)
GOODS_WITHOUT_PRICE: Final = _row(
    "GoodsWithoutPrice",
    "Товар '{position}' без цены, за 0.00 он не пробивается. Отложите его и позовите администратора",
    "goods that the dictionary has no price for and does not let go at 0.00 (zeroprice), in a sale or a return",
    advice=Advice(
        "The dictionary has no price for these goods, or 0: bring one (addPrice, or price of the card; ncash dict "
        "import lists goods without), or options.priceoptions.zeroprice = true for goods that are given away.",
        "Отложите товар и позовите администратора: цену задаёт товароучётная система.",
    ),
)
CHOOSE_POSITIONS: Final = _row(
    "ChoosePositions",
    "Выберите товары для возврата или отсканируйте код маркировки",
    "a return by sale receipt was opened",
    "choose",
    ("cancel",),
    advice=Advice(
        "A return by sale waits for the choice of positions, or for the mark of one.",
        "Отметьте товары из чека или отсканируйте код возвращаемого.",
    ),
)
NOT_IN_SALE: Final = _row(
    "NotInSale",
    "Товара '{barcode}' нет в чеке продажи, или он уже возвращён",
    "a scan in a return by sale that fits no position left in the sale",
    advice=Advice(
        "The scan fits no position of this sale that is left; compare its code with the receipt of the sale.",
        "Проверьте, тот ли чек открыт, и отсканируйте код с самого товара.",
    ),
)
QUANTITY_UNFIT: Final = _row(
    "QuantityUnfit",
    "Количество {quantity} не подходит для товара '{position}'. Отсканируйте штрих-код на самом товаре",
    "a label or a barcode gives a part of goods that are sold by the piece, or a quantity that no receipt can hold",
    advice=Advice(
        "Goods sold by the piece (flag of their unit is 0), and a weight label, or cquant of the barcode, gives "
        "a part of one, or more than a receipt can hold: correct unit or cquant in the card, or the rule in bcode.ini.",
        "Отсканируйте обычный штрих-код товара, а не этикетку весов. Не помогло — позвоните в поддержку.",
    ),
)
AMOUNT_NOTHING: Final = _row(
    "AmountNothing",
    "Сумма товара '{position}' получается 0.00: количество {quantity} слишком мало. Взвесьте товар ещё раз",
    "goods that have a price would be sold, or taken back, for nothing, because their quantity is too small",
    advice=Advice(
        "Price times quantity is less than half a kopeck: look at the label, the scales and the price in the card.",
        "Взвесьте товар ещё раз и отсканируйте новую этикетку.",
    ),
)
STORNO_REFUSED: Final = _row(
    "StornoRefused",
    "Позицию нельзя удалить: код маркировки не проверить. Отмените чек целиком",
    "storno of a marked position while no plugin can read marks",
    advice=Advice(
        "No plugin reads marks now, so the position cannot be identified; ncash plugins says why.",
        "Отмените чек целиком и начните новый.",
    ),
)
AWAITING_MARK: Final = _row(
    "AwaitingMark",
    "Заказ: отсканируйте код маркировки товара '{position}'",
    "an order was scanned into the receipt and this marked position has no mark yet",
    "info",
    advice=Advice(
        "A marked position of an order waits for its mark; it is checked when the mark is scanned.",
        "Отсканируйте код маркировки этого товара.",
    ),
)
ORDER_IN_RECEIPT: Final = _row(
    "OrderInReceipt",
    "В чеке уже есть заказ {identifier}. Другой заказ добавьте в следующий чек",
    "an order was scanned into a receipt that holds one already",
    advice=Advice(
        "One receipt takes one order; close or cancel it before the next one.",
        "Закройте этот чек, другой заказ добавьте в следующий.",
    ),
)
RECEIPT_REFUSED: Final = _row(
    "ReceiptRefused",
    "Чек нельзя закрыть: позиция {n} '{position}' не разрешена к продаже. Удалите её из чека",
    "closing a restored receipt that still holds a refused or unscanned position",
    advice=Advice(
        "The receipt holds a position that was refused when it was checked again; take it out by storno.",
        "Удалите названную позицию и закройте чек.",
    ),
)
SCAN_TWO_CODES: Final = _row(
    "ScanTwoCodes",
    "Считаны сразу два кода: {first} и {second}. Отсканируйте один код",
    "one scan holds two different codes",
    advice=Advice(
        "Two codes came in one burst: the scanner sends no terminator, or two labels stand in its view.",
        "Закройте рукой соседний код и отсканируйте один.",
    ),
)
SCAN_LAYOUT: Final = _row(
    "ScanLayout",
    "Код пришёл русскими буквами. Переключите раскладку клавиатуры на английскую и отсканируйте ещё раз",
    "a scan has Russian letters and cannot be read back with proof",
    advice=Advice(
        "The keyboard layout of the till was Russian while the scanner typed; ncash scanner test shows what to set.",
        "Переключите раскладку на английскую и отсканируйте ещё раз.",
    ),
)
SCAN_CAPS_LOCK: Final = _row(
    "ScanCapsLock",
    "Включён CapsLock: буквы кода перевёрнуты. Выключите CapsLock и отсканируйте ещё раз",
    "the scanner's own marks around or inside a code came with large and small letters swapped",
    advice=Advice(
        "CapsLock was on while the scanner typed: letters came with large and small swapped.",
        "Выключите клавишу заглавных букв и отсканируйте ещё раз.",
    ),
)
SCAN_ONE_CASE: Final = _row(
    "ScanOneCase",
    "Заглавные и строчные буквы кода не различить. Позвоните в поддержку: настройки сканера (ncash scanner test)",
    "a signature came in letters of one case: an option of the scanner or of remote desktop",
    advice=Advice(
        "The scanner, or remote desktop, turns all letters into one case; switch that option off.",
        "Отложите товар и позвоните в поддержку: нужно настроить сканер.",
    ),
)
SCAN_CUT: Final = _row(
    "ScanCut",
    "Код считан не целиком. Отсканируйте ещё раз",
    "a code begins or ends early",
    advice=Advice(
        "The code begins or ends early: the reading window, a limit of length in the scanner, or a damaged print.",
        "Отсканируйте код ещё раз, целиком и без бликов.",
    ),
)
SCAN_UNCLEAR: Final = _row(
    "ScanUnclear",
    "Код считан с ошибкой. Отсканируйте ещё раз; если повторится, позвоните в поддержку (ncash scanner test)",
    "a damaged scan could mean several codes, or none of a known layout",
    advice=Advice(
        "The scan is damaged and could mean several codes; ncash scanner test shows what this scanner does to a code.",
        "Отсканируйте ещё раз. Если повторится, возьмите другую единицу и позвоните в поддержку.",
    ),
)
SCAN_FOREIGN: Final = _row(
    "ScanForeign",
    "В коде посторонний символ «{character}»: другая раскладка клавиатуры или сбой сканера. Включите английскую "
    "раскладку и отсканируйте ещё раз",
    "a scan holds a character that no mark has (GS1 character set 82), and cannot be read back with proof",
    advice=Advice(
        "Another keyboard layout was on, the scanner's code page is wrong, or the code was copied out of a document; "
        "ncash scanner test shows what to set.",
        "Включите английскую раскладку и отсканируйте ещё раз. Не помогло — позвоните в поддержку.",
    ),
)
SCAN_SEPARATOR: Final = _row(
    "ScanSeparator",
    "Сканер передаёт разделитель как «{separator}». Повтор не поможет: позвоните в поддержку, нужно настроить "
    "сканер (ncash scanner test)",
    "a scan is sound but for the text in the place of GS, which proves too little",
    advice=Advice(
        "The scanner writes GS (ASCII 29) as a text that might belong to the code: let it send ASCII 29, or nothing; "
        "ncash scanner test shows what it sends.",
        "Отложите товар и позвоните в поддержку: нужно настроить сканер.",
    ),
)
SCAN_SQUARE: Final = _row(
    "ScanSquare",
    "Это штрих-код. Отсканируйте квадратный код",
    "a barcode that the scanner itself called EAN was scanned where a mark is asked for",
    advice=Advice(
        "A linear barcode was scanned where the mark is asked for.",
        "Найдите на упаковке квадратный код и отсканируйте его.",
    ),
)
QUANTITY_NEEDED: Final = _row(
    "QuantityNeeded",
    "Введите количество товара '{position}'{unit} или отсканируйте этикетку с весом",
    "weighed goods were added by a mark, and neither the mark nor a label tells how much it is",
    "quantity",
    ("cancel",),
    advice=Advice(
        "The unit of the goods is fractional, and neither the mark (capture weight) nor a label says how much it is.",
        "Взвесьте товар и введите количество, или отсканируйте этикетку весов.",
    ),
)
LABEL_ON_PIECES: Final = _row(
    "LabelOnPieces",
    "Товар '{position}' продаётся поштучно, этикетка с весом к нему не подходит. Отсканируйте штрих-код товара",
    "a weight label (bcode.ini) of goods that are sold by the piece",
    advice=Advice(
        "The label carries a weight and the unit of the goods is not fractional: mend the unit of the card, or the "
        "rule of bcode.ini that reads the label.",
        "Отсканируйте обычный штрих-код товара. Если его нет, отложите товар и позвоните в поддержку.",
    ),
)
CHECK_CUT: Final = _row(
    "CheckCut",
    "Проверка прервана: ничего не добавлено и не изменено. Повторите действие",
    "a person cut the wait for the checks of a command",
    advice=Advice(
        "A person at the till cut the wait for the checks; the journal names what had answered by then.",
        "Отсканируйте товар ещё раз или продолжайте без него.",
    ),
)
KIND_UNSERVED: Final = _row(
    "KindUnserved",
    "Касса не обслуживает товар '{position}': {called}, коды маркировки такого товара здесь не читаются. "
    "Отложите его и позвоните в поддержку",
    "goods whose tmctype (1 to 6, 8, or an unknown one) no category serves, and unservedMarks = deny",
    advice=Advice(
        "tmctype of the barcode names a kind of goods whose marks no category reads: let a category serve it "
        "(goodsTypes), or mend the card; [Host] unservedMarks = allow sells such goods as ordinary ones.",
        "Товар не продаётся на этой кассе. Отложите его и позвоните в поддержку.",
    ),
)
KIND_UNCHECKED: Final = _row(
    "KindUnchecked",
    "Товар '{position}' ({called}) добавлен как обычный, без кода маркировки",
    "goods whose tmctype no category serves were added because of unservedMarks = allow",
    "warning",
    advice=Advice(
        "Sold as ordinary goods because of [Host] unservedMarks = allow; a category serves the kind with goodsTypes.",
        "Продавать можно. Сообщите поддержке, когда будет время.",
    ),
)
KINDS_ALLOWED: Final = _row(
    "KindsAllowed",
    "Товар, коды маркировки которого касса не читает, продаётся как обычный. Позвоните в поддержку",
    "unservedMarks = allow is in force",
    "notice",
    advice=Advice(
        "Goods of the kinds that no category serves are sold without their marks, says [Host] unservedMarks = allow; "
        "ncash doctor names them.",
        "Продавать можно. Позвоните в поддержку.",
    ),
)

MESSAGES: Final = table(value for value in tuple(globals().values()) if isinstance(value, Message))
ALL: Final = {**HOST, **HOSTING, **FISCAL, **MESSAGES}
"""Every text of the host, those of the plugins left out."""
