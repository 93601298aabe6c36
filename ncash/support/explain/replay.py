"""The journal judged again under another configuration, or by this program: which decisions would be others.

Each decision is judged by itself, with the receipt, the goods and the facts of its moment. A check that was not made
that day has no fact: its decision is counted as unknown, never guessed.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from ncash.language import phrase
from ncash.messages import ALREADY_REGISTERED, DATABASE_CHECKED, DATABASE_DAMAGED
from ncash.model.decision import Decision, Verdict
from ncash.model.goods import as_served
from ncash.model.record import request_of
from ncash.model.request import MARK_FIRST, AddItem
from ncash.model.scan import Scan
from ncash.store.journal.decisions import RecordedLine
from ncash.support.explain.rehearsal import answers, trouble, unseen
from ncash.till.cut import STEP as CUT
from ncash.till.deciding import decide, position_fitting
from ncash.till.fiscal import codecheck
from ncash.till.receipts.returning import OF_THE_BOOKS
from ncash.till.view import Room

SHOWN: Final = 1_000
"""Decisions that are kept in full; the rest is counted."""
GOODS: Final = "goods"
"""What is missing when a mark is read with another GTIN than that day: which goods it would have named."""


class SecondJudgement(NamedTuple):
    """A line of the journal judged again under the configuration of today."""

    decision: Decision
    unknown: str | None = None
    """The check whose fact the line does not hold."""
    kept: bool = False
    """The outcome of that day was not the checks', and stays: another till was faster, or the cashier gave up."""

    @property
    def verdict(self) -> str:
        """A word of the line protocol."""
        return self.decision.verdict.word

    @property
    def key(self) -> str | None:
        """The first text."""
        texts = [text.key for text in self.decision.screen]
        texts += [self.decision.dialog.key] if self.decision.dialog else []
        return texts[0] if texts else None

    @property
    def texts(self) -> tuple[str, ...]:
        """Everything the cashier reads."""
        dialog = (self.decision.dialog.text,) if self.decision.dialog else ()
        return (*(text.text for text in self.decision.screen), *dialog)

    def json(self) -> dict[str, Any]:
        """JSON values."""
        verdict = "unknown" if self.unknown else self.verdict
        return {"verdict": verdict, "key": self.key, "unknown": self.unknown, "texts": list(self.texts)}


class ChangedDecision(NamedTuple):
    """A decision that would be another one."""

    seq: int
    time: str
    cashcode: str
    category: str | None
    goods: str | None
    cis: str | None
    before: str
    before_key: str | None
    after: str
    after_key: str | None
    reason: str
    """The setting that decides now with its place, or the check; of an unknown one the check that lacks its fact."""

    def json(self) -> dict[str, Any]:
        """JSON values."""
        return self._asdict()


@dataclass(slots=True)
class ReplayReport:
    """Report of a replay: decisions that would be other ones, and what could not be judged."""

    decisions: int = 0
    changes: list[ChangedDecision] = field(default_factory=list)
    unknown: list[ChangedDecision] = field(default_factory=list)
    verdicts: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Changed decisions by the verdict of that day and of now."""
    reasons: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)
    """The same by category, both verdicts and reason."""
    gaps: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Unknown decisions by category and check."""
    trouble: tuple[str, ...] = ()
    """Plugins that did not answer."""

    @property
    def changed(self) -> int:
        """Decisions whose verdict or text would be another one."""
        return self.verdicts.total()

    def summary(self) -> str:
        """One line."""
        words = (("deny", "refused"), ("allow", "sold"), ("ask", "asked about"), ("need_scan", "scanned again"))
        counts = {word: sum(n for (old, new), n in self.verdicts.items() if new == word != old) for word, _ in words}
        texts = sum(n for (old, new), n in self.verdicts.items() if old == new)
        parts = [f"{counts[word]:,} {phrase(said)}" for word, said in words if counts[word]]
        parts += [phrase("{texts:,} shown with another text", texts=texts)] if texts else []
        told = (parts[0] if parts else f"0 {phrase('refused')}").split(" ", 1)
        line = phrase(
            "{count} of {decisions:,} would have been {changed}",
            count=told[0],
            decisions=self.decisions,
            changed=told[1],
        )
        line += f"; {', '.join(parts[1:])}" if parts[1:] else ""
        return line + (phrase("; unknown: {gaps:,}", gaps=self.gaps.total()) if self.gaps else "")

    def json(self) -> dict[str, Any]:
        """JSON values."""
        reasons = [
            {"category": category, "before": old, "after": new, "reason": reason, "count": n}
            for (category, old, new, reason), n in self.reasons.most_common()
        ]
        gaps = [{"category": c, "check": check, "count": n} for (c, check), n in self.gaps.most_common()]
        return {
            "summary": self.summary(),
            "decisions": self.decisions,
            "changed": self.changed,
            "unknown": self.gaps.total(),
            "reasons": reasons,
            "gaps": gaps,
            "trouble": list(self.trouble),
            "changes": [one.json() for one in self.changes],
            "unknowns": [one.json() for one in self.unknown],
        }


