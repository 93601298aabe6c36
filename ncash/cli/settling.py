"""What `ncash receipt settle` does: shows what a till could not settle, or writes down what the supervisor decided."""

import argparse
import json
import sys
from typing import Any, Final

from ncash.errors import UserError
from ncash.hosting.toggles import who
from ncash.language import phrase
from ncash.model.fiscal.intent import ADOPT, DROP, Intent, Ruling
from ncash.model.fiscal.register import Made
from ncash.model.money import rubles
from ncash.model.veil import veiled
from ncash.shop.open_books import Books, books
from ncash.system.clock import SystemClock

BESIDE: Final = {
    "annulled": "the receipt is annulled: --adopt enters it as sold in the open shift; return it if the buyer left",
    "deferred": "the receipt is put aside: --adopt closes it with the document",
    "closed": "the receipt is closed with another document: --drop, then return one of them at the register",
}
"""What became of a receipt before its document came."""


def run(args: argparse.Namespace) -> int:
    """Show or decide. Raises UserError when there is nothing to decide, or no reason is given."""
    with books(args.conf, args.data, args.cash) as opened:
        intent = opened.documents.intent()
        if not (args.adopt or args.drop):
            where = opened.documents.whereabouts(intent.uuid) if intent else ""
            told = {"intent": {**_told(intent), "whereabouts": where} if intent else None}
            _say(args.json, told, _shown(intent, where))
            return 0
        return _ruled(args, opened, intent)


def _ruled(args: argparse.Namespace, opened: Books, intent: Intent | None) -> int:
    if args.adopt and args.drop:
        raise UserError("--adopt and --drop are two decisions", code="usage", hint="ncash receipt --help")
    if not args.reason:
        raise UserError("a decision needs its reason", code="usage", hint='add --reason "what you compared"')
    if intent is None or not intent.stopped:
        hint = "a till settles what it can by itself with its next command"
        raise UserError(
            phrase("till {cashcode} asks for no decision", cashcode=opened.cashcode), code="settle", hint=hint
        )
    if args.adopt and intent.found is None:
        raise UserError("the drive holds no document to adopt", code="settle", hint="look at the tape, then use --drop")
    if args.adopt and not intent.uuid:
        hint = "look who used the register, then use --drop: sales go on behind this document"
        raise UserError("the document belongs to no receipt of this till", code="settle", hint=hint)
    ruling = Ruling(ADOPT if args.adopt else DROP, who(), args.reason, _now())
    line = {"time": ruling.time, "kind": "ruling", "verdict": ruling.what, "receipt": intent.uuid, "who": ruling.who,
            "why": ruling.why}  # fmt: skip
    if not opened.documents.rule_intent(intent.uuid, ruling, [line]):
        raise UserError("it is decided already", code="settle", hint="the till carries it out with its next command")
    text = phrase(
        "{what}: till {cashcode} carries it out with its next command", what=ruling.what, cashcode=opened.cashcode
    )
    _say(args.json, {"ok": True, "ruling": ruling._asdict()}, text)
    return 0


def _now() -> str:
    return SystemClock().now().isoformat(timespec="seconds")


_RECEIPT: Final = "receipt {intent.uuid}: {what} {total} of {intent.time}, expected document {intent.expected}"
_IN_THE_DRIVE: Final = "in the drive: document {made.number}, {what} {total} of {made.time}, sign {made.sign}"
_NEXT_OF_RECEIPT: Final = "next: compare with the tape, then --adopt or --drop with --reason"
_NEXT: Final = "next: compare with the tape, then --drop with --reason"


def _told(intent: Intent) -> dict[str, Any]:
    return {
        "receipt": intent.uuid, "expected": intent.expected, "drive": intent.drive, "total": rubles(intent.total),
        "returned": intent.returned, "time": intent.time, "stopped": intent.stopped,
        "found": _veiled(intent.found) if intent.found else None,
        "ruling": intent.ruling._asdict() if intent.ruling else None,
    }  # fmt: skip


def _veiled(made: Made) -> dict[str, Any]:
    marks = None if made.marks is None else [veiled(mark) for mark in made.marks]
    return {**made._asdict(), "marks": marks}


def _shown(intent: Intent | None, where: str) -> str:
    if intent is None:
        return phrase("nothing stands between the books and the register")
    what = phrase("return" if intent.returned else "sale")
    lines = [
        phrase(_RECEIPT, intent=intent, what=what, total=rubles(intent.total))
        if intent.uuid
        else phrase("no receipt of this till, expected document {expected}", expected=intent.expected)
    ]
    lines += [phrase(BESIDE[where])] if where in BESIDE else []
    if intent.found:
        made = intent.found
        what = phrase("return" if made.returned else "sale")
        lines.append(phrase(_IN_THE_DRIVE, made=made, what=what, total=rubles(made.total)))
    if intent.ruling:
        lines.append(phrase("decided: {ruling.what} by {ruling.who}, {ruling.why}", ruling=intent.ruling))
    elif intent.stopped:
        lines.append(phrase(_NEXT_OF_RECEIPT if intent.uuid else _NEXT))
    else:
        lines.append(phrase("next: nothing, the till asks its register with its next command"))
    return "\n".join(lines)


def _say(as_json: bool, told: dict[str, Any], text: str) -> None:
    sys.stdout.write((json.dumps(told, ensure_ascii=False) if as_json else text) + "\n")
