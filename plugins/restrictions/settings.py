"""The settings of the restrictions plugin: restrictions.ini."""

from ncash.settings.declare import Settings, items, switch

FILE = "restrictions.ini"
_ROLES = "comma-separated role codes; empty = no restriction"


class Switch(Settings, file=FILE, section="plugins"):
    """The plugin's switch."""

    restrictions: bool = switch(effect="Loads the restrictions plugin.", comment="Модуль ограничений по ролям")


class Restrictions(Settings, file=FILE, section="Restrictions.MarkedGoods", aliases=("Restrictions.Card.MarkedGoods",)):
    """Who may add marked goods without scanning a mark."""

    title = "Ограничения для маркированных товаров"

    addWithoutScanMarkRoles: tuple[str, ...] = items(
        accepted=_ROLES,
        effect="Roles that may add marked goods to a sale without a mark.",
        comment="Коды ролей через запятую, которым можно продавать маркированный товар без кода маркировки\n"
        "Пустое значение – можно всем",
    )
    addWithoutScanMarkInBackBySaleRoles: tuple[str, ...] = items(
        accepted=_ROLES,
        effect="Roles that may add marked goods to a return without a mark.",
        comment="Коды ролей через запятую, которым можно возвращать маркированный товар без кода маркировки\n"
        "Пустое значение – можно всем",
    )


TABLES: tuple[type[Settings], ...] = (Switch, Restrictions)
