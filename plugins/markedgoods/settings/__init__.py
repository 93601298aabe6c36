"""The settings of the markedgoods plugin: markedgoods.ini and crpt.ini."""

from ncash.bundled.markedgoods.settings.category import PerCategory
from ncash.bundled.markedgoods.settings.common import Common
from ncash.bundled.markedgoods.settings.extension import Extension
from ncash.bundled.markedgoods.settings.samples import SAMPLES
from ncash.bundled.markedgoods.settings.vendor_modules import NEIGHBOUR_TABLES
from ncash.settings.declare import Settings, seconds, switch

FILE = "markedgoods.ini"


class Switch(Settings, file=FILE, section="plugins"):
    """The plugin's switch."""

    markedgoods: bool = switch(effect="Loads the markedgoods plugin.", comment="Модуль маркированных товаров")


class MarkedGoods(Common, PerCategory, Extension, Settings, file=FILE, section="MarkedGoods", categories=True):
    """[MarkedGoods], and one [MarkedGoods.NAME] for each category."""

    title = "Маркированные товары"
    samples = SAMPLES


class Crpt(Settings, file="crpt.ini", section="CRPT"):
    """[CRPT]: how long the service calls at start may take."""

    title = "Обмен с сервисом «Честный знак»"

    getInfoTimeout: int = seconds(
        10, effect="Seconds for the list of CDN sites.", comment="Сколько секунд ждать список CDN-площадок"
    )
    healthCheckTimeout: int = seconds(
        10,
        effect="Seconds for the health check of one CDN site.",
        comment="Сколько секунд ждать состояние CDN-площадки",
    )


TABLES: tuple[type[Settings], ...] = (Switch, MarkedGoods, Crpt, *NEIGHBOUR_TABLES)
