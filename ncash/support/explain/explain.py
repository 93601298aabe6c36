"""Why a code is sold, asked about or refused: the till's own scan in a rehearsal, with everything it saw told."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ncash.errors import UserError
from ncash.language import phrase
from ncash.model.decision import Decision, Dialog, Text, Verdict
from ncash.model.goods import Cashier
from ncash.model.ports import Clock, MarkTaken, Rehearsal, Saving
from ncash.model.receipt import Channel, Kind, Receipt
from ncash.model.scan import TEXT, Scan
from ncash.plugin import Reading
from ncash.settings.config import Config
from ncash.store.journal.decisions import KIND, RecordedLine
from ncash.support.explain.advice import NextStep, next_steps
from ncash.support.explain.rehearsal import Scene, answers, rehearsed, trouble, unseen
from ncash.support.explain.replay import SecondJudgement, judged_again
from ncash.till.answer import verdict_json
from ncash.till.commands import COMMANDS
from ncash.till.conflict import shortage, without
from ncash.till.view import Outcome, Room, View

UNKNOWN = "unknown"
"""The word for a decision that lacks a fact, beside those of Verdict."""


@dataclass(frozen=True, slots=True)
class Context:
    """Around what a code is scanned; what is given over the network stands in the scene."""

    scene: Scene
    mode: Kind = Kind.SALE
    channel: Channel = Channel.CASHIER
    roles: tuple[str, ...] | None = None
    """Roles of the cashier; None: no cashier is known."""
    goods: str | None = None
    """A goods barcode that was scanned before the code."""
    input: str = TEXT
    press: tuple[str, ...] = ()
    """Buttons pressed after the scan."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision with all there is to say about it."""

    decision: Decision | None
    screen: tuple[Text, ...] = ()
    dialog: Dialog | None = None
    reading: Reading | None = None
    recorded: RecordedLine | None = None
    """The line of the journal that this is about."""
    today: SecondJudgement | None = None
    """The same line judged by the configuration of now."""
    next: tuple[NextStep, ...] = ()
    trouble: tuple[str, ...] = ()
    """Plugins that did not answer."""

    @property
    def verdict(self) -> str:
        """A word of the line protocol, or `unknown`."""
        if self.recorded is not None:
            return str(self.recorded.line["verdict"])
        if self.decision is None:
            return UNKNOWN if not self.screen else Verdict.DENY.word
        return UNKNOWN if unseen(self.decision) else self.decision.verdict.word

    def json(self) -> dict[str, Any]:
        """The whole as JSON values; `decision` is the object of the line protocol."""
        told: dict[str, Any] = {
            "verdict": self.verdict,
            "decision": verdict_json(self.decision) if self.decision else None,
            "facts": {s.check: s.fact for s in self.decision.steps if s.fact is not None} if self.decision else {},
            "screen": [text.json() for text in self.screen],
            "dialog": self.dialog.json() if self.dialog else None,
            "reading": _reading_json(self.reading) if self.reading else None,
            "next": [one.json() for one in self.next],
            "trouble": list(self.trouble),
        }
        if self.recorded is not None:
            told |= {"recorded": self.recorded._asdict(), **_recorded_trail(self.recorded.line)}
            told["today"] = self.today.json() if self.today else None
        return told


def _reading_json(reading: Reading) -> dict[str, Any]:
    return {"notes": list(reading.notes), "candidates": [one._asdict() for one in reading.candidates]}


def _recorded_trail(line: Mapping[str, Any]) -> dict[str, Any]:
    """The trail as it was written that day."""
    checks = [{name: value for name, value in step.items() if name != "fact"} for step in line["checks"]]
    facts = {step["check"]: step["fact"] for step in line["checks"] if step["fact"] is not None}
    return {"decision": {"verdict": line["verdict"], "checks": checks}, "facts": facts}


def explain(config: Config, data: Path, code: str, context: Context) -> Explanation:
    """What the till would do with this code. Raises UserError."""
    with rehearsed(config, data, context.scene) as room:
        return explain_in(room, opened_view(room, context), code, context)


