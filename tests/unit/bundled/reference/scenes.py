"""A scene as the plugin's own objects, and its decision as a ruling."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Any

from ncash.bundled.markedgoods.checks.case import Case, Profile
from ncash.bundled.markedgoods.checks.cash_server import ServerFact
from ncash.bundled.markedgoods.checks.goods_and_mark import look_match
from ncash.bundled.markedgoods.checks.online import CrptFact, judge_crpt
from ncash.bundled.markedgoods.checks.policy import decide
from ncash.bundled.markedgoods.facts.online import Answer, NotChecked
from ncash.bundled.markedgoods.settings import MarkedGoods
from ncash.model.decision import NOTHING, Decision, Verdict
from ncash.model.goods import Cashier, Goods
from ncash.model.mark import Mark
from ncash.model.receipt import Kind, Position, Receipt
from ncash.model.request import GOODS_FIRST, MARK_FIRST, AddItem
from ncash.model.scan import Scan

from .rules import rule
from .scene import Ruling, Scene

OWN, SIBLING, OTHER = "3041094787443", "2103321", "4600000000015"
CODE = "0103041094787443215Qbag!93Zjqw"
CIS = "0103041094787443215Qbag!"
NOW = "2026-03-01T12:00:00.000"
ARTICLES = {OWN: "cheese", SIBLING: "cheese", OTHER: "bread"}
OPCODES = {"sold": 50, "returned": 58}


@dataclass
class Shelves:
    """Dictionaries with two articles."""

    listed: tuple[str, ...]

    def goods(self, barcode: str) -> Goods | None:
        return None

    def goods_by_gtin(self, gtin: str) -> Goods | None:
        return None

    def article_barcodes(self, code: str) -> frozenset[str]:
        return frozenset(barcode for barcode, article in ARTICLES.items() if article == code)

    def catalogs(self, code: str) -> frozenset[str]:
        return frozenset(self.listed)

    def catalog_exists(self, code: str) -> bool:
        return code in self.listed

    def whitelisted(self, cis: str) -> bool:
        return False

    def cashier(self, code: str) -> Cashier | None:
        return None

    def role_exists(self, code: str) -> bool:
        return False


@dataclass
class SceneLooks:
    """Answers every look from the scene, and remembers which were made."""

    scene: Scene
    made: list[str]

    def match(self, case: Case) -> Any:
        return look_match(Shelves(self.scene.catalogs), case)

    def uniqueness(self, case: Case) -> Any:
        self.made.append("uniqueness")
        document = 8 if self.scene.sold_again else 7
        return {"opcode": OPCODES[self.scene.last_use], "documentid": document} if self.scene.last_use else None

    def whitelist(self, case: Case) -> bool:
        self.made.append("whitelist")
        return self.scene.white

    def server(self, case: Case) -> ServerFact:
        self.made.append("server")
        return ServerFact(self.scene.server, self.scene.mine)

    def reserve(self, case: Case) -> ServerFact:
        self.made.append("reserve")
        if self.scene.reserve == "GRANTED":
            return ServerFact("RESERVED_BACK" if self.scene.kind == "return_by_sale" else "RESERVED_SALE", mine=True)
        return ServerFact(self.scene.reserve)

    def crpt(self, case: Case) -> CrptFact:
        self.made.append("crpt")
        return crpt_fact(tuple(self.scene.crpt.items()), self.scene.catalogs)


@lru_cache(1_000)
def crpt_fact(flags: tuple[tuple[str, Any], ...], catalogs: tuple[str, ...] = ()) -> CrptFact:
    """What CRPT said: flags that differ from a good answer, or why there is none."""
    given = dict(flags)
    if "unchecked" in given:
        return CrptFact(NotChecked(given["unchecked"], "no answer"), NOW, catalogs)
    said = {name: value for name, value in given.items() if name != "expired"}
    good = dict.fromkeys(("found", "valid", "verified", "realizable", "utilised"), True)
    expired = given.get("expired")
    date = None if expired is None else "2026-03-01T12:00:00.000Z" if expired else "2026-03-01T12:00:01.000Z"
    answer = Answer(
        CODE, **{**good, **said}, reqId="11111111-2222-4333-8444-555555555555", reqTimestamp=1_772_000_000_000,
        host="cdn01.example.test", ogvs=("Роспотребнадзор", "ФНС"), expireDate=date,
    )  # fmt: skip
    return CrptFact(answer, NOW, catalogs)


@lru_cache(20_000)
def profile(values: tuple[tuple[str, Any], ...]) -> Profile:
    """The settings at these values."""
    return Profile(MarkedGoods.defaults(**dict(values)))


def case_of(scene: Scene, facts: Mapping[str, Any] = NOTHING) -> Case:
    """The plugin's case."""
    common = profile(tuple(scene.common.items()))
    category = profile(tuple({**scene.common, **scene.category}.items()))
    mark = Mark(CODE, CODE, CIS, "Cheese", "03041094787443" if scene.gtin else None, None, scene.input)
    in_receipt = Position(1, "cheese", "Сыр", OWN, Decimal(1), 100, cis=CIS if scene.in_receipt else None)
    request = AddItem(
        Receipt("r1", Kind(scene.kind), positions=(in_receipt,), sale="7" if scene.kind == "return_by_sale" else None),
        GOODS_FIRST if scene.first == "goods" else MARK_FIRST,
        goods_of(scene),
        mark if scene.read == "mark" else None,
        Scan("junk", scene.input) if scene.read == "junk" else None,
        scene.label,
        without_mark=scene.pressed,
        confirmed=frozenset({"crpt"}) if scene.confirmed else frozenset(),
        facts=facts,
        sold=sold_position(scene),
    )
    sold = profile(tuple({**scene.common, **scene.sold_settings}.items())) if scene.sold else None
    return Case(request, common, category if scene.read == "mark" else sold or common, sold)


