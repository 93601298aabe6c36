"""The host's own settings: conf/ncash.ini and bcode.ini."""

import re
from typing import Final
from urllib.parse import urlsplit

from ncash.language import phrase
from ncash.model.http import loopback
from ncash.settings.declare import Settings, choice, flag, items, name, number, path, seconds, text, url
from ncash.settings.kinds import over_tls

FILE = "ncash.ini"
LONGEST_NUMBER: Final = 32
LONGEST_NAME: Final = 200
"""Bytes of the name of a database; the system's own files beside it need some more."""
_SUBJECT: Final = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*", re.ASCII)
TAXES = ("none", "vat0", "vat5", "vat7", "vat10", "vat20", "vat22", "vat105", "vat107", "vat110", "vat120", "vat122")
TAXATIONS = ("osn", "usnIncome", "usnIncomeOutcome", "esn", "patent")


def wrong_number(cashcode: str) -> str:
    """What is wrong with the number of a till, or an empty text; locks and files are called by it."""
    if not cashcode.isalnum():
        return phrase("{cashcode!r} is no number of a till; letters and digits are accepted", cashcode=cashcode)
    return (
        ""
        if len(cashcode) <= LONGEST_NUMBER
        else phrase("a till's number has at most {longest_number} characters", longest_number=LONGEST_NUMBER)
    )


class Cash(Settings, file=FILE, section="Cash"):
    """Which till this is."""

    title = "Касса"

    shopcode: str = name(
        "1", accepted="the shop's code", effect="Code of the shop in documents and exchange.", comment="Код магазина"
    )
    cashcode: str = name(
        "1",
        accepted="the till's number",
        effect="Number of this till; --cash N on the command line comes first.",
        comment="Номер кассы",
    )
    name: str = text("", effect="Name of the shop on receipts.", comment="Наименование магазина")


def _database(value: str) -> None:
    longest = max(len(part.encode()) for part in value.split("/"))
    if longest > LONGEST_NAME or len(value.encode()) > 4 * LONGEST_NAME:
        raise ValueError(phrase("the name of a file has at most {longest_name} bytes", longest_name=LONGEST_NAME))


class Databases(Settings, file=FILE, section="Databases"):
    """The databases; paths are relative to the data folder."""

    title = "Базы данных"

    documents: str = name(
        "Documents.sqlite",
        check=_database,
        effect="Database of receipts, shifts and marks.",
        comment="База данных документов (путь относительно каталога данных)",
    )
    dictionaries: str = name(
        "Dictionaries.sqlite",
        check=_database,
        effect="Database of goods, barcodes, the white list and cashiers.",
        comment="База данных справочников (путь относительно каталога данных)",
    )


class Backup(Settings, file=FILE, section="Backup"):
    """Copies of Documents, made while tills run."""

    title = "Резервные копии базы данных документов"

    interval: int = number(
        12,
        least=0,
        most=8_760,
        accepted="hours up to 8760, 0 = no copies by itself",
        effect="A till that has nothing to do copies Documents after so many hours.",
        comment="Через сколько часов касса в свободное время делает копию базы документов; 0 – не делает",
        extension=True,
    )
    keep: int = number(
        14,
        least=1,
        effect="So many copies are kept; the oldest goes first.",
        comment="Сколько последних копий хранится",
        extension=True,
    )
    folder: str = name(
        "backup",
        effect="Folder of the copies, relative to the data folder; better on another disk.",
        comment="Каталог копий (путь относительно каталога данных); надёжнее – на другом диске",
        extension=True,
    )


