"""dayprice: everything is cheaper today by some percent."""

from ncash.model.receipt import Position
from ncash.plugin import PriceOffer, Started, hookimpl


class Plugin:
    """The percentage is the test's to set."""

    percent = 0

    @hookimpl
    def on_start(self) -> Started:
        """There is nothing to read."""
        return Started()

    @hookimpl
    def on_price(self, position: Position) -> PriceOffer | None:
        """The price of the day."""
        if not Plugin.percent:
            return None
        return PriceOffer(position.price - position.price * Plugin.percent // 100, "акция дня")
