"""What to do when a text stands on the screen: one row for each key of the host; plugins bring those of theirs."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from ncash.hosting.loader import Plugins
from ncash.plugin import Advice
from ncash.support.explain.advice_fiscal import ADVICE as FISCAL
from ncash.support.explain.rehearsal import answers


class NextStep(NamedTuple):
    """The next step for one text."""

    key: str
    support: str
    cashier: str

    def json(self) -> dict[str, Any]:
        """JSON values."""
        return self._asdict()


ADVICE: Final[Mapping[str, Advice]] = {
    "BarcodeNotFound": Advice(
        "Look for the barcode in the back office and load the dictionary again (ncash dict import); "
        "if it is a marking code, explain says which mask comes nearest.",
        "Отсканируйте ещё раз. Не помогло — отложите товар и сообщите штрих-код администратору.",
    ),
    "MarkDataMissing": Advice(
        "The card says other than 7 in tmctype, or the plugin that reads marks is off: mend the card, or see ncash "
        "plugins; allowUnmarked = true sells such goods as ordinary ones.",
        "Товар не продаётся, пока карточку не исправят. Отложите его и позвоните в поддержку.",
    ),
    "AlreadyRegistered": Advice(
        "This very code is in the receipt, in an open receipt of another till, or was registered here before: "
        "ncash journal list --mark CODE shows where. Two packs never share a code.",
        "Возьмите другую единицу товара. Если такая одна, позовите администратора.",
    ),
    "QuantityForbidden": Advice(
        "A marked piece is one piece; weighed goods may change with allowChangeQuantity = true.",
        "Отсканируйте код каждой единицы отдельно.",
    ),
    "QuantityUnfit": Advice(
        "Goods sold by the piece (flag of their unit is 0), and a weight label, or cquant of the barcode, gives "
        "a part of one, or more than a receipt can hold: correct unit or cquant in the card, or the rule in bcode.ini.",
        "Отсканируйте обычный штрих-код товара, а не этикетку весов. Не помогло — позвоните в поддержку.",
    ),
    "AmountNothing": Advice(
        "Price times quantity is less than half a kopeck: look at the label, the scales and the price in the card.",
        "Взвесьте товар ещё раз и отсканируйте новую этикетку.",
    ),
    "ScanTooLong": Advice(
        "More than 512 characters came in one burst: two codes glued together, or no terminator set in the scanner.",
        "Закройте соседние коды и отсканируйте один.",
    ),
    "MarkedGoodsBlocked": Advice(
        "Run ncash check: an error in the INI files stops marked goods until it is mended; then ncash reload.",
        "Маркированные товары пока не продаются, остальные можно. Позвоните в поддержку.",
    ),
    "PluginBroken": Advice(
        "ncash plugins names the plugin and its error; the till has to be restarted after a plugin that hung.",
        "Закройте чек без маркированных товаров и позвоните в поддержку.",
    ),
    "RemoteMarked": Advice(
        "Nobody can scan a mark in a receipt of the channel remote; sell the goods at a staffed till.",
        "Подойдите к покупателю и проведите товар на обычной кассе.",
    ),
    "ConfigProblems": Advice(
        "ncash check lists the errors with file and line; mend them and let the till read them with ncash reload.",
        "Маркированные товары пока не продаются. Позвоните в поддержку.",
    ),
    "ConfigWarnings": Advice(
        "ncash check lists the warnings; nothing is stopped, some setting does not do what was meant.",
        "Продавать можно. Сообщите поддержке, когда будет время.",
    ),
    "ConfigShortened": Advice(
        "The file was cut while it was written: put it back from the copy of the back office, then ncash reload.",
        "Продавать можно. Позвоните в поддержку.",
    ),
    "PluginNotice": Advice(
        "ncash plugins says why it is off; restart the till when the cause is gone.",
        "Позвоните в поддержку: модуль не работает.",
    ),
    "PluginFailing": Advice(
        "ncash plugins shows the error and how often; the plugin is asked again with each scan.",
        "Позвоните в поддержку, если сообщение не уходит.",
    ),
    "ReceiptRefused": Advice(
        "The receipt holds a position that was refused when it was checked again; take it out by storno.",
        "Удалите названную позицию и закройте чек.",
    ),
    "PositionRefused": Advice(
        "The mark was checked again when the receipt came back, and fell; its own text says why.",
        "Удалите позицию или отсканируйте код другой единицы.",
    ),
    "SaleForbidden": Advice(
        "disableinventsale is set in the card of the goods; the back office takes it off.",
        "Товар сейчас не продаётся. Отложите его.",
    ),
    "ReturnForbidden": Advice(
        "disableinventback is set in the card of the goods; the back office takes it off.",
        "Этот товар не принимается назад. Позовите администратора.",
    ),
    "GoodsWithoutPrice": Advice(
        "The dictionary has no price for these goods, or 0: bring one (addPrice, or price of the card; ncash dict "
        "import lists goods without), or options.priceoptions.zeroprice = true for goods that are given away.",
        "Отложите товар и позовите администратора: цену задаёт товароучётная система.",
    ),
    "ChoosePositions": Advice(
        "A return by sale waits for the choice of positions, or for the mark of one.",
        "Отметьте товары из чека или отсканируйте код возвращаемого.",
    ),
    "NotInSale": Advice(
        "The scan fits no position of this sale that is left; compare its code with the receipt of the sale.",
        "Проверьте, тот ли чек открыт, и отсканируйте код с самого товара.",
    ),
    "StornoRefused": Advice(
        "No plugin reads marks now, so the position cannot be identified; ncash plugins says why.",
        "Отмените чек целиком и начните новый.",
    ),
    "ReceiptRestored": Advice(
        "The till ended with this receipt open; nothing was lost, close or cancel it.",
        "Проверьте позиции, затем закройте или отмените чек.",
    ),
    "DiskTrouble": Advice(
        "The database could not take the write: look at free space, rights, and programs that hold the file.",
        "Повторите действие. Не помогло — позвоните в поддержку.",
    ),
    "AwaitingMark": Advice(
        "A marked position of an order waits for its mark; it is checked when the mark is scanned.",
        "Отсканируйте код маркировки этого товара.",
    ),
    "QuantityNeeded": Advice(
        "The unit of the goods is fractional, and neither the mark (capture weight) nor a label says how much it is.",
        "Взвесьте товар и введите количество, или отсканируйте этикетку весов.",
    ),
    "LabelOnPieces": Advice(
        "The label carries a weight and the unit of the goods is not fractional: mend the unit of the card, or the "
        "rule of bcode.ini that reads the label.",
        "Отсканируйте обычный штрих-код товара. Если его нет, отложите товар и позвоните в поддержку.",
    ),
    "KegEmpty": Advice(
        "The books bound what is sold out of a keg: by what Chestny Znak or the mark says that it holds, else by "
        "kegLitres; explain shows which, and what was sold elsewhere.",
        "Налейте меньше или подключите новую кегу и отсканируйте её код.",
    ),
    "KegReturn": Advice(
        "More would be given back than was sold out of this keg in this database; give it back by its sale.",
        "Верните товар по чеку продажи или позовите администратора.",
    ),
    "KindUnserved": Advice(
        "tmctype of the barcode names a kind of goods whose marks no category reads: let a category serve it "
        "(goodsTypes), or mend the card; [Host] unservedMarks = allow sells such goods as ordinary ones.",
        "Товар не продаётся на этой кассе. Отложите его и позвоните в поддержку.",
    ),
    "KindUnchecked": Advice(
        "Sold as ordinary goods because of [Host] unservedMarks = allow; a category serves the kind with goodsTypes.",
        "Продавать можно. Сообщите поддержке, когда будет время.",
    ),
    "KindsAllowed": Advice(
        "Goods of the kinds that no category serves are sold without their marks, says [Host] unservedMarks = allow; "
        "ncash doctor names them.",
        "Продавать можно. Позвоните в поддержку.",
    ),
    "OrderInReceipt": Advice(
        "One receipt takes one order; close or cancel it before the next one.",
        "Закройте этот чек, другой заказ добавьте в следующий.",
    ),
    "ExportFailed": Advice(
        "ncash sales writes the sales of the shift again and names what was in the way.",
        "Продавать можно. Позвоните в поддержку.",
    ),
    "QueueUnavailable": Advice(
        "Messages to the cash server lie in files, because the database did not take them: ncash queue status says "
        "how many. They are picked up by themselves once it does.",
        "Продавать можно. Позвоните в поддержку.",
    ),
    "QueueLong": Advice(
        "Many messages to the cash server wait: ncash queue status names the receiver and what it answers.",
        "Продавать можно. Позвоните в поддержку: касса не видит кассовый сервер.",
    ),
    "QueueOld": Advice(
        "The oldest message to the cash server waits since that day: ncash queue status names the trouble.",
        "Продавать можно. Позвоните в поддержку: касса не видит кассовый сервер.",
    ),
    "QueueRefused": Advice(
        "The server knows the id of a message with another content: ncash queue list --refused shows it. Compare it "
        "with the history of the mark at the server.",
        "Продавать можно. Позвоните в поддержку.",
    ),
    "ScanTwoCodes": Advice(
        "Two codes came in one burst: the scanner sends no terminator, or two labels stand in its view.",
        "Закройте рукой соседний код и отсканируйте один.",
    ),
    "ScanLayout": Advice(
        "The keyboard layout of the till was Russian while the scanner typed; ncash scanner test shows what to set.",
        "Переключите раскладку на английскую и отсканируйте ещё раз.",
    ),
    "ScanCapsLock": Advice(
        "CapsLock was on while the scanner typed: letters came with large and small swapped.",
        "Выключите клавишу заглавных букв и отсканируйте ещё раз.",
    ),
    "ScanOneCase": Advice(
        "The scanner, or remote desktop, turns all letters into one case; switch that option off.",
        "Отложите товар и позвоните в поддержку: нужно настроить сканер.",
    ),
    "ScanCut": Advice(
        "The code begins or ends early: the reading window, a limit of length in the scanner, or a damaged print.",
        "Отсканируйте код ещё раз, целиком и без бликов.",
    ),
    "ScanUnclear": Advice(
        "The scan is damaged and could mean several codes; ncash scanner test shows what this scanner does to a code.",
        "Отсканируйте ещё раз. Если повторится, возьмите другую единицу и позвоните в поддержку.",
    ),
    "ScanForeign": Advice(
        "Another keyboard layout was on, the scanner's code page is wrong, or the code was copied out of a document; "
        "ncash scanner test shows what to set.",
        "Включите английскую раскладку и отсканируйте ещё раз. Не помогло — позвоните в поддержку.",
    ),
    "ScanSeparator": Advice(
        "The scanner writes GS (ASCII 29) as a text that might belong to the code: let it send ASCII 29, or nothing; "
        "ncash scanner test shows what it sends.",
        "Отложите товар и позвоните в поддержку: нужно настроить сканер.",
    ),
    "ScanSquare": Advice(
        "A linear barcode was scanned where the mark is asked for.",
        "Найдите на упаковке квадратный код и отсканируйте его.",
    ),
    "BackupFailed": Advice(
        "Is there room in the folder of copies, and may the till write there? ncash backup makes one by hand and says "
        "what stands in the way.",
        "Продавать можно. Сообщите в поддержку.",
    ),
    "DatabaseDamaged": Advice(
        "Stop the till, then ncash restore puts the newest sound copy back, or ncash rebuild joins copy, journal and "
        "fiscal drive; ncash docs reliability has the order of steps.",
        "Маркированные товары пока не продаются, остальные можно. Позвоните в поддержку.",
    ),
    "DatabaseChecked": Advice(
        "After an end out of order the books are read through before marked goods are sold; large books take seconds.",
        "Подождите минуту и отсканируйте ещё раз.",
    ),
    **FISCAL,
}


def next_steps(plugins: Plugins, keys: Iterable[str]) -> tuple[NextStep, ...]:
    """The next step for each of these texts, in their order. Raises UserError for a failing plugin."""
    found = []
    for key in dict.fromkeys(keys):
        advice = ADVICE.get(key) or next(answers(plugins, "on_advice", key), None)
        if advice is not None:
            found.append(NextStep(key, advice.support, advice.cashier))
    return tuple(found)
