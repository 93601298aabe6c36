"""The help in Russian: every text of the parsers by its English words, and the descriptions by command."""

import re
from collections.abc import Mapping
from typing import Final

from ncash.cli.ru_commands import DESCRIPTIONS

TEXTS: Final[Mapping[str, str]] = {
    "usage: ": "использование: ",
    "example:": "пример:",
    "examples:": "примеры:",
    "error": "ошибка",
    "options": "параметры",
    "positional arguments": "аргументы",
    "show this help message and exit": "показать эту справку и выйти",
    "show the version and exit": "показать версию и выйти",
    "sells marked goods by the vendor's INI files": "продаёт маркированные товары по INI-файлам поставщика",
    "ncash COMMAND [options]      ncash COMMAND --help": "ncash КОМАНДА [параметры]      ncash КОМАНДА --help",
    "make a working shop folder": "создать рабочий каталог магазина",
    "drive a till by the line protocol": "работать кассой по построчному протоколу",
    "sell a short day on a shop folder of its own": "продать короткий день в отдельном каталоге магазина",
    "load the dictionary file of the back office": "загрузить файл справочников учётной системы",
    "load the list of marks allowed to be sold": "загрузить список марок, разрешённых к продаже",
    "write the sales of a shift for the back office": "выгрузить продажи смены для учётной системы",
    "bring a receipt made elsewhere to this till": "принести на кассу чек, составленный в другом месте",
    "show the plugins and their state": "показать плагины и их состояние",
    "show, switch and compare the settings": "показать, переключить и сравнить настройки",
    "let a running till read its configuration again": "попросить работающую кассу перечитать настройки",
    "look at everything the shop works with; one file for support": "осмотреть всё, с чем работает магазин; один "
    "файл для поддержки",
    "show how the checks at Chestny Znak fare; declare an emergency": "как идут проверки в Честном знаке; объявить "
    "аварийный режим",
    "copy the books of the shop, or list the copies": "сделать копию базы документов или перечислить копии",
    "put a copy in the place of damaged books": "поставить копию на место повреждённой базы документов",
    "make a copy, or list those that are there": "сделать копию или перечислить имеющиеся",
    "make: into this file; nothing is rotated then": "make: в этот файл; тогда старые копии не удаляются",
    "the copy; ncash backup list shows them": "копия; их показывает ncash backup list",
    "do it; without it nothing is changed": "сделать; без этого параметра ничего не меняется",
    "tell what happened in a shift of a till": "рассказать, что было в смене кассы",
    "put the books together from what is left": "собрать базу документов из того, что осталось",
    "a damaged database that lies elsewhere; may be repeated": "повреждённая база из другого места; можно повторять",
    "look for what must never be: lost, doubled, unchecked sales": "поискать то, чего не должно быть: потерянные, "
    "двойные, непроверенные продажи",
    "ask no register and no cash server; the emulated register is read all the same": "не обращаться к регистратору и "
    "кассовому серверу; эмулятор регистратора читается всё равно",
    "look for this one only, as in I3; may be repeated": "искать только это, например I3; можно повторять",
    "verify and export the journal of decisions": "проверить и выгрузить журнал решений",
    "say why a code is sold, asked about or refused": "объяснить, почему код продаётся, спрашивается или отклоняется",
    "judge the journal again under other settings": "пересудить журнал при других настройках",
    "rule": "правило",
    "explain a rule of ncash check": "объяснить правило ncash check",
    "find the mistakes in the configuration": "найти ошибки в настройках",
    "print the completion script of a shell": "вывести сценарий автодополнения для оболочки",
    "print the documents of this very version": "вывести документацию именно этой версии",
    "the page; all names without it": "страница; без неё – все названия",
    "say where the file lies instead of printing it": "сказать, где лежит файл, а не выводить его",
    "folder with ncash.ini and ncash.ini.d/ (NCASH_CONF, then ./conf)": "каталог с ncash.ini и ncash.ini.d/ "
    "(NCASH_CONF, затем ./conf)",
    "folder with databases, journal and caches (NCASH_DATA, then ./data)": "каталог с базами данных, журналом и "
    "кэшем (NCASH_DATA, затем ./data)",
    "answer as JSON": "ответить в виде JSON",
    "folder of the new shop": "каталог нового магазина",
    "do not load the sample goods": "не загружать товары для примера",
    "number of this till (conf/ncash.ini [Cash] cashcode)": "номер этой кассы (conf/ncash.ini [Cash] cashcode)",
    "PEM file of certificate authorities to trust": "PEM-файл с доверенными центрами сертификации",
    "make the shop here and leave it": "создать магазин здесь и оставить его",
    "the only action so far": "пока единственное действие",
    "an AIF file": "файл AIF",
    "a CSV file": "файл CSV",
    "load all of the file, or nothing when there is a fault": "загрузить файл целиком, а при ошибке – ничего",
    "number of the shift; the latest one when left out": "номер смены; без него – последняя",
    "number of the till (conf/ncash.ini [Cash] cashcode)": "номер кассы (conf/ncash.ini [Cash] cashcode)",
    "folder of the file; DATA/exchange when left out": "каталог для файла; без него – DATA/exchange",
    "bring a file, list what waits, decide what a till cannot": "import: принести файл; list: перечислить, что ждёт; "
    "settle: решить, чего не может касса",
    "settle: the document in the drive is this receipt": "settle: документ в накопителе – этот чек",
    "settle: it is not; the receipt is at payment again": "settle: не этот; чек снова ждёт оплаты",
    "settle: what you compared; kept in the journal": "settle: что сверено; остаётся в журнале",
    "the receipt to bring": "файл чека",
    "an order: scanned into a receipt, marks checked then": "заказ: сканируется в чек, марки проверяются тогда же",
    "say for each value where it is written": "для каждого значения сказать, где оно записано",
    "of one goods category only, as in Milk": "только для одной категории товаров, например Milk",
    "take it back by itself: 2h, 30m, 3d, 23:00, 2026-11-30T09:00": "вернуть обратно само: 2h, 30m, 3d, 23:00, "
    "2026-11-30T09:00",
    "why, for those who come after you": "причина – для тех, кто придёт после",
    "number of the till, for diff": "номер кассы (для diff)",
    "how long to wait for a free moment": "сколько ждать свободного момента",
    "write a zip file for support, secrets masked": "записать zip-файл для поддержки, секреты скрыты",
    "ask no server": "не обращаться к серверам",
    "check every index of the databases; takes minutes": "проверить все индексы баз данных; занимает минуты",
    "emergency: where to put the switch": "emergency: положение переключателя",
    "emergency: why; kept with the switch": "emergency: причина; хранится вместе с переключателем",
    "status: what the tills keep; ask nobody": "status: что хранят кассы; ни к кому не обращаться",
    "verify: a head that was written down": "verify: записанная ранее голова цепочки",
    "verify: an earlier export": "verify: более ранняя выгрузка",
    "list, export: from this day on, 2027-01-15 or 15.01.2027": "list, export: начиная с этого дня, 2027-01-15 или "
    "15.01.2027",
    "list: up to the end of this day, or before this time": "list: до конца этого дня или раньше этого времени",
    "list: article code, barcode, or words of the name": "list: артикул, штрих-код или слова из названия",
    "list: a code as scanned, its CIS, or a piece of it": "list: код, как отсканирован, его КИ или их часть",
    "list: key of the text that the cashier read, as in AlreadySold": "list: ключ текста, который прочёл кассир, "
    "например AlreadySold",
    "list: decisions of this kind only; refusals are deny": "list: только такие решения; отказы – deny",
    "list: of this till only": "list: только по этой кассе",
    "list: of this receipt only": "list: только по этому чеку",
    "list: the page after the one that ended with line N": "list: страница после той, что кончилась строкой N",
    "export: into this file instead of standard output": "export: в этот файл вместо стандартного вывода",
    "the scan; GS may be written <GS> or \\x1d": "скан; GS можно записать как <GS> или \\x1d",
    "what happened last, by the journal": "что произошло последним, по журналу",
    "what line N of the journal is about": "о чём говорит строка N журнала",
    "how the scan comes in": "каким путём пришёл скан",
    "a goods barcode that was scanned before": "штрих-код товара, отсканированный перед этим",
    "as if the goods were of this department": "как если бы товар был из этого отдела",
    "a role of the cashier; may be repeated": "роль кассира; можно повторять",
    "as if it were this time, as in 2026-11-21T23:59": "как если бы было это время, например 2026-11-21T23:59",
    "the answer of Chestny Znak, as JSON": "ответ Честного знака в виде JSON",
    "the status at the cash server, as in SOLD": "статус на кассовом сервере, например SOLD",
    "nobody on the network answers": "никто в сети не отвечает",
    "a button pressed afterwards": "кнопка, нажатая после этого",
    "what was refused last, by the journal": "в чём отказано последним, по журналу",
    "number of the till; with --last, --last-refused only its decisions": "номер кассы; с --last, --last-refused – "
    "только её решения",
    "from this day or time on, 2027-01-15 or 15.01.2027": "начиная с этого дня или времени, 2027-01-15 или 15.01.2027",
    "up to the end of this day, or before this time": "до конца этого дня или раньше этого времени",
    "with this setting switched": "с этой переключённой настройкой",
    "--set: of one goods category only, as in Milk": "--set: только для одной категории товаров, например Milk",
    "as in MG011; all rules without it": "например MG011; без него – все правила",
    "text is the default": "по умолчанию text",
    "mend what can be mended for certain": "исправить то, что исправляется наверняка",
    "with --fix: show it and write nothing": "вместе с --fix: показать и ничего не записывать",
    "print problems only, and nothing when there is none": "выводить только ошибки, а без них – ничего",
    "the shell to complete in": "для какой оболочки",
    "tell what a scanner does to codes, and how often": "рассказать, что сканер делает с кодами и как часто",
    "test: what the scanner typed": "test: что напечатал сканер",
    "test: lines that the scanner typed": "test: строки, напечатанные сканером",
    "stats: of this till only": "stats: только по этой кассе",
    "show and send what the cash server is owed": "показать и отправить сообщения кассовому серверу",
    "list: what the server will never take": "list: то, что сервер никогда не примет",
    "take over from the program that sold here before": "перенять данные прежней кассовой программы",
    "the program that sold here before": "прежняя кассовая программа",
    "its databases, or folders that hold them": "её базы данных или каталоги с ними",
    "import, replace: a CSV file; remove: marks or CIS": "import, replace: файл CSV; remove: марки или КИ",
    "remove: every mark": "remove: все марки",
    "pull: in the place of what is there": "pull: вместо того, что есть",
    "list: so many at most": "list: не больше стольких",
    "send: go on until SIGTERM": "send: продолжать до SIGTERM",
    "run the cash server: a unit is sold once by any till": "кассовый сервер: единица товара "
    "продаётся один раз, на любой кассе",
    "add NAME, list, remove NAME; settle NUMBER; MARK; import FILE": "add ИМЯ, list, remove ИМЯ; settle НОМЕР; МАРКА; "
    "import ФАЙЛ",
    "conflicts: the settled ones too": "conflicts: и разобранные тоже",
    "conflicts settle: what became of both receipts; it is kept": "conflicts settle: что стало с обоими чеками; "
    "сохраняется",
    "a URL, or a file in the data folder ([Server] database)": "адрес или файл в каталоге данных ([Server] database)",
    "run: where to listen ([Server] listen); port 0: any": "run: где принимать запросы ([Server] "
    "listen); порт 0 – любой",
    "run: PEM file of the certificate, for https": "run: PEM-файл сертификата, для https",
    "run: PEM file of its private key": "run: PEM-файл закрытого ключа",
    "user add: what the account may call": "user add: чьи запросы разрешены",
    "user add: a bearer key instead of a password": "user add: ключ вместо пароля",
    "user add: take the password from a file": "user add: взять пароль из файла",
}
"""Command list, helps of options and arguments, and words of argparse."""

_EXAMPLES: Final = re.compile(r"^examples?:\n(?:  .*\n?)+", re.MULTILINE)


def described(name: str, english: str) -> str:
    """The description of a command with the examples of the English one; the English one when there is none."""
    if name not in DESCRIPTIONS:
        return english.strip()
    found = _EXAMPLES.search(english)
    what, _, code = DESCRIPTIONS[name].rpartition("\n\nкод возврата:")
    if not what:
        what, code = code, ""
    parts = [what, found[0].replace("examples:", "примеры:").replace("example:", "пример:").rstrip() if found else ""]
    parts.append(f"код возврата:{code}" if code else "")
    return "\n\n".join(part for part in parts if part)
