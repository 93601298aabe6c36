"""The vendor's settings that hold for all marked goods (scope `common` in docs/reference/settings.md)."""

import re
from typing import Final

from ncash.language import phrase, said
from ncash.settings.declare import day, flag, items, mask, path, seconds, text, tokens
from ncash.settings.kinds import ValueRefusal, over_tls

_LONE: Final = re.compile(r"[ \t]*\[[ \t]*1[ \t]*:[^\]]*\][ \t]*", re.ASCII)
_DEPARTMENTS: Final = re.compile(r"\[[ \t]*(-?[0-9]+(?:\.[0-9]+)*)[ \t]*:", re.ASCII)
_FOIV: Final = re.compile(r"[0-9]{3}", re.ASCII)


def check_mask(value: str) -> None:
    """Raises ValueError for a mask that does not compile, is too long or runs away."""
    from ncash.bundled.markedgoods.masks.matching import checked

    checked(value)


def check_tokens(value: str) -> None:
    """Raises ValueError, never with a token in its text, for what till.md §9 does not accept."""
    from ncash.bundled.markedgoods.settings.tokens import parse_tokens

    if _LONE.fullmatch(value):
        raise ValueRefusal("MG034", "[1:TOKEN] alone would leave every department without a check; write [-1:TOKEN]")
    departments = [dept for group in _DEPARTMENTS.findall(value) for dept in group.split(".")]
    repeated = sorted({dept for dept in departments if departments.count(dept) > 1})
    if repeated:
        raise ValueRefusal(
            "MG035", phrase("department {departments} is named more than once", departments=", ".join(repeated))
        )
    try:
        parse_tokens(value)
    except ValueError as error:
        raise ValueRefusal("MG033", said(error)) from error


def _foiv(value: str) -> None:
    if not _FOIV.fullmatch(value):
        raise ValueError("the identifier has three digits")


class Common:
    """Settings that a category's section may not override."""

    addWithoutScanMark: bool = flag(
        False,
        effect='Puts "add without mark" on the scan-mark dialog of a sale; [Restrictions.MarkedGoods] '
        "can keep it for some roles.",
        comment="Предлагать в чеке продажи добавление маркированного товара без кода маркировки",
    )
    skipCheckExciseMark: bool = flag(
        False,
        effect="A return by sale receipt does not ask the cash server about the mark (for online "
        "receipts with damaged marks).",
        comment="Не спрашивать кассовый сервер о коде маркировки при возврате по чеку продажи\n"
        "(для чеков, восстановленных онлайн с испорченными кодами)",
    )
    allowNotMatchingBarcodes: bool = flag(
        False,
        effect="The barcode in the mark may be another than that of the goods; the fiscal register gets "
        "the one in the mark.",
        comment="Штрих-код в коде маркировки может отличаться от штрих-кода товара;\n"
        "на фискальный регистратор передаётся штрих-код из кода маркировки,\n"
        "а товар, не найденный по нему, запрашивается отдельным сканированием",
    )
    notMatchingBarcodesMask: str = mask(
        "[0-9]*",
        accepted="regular expression over the goods barcode",
        check=check_mask,
        only=(("allowNotMatchingBarcodes", True),),
        effect="Goods barcodes that may differ from the one in the mark.",
        comment="Каким штрих-кодам товара разрешено отличаться; действует вместе с allowNotMatchingBarcodes = true",
    )
    checkBarcodesOneArticle: bool = flag(
        False,
        only=(("allowNotMatchingBarcodes", True),),
        effect="Differing barcodes are accepted only when both belong to the same article.",
        comment="Отличающиеся штрих-коды должны принадлежать одной карточке товара;\n"
        "действует вместе с allowNotMatchingBarcodes = true",
    )
    askForBarcodeFromCatalogs: tuple[str, ...] = items(
        accepted="comma-separated catalog codes",
        effect="Goods of these catalogs scanned by mark ask for the goods barcode (weight label); the "
        "two may differ within one article.",
        comment="Коды каталогов через запятую: для их товаров после кода маркировки запрашивается "
        "штрих-код (весовая этикетка);\n"
        "штрих-коды могут отличаться в пределах одной карточки, на фискальный регистратор "
        "передаётся тот, что в коде маркировки",
    )
    allowChangeQuantity: bool = flag(
        False,
        effect="The quantity of weighed marked goods (fractional unit) may be changed.",
        comment="Количество весового маркированного товара можно изменять",
    )
    scanMarkInInventory: bool = flag(
        False,
        effect="An inventory document asks for marks.",
        comment="Запрашивать код маркировки в документе инвентаризации",
    )
    markScanImage: str = path(
        accepted="image file",
        effect="Picture of the scan-mark dialog that shows where the code is on the pack.",
        comment="Картинка для диалога сканирования: где на упаковке искать код",
    )
    addWithoutScanMarkMarkingCode: str = text(
        effect="Code kept (base64 of UTF-8) in Goodsitem.markingcode for a position returned without its mark; "
        "blanks alone are none.",
        comment="Код, который записывается (Base64) для позиции, возвращённой без кода маркировки",
    )
    showScanErrorDialog: bool = flag(
        False,
        effect="A scan error locks the scanner until the cashier confirms; otherwise the scan-mark "
        "dialog repeats with an error text.",
        comment="При ошибке сканирования блокировать сканер до подтверждения кассира",
    )
    allowSaleMarkedSet: bool = flag(
        False,
        effect="At a self-checkout one scan of a set or group mark adds the whole pack. Where it is false, and at "
        "every other till, packs are not sold.",
        comment="На кассе самообслуживания добавлять упаковку целиком по её коду маркировки;\n"
        "без этого, и на других кассах, упаковки не продаются",
    )
    markVerifyCrptUrl: tuple[str, ...] = items(
        ("https://cdn.crpt.ru",),
        accepted="comma-separated URLs",
        check=over_tls,
        effect="Root addresses of the CRPT service, tried in this order.",
        comment="Адреса сервиса проверки «Честного знака» через запятую",
    )
    markVerifyCrptTimeout: int = seconds(
        30,
        least=2,
        effect="Seconds that one online check may take over all CDN sites.",
        comment="Сколько секунд может длиться одна проверка в «Честном знаке» (не менее 2)",
    )
    xapikey: str = tokens(
        check=check_tokens,
        effect="CRPT tokens by department of the goods; a department with the token 1 is not checked.",
        comment="Токены доступа к «Честному знаку»\n"
        "Одно юридическое лицо: xapikey = [-1:<токен>]\n"
        "Несколько – по отделам: xapikey = [<отдел>:<токен>],[<отдел>.<отдел>:<токен>]\n"
        "Отдел с токеном 1 не проверяется; одна только запись [1:<токен>] недопустима",
    )
    foiv: str = text(
        "030",
        accepted="three digits; empty shows IndustryTagsError",
        check=_foiv,
        effect="FFD tag 1262, identifier of the federal body.",
        comment="Отраслевой реквизит, тег 1262: идентификатор ФОИВ",
    )
    documentDate: str = day(
        "21.11.2023",
        accepted="DD.MM.YYYY; empty shows IndustryTagsError",
        effect="FFD tag 1263, date of the founding document.",
        comment="Отраслевой реквизит, тег 1263: дата документа-основания, дд.мм.гггг",
    )
    documentNumber: str = text(
        "1944",
        accepted="any text; empty shows IndustryTagsError",
        effect="FFD tag 1264, number of the founding document.",
        comment="Отраслевой реквизит, тег 1264: номер документа-основания",
    )
