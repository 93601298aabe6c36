"""The host's own settings: conf/ncash.ini and bcode.ini."""

from ncash.settings.declare import Settings, choice, flag, items, name, number, text

FILE = "ncash.ini"


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


class Databases(Settings, file=FILE, section="Databases"):
    """The databases; paths are relative to the data folder."""

    title = "Базы данных"

    documents: str = name(
        "Documents.sqlite",
        effect="Database of receipts, shifts and marks.",
        comment="База данных документов (путь относительно каталога данных)",
    )
    dictionaries: str = name(
        "Dictionaries.sqlite",
        effect="Database of goods, barcodes, the white list and cashiers.",
        comment="База данных справочников (путь относительно каталога данных)",
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


class BarcodeRules(Settings, file="bcode.ini", section="BCode", free=True):
    """Rules of weight labels, one `mask=template` a line, read with `Config.lines`."""

    title = (
        "Правила разбора штрих-кодов: маска=шаблон, проверяются в порядке записи.\n"
        "В маске ? – любой символ; в шаблоне B – символ штрих-кода, Q – цифра количества,\n"
        ". – десятичная точка (символа не занимает), X – символ пропускается"
    )
    sample_lines = ("21???????????=BBBBBBBQQ.QQQX",)


TABLES: tuple[type[Settings], ...] = (Cash, Databases, Fiscal, ArtixQueue, Host, BarcodeRules)
