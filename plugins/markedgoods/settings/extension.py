"""Our own settings beside the vendor's; every reference marks them as extensions."""

import re
from typing import Final

from ncash.bundled.markedgoods.settings.plan import SERVICES, plan_of
from ncash.language import phrase
from ncash.settings.declare import Scope, choice, flag, items, milliseconds, number, path, policy, text, url
from ncash.settings.kinds import over_tls

CATEGORY: Final = Scope.CATEGORY
_KIND: Final = re.compile(r"[1-9][0-9]?", re.ASCII)
_DRIVE: Final = re.compile(r"[0-9]{16}", re.ASCII)


def _drive(value: str) -> None:
    if not _DRIVE.fullmatch(value):
        raise ValueError("the number has 16 digits")


def _kind(value: str) -> None:
    if not _KIND.fullmatch(value):
        raise ValueError(phrase("{value!r} is no tmctype; accepted are whole numbers from 1 to 99", value=value))


def _dated(value: str) -> None:
    plan_of(SERVICES[0], value)


class Extension:
    """Settings the vendor does not have."""

    goodsTypes: tuple[str, ...] = items(
        scope=CATEGORY,
        accepted="comma-separated values of tmctype, 1 to 99; 7 need not be named",
        check=_kind,
        extension=True,
        effect="Kinds of goods, beside tmctype 7, whose marks the category reads: 1 alcohol, 2 alcohol set, 3 tobacco, "
        "4 shoes, 5 medicine, 6 protective means, 8 draught beer. They are then marked goods in every respect.",
        comment="Виды товара (tmctype) через запятую, чьи коды маркировки читает подсекция, кроме 7: 1 – алкоголь,\n"
        "2 – набор с алкоголем, 3 – табак, 4 – обувь, 5 – лекарства, 6 – средства защиты, 8 – разливное пиво;\n"
        "такой товар становится маркированным: с кодом маркировки и всеми проверками",
    )

    refuseUnchecked: bool = flag(
        False,
        CATEGORY,
        extension=True,
        effect="Refuses wherever the vendor sells unchecked: bad or missing token, bad parameters, "
        "ignored connection errors.",
        comment="Отказывать во всех случаях, когда товар продаётся без проверки",
    )
    kegLitres: int = number(
        50,
        scope=CATEGORY,
        extension=True,
        only=(("checkLocalUniqueness", True),),
        effect="Litres in a keg of which neither Chestny Znak nor its mark says what it holds; 0: goods measured by "
        "volume are units as others, sold once.",
        comment="Сколько литров в кеге, если об этом не говорят ни «Честный знак», ни код маркировки;\n"
        "0 – товар, который измеряется объёмом, продаётся по коду один раз, как и любой другой",
    )
    skipMarkVerifyCrptCatalogs: tuple[str, ...] = items(
        accepted="comma-separated catalog codes",
        extension=True,
        effect="Goods of these catalogs are sold without the CRPT check.",
        comment="Коды каталогов через запятую, товары которых продаются без проверки в «Честном знаке»",
    )
    ignoreCrptPrice: str = policy(
        "deny",
        CATEGORY,
        extension=True,
        effect="What follows from a price outside the limits of the CRPT answer (MRP, smp, minimum prices).",
        comment="Цена нарушает ограничения из ответа «Честного знака»: deny, ask или allow",
    )
    markVerifyCrptService: str = choice(
        "crpt",
        *SERVICES,
        extension=True,
        effect="What carries the check.",
        comment="Через что выполняется проверка: crpt – CDN-площадки, tspiot – ТС ПИоТ, kkmserver – KKM Server",
    )
    markVerifyCrptServiceFrom: str = text(
        accepted="service@DD.MM.YYYY, comma-separated",
        check=_dated,
        extension=True,
        effect="From which day on another service carries the check.",
        comment="С какого дня использовать другой способ проверки: способ@дд.мм.гггг через запятую",
    )
    crptSiteRank: str = choice(
        "latency",
        "latency",
        "avgTimeMs",
        extension=True,
        effect="What ranks the CDN sites: the latency we measure, or the time they report.",
        comment="По чему выбирать CDN-площадку: latency – по измеренной задержке, avgTimeMs – по её собственным данным",
    )
    crptHedgeAfter: int = milliseconds(
        0,
        extension=True,
        effect="A second site is asked when the first has not answered for so many milliseconds.",
        comment="Через сколько миллисекунд без ответа спросить вторую площадку; 0 – не спрашивать",
    )
    fiscalDriveNumber: str = text(
        accepted="16 digits",
        check=_drive,
        extension=True,
        effect="Sent with each check; empty takes the fiscal driver's.",
        comment="Номер фискального накопителя для запросов; пустое значение – из фискального регистратора",
    )
    localModuleUrl: str = url(
        check=over_tls,
        extension=True,
        effect="Address of the local module for offline checks; empty means none.",
        comment="Адрес локального модуля «Честного знака»; пустое значение – модуля нет",
    )
    localModuleLogin: str = text(
        extension=True,
        effect="Account at the local module.",
        comment="Имя пользователя локального модуля",
    )
    localModulePasswordFile: str = path(
        accepted="file readable by the till only",
        extension=True,
        effect="File with the password for the local module.",
        comment="Файл с паролем локального модуля, доступный только кассе",
    )
    noAnswerPolicy: str = policy(
        "deny",
        CATEGORY,
        extension=True,
        effect="What follows when neither CRPT nor the configured local module answers.",
        comment="Не ответили ни «Честный знак», ни локальный модуль: deny, ask или allow",
    )
    tspiotUrl: str = url(
        "https://127.0.0.1:51401",
        check=over_tls,
        extension=True,
        effect="Address of TS PIoT.",
        comment="Адрес ТС ПИоТ",
    )
    tspiotApi: str = choice(
        "v3", "v1", "v2", "v3", extension=True, effect="Its API version.", comment="Версия API ТС ПИоТ"
    )
    tspiotCertificate: str = path(
        accepted="PEM file to pin",
        extension=True,
        effect="The only certificate TS PIoT may show.",
        comment="Файл PEM с сертификатом ТС ПИоТ, которому доверять",
    )
    tspiotClientId: str = text(
        accepted="registration id",
        extension=True,
        effect="Our registration at TS PIoT; empty means unregistered.",
        comment="Идентификатор регистрации в ТС ПИоТ",
    )
    tspiotClientTokenFile: str = path(
        accepted="file",
        extension=True,
        effect="File with the registration's token.",
        comment="Файл с токеном регистрации в ТС ПИоТ",
    )
    kkmServerUrl: str = url(
        "http://localhost:5893",
        check=over_tls,
        extension=True,
        effect="Address of KKM Server.",
        comment="Адрес KKM Server",
    )
    kkmServerUser: str = text(
        "User", extension=True, effect="Account at KKM Server.", comment="Имя пользователя KKM Server"
    )
    kkmServerPasswordFile: str = path(
        accepted="file",
        extension=True,
        effect="File with the password for KKM Server.",
        comment="Файл с паролем KKM Server",
    )
    markVerifyAllowPlainHttp: bool = flag(
        False,
        CATEGORY,
        extension=True,
        effect="Marks, receipts and the account may go to a cash server on another computer over plain http.",
        comment="Обращаться к кассовому серверу на другом компьютере по http, без шифрования;\n"
        "надёжнее – адрес https в markVerifyUrl",
    )
    markVerifyUser: str = text(
        scope=CATEGORY,
        extension=True,
        effect="Account at the cash server.",
        comment="Имя пользователя на кассовом сервере",
    )
    markVerifyPasswordFile: str = path(
        scope=CATEGORY,
        accepted="file",
        extension=True,
        effect="File with the password for the cash server.",
        comment="Файл с паролем пользователя на кассовом сервере",
    )
