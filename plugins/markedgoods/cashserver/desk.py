"""The cash server's side of a receipt's life: reservations kept alive, and what is owed when they end."""

from collections.abc import Callable

from ncash.bundled.markedgoods.cashserver.client import CashServer
from ncash.bundled.markedgoods.cashserver.leases import Leases, Reservation
from ncash.bundled.markedgoods.cashserver.messages import given_up, not_added, reserved_at, settled
from ncash.bundled.markedgoods.checks.case import Case, Profile, unit_of
from ncash.bundled.markedgoods.checks.cash_server import ServerFact, granted, refusal_key
from ncash.bundled.markedgoods.texts.messages import CASH_SERVER_CONNECTION, MESSAGES
from ncash.messages import POSITION_REFUSED
from ncash.model.decision import Decision, Step, Verdict
from ncash.model.mark import telling
from ncash.model.ports import World
from ncash.model.receipt import Kind, Position, Receipt
from ncash.model.request import Cancel

ProfileOf = Callable[[str | None], Profile]
NOTHING_TO_SAY = Decision(Verdict.ALLOW)


class ServerDesk:
    """What the hooks of the plugin do about the cash server, beside its two checks."""

    def __init__(self, world: World, server: CashServer, profile: ProfileOf) -> None:
        self._world = world
        self._server = server
        self._profile = profile
        self.leases = Leases(world, server)

    def start(self) -> None:
        """A receipt that was left open holds reservations that nobody has renewed since."""
        receipt = self._world.documents.open_receipt()
        if receipt is not None:
            self.leases.hold(receipt.id, receipt.kind, map(self._held, _reserved(receipt)), fresh=False)

    def stop(self) -> None:
        """End the background work."""
        self.leases.stop()
        self._server.stop()

    def _held(self, position: Position) -> Reservation:
        own, cis = self._profile(position.category).settings, position.cis or ""
        return Reservation(cis, position.code_told or cis, position.bcode, reserved_at(position), own)

    def reserve(self, case: Case) -> ServerFact:
        """Check 9; a reservation that is granted is kept alive from now on."""
        fact = self._server.reserve(case)
        request, mark = case.request, case.mark
        if granted(request.kind, fact):
            held = Reservation(
                mark.cis, telling(mark.text, mark.cis), case.goods.barcode, self._server.route(case), case.own
            )
            self.leases.hold(request.receipt.id, request.kind, (held,))
        return fact

    def at_close(self, receipt: Receipt) -> Decision:
        """What was sold or returned is told to the server; a reservation that was lost meanwhile refuses."""
        refusal = self._lost(receipt) if receipt.kind in (Kind.SALE, Kind.RETURN_BY_SALE) else None
        if refusal is not None:
            return refusal
        told = (settled(self._world, receipt, p, self._profile(p.category).settings) for p in receipt.positions)
        messages = tuple(message for message in told if message is not None)
        return Decision(Verdict.ALLOW, messages=messages) if messages else NOTHING_TO_SAY

    def _lost(self, receipt: Receipt) -> Decision | None:
        """The first position whose reservation may have run out and is not granted again."""
        held = _reserved(receipt)
        doubtful = set(self.leases.doubtful())
        facts = self.leases.renew([p.cis for p in held if p.cis in doubtful and p.cis]) if doubtful else {}
        for position in held:
            fact = facts.get(position.cis or "")
            if fact is not None and not granted(receipt.kind, fact):
                refusal = self._judged(receipt, position, fact)
                if refusal is not None:
                    return refusal
        return None

    def _judged(self, receipt: Receipt, position: Position, fact: ServerFact) -> Decision | None:
        profile = self._profile(position.category)
        key = refusal_key(receipt.kind, fact) if fact.status is not None else None
        message, told = MESSAGES[key] if key else CASH_SERVER_CONNECTION, profile.told("enableMarkVerify")
        if key is None:
            told = profile.told("ignoreMarkVerifyErrors")
            if profile.settings.ignoreMarkVerifyErrors:
                return None
        step = Step("reserve", Verdict.DENY, message.key, *told, None, fact.json())
        text = POSITION_REFUSED.fill(n=str(position.n), position=position.name, reason=message.text)
        return Decision(Verdict.DENY, (step,), (text,))

    def given_up(self, request: Cancel) -> Decision | None:
        """Positions that leave the receipt, and goods that did not join it, let go of their reservations."""
        messages = given_up(self._world, request.receipt, request.positions)
        for one in request.refused:
            unit = unit_of(one)
            profile = self._profile(unit.category if unit else None)
            message = not_added(self._world, one, profile.settings)
            messages += [message] if message else []
        self.leases.drop(message.key for message in messages)
        return Decision(Verdict.ALLOW, messages=tuple(messages)) if messages else None


def _reserved(receipt: Receipt) -> list[Position]:
    return [p for p in receipt.positions if p.cis and not p.refused and reserved_at(p)]
