"""What is paid for a receipt, and what goes back to the buyer."""

from collections.abc import Mapping, Sequence
from typing import Any

from ncash.language import phrase
from ncash.model.fiscal.payments import BY_NAME, CASH
from ncash.model.money import kopecks, rubles
from ncash.model.receipt import Kind, Payment, Receipt
from ncash.till.view import CommandRefusal


def payments_of(receipt: Receipt, given: Sequence[Mapping[str, Any]] | None) -> tuple[tuple[Payment, ...], int]:
    """What is paid, and the change in kopecks. Raises CommandRefusal for sums that do not fit."""
    total = receipt.total
    if receipt.kind is Kind.INVENTORY:
        return (), 0
    if given is None:
        return (Payment(CASH, total),), 0
    try:
        paid = tuple(Payment(str(p["type"]), kopecks(p["amount"])) for p in given)
    except (ValueError, KeyError, TypeError) as error:
        raise CommandRefusal(
            phrase('payments are [{{"type":"cash","amount":"100.00"}}]: {error}', error=error), code="payments"
        ) from error
    strange = next((p.type for p in paid if p.type not in BY_NAME), None)
    if strange is not None:
        raise CommandRefusal(
            phrase(
                "no payment is of the type {strange!r}; accepted are {types}",
                strange=strange[:40],
                types=", ".join(BY_NAME),
            ),
            code="payments",
        )
    if any(p.amount <= 0 for p in paid):
        raise CommandRefusal("an amount is more than 0", code="payments")
    change = sum(p.amount for p in paid) - total
    cash = sum(p.amount for p in paid if BY_NAME[p.type].in_cash)
    if change < 0:
        raise CommandRefusal(
            phrase("{rest} of {total} are missing", rest=rubles(-change), total=rubles(total)), code="payments"
        )
    if change > cash or (change and receipt.kind is not Kind.SALE):
        raise CommandRefusal(
            phrase("{rest} too much; change is given in cash, in a sale", rest=rubles(change)), code="payments"
        )
    return _less(paid, change), change


def _less(paid: tuple[Payment, ...], change: int) -> tuple[Payment, ...]:
    """Payments without the change that went back out of the cash."""
    kept = []
    for payment in paid:
        back = min(change, payment.amount) if BY_NAME[payment.type].in_cash else 0
        change -= back
        if payment.amount > back:
            kept.append(Payment(payment.type, payment.amount - back))
    return tuple(kept)
