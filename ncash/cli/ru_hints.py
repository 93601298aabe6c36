"""The hints of errors in Russian, by their English words."""

from collections.abc import Mapping
from typing import Final

HINTS: Final[Mapping[str, str]] = {
    "the emulated drive was cut while writing; restore the file from a copy": "запись эмулятора накопителя "
    "оборвалась; восстановите файл из копии",
    "ncash restore puts a copy back, ncash backup list shows the copies": "копию возвращает ncash restore, список "
    "копий показывает ncash backup list",
    "ncash restore puts a copy back and keeps this file beside it; ncash backup list shows the copies": "копию "
    "возвращает ncash restore, этот файл останется рядом; список копий показывает ncash backup list",
    "start the newer ncash that wrote it, or restore the copy made before the upgrade: ncash backup list": "запустите "
    "ту новую версию ncash, которая его записала, или верните копию, сделанную до обновления: ncash backup list",
    "start a till of this data folder, or repeat the command that restored it": "запустите кассу этого каталога данных "
    "или повторите команду восстановления",
    "check --conf and --data": "проверьте --conf и --data",
    "make room, or name another folder in [Backup] folder": "освободите место или назовите другой каталог в [Backup] "
    "folder",
    "wait a moment and look: ncash backup list": "подождите и посмотрите: ncash backup list",
    "ncash backup list shows the copies": "список копий показывает ncash backup list",
    "ncash backup --help": "подробнее: ncash backup --help",
    "the old database stands; make room and repeat": "прежняя база на месте; освободите место и повторите",
    "end every till of this data folder, then repeat the command": "завершите все кассы этого каталога данных и "
    "повторите команду",
    "ncash rebuild --yes puts it aside and begins with the newest sound copy": "ncash rebuild --yes отложит её и "
    "начнёт с последней исправной копии",
    "call the supervisor and the developers: what was printed is not what is in the books": "позовите администратора и "
    "позвоните разработчикам: напечатано не то, что в базе",
    "compare with the documents of the fiscal drive; tell the developers": "сравните с документами фискального "
    "накопителя; сообщите разработчикам",
    "keep the file; ncash journal verify shows all, and --against an export how far it can be trusted": "сохраните "
    "файл; всё покажет ncash journal verify, а с --against – докуда ему можно верить",
    "keep the journal (ncash journal export) and tell the developers": "сохраните журнал (ncash journal export) и "
    "сообщите разработчикам",
    "ncash backup list, ncash restore, ncash rebuild": "помогут ncash backup list, ncash restore, ncash rebuild",
    "ncash journal list --receipt ID shows the decisions about this receipt; tell the developers": "решения по этому "
    "чеку покажет ncash journal list --receipt ID; сообщите разработчикам",
    "return the second one at the register: a correction receipt": "верните второй на регистраторе: чек коррекции",
    "tell the developers; the goods can be sold when the database is mended": "сообщите разработчикам; товар можно "
    "будет продать, когда база будет исправлена",
    "one of the two units carries another unit's mark: take it back with a return, and look at "
    "checkLocalUniqueness and enableMarkVerify": "на одной из двух единиц чужая марка: "
    "оформите возврат и проверьте checkLocalUniqueness и enableMarkVerify",
    "ncash server conflicts shows both receipts; one of the units carries another's mark": "ncash server conflicts "
    "покажет оба чека; на одной из единиц чужой код маркировки",
    "the server was put back to an older copy: restore its newest one; ncash queue list shows what it took": "сервер "
    "восстановлен из старой копии: восстановите последнюю; ncash queue list покажет, что он принял",
    "look at the server, or leave it out with --offline": "проверьте сервер или не спрашивайте его: --offline",
    "the server lets go of it by itself when its time is over; tell the developers": "сервер сам снимет резерв, когда "
    "выйдет время; сообщите разработчикам",
    "end the tills and run ncash rebuild: it enters what the journal still knows of it": "завершите кассы и запустите "
    "ncash rebuild: он внесёт чек по накопителю и журналу",
    "is it the file of this drive? It may have been restored": "это файл того самого накопителя? Возможно, его вернули "
    "из копии",
    "the memory of the drive is not whole": "память накопителя не цела",
    "compare the shift's documents one by one": "сравните документы смены по одному",
    "take a new token, then remove the file": "получите новый токен, затем удалите файл",
    "put the whole file back, or take it as it is: ncash reload": "верните файл целиком или примите как есть: ncash "
    "reload",
    "a supervisor compares the paper with the books; another program may have used the register": "администратор "
    "сверяет ленту с базой; возможно, регистратором пользовалась другая программа",
    "install it again": "установите его заново",
    "tell the author of the driver": "сообщите автору драйвера",
    "start a till once: it brings the books up to date": "запустите кассу один раз: она обновит базу",
    "check the rights on the folder named by --data": "проверьте права на каталог из --data",
    "end that program, or give this till a number of its own: --cash N": "завершите ту программу или дайте этой "
    "кассе свой номер: --cash N",
    "give the folder of the databases with --data, or make a shop: ncash init DIR": "укажите каталог баз данных в "
    "--data или создайте магазин: ncash init DIR",
    "give the folder that holds ncash.ini and ncash.ini.d/ with --conf, or make one: ncash init DIR": "укажите в "
    "--conf каталог, где лежат ncash.ini и ncash.ini.d/, или создайте его: ncash init DIR",
    "make the folder readable for the user who runs the till": "дайте пользователю кассы право читать каталог",
    "ncash check": "ошибки покажет ncash check",
    "send this line to the developers": "отправьте эту строку разработчикам",
    "convert the file to UTF-8": "переведите файл в UTF-8",
    "edit the file by hand and run ncash check": "исправьте файл вручную и запустите ncash check",
    "ncash server --help": "подробнее: ncash server --help",
    "pip install 'ncash[server]'": "установите: pip install 'ncash[server]'",
    "ncash docs lists the pages": "страницы перечислит ncash docs",
    "look at the rights and the room there, then repeat": "проверьте там права и свободное место и повторите",
    "the log of the server says more": "подробнее – в журнале сервера",
    "look at the log of the database": "посмотрите журнал базы данных",
    "a text file whose first line is the password": "текстовый файл, в первой строке которого пароль",
    "write the password into this file": "запишите пароль в этот файл",
    "12 characters or more, or leave it to ncash server user add": "12 символов или больше, или пусть па"
    "роль придумает ncash server user add",
    "ncash --help lists the commands": "ncash --help перечислит команды",
    "run it again with NCASH_DEBUG=1 and send the output to the developers": "запустите ещё раз с NCASH_DEBUG=1 и "
    "отправьте вывод разработчикам",
    "ncash rule lists them": "их перечислит ncash rule",
    "give the folders with --conf, --data": "укажите каталоги в --conf и --data",
    "--set ignoreCrptPrice=allow": "например --set ignoreCrptPrice=allow",
    "--set ignoreCrptStatusSold=ask --category Milk": "например --set ignoreCrptStatusSold=ask --category Milk",
    "opening a receipt opens a shift": "смена открывается вместе с чеком",
    "ncash config --help": "подробнее: ncash config --help",
    "install ncash from its folder": "установите ncash из его каталога",
    "it has said why, above": "причина названа выше",
    "ncash receipt --help": "подробнее: ncash receipt --help",
    "ncash explain CODE, ncash explain --last, ncash explain --last-refused, or ncash explain --journal N": "ncash "
    "explain CODE, ncash explain --last, ncash explain --last-refused или ncash explain --journal N",
    "--limit 20": "--limit 20",
    "write 2026-11-21T23:59": "напишите 2026-11-21T23:59",
    "give the body of an answer of codes/check": "дайте тело ответа codes/check",
    "ncash journal list shows the lines": "строки покажет ncash journal list",
    "give it with --data": "укажите его в --data",
    "look into the file; when it is beyond repair, move it away and throw the switch again": "посмотрите файл; если "
    "его не исправить, уберите его и переключите заново",
    "ncash check; ncash plugins": "помогут ncash check и ncash plugins",
    "ncash plugins; ncash check": "помогут ncash plugins и ncash check",
    "a till reads its files when it starts": "при запуске касса сама читает файлы",
    "ncash journal verify shows the head to write down": "голову для записи показывает ncash journal verify",
    "an export ends with a line that holds the head; the end of this file may be cut off": "выгрузка заканчивается "
    "строкой с головой; возможно, конец файла обрезан",
    "write 2027-01-15 or 15.01.2027": "напишите 2027-01-15 или 15.01.2027",
    "name another folder, or remove this one yourself": "назовите другой каталог или удалите этот сами",
    "ncash sales export without --shift writes the latest one": "ncash sales export без --shift выгрузит последнюю",
    "a receipt is brought once; cancel the first one at a till to bring it again": "чек приносят один раз; чтобы "
    "принести снова, аннулируйте первый на кассе",
    "let the orders be named otherwise: a till that scans this name sells the goods": "назовите заказы иначе: по "
    "такому имени касса продаст товар",
    "ncash docs exchange shows the fields; nothing was written": "поля описаны в ncash docs exchange; ничего не "
    "записано",
    "name a readable file": "назовите файл, который можно прочесть",
    "ncash config show lists them": "их перечислит ncash config show",
    "start the till, or name it with --cash and its folder with --data": "запустите кассу или назовите её в --cash, "
    "а её каталог – в --data",
    "write 2h, 30m, 3d, 23:00 or 2026-11-30T09:00": "напишите 2h, 30m, 3d, 23:00 или 2026-11-30T09:00",
    "name it with its section": "назовите её вместе с секцией",
    "nothing was written": "ничего не записано",
    "ncash config show --origin says where": "где – скажет ncash config show --origin",
    "name an AIF file, as in pos.aif": "назовите файл AIF, например pos.aif",
    "name a CSV file, as in marks.csv": "назовите файл CSV, например marks.csv",
    "save it in UTF-8": "сохраните его в UTF-8",
    "save the table as CSV, with columns apart by commas or semicolons": "сохраните таблицу как CSV, столбцы через "
    "запятую или точку с запятой",
    "let the back office write it in UTF-8": "пусть учётная система пишет его в UTF-8",
    "check the folder named by --data and the rights on it": "проверьте каталог из --data и права на него",
    "scan the code again; if it happens every time, check the settings of the scanner": "отсканируйте код ещё раз; "
    "если так каждый раз, проверьте настройки сканера",
    "close the program that has the database open for writing, then repeat the action": "закройте программу, которая "
    "пишет в базу данных, и повторите действие",
    "put the file aside, restore it from a backup, and start again; it is not changed": "отложите файл, восстановите "
    "его из копии и запустите снова; он не изменён",
    "mend the cause and repeat the action; what was saved before is kept": "устраните причину и повторите действие; "
    "сохранённое раньше цело",
    "close or cancel it first; two running tills must not have the same cash number": "сначала закройте или "
    "аннулируйте его; у двух работающих касс не может быть одного номера",
    "two running tills must not have the same cash number; start this one again": "у двух работающих касс не может "
    "быть одного номера; запустите эту заново",
    "check [Databases] in ncash.ini and the folder named by --data; the file is not changed": "проверьте [Databases] "
    "в ncash.ini и каталог из --data; файл не изменён",
    "start the newer ncash that wrote it, or restore the backup made before the upgrade": "запустите более новый "
    "ncash, который его записал, или восстановите копию, сделанную до обновления",
    "explain the return with --mode return, or what happened with --last": "объясните возврат с --mode return или "
    "случившееся с --last",
    "scan a test code, or give one with --scan TEXT": "отсканируйте тестовый код или укажите его: --scan TEXT",
    "ncash receipt settle --adopt or --drop": "ncash receipt settle --adopt или --drop",
    "restore the database, or: ncash receipt settle --drop": "восстановите базу данных или: ncash receipt settle "
    "--drop",
    "enableMarkVerify = true and markVerifyUrl name a cash server": "кассовый сервер задают enableMarkVerify = true и "
    "markVerifyUrl",
    "enableMarkVerify = true and one markVerifyUrl": "enableMarkVerify = true и один markVerifyUrl",
    "free the disk or mend the rights on the data folder, then repeat": "освободите диск или исправьте права на "
    "каталог данных и повторите",
    "is the cash server up?": "работает ли кассовый сервер?",
    "ncash doctor looks through the database": "ncash doctor проверит базу данных",
    "ncash whitelist import marks.csv": "ncash whitelist import marks.csv",
    "name the databases of the other program, or the folder that holds them": "назовите базы данных прежней программы "
    "или каталог с ними",
    "name those of the other program": "назовите базы прежней программы",
    "Artix keeps goods in tmc and Barcodes, receipts in document and Goodsitem": "товары Artix хранит в tmc и "
    "Barcodes, чеки – в document и Goodsitem",
    "end the program that writes to it, copy the file, and import the copy": "завершите программу, которая в него "
    "пишет, скопируйте файл и возьмите копию",
    "ncash whitelist replace marks.csv": "ncash whitelist replace marks.csv",
    "ncash whitelist remove MARK, or --all": "ncash whitelist remove МАРКА или --all",
    "ncash whitelist remove --all empties the list": "ncash whitelist remove --all очистит список",
    "the marks are there; the next pull reads them once more": "марки внесены; следующая загрузка прочитает их ещё раз",
    "the till asks the register for its last document": "касса спросит у регистратора его последний документ",
    'add --reason "what you compared"': 'добавьте --reason "что сверено"',
    'add --reason "what became of both receipts"': 'добавьте --reason "что стало с обоими чеками"',
    "ncash server conflicts shows the open ones": "неразобранные покажет ncash server conflicts",
    "ncash server conflicts --all shows the settled ones": "разобранные покажет ncash server conflicts --all",
    "a till settles what it can by itself with its next command": "что возможно, касса выясняет сама со следующей "
    "командой",
    "its positions were returned by another receipt; ncash receipt settle --drop, then correct at the register": "его "
    "позиции возвращены другим чеком; ncash receipt settle --drop, затем коррекция на регистраторе",
    "look who used the register, then use --drop: sales go on behind this document": "выясните, кто пользовался "
    "регистратором, затем --drop: продажи пойдут после этого документа",
    "look at the tape, then use --drop": "сверьте с лентой, затем --drop",
    "the till carries it out with its next command": "касса исполнит это со следующей командой",
    "wait until that program has ended": "дождитесь завершения той программы",
    "ncash queue status; ncash docs queue has a row for each answer": "ncash queue status; каждый ответ объяснён в "
    "ncash docs queue",
    "ncash queue list --refused; compare with the history of the mark at the server": "ncash queue list --refused; "
    "сравните с историей марки на кассовом сервере",
    "see that the cash server is up and a till runs; ncash queue status": "проверьте, что кассовый сервер и касса "
    "работают; ncash queue status",
    "make room or mend the database; a till brings them in by itself": "освободите место или почините базу; касса "
    "заберёт их сама",
    "keep the files and send them to the developers": "сохраните файлы и пришлите их разработчикам",
    "messages wait; see that the broker is up, then [ArtixQueue] natsUrl, natsUser, natsPasswordFile": "сообщения "
    "ждут; проверьте, работает ли брокер, затем [ArtixQueue] natsUrl, natsUser, natsPasswordFile",
}