def judged_again(room: Room, line: Mapping[str, Any]) -> SecondJudgement:
    """A line of the kind `verdict`, judged in this room. Raises UserError for facts that a plugin cannot read."""
    request, moved = _request(room, line)
    room.plugins.begin()
    fitting, _ = position_fitting(room, request, decide(room, request))
    decision = codecheck.judged_again(room, fitting, line)
    if _gone_before(line):
        return SecondJudgement(decision, kept=True)
    if _given_up(line) and decision.verdict is not Verdict.ALLOW:
        return SecondJudgement(decision, kept=True)
    if moved and decision.verdict is not Verdict.DENY:
        return SecondJudgement(decision, GOODS)
    gap = unseen(decision)
    return SecondJudgement(decision, gap.check if gap else None, _kept(line, decision))


def _request(room: Room, line: Mapping[str, Any]) -> tuple[AddItem, bool]:
    """The request with its facts, its code read by the masks of this room; and whether it names other goods now."""
    request = request_of(line)
    facts: dict[str, Any] = {}
    for told in answers(room.plugins, "on_recall", line):
        facts |= told
    goods = request.goods and as_served(request.goods, room.kinds)
    request = request._replace(facts=facts, goods=goods)
    then = request.mark
    burst = Scan(then.raw, then.input) if then else request.scan
    if burst is None:
        return request, False
    mark = room.plugins.read(burst)
    if mark is None:
        return request._replace(mark=None, scan=burst), False
    if then is None:
        return request._replace(mark=mark, scan=None), False
    moved = mark.gtin != then.gtin and request.order == MARK_FIRST and request.sold is None
    return request._replace(mark=mark._replace(cis=then.cis)), moved


def _given_up(line: Mapping[str, Any]) -> bool:
    """The cashier cancelled the question about a position that came back; the question has a line of its own."""
    return line["verdict"] == Verdict.DENY.word and not line["checks"] and line.get("replaces") is not None


def _gone_before(line: Mapping[str, Any]) -> bool:
    """The books alone refused: what was scanned had been given back of its sale already."""
    told = [(check["check"], check["key"], check["setting"]) for check in line["checks"]]
    return line.get("sold") is not None and told in [[(name, ALREADY_REGISTERED.key, None)] for name in OF_THE_BOOKS]


MOMENTARY: Final = frozenset({DATABASE_CHECKED.key, DATABASE_DAMAGED.key})
"""Refusals for the state of the database, which no setting changes."""


def _kept(line: Mapping[str, Any], decision: Decision) -> bool:
    """Another till took the mark at the last moment, and would again; a person cut the wait; or the database was in no
    state to sell."""
    if line["verdict"] != Verdict.DENY.word or not line["checks"]:
        return line["key"] in MOMENTARY
    last = line["checks"][-1]
    if last["check"] == CUT:
        return True
    taken = last["check"] == "uniqueness" and last["verdict"] == Verdict.DENY.word and last["setting"] is None
    bounded = decision.effects.unique or decision.effects.keg is not None
    return bool(taken and decision.verdict is Verdict.ALLOW and bounded)


def replay(lines: Iterator[RecordedLine], room: Room, base: Room | None = None) -> ReplayReport:
    """Judge every line again. `base`: the room of the configuration in force, with which texts are compared.

    Raises UserError for facts that a plugin cannot read.
    """
    found = ReplayReport()
    for recorded in lines:
        line = recorded.line
        found.decisions += 1
        again = judged_again(room, line)
        if again.unknown is not None:
            _note_gap(found, recorded, again.unknown)
        elif not again.kept and _differs(line, again, base):
            _note_change(found, recorded, again)
    found.trouble = trouble(room)
    return found


def _differs(line: Mapping[str, Any], again: SecondJudgement, base: Room | None) -> bool:
    if (again.verdict, again.key) != (line["verdict"], line["key"]):
        return True
    if base is None or again.key is None:
        return False
    before = judged_again(base, line)
    told = before.unknown is None and (before.verdict, before.key) == (again.verdict, again.key)
    return told and before.texts != again.texts


def _category(line: Mapping[str, Any]) -> str | None:
    category: str | None = (line.get("mark") or {}).get("category")
    return category


def _reason(again: SecondJudgement) -> str:
    steps = [step for step in again.decision.steps if not step.skipped]
    if not steps:
        return again.key or "-"
    step = steps[-1]
    if again.decision.verdict is Verdict.ALLOW:
        step = next((one for one in reversed(steps) if one.key or one.setting), step)
    if step.setting is None:
        return step.check
    return f"{step.setting} = {step.value} ({step.source or 'default'})"


def _change(recorded: RecordedLine, after: str, key: str | None, reason: str) -> ChangedDecision:
    line = recorded.line
    mark, goods = line.get("mark") or {}, line.get("goods") or {}
    return ChangedDecision(
        seq=recorded.seq, time=recorded.time, cashcode=recorded.cashcode, category=_category(line),
        goods=goods.get("name"), cis=mark.get("cis"),
        before=line["verdict"], before_key=line["key"], after=after, after_key=key, reason=reason,
    )  # fmt: skip


def _note_change(found: ReplayReport, recorded: RecordedLine, again: SecondJudgement) -> None:
    line, reason = recorded.line, _reason(again)
    found.verdicts[line["verdict"], again.verdict] += 1
    found.reasons[_category(line) or "-", line["verdict"], again.verdict, reason] += 1
    if len(found.changes) < SHOWN:
        found.changes.append(_change(recorded, again.verdict, again.key, reason))


def _note_gap(found: ReplayReport, recorded: RecordedLine, check: str) -> None:
    found.gaps[_category(recorded.line) or "-", check] += 1
    if len(found.unknown) < SHOWN:
        found.unknown.append(_change(recorded, "unknown", None, check))
