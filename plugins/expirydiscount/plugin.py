"""expirydiscount: marked goods become cheaper as the expiry date in CRPT's answer comes nearer."""

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from ncash.bundled.expirydiscount.settings import ExpiryDiscount
from ncash.bundled.expirydiscount.steps import Step, nearest, steps
from ncash.model.goods import TOBACCO
from ncash.model.ports import World
from ncash.model.receipt import Position
from ncash.plugin import API, VERSION, PriceOffer, Started, hookimpl
from ncash.settings.config import Config

TOBACCO_GROUPS: Final = frozenset({3, 12, 16})
"""`groupIds` of tobacco, other tobacco and nicotine products (crpt.md §5.2): their prices are regulated."""
SECONDS: Final = 6.0
"""Budget: one row of Dictionaries, which another program may hold for a while."""


class Plugin:
    """Proposes a lower price; needs the published fact `expireDate`, which there is with useCrptExpireDate = true."""

    api = API

    def __init__(self) -> None:
        self._steps: tuple[Step, ...] = ()
        self._world: World | None = None

    @hookimpl
    def on_start(self, config: Config, world: World) -> Started:
        """Read the steps."""
        self._steps = steps(config.section(ExpiryDiscount).steps)
        self._world = world
        return Started(version=VERSION, budget=SECONDS)

    @hookimpl
    def on_price(self, position: Position) -> PriceOffer | None:
        """The price of the step that counts now, not below the minimum prices of the goods."""
        expires = expiry(position)
        if self._world is None or expires is None or tobacco(position):
            return None
        found = nearest(self._steps, self._world.clock.now().replace(tzinfo=None), expires)
        if found is None:
            return None
        price = max(lowered(position.price, found.percent), self._floor(position))
        if price >= position.price:
            return None
        return PriceOffer(price, f"Скидка {found.percent}%: годен до {expires:%d.%m.%Y %H:%M}")

    def _floor(self, position: Position) -> int:
        goods = self._world.dictionaries.goods(position.bcode) if self._world else None
        return max(goods.minprice or 0, goods.minretailprice or 0, 1) if goods else position.price


def expiry(position: Position) -> datetime | None:
    """The wall-clock digits of the position's expiry date, whatever zone stands behind them (till.md §7)."""
    written = position.published.get("expireDate")
    if not isinstance(written, str):
        return None
    try:
        return datetime.fromisoformat(written).replace(tzinfo=None)
    except ValueError:
        return None


def tobacco(position: Position) -> bool:
    """Whether the goods are tobacco, by the dictionary or by CRPT's answer."""
    groups = position.published.get("groupIds", ())
    return position.tmctype == TOBACCO or not TOBACCO_GROUPS.isdisjoint(groups)


def lowered(price: int, percent: int) -> int:
    """Kopecks less so many percent, halves up."""
    return int((Decimal(price) * (100 - percent) / 100).quantize(Decimal(1), ROUND_HALF_UP))
