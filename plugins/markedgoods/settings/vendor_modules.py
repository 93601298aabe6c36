"""Settings of the vendor's modules for single kinds of goods, which this plugin serves in their place (docs/adr/0038).

Files, switches and keys are those of real shop folders. What else stands in these sections is named by `ncash check`.
"""

from typing import Any, Final

from ncash.settings.declare import Settings, flag, seconds, switch, text
from ncash.settings.kinds import address

TOBACCO_MASK: Final = r"\d{14}.{15}|01\d{14}21.{7}8005\d{6}93.{4}.*"
"""The vendor's own: a pack of 29 characters, or a block with its price."""
SHOES_MASK: Final = r"01(?<barcode>[0-9]{14})21.{13}(240[a-zA-Z0-9]{4}|\s+)?91.{4}92.{84,95}"
KEG_MASK: Final = r"01(?<barcode>[0-9]{14})21.{7}\s*93.{4}\s*(335[0-6][0-9]{6})?\s*"


def whole_address(value: str) -> str:
    """An address as these modules write it, with or without its scheme."""
    return value if "://" in value or not value else f"http://{value}"


def _address(value: str) -> None:
    address(whole_address(value))


def _mask(default: str) -> Any:
    """What the codes look like, a str."""
    return text(
        default,
        accepted="regular expression, PCRE dialect",
        effect="What the codes look like; without a capture barcode the GTIN is taken from its place in the code.",
        comment="Вид кода маркировки",
    )


class SharedKeys:
    """Keys that mean in each of these sections what they mean in a category's."""

    sampled = False

    enableMarkVerify: bool = flag(
        False,
        effect="Asks the cash server about the mark and reserves it there.",
        comment="Проверять код маркировки на кассовом сервере и резервировать его там",
    )
    markVerifyUrl: str = text(
        "localhost:8080",
        accepted="HOST:PORT or URL",
        check=_address,
        effect="Address of the cash server.",
        comment="Адрес кассового сервера",
    )
    markVerifyTimeout: int = seconds(
        30, effect="Seconds to wait for the cash server.", comment="Сколько секунд ждать кассовый сервер"
    )
    ignoreMarkVerifyErrors: bool = flag(
        True,
        effect="A cash server that cannot be asked does not stop the sale.",
        comment="Продавать, когда кассовый сервер не отвечает",
    )
    enableMarkVerifyLocal: bool = flag(
        False,
        effect="Looks the mark up in Dictionaries.Excisemarkwhite; only while the cash server is not asked.",
        comment="Искать код маркировки в «белом» списке кассы; действует, пока enableMarkVerify = false",
    )


class MotpSwitch(Settings, file="motp.ini", section="plugins"):
    """The switch of the vendor's module for tobacco."""

    sampled = False

    motp: bool = switch(
        effect="Serves tobacco (tmctype 3) by the mask of [Motp]; needs markedgoods = on.", comment="Табачная продукция"
    )


class Motp(SharedKeys, Settings, file="motp.ini", section="Motp", free=True):
    """[Motp]: tobacco."""

    switch = "motp"

    dataMatrixMask: str = _mask(TOBACCO_MASK)


class MootSwitch(Settings, file="moot.ini", section="plugins"):
    """The switch of the vendor's module for shoes."""

    sampled = False

    moot: bool = switch(
        effect="Serves shoes (tmctype 4) by the mask of [Moot]; needs markedgoods = on.", comment="Обувь"
    )


class Moot(SharedKeys, Settings, file="moot.ini", section="Moot", free=True):
    """[Moot]: shoes of the old kind."""

    switch = "moot"

    dataMatrixMask: str = _mask(SHOES_MASK)


class DraftBeerSwitch(Settings, file="draftbeer.ini", section="plugins"):
    """The switch of the vendor's module for draught beer."""

    sampled = False

    draftbeer: bool = switch(
        effect="Serves draught beer (tmctype 8) by the mask of [DraftBeer]; needs markedgoods = on.",
        comment="Разливное пиво",
    )


class DraftBeer(SharedKeys, Settings, file="draftbeer.ini", section="DraftBeer", free=True):
    """[DraftBeer]: kegs."""

    switch = "draftbeer"

    dataMatrixMask: str = _mask(KEG_MASK)


NEIGHBOUR_TABLES: Final[tuple[type[Settings], ...]] = (
    MotpSwitch, Motp, MootSwitch, Moot, DraftBeerSwitch, DraftBeer,
)  # fmt: skip