def sold_position(scene: Scene) -> Position | None:
    """The position of the sale that is given back."""
    cis = {"same": CIS, "other": "0103041094787443215aaaaaa", "bare": None}
    if not scene.sold:
        return None
    return Position(1, "cheese", "Сыр", OWN, Decimal(1), 100, marked=True, cis=cis[scene.sold])


def goods_of(scene: Scene) -> Goods | None:
    """The goods of the scene."""
    if scene.goods is None:
        return None
    barcode = {"own": OWN, "sibling": SIBLING, "other": OTHER}[scene.goods]
    return Goods(ARTICLES[barcode], barcode, "Сыр", 10_000, tmctype=scene.tmctype)


def decided(scene: Scene) -> Decision:
    """The plugin's decision, after all that the cashier went through before it."""
    facts: Mapping[str, Any] = NOTHING
    for earlier in story(scene):
        facts = decide(case_of(earlier, facts), SceneLooks(earlier, [])).facts
    return decide(case_of(scene, facts), SceneLooks(scene, []))


@lru_cache(16)
def crpt_case(common: tuple[tuple[str, Any], ...], confirmed: bool) -> Case:
    """A plain sale under these settings."""
    return case_of(Scene(common=dict(common), confirmed=confirmed))


def judged_by_crpt(scene: Scene) -> Decision:
    """What check 8 alone makes of it."""
    case = crpt_case(tuple(scene.common.items()), scene.confirmed)
    step, texts, dialog, *_ = judge_crpt(case, crpt_fact(tuple(scene.crpt.items())))
    return Decision(step.verdict, (step,), texts, dialog)


def story(scene: Scene) -> tuple[Scene, ...]:
    """The scenes before: the mark whose goods barcode was asked for, a wrong label, the question that was confirmed."""
    before: list[Scene] = []
    if scene.first == "mark" and scene.label is not None:
        by_mark = None if scene.gtin and scene.shared("allowNotMatchingBarcodes") else "own"
        before.append(replace(scene, goods=by_mark, label=None, confirmed=False))
        before.append(replace(scene, goods="other", label="0", confirmed=False))
    elif scene.label is not None and scene.read == "mark":
        before.append(replace(scene, read="nothing", confirmed=False))
    if scene.confirmed:
        before.append(replace(scene, confirmed=False))
    return tuple(one for one in before if rule(one).verdict in ("need_scan", "ask"))


def ruling_of(decision: Decision) -> Ruling:
    """A decision in the words of the rules."""
    if decision.verdict is Verdict.ALLOW:
        return Ruling("allow")
    against = [step for step in decision.steps if step.verdict is not Verdict.ALLOW and step.skipped is None]
    step = against[-1] if against else None
    shown = decision.dialog
    dialog = (shown.kind, shown.key, frozenset(shown.buttons)) if shown else None
    key = step.key if step else None
    texts = (shown.text,) if shown and decision.verdict is Verdict.ASK else ()
    return Ruling(decision.verdict.word, step.check if step else None, key, dialog, texts)


def difference(expected: Ruling, decision: Decision) -> str:
    """What the plugin says otherwise, or an empty text."""
    found = ruling_of(decision)
    if replace(found, texts=()) != replace(expected, texts=()):
        return f"expected {expected}, found {found}"
    if expected.verdict == "deny" and [t.key for t in decision.screen][-1:] != [expected.key]:
        return f"expected the text {expected.key} on the screen, found {decision.screen}"
    shown, at = "".join(found.texts), 0
    for text in expected.texts:
        at = shown.find(text, at)
        if at < 0:
            return f"expected {text!r} in its place, found {shown!r}"
    return ""
