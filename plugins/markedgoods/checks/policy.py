"""CHECKS: the order of things (till.md §4), one row a check: when it is skipped, what it looks at, how it judges.

Facts first, judgement pure: `look` is the only part that reaches the world, and what it brought back stays with the
request, so that a question costs no second call.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final, NamedTuple, Protocol

from ncash.bundled.markedgoods.checks import cash_server, goods_and_mark, kegs, online, own_books
from ncash.bundled.markedgoods.checks.case import Case, Judgement, json_fact, quiet
from ncash.bundled.markedgoods.checks.price import sold_by_pieces
from ncash.bundled.markedgoods.texts.messages import LABEL_WEIGHT
from ncash.model.decision import NO_EFFECTS, NOTHING, Decision, Effects, Step, Text, Trail, Verdict, loose, merged
from ncash.model.keg import Keg
from ncash.model.mark import ean, same_barcode
from ncash.model.measure import in_kilograms, of_kilograms
from ncash.model.receipt import Kind


class Looks(Protocol):
    """The looks of the checks: one method for each fact that comes from outside the request."""

    def match(self, case: Case) -> Any:
        """Catalogs and barcodes of the article."""

    def uniqueness(self, case: Case) -> Any:
        """The last registered operation on the CIS."""

    def whitelist(self, case: Case) -> Any:
        """Whether the CIS is in Excisemarkwhite."""

    def server(self, case: Case) -> Any:
        """The status at the cash server."""

    def crpt(self, case: Case) -> Any:
        """CRPT's answer."""

    def reserve(self, case: Case) -> Any:
        """The reservation at the cash server."""


Judge = Callable[[Case, Any], Judgement]
Look = Callable[[Looks, Case], Any]


class Check(NamedTuple):
    """One check. Whether it is skipped is a matter of settings, kind of receipt, order of scans and kind of input."""

    name: str
    skipped: Callable[[Case], str | None]
    judge: Judge
    look: Look | None = None
    """What it looks at; None: the request itself holds the fact."""
    spared: Callable[[Case, Mapping[str, Any], Effects], str | None] = lambda case, facts, effects: None
    """Why it does not run after what was seen before it; None when it runs."""


def _portion(case: Case, facts: Mapping[str, Any], effects: Effects) -> str | None:
    """A reservation is the whole unit's: the content of a keg is what its portions are held against."""
    return kegs.NOT_RESERVED if kegs.keg_of(case, facts.get(kegs.CHECK), effects.extra) else None


def _never(case: Case) -> str | None:
    return None


_ALLOW: Final = Verdict.ALLOW
_INVENTORY: Final = Kind.INVENTORY

CHECKS: Final = (
    Check("input", goods_and_mark.input_skipped, goods_and_mark.judge_input),
    Check("match", _never, goods_and_mark.judge_match, lambda looks, case: looks.match(case)),
    Check("marked", own_books.marked_skipped, own_books.judge_marked),
    Check("receipt", _never, own_books.judge_receipt),
    Check(
        "uniqueness", own_books.uniqueness_skipped, own_books.judge_uniqueness,
        lambda looks, case: looks.uniqueness(case),
    ),
    Check(
        "whitelist", own_books.whitelist_skipped, own_books.judge_whitelist, lambda looks, case: looks.whitelist(case)
    ),
    Check("server", cash_server.server_skipped, cash_server.judge_server, lambda looks, case: looks.server(case)),
    Check("crpt", online.crpt_skipped, online.judge_crpt, lambda looks, case: looks.crpt(case)),
    Check(
        "reserve", cash_server.server_skipped, cash_server.judge_reserve, lambda looks, case: looks.reserve(case),
        spared=_portion,
    ),
)  # fmt: skip


class Course:
    """Course of the checks for cases that are alike in all that decides which are skipped."""

    __slots__ = ("checks", "quiet", "trail")

    def __init__(self, case: Case) -> None:
        skipped = ((check, check.skipped(case)) for check in CHECKS)
        self.checks = tuple((check, None if why is None else Step(check.name, skipped=why)) for check, why in skipped)
        self.quiet: tuple[tuple[str, Look | None, Judge, Judgement], ...] = ()
        """The checks that are made: name, look, judge, and what that says when it has nothing to say."""
        self.trail = Trail()
        """The steps of a case in which no check has anything to say; known after the first one."""


def course_of(case: Case) -> Course:
    """The course of a case, made for the first one of its kind."""
    mark = case.request.mark
    key = (case.request.receipt.kind, case.mark_first, None if mark is None else mark.input, case.common)
    courses: dict[Any, Course] = case.profile.courses
    known = courses.get(key)
    if known is None:
        known = courses[key] = Course(case)
    return known


def decide(case: Case, looks: Looks, trail: list[Step] | None = None) -> Decision:
    """Run the checks in their order; the first that does not allow decides.

    A scan may bring other goods: what was seen of the first ones is not kept for it. `trail` gets the steps as they
    are made, for a look that breaks off. Judges are pure: when one has something to say after all, they are all asked
    once more, and what was looked at is not looked at again.
    """
    course = course_of(case)
    facts = loose(case.request.facts)
    if course.trail and trail is None and not kegs.candidate(case):
        for name, look, judge, nothing in course.quiet:
            if look is not None and name not in facts:
                facts[name] = look(looks, case)
            if (look is not None and facts[name] is not None) or judge(case, None) is not nothing:
                break
        else:
            effects, texts, notes = _marked(case, NO_EFFECTS, facts)
            steps = course.trail.followed_by(notes) if notes else course.trail
            return Decision(_ALLOW, steps, texts, effects=effects, facts=facts)
    return _decided(case, looks, course, facts, [] if trail is None else trail)