def opened_view(room: Room, context: Context) -> View:
    """An empty receipt of the context, with the goods that were scanned first."""
    if context.mode is Kind.RETURN_BY_SALE:
        hint = "explain the return with --mode return, or what happened with --last"
        raise UserError("a return by sale needs the receipt of its sale", code="mode", hint=hint)
    now = room.premises.clock.now().isoformat(timespec="seconds")
    receipt = Receipt(room.premises.random.uuid(), context.mode, channel=context.channel, opened=now)
    cashier = Cashier("", "", frozenset(context.roles)) if context.roles is not None else None
    view = View(receipt=receipt, cashier=cashier)
    if context.goods is None:
        return view
    outcome = done(room, view, {"cmd": "scan", "data": context.goods})
    if outcome.view.pending is None:
        said = "; ".join(text.text for text in outcome.screen) or "they need no mark"
        raise UserError(
            phrase("--goods {goods}: no mark is asked for: {said}", goods=context.goods, said=said), code="goods"
        )
    return outcome.view


def done(room: Room, view: View, command: Mapping[str, Any]) -> Outcome:
    """What a command of the line protocol comes to; nothing is written."""
    room.plugins.begin()
    outcome = COMMANDS[command["cmd"]](room, view, command)
    while (taken := _taken(room, outcome)) is not None:
        outcome = without(view, outcome, taken.cis, shortage(taken))
    return outcome


def _taken(room: Room, outcome: Outcome) -> MarkTaken | None:
    """A mark of the outcome that another receipt holds, or a portion that its keg does not."""
    receipt = outcome.view.receipt
    if receipt is None or not outcome.save:
        return None
    try:
        room.premises.documents.save_receipt(Saving(receipt, (), outcome.take, receipt.kind.opcode))
    except MarkTaken as taken:
        return taken
    return None


def explain_in(room: Room, view: View, code: str, context: Context) -> Explanation:
    """What the till would do with this code in this view."""
    outcome = done(room, view, {"cmd": "scan", "data": code, "input": context.input})
    for button in context.press:
        outcome = done(room, outcome.view, {"cmd": "press", "button": button})
    reading = next(answers(room.plugins, "on_explain", Scan(code, context.input)), None)
    return told(room, outcome, reading)


def told(room: Room, outcome: Outcome, reading: Reading | None = None) -> Explanation:
    """An outcome with the next step for each of its texts."""
    dialog = outcome.view.dialog
    keys = [text.key for text in outcome.screen] + ([dialog.key] if dialog else [])
    steps = next_steps(room.plugins, keys)
    return Explanation(outcome.decision, outcome.screen, dialog, reading, next=steps, trouble=trouble(room))


def explain_line(config: Config, data: Path, recorded: RecordedLine, clock: Clock | None = None) -> Explanation:
    """What really happened, and whether it would happen again. Raises UserError for a line about something else."""
    line = recorded.line
    if "checks" not in line:
        text = phrase(
            "line {seq} of the journal is a line of the kind {kind}, which holds no decision",
            seq=recorded.seq,
            kind=line.get("kind"),
        )
        raise UserError(text, code="journal", hint="ncash journal list shows the lines")
    scene = Scene(Rehearsal(local=False), clock, cash=recorded.cashcode)
    with rehearsed(config, data, scene) as room:
        again = judged_again(room, line) if line["kind"] == KIND else None
        mark = line.get("mark") or {}
        scan = line.get("scan") or {}
        burst = Scan(mark.get("raw") or scan.get("text") or "", mark.get("input") or scan.get("input") or TEXT)
        reading = next(answers(room.plugins, "on_explain", burst), None) if burst.data and again else None
        keys = [str(line["key"])] if line["key"] else []
        same = again and not again.unknown and (again.verdict, again.key) == (line["verdict"], line["key"])
        screen = again.decision.screen if again and same else ()
        dialog = again.decision.dialog if again and same else None
        steps = next_steps(room.plugins, keys)
        return Explanation(
            decision=None,
            screen=screen,
            dialog=dialog,
            reading=reading,
            recorded=recorded,
            today=again,
            next=steps,
            trouble=trouble(room),
        )
