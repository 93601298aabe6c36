"""What must hold after every command: nobody gets what another has, and nothing is refused without a reason."""

from collections.abc import Mapping
from typing import Any

from .goods import BY_CIS
from .ledger import Ledger
from .shop import Answer

REFUSAL = "AlreadyRegistered"


def keys(answer: Answer) -> list[str]:
    """Keys of the texts on the screen."""
    return [text["key"] for text in answer["screen"]]


def is_open(answer: Answer) -> bool:
    """Whether a receipt is in work."""
    return answer["receipt"] is not None and answer["receipt"]["state"] == "open"


def units(answer: Answer, refused: bool = False) -> set[str]:
    """CIS that stand in an open receipt; with `refused` those too that were refused when it came back."""
    positions = answer["receipt"]["positions"] if is_open(answer) else []
    return {p["cis"] for p in positions if p["cis"] and p["cis"] in BY_CIS and (refused or not p["refused"])}


class Watch:
    """Holds the answers of the tills against the ledger."""

    def __init__(self, ledger: Ledger, now: Mapping[str, Answer]) -> None:
        """`now` is the latest answer of every till."""
        self._ledger = ledger
        self._now = now

    def command(self, cash: str, before: Answer, answer: Answer, about: str | None, sale: int | None) -> None:
        """Raises AssertionError. `about` is the unit that was scanned, or asked about."""
        if not is_open(answer):
            return
        receipt = answer["receipt"]
        allowed = [p["cis"] for p in receipt["positions"] if p["cis"] and not p["refused"]]
        assert len(set(allowed)) == len(allowed), "one unit twice in a receipt"
        for position in receipt["positions"]:
            free = position["amount"] == "0.00" and not position["refused"] and receipt["kind"] != "inventory"
            assert not free, "a position for nothing"
        for cis in units(answer) - units(before):
            assert not self._ledger.stands_in_the_way(cis, receipt["kind"], sale), f"{cis} joined against the books"
            held = receipt["kind"] != "inventory" and self._held(cash, cis)
            assert not held, f"{cis} joined, and another till holds it"
        joined = about in units(answer) - units(before) or "PositionRefused" in keys(answer)
        if about in BY_CIS and REFUSAL in keys(answer) and not joined:
            assert self._reason(cash, before, receipt["kind"], about or "", sale), f"{about} refused without a reason"

    def _held(self, cash: str, cis: str, refused: bool = False) -> bool:
        """Whether an open receipt of another till holds a unit that is counted."""
        others = [answer for till, answer in self._now.items() if till != cash and is_open(answer)]
        holding = [answer for answer in others if answer["receipt"]["kind"] != "inventory"]
        return self._ledger.counted(cis) and any(cis in units(one, refused) for one in holding)

    def _reason(self, cash: str, before: Answer, kind: str, cis: str, sale: int | None) -> bool:
        ledger = self._ledger
        if cis in units(before, refused=True) or self._held(cash, cis, refused=True):
            return True
        if ledger.stands_in_the_way(cis, kind, sale):
            return True
        if kind != "return_by_sale" or sale is None:
            return False
        sold = ledger.sold[sale].values()
        if cis in ledger.last and any(line.cis is None and line.marked for line in sold):
            return True
        cards = {line.bcode for line in sold if line.cis is None and line.of(cis)}
        others = [answer for till, answer in self._now.items() if till != cash and is_open(answer)]
        back = [one["receipt"] for one in (before, *others) if one["receipt"]["kind"] == kind]
        here = sum(1 for receipt in back for p in receipt["positions"] if _may_be(p, cis, cards))
        return any(line.of(cis) for line in sold) and ledger.left(sale, cis) <= here


def _may_be(position: dict[str, Any], cis: str, cards: set[str]) -> bool:
    """Whether a position of a return gives back what was sold under this mark; chosen from the list it has none."""
    if position["cis"] is None and position["excisemark"] is None:
        return position["bcode"] in cards
    return cis == position["cis"] or (position["excisemark"] or "").startswith(cis)
