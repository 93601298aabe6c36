"""What a fiscal intent has come to, by what the register says of itself (reliability.md, K9 to K11; ADR 0027). Pure."""

from enum import Enum

from ncash.model.fiscal.intent import Intent
from ncash.model.fiscal.register import Made, RegisterStatus
from ncash.model.mark import plain
from ncash.model.money import rubles


class Settlement(Enum):
    """What is to be done about an intent."""

    SEND_AGAIN = "send_again"
    """Nothing was made: the order may be given once more, or given up."""
    ADOPT = "adopt"
    """The document is in the drive: the receipt is closed with it."""
    WAIT = "wait"
    """A document is being made: ask again."""
    STOP = "stop"
    """It cannot be told: a supervisor decides."""


def judge(intent: Intent, status: RegisterStatus, last: Made | None, found: Made | None) -> Settlement:
    """What became of the order: `last` is the receipt made last, `found` the one the register keeps for this order.

    Reports of shifts that came between have numbers too, and are no receipts.
    """
    if found is not None:
        return Settlement.ADOPT if fits(intent, found) else Settlement.STOP
    if status.busy:
        return Settlement.WAIT
    if status.drive != intent.drive:
        return Settlement.STOP
    number = last.number if last else status.last_number
    if number < intent.expected:
        return Settlement.SEND_AGAIN
    if number == intent.expected and last is not None and fits(intent, last):
        return Settlement.ADOPT
    return Settlement.STOP


def fits(intent: Intent, made: Made) -> bool:
    """Whether this document can be the one that was ordered; what the register does not tell is not compared."""
    return (
        (made.drive, made.total, made.returned) == (intent.drive, intent.total, intent.returned)
        and made.receipt in (None, intent.uuid)
        and (made.marks is None or list(map(plain, made.marks)) == list(map(plain, intent.marks)))
    )


def document_words(made: Made | None) -> str:
    """A document as a supervisor reads it."""
    if made is None:
        return "нет документов"
    what = "возврат" if made.returned else "продажа"
    return f"{what} № {made.number} на {rubles(made.total)} от {made.time}"


def order_words(intent: Intent) -> str:
    """The document that was to be made, in the same words."""
    what = "возврат" if intent.returned else "продажа"
    return f"{what} № {intent.expected} на {rubles(intent.total)} от {intent.time}"
