"""A return by sale that was open when the till died: its positions are still its own."""

from pathlib import Path

from ncash.testing import DrivenTill
from ncash.testing.invariants import violations

from .world import driven, shop_in

MILK = "0104670540176099215AbCd1\x1d93dGVz"


def sold(till: DrivenTill) -> str:
    """The document of a sale of one marked position."""
    till.send("open")
    till.send("scan", data=MILK)
    document: str = till.send("close")["document"]["id"]
    return document


def test_after_a_restart_it_is_closed_with_what_it_holds(tmp_path: Path) -> None:
    with driven(shop_in(tmp_path)) as till:
        till.send("open", kind="return_by_sale", sale=sold(till))
        till.send("choose", positions=[1])
        assert till.send("scan", data=MILK)["receipt"]["positions"]
        till.restart()
        answer = till.send("close")
        assert answer["document"], answer["screen"]
        assert violations(till.shop.data) == []
