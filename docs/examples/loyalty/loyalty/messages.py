"""What the cashier and the buyer read."""

from ncash.messages import Advice, Message

TAKEN = Message(
    "LoyaltyTaken", "Карта …{tail}: скидка {percent}%", "info", (), shown="a loyalty card was scanned", own=True,
    advice=Advice("The card stands with the receipt; its discount is that of [Loyalty] percent.", "Продолжайте чек."),
)  # fmt: skip
WRONG = Message(
    "LoyaltyWrong", "Номер карты прочитан с ошибкой. Отсканируйте карту ещё раз", "error", ("ok",),
    shown="the check digit of a card does not fit", own=True,
    advice=Advice("The last digit of a card is that of an EAN; this one differs.", "Отсканируйте карту ещё раз."),
)  # fmt: skip
MESSAGES = {row.key: row for row in (TAKEN, WRONG)}
DISCOUNT = "Карта лояльности"
"""Name of the discount in the receipt and in the export."""
