"""loyalty: a card gives a discount on the whole receipt; its server hears of purchases and returns.

Uses: a kind of scan of its own, the state of the receipt, prices that are made again, lines under the receipt, messages
to a server of its own, a field in the export, and the card of a sale that is given back.
"""

import json
import uuid
from collections.abc import Mapping
from typing import Any

from loyalty.messages import DISCOUNT, MESSAGES, TAKEN, WRONG
from loyalty.settings import Loyalty
from ncash.model.decision import Decision, Effects, Step, Verdict
from ncash.model.money import rubles
from ncash.model.outbox import Message
from ncash.model.ports import Document, HttpError, HttpRequest, Surroundings, World
from ncash.model.receipt import Kind, Position, Receipt
from ncash.model.request import Close, Pricing, UnknownScan
from ncash.plugin import Advice, DeliveryResult, PriceOffer, Started, hookimpl
from ncash.settings.config import Config

NAME = "loyalty"
ROUTE = f"{NAME}/purchases"
SECONDS = 10.0
"""For one call of the server."""


class Plugin:
    """Takes cards, lowers prices, tells the server."""

    api = "2.0"

    def __init__(self) -> None:
        self._rules = Loyalty.defaults()
        self._world: World | None = None

    @hookimpl
    def on_start(self, config: Config, world: World) -> Started:
        """Read the settings; prices depend on whether the receipt has a card."""
        self._rules, self._world = config.section(Loyalty), world
        return Started(version="1.0", reprices=True)

    @hookimpl
    def on_unknown_scan(self, request: UnknownScan) -> Decision | None:
        """A card: it stands with the receipt from now on. A number with a wrong check digit is one that was misread."""
        number = request.scan.data.strip()
        rules = self._rules
        if not (number.isascii() and number.isdigit() and len(number) == rules.length):
            return None
        if not number.startswith(rules.prefix) or request.receipt.kind is not Kind.SALE:
            return None
        if not sound(number):
            step = Step("card", Verdict.DENY, WRONG.key)
            return Decision(Verdict.DENY, (step,), (WRONG.fill(),))
        text = TAKEN.fill(tail=number[-4:], percent=str(rules.percent))
        return Decision(Verdict.ALLOW, (Step("card"),), (text,), effects=Effects(receipt_extra={"card": number}))

    @hookimpl
    def on_price(self, position: Position, pricing: Pricing) -> PriceOffer | None:
        """So many percent less, halves of a kopeck up."""
        rules = self._rules
        if "card" not in pricing.receipt.of(NAME) or not rules.percent or position.dept in rules.withoutDiscount:
            return None
        return PriceOffer((position.price * (100 - rules.percent) + 50) // 100, DISCOUNT)

    @hookimpl
    def on_close(self, request: Close) -> Decision | None:
        """What the server is owed, and what stands under the receipt."""
        receipt = request.receipt
        card = self._card(receipt)
        if card is None:
            return None
        saved = sum(position.baseprice - position.price for position in receipt.positions)
        slip = (f"Карта …{card[-4:]}", f"Скидка по карте {rubles(saved)}") if receipt.kind is Kind.SALE else ()
        messages = (message_of(receipt, card),) if self._rules.url else ()
        return Decision(Verdict.ABSTAIN, messages=messages, slip=slip)

    def _card(self, receipt: Receipt) -> str | None:
        """The card of this receipt; of a return by sale, that of the sale."""
        if receipt.kind is Kind.RETURN_BY_SALE and receipt.sale and self._world is not None:
            sale = self._world.documents.sale(receipt.sale)
            receipt = sale.receipt if sale else receipt
        card = receipt.of(NAME).get("card")
        return card if isinstance(card, str) else None

    @hookimpl
    def on_deliver(self, config: Config, around: Surroundings, message: Message) -> DeliveryResult:
        """Post a purchase; the server knows its id again, so that it may come twice."""
        rules = config.section(Loyalty)
        body = json.dumps(dict(message.body), ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json"}
        try:
            answer = around.http.send(HttpRequest("POST", rules.url, headers=headers, body=body, uncut=True), SECONDS)
        except HttpError as error:
            return DeliveryResult("retry", str(error))
        if answer.status == 200:
            return DeliveryResult("delivered")
        return DeliveryResult("refused" if 400 <= answer.status < 500 else "retry", f"HTTP {answer.status}")

    @hookimpl
    def on_export(self, config: Config, document: Document) -> Mapping[str, Any] | None:
        """The card of a sale."""
        card = document.receipt.of(NAME).get("card")
        return {"card": card} if card else None

    @hookimpl
    def on_advice(self, key: str) -> Advice | None:
        """The next step for a text of ours."""
        return MESSAGES[key].advice if key in MESSAGES else None


def sound(number: str) -> bool:
    """Whether the last digit is the check digit of an EAN."""
    weighed = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(number)))
    return weighed % 10 == 0


def message_of(receipt: Receipt, card: str) -> Message:
    """What is told about a receipt; the same id whenever it is told."""
    back = receipt.kind is not Kind.SALE
    body = {"card": card, "receipt": receipt.id, "total": receipt.total, "back": back}
    identity = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{NAME}/{receipt.id}"))
    return Message(identity, ROUTE, "return" if back else "purchase", key=card, body=body)
