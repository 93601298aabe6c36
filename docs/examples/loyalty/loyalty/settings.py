"""The settings of loyalty: loyalty.ini."""

from ncash.settings.declare import Settings, items, number, text, url


class Loyalty(Settings, file="loyalty.ini", section="Loyalty"):
    """Which scans are cards, what they bring, and whom a purchase is told."""

    title = "Карты лояльности"

    prefix: str = text("29", effect="Digits that every card begins with.", comment="С каких цифр начинается карта")
    length: int = number(
        13, least=4, most=19, accepted="4 to 19", effect="Digits of a card.", comment="Сколько цифр в номере карты"
    )
    percent: int = number(
        5, most=50, accepted="0 to 50", effect="Percent taken off with a card.", comment="Скидка по карте, проценты"
    )
    withoutDiscount: tuple[str, ...] = items(
        effect="Departments that give no discount.", comment="Отделы без скидки, через запятую"
    )
    url: str = url(
        effect="Address that purchases and returns are posted to; empty: nobody is told.",
        comment="Адрес сервера лояльности; пусто — никому не сообщать",
    )


TABLES = (Loyalty,)