class Fiscal(Settings, file=FILE, section="Fiscal", free_children=True):
    """The fiscal register; a driver's own keys stand in [Fiscal.DRIVER] and are read with `Config.lines`."""

    title = "Фискальный регистратор"

    driver: str = name(
        "emulator",
        accepted="name of an installed driver",
        effect="Driver of the fiscal register; its own keys stand in [Fiscal.<driver>].",
        comment="Драйвер фискального регистратора; его собственные настройки задаются в секции [Fiscal.<драйвер>]",
    )
    url: str = url(
        check=over_tls,
        effect="Address of the service in front of the register; empty is the driver's own usual address.",
        comment="Адрес службы, через которую доступен регистратор (пусто – обычный адрес для драйвера)",
    )
    device: int = number(
        0,
        effect="Number of the register in that service; 0 is the first one.",
        comment="Номер регистратора в этой службе; 0 – первый подходящий",
    )
    user: str = text(
        effect="Account in that service; empty is none.",
        comment="Имя пользователя этой службы (пусто – без имени)",
    )
    passwordFile: str = path(
        effect="File with the password of the account; relative to the conf folder.",
        comment="Файл с паролем пользователя (путь относительно каталога настроек)",
    )
    timeout: int = seconds(
        60,
        effect="Seconds for one command of the register; after them the document is looked for, not sent again.",
        comment="Время на одну команду регистратора, секунды; по истечении документ ищется, а не отправляется снова",
    )
    operator: str = name(
        "Кассир",
        accepted="a name",
        effect="Tag 1021 where no cashier is known.",
        comment="Кассир в чеке (тег 1021), если он не указан",
    )
    tax: str = choice(
        "none",
        *TAXES,
        effect="Tag 1199: the rate of goods without one of their own.",
        comment="Ставка НДС (тег 1199): none – без НДС; vat105, vat107, vat110, vat120, vat122 – расчётные ставки",
    )
    taxation: str = choice(
        "auto",
        "auto",
        *TAXATIONS,
        effect="Tag 1055; auto is the register's only one.",
        comment="Система налогообложения (тег 1055); auto – единственная, на которую зарегистрирован регистратор",
    )
    checkMarks: bool = flag(
        True,
        effect="Marks are checked in the drive (tag 2106) after the permissive check; needs FFD 1.2.",
        comment="Проверять коды маркировки в фискальном накопителе (ФФД 1.2) после разрешительной проверки",
    )
    ignoreCheckMarksErrors: bool = flag(
        True,
        effect="A register that cannot check a mark lets it be sold with a warning; false refuses it.",
        comment="Продавать с предупреждением, если регистратор не смог проверить код маркировки",
    )
    ffd: str = choice(
        "1.2",
        "1.2",
        "1.05",
        effect="Tag 1209: format of the fiscal documents that the register makes.",
        comment="Версия формата фискальных документов регистратора (тег 1209)",
    )


def _broker(value: str) -> None:
    parts, form = urlsplit(value), "accepted are nats://host:port and tls://host:port, the account stands in natsUser"
    try:
        port = parts.port
    except ValueError:
        port = 0
    more = "@" in parts.netloc or parts.path.strip("/") or parts.query or parts.fragment
    if parts.scheme not in ("nats", "tls") or not parts.hostname or more or port == 0:
        raise ValueError(form)
    if parts.scheme == "nats" and not loopback(parts.hostname):
        raise ValueError("over the network only tls:// is accepted")


def _subject(value: str) -> None:
    if not _SUBJECT.fullmatch(value):
        raise ValueError("accepted are words of letters, digits, - and _, separated by dots")


class ArtixQueue(Settings, file=FILE, section="ArtixQueue"):
    """Messages to the cash server."""

    title = "Очередь сообщений кассовому серверу"

    messagesCountWarning: int = number(
        1000,
        least=1,
        effect="So many unsent messages show a notice.",
        comment="Количество неотправленных сообщений, при котором выводится уведомление",
    )
    firstMessageDaysWarning: int = number(
        1,
        least=1,
        effect="An unsent message older than so many days shows a notice.",
        comment="Возраст неотправленного сообщения в днях, при котором выводится уведомление",
    )
    transport: str = choice(
        "http",
        "http",
        "nats",
        effect="What carries the messages.",
        comment="Способ отправки сообщений: http – кассовому серверу, nats – через NATS JetStream",
    )
    natsUrl: str = name(
        "nats://127.0.0.1:4222",
        accepted="nats://host:port or tls://host:port",
        check=_broker,
        effect="Address of the NATS server; without TLS on this computer only.",
        comment="Адрес сервера NATS (без TLS – только на этом же компьютере)",
        extension=True,
    )
    natsSubject: str = name(
        "ncash.operations",
        accepted="words separated by dots",
        check=_subject,
        effect="Subject of the messages; the code of the shop follows it.",
        comment="Тема сообщений; за ней следует код магазина",
        extension=True,
    )
    natsUser: str = text(
        effect="Account at the NATS server; empty is none.",
        comment="Имя пользователя сервера NATS (пусто – без имени)",
        extension=True,
    )
    natsPasswordFile: str = path(
        effect="File with the password of the account; relative to the conf folder.",
        comment="Файл с паролем пользователя NATS (путь относительно каталога настроек)",
        extension=True,
    )