def _decided(case: Case, looks: Looks, course: Course, facts: dict[str, Any], steps: list[Step]) -> Decision:
    texts: tuple[Text, ...] = ()
    effects = NO_EFFECTS
    silent: list[tuple[Check, Judgement]] | None = []
    for check, skip in course.checks:
        if skip is not None:
            steps.append(skip)
            continue
        if (why := check.spared(case, facts, effects)) is not None:
            steps.append(Step(check.name, skipped=why))
            silent = None
            continue
        fact = _fact(check, case, looks, facts)
        judged = check.judge(case, fact)
        step = judged.step
        if fact is not None and step.fact is None:
            step = step._replace(fact=json_fact(fact))
        steps.append(step)
        if step.verdict > _ALLOW:
            asks = frozenset((check.name,)) if step.verdict is Verdict.ASK else frozenset()
            kept = NOTHING if step.verdict is Verdict.NEED_SCAN else facts
            return Decision(step.verdict, tuple(steps), judged.texts, judged.dialog, facts=kept, asks=asks)
        texts += tuple(text for text in judged.texts if text not in texts)
        if judged.effects is not NO_EFFECTS:
            effects = merged(effects, judged.effects)
        if judged.final:
            return Decision(_ALLOW, tuple(steps), texts, effects=_ordinary(case, effects), facts=facts)
        if step is not judged.step or judged is not quiet(check.name, step.rule):
            silent = None
        elif silent is not None:
            silent.append((check, judged))
    made = Trail(steps)
    if silent:
        course.quiet = tuple((check.name, check.look, check.judge, judged) for check, judged in silent)
        course.trail = made
    effects, more, notes = _marked(case, effects, facts)
    return Decision(_ALLOW, made.followed_by(notes) if notes else made, texts + more, effects=effects, facts=facts)


def _fact(check: Check, case: Case, looks: Looks, facts: dict[str, Any]) -> Any:
    if check.look is None:
        return None
    name = check.name
    if name not in facts:
        facts[name] = check.look(looks, case)
    return facts[name]


def quantity_of(case: Case) -> Decimal | None:
    """That of the sale, else what the cashier or a label says, else the mark's weight, else the pack's pieces; None
    leaves one piece, or has the cashier asked."""
    request, goods = case.request, case.goods
    if request.sold is not None:
        return request.sold.quantity
    if request.quantity is not None or request.label_quantity is not None:
        return request.quantity or request.label_quantity
    if request.mark is not None and request.mark.weight is not None and goods.fractional:
        return of_kilograms(request.mark.weight, goods.frunit)
    return goods.cquant if sold_by_pieces(case) else None


def _ordinary(case: Case, effects: Effects) -> Effects:
    amount = quantity_of(case)
    return merged(effects, Effects(quantity=amount)) if amount is not None else effects


def _noted(case: Case, keg: Keg | None) -> tuple[Step, ...]:
    """A weight in the mark of goods sold by the piece, which counts nothing; what a keg holds, and who says so."""
    weight = case.mark.weight if not case.goods.fractional else None
    notes = (Step("quantity", fact={"mark_weight": f"{weight:.3f}"}),) if weight is not None else ()
    return notes if keg is None else (*notes, Step("keg", fact=keg.json()))


def _marked(
    case: Case, effects: Effects, facts: Mapping[str, Any]
) -> tuple[Effects, tuple[Text, ...], tuple[Step, ...]]:
    """What a position gets whose mark passed every check, with what is shown and what the trail notes."""
    request, goods, mark = case.request, case.goods, case.mark
    foreign = mark.gtin is not None and not same_barcode(goods.barcode, mark.gtin)
    scanned = request.mark is not None
    odd = mark.raw is not mark.text and mark.raw != mark.text
    extra: Mapping[str, Any] = {"raw": mark.raw} if odd or not scanned else NOTHING
    additional = ean(mark.gtin) if foreign and mark.gtin else None
    keg = kegs.keg_of(case, facts.get(kegs.CHECK), effects.extra) if goods.fractional else None
    unique = case.own.checkLocalUniqueness and request.receipt.kind is not _INVENTORY and keg is None
    own = Effects(
        quantity_of(case), marked=True, category=mark.category, excisemark=mark.text if scanned else None,
        additionalbarcode=additional, cis=mark.cis, unique=unique, extra=extra, keg=keg,
    )  # fmt: skip
    texts: tuple[Text, ...] = ()
    asked = request.sold is request.unit is None
    label = request.label_quantity if goods.fractional and asked else None
    if label is not None and mark.weight is not None and label != of_kilograms(mark.weight, goods.frunit):
        texts = (LABEL_WEIGHT.fill(label=f"{in_kilograms(label, goods.frunit):.3f}", mark=f"{mark.weight:.3f}"),)
    return (
        own if effects is NO_EFFECTS else merged(effects, own),
        texts,
        _noted(case, keg) if mark.weight or keg else (),
    )
