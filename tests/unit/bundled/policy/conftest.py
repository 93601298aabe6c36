"""Requests and profiles, with the place of every setting."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ncash.bundled.markedgoods.checks.case import Case, Profile
from ncash.bundled.markedgoods.checks.cash_server import ServerFact
from ncash.bundled.markedgoods.checks.goods_and_mark import look_match
from ncash.bundled.markedgoods.checks.online import CrptFact
from ncash.bundled.markedgoods.checks.policy import decide
from ncash.bundled.markedgoods.facts.online import Answer, NotChecked
from ncash.bundled.markedgoods.settings import MarkedGoods
from ncash.model.decision import Decision, Step
from ncash.model.goods import Goods
from ncash.model.mark import Mark
from ncash.model.receipt import Kind, Position, Receipt
from ncash.model.request import GOODS_FIRST, MARK_FIRST, AddItem
from ncash.settings.declare import Origin

CODE = "0103041094787443215Qbag!\x1d93Zjqw"
CIS = "0103041094787443215Qbag!"
GTIN = "03041094787443"
CHEESE = Goods("2", "3041094787443", "Сыр", 89_900, tmctype=7)
MARK = Mark(CODE, CODE, CIS, "Milk", GTIN)
NOW = "2026-03-01T12:00:00.000"
REQUEST_ID = "11111111-2222-4333-8444-555555555555"


def settings(line: int = 0, **values: Any) -> MarkedGoods:
    """Settings that stand in markedgoods.ini one below the other, or at their defaults."""
    origins = {name: Origin("markedgoods.ini", line + n, "MarkedGoods") for n, name in enumerate(values, 1)}
    return MarkedGoods(values, origins)


def request(**changes: Any) -> AddItem:
    """A sale of cheese, goods first, with its mark."""
    kind = Kind(changes.pop("kind", "sale"))
    receipt = Receipt("r1", kind, positions=changes.pop("positions", ()), **changes.pop("receipt", {}))
    given: dict[str, Any] = {"order": GOODS_FIRST, "goods": CHEESE, "mark": MARK, **changes}
    return AddItem(receipt, **given)


def mark_first(**changes: Any) -> AddItem:
    """The same, mark first."""
    return request(order=MARK_FIRST, **changes)


def case(asked: AddItem, shared: Mapping[str, Any] | None = None, own: Mapping[str, Any] | None = None) -> Case:
    """The request under these settings; `own` are the category's, written from line 100 on."""
    common = Profile(settings(**(shared or {})))
    profile = Profile(settings(100, **own)) if own is not None else common
    return Case(asked, common, profile)


def answer(**fields: Any) -> Answer:
    """A good answer of CRPT with these fields."""
    good = dict.fromkeys(("found", "valid", "verified", "realizable", "utilised"), True)
    given = {"host": "cdn01.example.test", "reqId": REQUEST_ID, "reqTimestamp": 1_772_000_000_000, **good, **fields}
    return Answer(CODE, **given)


def silent(reason: str) -> NotChecked:
    """No answer of CRPT."""
    return NotChecked(reason, "no answer", "cdn01.example.test")


class Facts:
    """Looks that find what they are told to, and remember what was looked at."""

    def __init__(self, **facts: Any) -> None:
        self.facts = facts
        self.looked: list[str] = []

    def match(self, case: Case) -> Any:
        return self._fact("match") if "match" in self.facts else look_match(self, case)  # type: ignore[arg-type]

    def catalogs(self, code: str) -> frozenset[str]:
        return frozenset(self.facts.get("catalogs", ()))

    def article_barcodes(self, code: str) -> frozenset[str]:
        return frozenset(self.facts.get("article", ()))

    def uniqueness(self, case: Case) -> Any:
        return self._fact("uniqueness")

    def whitelist(self, case: Case) -> Any:
        return self._fact("whitelist", True)

    def server(self, case: Case) -> Any:
        return self._fact("server", ServerFact("NOT_REGISTERED"))

    def reserve(self, case: Case) -> Any:
        return self._fact("reserve", ServerFact("RESERVED_SALE", mine=True))

    def crpt(self, case: Case) -> Any:
        heard = self._fact("crpt", answer())
        return heard if isinstance(heard, CrptFact) else CrptFact(heard, NOW, tuple(self.facts.get("catalogs", ())))

    def _fact(self, name: str, default: Any = None) -> Any:
        self.looked.append(name)
        return self.facts.get(name, default)


def decided(
    asked: AddItem, shared: Mapping[str, Any] | None = None, own: Mapping[str, Any] | None = None, **facts: Any
) -> Decision:
    """The decision about a request under these settings and facts."""
    return decide(case(asked, shared, own), Facts(**facts))


def step(decision: Decision, name: str) -> Step:
    """The step of a check."""
    (found,) = [one for one in decision.steps if one.check == name]
    return found


def sold(**changes: Any) -> Position:
    """A position of a sale."""
    return Position(4, "2", "Сыр", CHEESE.barcode, Decimal("0.353"), 89_900, excisemark=CODE, cis=CIS)._replace(
        **changes
    )