class Server(Settings, file=FILE, section="Server"):
    """The cash server of a store or a chain, `ncash server run`."""

    title = "Кассовый сервер (ncash server run)"

    database: str = text(
        "",
        accepted="a file in the data folder, or a URL",
        effect="Database of the server; without it CashServer.sqlite. The password of a URL is kept in PGPASSFILE.",
        comment="База данных: файл в каталоге данных или адрес postgresql://user@host/database; пароль – в PGPASSFILE",
    )
    listen: str = name(
        "127.0.0.1:8080",
        accepted="HOST:PORT",
        effect="Where the server listens; 0.0.0.0:8080 is every network of the machine.",
        comment="Адрес и порт, на которых сервер принимает запросы касс",
    )
    certificate: str = path(
        "", effect="PEM file of the certificate; with it the server speaks https.", comment="Сертификат сервера (PEM)"
    )
    privateKey: str = path("", effect="PEM file of its private key.", comment="Закрытый ключ сертификата (PEM)")
    leaseMinutes: int = number(
        15,
        least=15,
        effect="How long a mark stays reserved when its receipt asks no more; tills count on a quarter of an hour.",
        comment="Сколько минут марка остаётся зарезервированной, если касса больше не обращается; не меньше 15",
    )
    whiteList: str = choice(
        "off",
        "off",
        "mark",
        "barcode",
        effect="Whether marks must be in the white list: no, by mark, by mark and barcode.",
        comment="Белый список: off – не проверять, mark – по марке, barcode – по марке и штрих-коду",
    )
    requestsPerSecond: int = number(
        500,
        effect="Calls a second that one account may make; 0 is no limit.",
        comment="Сколько запросов в секунду принимать от одной учётной записи, 0 – без ограничения",
    )


class Host(Settings, file=FILE, section="Host"):
    """The program itself."""

    title = "Программа"

    pluginsPath: tuple[str, ...] = items(
        accepted="comma-separated folders",
        effect="Folders searched for plugins beside the bundled ones; relative to the conf folder.",
        comment="Каталоги дополнительных плагинов через запятую (путь относительно каталога настроек)",
    )
    watchConfig: bool = flag(
        True,
        effect="A running till reads a changed configuration by itself, between two receipts.",
        comment="Перечитывать изменённые файлы настроек без перезапуска кассы (между чеками)",
        extension=True,
    )
    unservedMarks: str = choice(
        "deny",
        "deny",
        "allow",
        effect="What follows for goods whose tmctype says that they carry marks (1 to 6, 8 and unknown ones) and no "
        "category serves: refused, or sold as ordinary goods with a warning and a trace.",
        comment="Товар, коды маркировки которого касса не читает (tmctype 1–6, 8 и неизвестные, если их\n"
        "не обслуживает ни одна подсекция – см. goodsTypes): deny – не продавать,\n"
        "allow – продавать как обычный, с предупреждением",
        extension=True,
    )


class BarcodeRules(Settings, file="bcode.ini", section="BCode", free=True):
    """Rules of weight labels, one `mask=template` a line, read with `Config.lines`."""

    title = (
        "Правила разбора штрих-кодов: маска=шаблон, проверяются в порядке записи.\n"
        "В маске ? – любой символ; в шаблоне B – символ штрих-кода, Q – цифра количества,\n"
        ". – десятичная точка (символа не занимает), X – символ пропускается"
    )
    sample_lines = ("21???????????=BBBBBBBQQ.QQQX",)


TABLES: tuple[type[Settings], ...] = (Cash, Databases, Backup, Fiscal, ArtixQueue, Server, Host, BarcodeRules)
