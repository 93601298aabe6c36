"""The settings of the expirydiscount plugin: expirydiscount.ini."""

from ncash.bundled.expirydiscount.steps import step
from ncash.settings.declare import Settings, items, switch

FILE = "expirydiscount.ini"


def _check(text: str) -> None:
    step(text)


class Switch(Settings, file=FILE, section="plugins"):
    """The plugin's switch."""

    expirydiscount: bool = switch(
        effect="Loads the expirydiscount plugin.", comment="Модуль скидок на товар с истекающим сроком годности"
    )


class ExpiryDiscount(Settings, file=FILE, section="ExpiryDiscount"):
    """How much cheaper marked goods become as their expiry date comes nearer."""

    title = (
        "Скидки на маркированный товар с истекающим сроком годности\n"
        "Срок берётся из ответа «Честного знака» при useCrptExpireDate = true"
    )

    steps: tuple[str, ...] = items(
        ("72:10", "24:30", "6:50"),
        accepted="comma-separated hours:percent, hours 1 to 99999, percent 1 to 99; empty = no discount",
        check=_check,
        effect="Hours before expiry and the discount from then on, in percent of the price; the nearest step counts. "
        "Never below the minimum prices of the goods, never for tobacco, never for goods that have expired.",
        comment="Ступени скидки через запятую: <часов до конца срока>:<процент от цены>\n"
        "Действует ближайшая ступень; цена не опускается ниже минимальной, на табак скидки нет",
    )


TABLES: tuple[type[Settings], ...] = (Switch, ExpiryDiscount)
