"""Say why a code is sold, asked about or refused, by the till's own checks.

The databases are read, nothing is written, and nobody is asked over the network: what Chestny Znak or the cash server
would say is given, or the decision ends there as unknown.

examples:
  ncash explain '0104670540176099215NN*cM93dGVz' --conf shop/conf --data shop/data --offline
  ncash explain '0104670540176099215NN*cM93dGVz' --crpt answer.json --dept 2 --role cashier --at 2026-11-21T23:59
  ncash explain --last-refused --conf shop/conf --data shop/data
  ncash explain --journal 118 --json

exit code: 0 it is allowed, 1 it is refused, asked about or unknown, 2 it could not be done
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from ncash.cli.journal import documents
from ncash.cli.parsers import number
from ncash.errors import UserError
from ncash.language import phrase, retold
from ncash.model.ports import Clock, Rehearsal
from ncash.model.receipt import Channel, Kind
from ncash.model.scan import INPUTS, TEXT
from ncash.settings.config import Config
from ncash.shop.shop import configuration
from ncash.store.journal import decisions
from ncash.store.journal.journal import Journal
from ncash.support.explain.explain import Context, Explanation, explain, explain_line
from ncash.support.explain.rehearsal import Scene, StoppedClock
from ncash.system.clock import SystemClock

MODES = (Kind.SALE, Kind.RETURN, Kind.INVENTORY)


def arguments(parser: argparse.ArgumentParser) -> None:
    """The code and its context."""
    parser.add_argument("code", nargs="?", metavar="CODE", help="the scan; GS may be written <GS> or \\x1d")
    parser.add_argument("--last", action="store_true", help="what happened last, by the journal")
    parser.add_argument("--last-refused", action="store_true", help="what was refused last, by the journal")
    parser.add_argument("--journal", type=number, metavar="N", help="what line N of the journal is about")
    parser.add_argument("--mode", choices=[mode.value for mode in MODES], default=Kind.SALE.value)
    parser.add_argument("--channel", choices=[channel.value for channel in Channel], default=Channel.CASHIER.value)
    parser.add_argument("--input", choices=INPUTS, default=TEXT, help="how the scan comes in")
    parser.add_argument("--goods", metavar="BARCODE", help="a goods barcode that was scanned before")
    parser.add_argument("--dept", metavar="N", help="as if the goods were of this department")
    parser.add_argument("--role", metavar="CODE", action="append", help="a role of the cashier; may be repeated")
    parser.add_argument("--at", metavar="TIME", help="as if it were this time, as in 2026-11-21T23:59")
    parser.add_argument("--crpt", type=Path, metavar="FILE", help="the answer of Chestny Znak, as JSON")
    parser.add_argument("--server-status", metavar="STATUS", help="the status at the cash server, as in SOLD")
    parser.add_argument("--offline", action="store_true", help="nobody on the network answers")
    parser.add_argument("--press", metavar="BUTTON", action="append", default=[], help="a button pressed afterwards")
    parser.add_argument(
        "--cash", metavar="N", help="number of the till; with --last, --last-refused only its decisions"
    )


def run(args: argparse.Namespace) -> int:
    """Explain; 1 when the goods would not simply be added. Raises UserError."""
    if sum((args.code is not None, args.last, args.last_refused, args.journal is not None)) != 1:
        hint = "ncash explain CODE, ncash explain --last, ncash explain --last-refused, or ncash explain --journal N"
        raise UserError("one code, --last, --last-refused or --journal N is wanted", code="usage", hint=hint)
    config = configuration(args.conf)
    clock = StoppedClock(_moment(args.at)) if args.at is not None else None
    if args.code is not None:
        found = explain(config, args.data, args.code, _context(args, clock))
    else:
        found = explain_line(config, args.data, _recorded(args), clock)
    if args.json:
        sys.stdout.write(json.dumps({"ok": True, **found.json()}, ensure_ascii=False, default=_plain) + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in _lines(found, config))
    return 0 if found.verdict == "allow" else 1


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"no JSON value: {type(value).__name__}")


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UserError(
            phrase("--at {text!r} is no time", text=text), code="at", hint="write 2026-11-21T23:59"
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=SystemClock().now().tzinfo)


def _context(args: argparse.Namespace, clock: Clock | None) -> Context:
    facts: dict[str, Any] = {}
    if args.crpt is not None:
        facts["crpt"] = _answer(args.crpt)
    if args.server_status is not None:
        facts["server"] = args.server_status
    scene = Scene(Rehearsal(facts, args.offline), clock, args.dept, args.cash)
    roles = tuple(args.role) if args.role is not None else None
    return Context(
        scene,
        Kind(args.mode),
        channel=Channel(args.channel),
        roles=roles,
        goods=args.goods,
        input=args.input,
        press=tuple(args.press),
    )


def _answer(path: Path) -> Mapping[str, Any]:
    try:
        found = json.loads(path.read_bytes())
    except OSError as error:
        raise UserError(
            phrase("{path} cannot be read: {reason}", path=path, reason=error.strerror), code="crpt"
        ) from error
    except (ValueError, RecursionError) as error:
        raise UserError(
            phrase("{path} is not JSON", path=path), code="crpt", hint="give the body of an answer of codes/check"
        ) from error
    if not isinstance(found, Mapping):
        raise UserError(
            phrase("{path} holds no JSON object", path=path),
            code="crpt",
            hint="give the body of an answer of codes/check",
        )
    return found


def _recorded(args: argparse.Namespace) -> decisions.RecordedLine:
    path = documents(args.conf, args.data)
    if not path.is_file():
        raise UserError(
            phrase("there are no books at {path}", path=path),
            code="documents",
            hint="give the folders with --conf, --data",
        )
    with closing(Journal(path)) as journal:
        if args.journal is not None:
            found = decisions.line(journal.connection, args.journal)
        else:
            found = decisions.last(journal.connection, args.cash, args.last_refused)
    if found is None:
        nothing = "nothing was refused yet" if args.last_refused else "nothing was decided yet"
        text = nothing if args.journal is None else phrase("the journal has no line {journal}", journal=args.journal)
        raise UserError(text, code="journal", hint="ncash journal list shows the lines")
    return found


def _lines(found: Explanation, config: Config) -> Iterator[str]:
    told = found.json()
    yield f"{phrase(found.verdict)}{_when(found)}"
    if found.reading is not None:
        yield from _reading(found)
    if told["decision"]:
        yield phrase("checks")
        yield from (_check(check, told["facts"].get(check["check"])) for check in told["decision"]["checks"])
    yield from _shown(told)
    for one in found.next:
        yield phrase("next step, {key}", key=one.key)
        yield phrase("  support: {support}", support=one.support)
        yield phrase("  cashier: {cashier}", cashier=one.cashier)
    yield from map(retold, found.trouble)
    if found.today is not None and found.recorded is not None:
        yield phrase("today, with {folder}: {verdict}", folder=config.folder, verdict=_today(found))


def _when(found: Explanation) -> str:
    if found.recorded is None:
        return ""
    goods = found.recorded.line.get("goods") or {}
    return phrase(
        ": line {seq}, {time}, till {cashcode}, {name}",
        seq=found.recorded.seq,
        time=found.recorded.time,
        cashcode=found.recorded.cashcode,
        name=goods.get("name", "-"),
    )


def _today(found: Explanation) -> str:
    assert found.recorded is not None
    assert found.today is not None
    again, line = found.today, found.recorded.line
    if again.unknown:
        return phrase("unknown, the line has no fact of the check {check}", check=again.unknown)
    if again.kept or (again.verdict, again.key) == (line["verdict"], line["key"]):
        return phrase("the same")
    return f"{phrase(again.verdict)}{f', {again.key}' if again.key else ''}"


def _reading(found: Explanation) -> Iterator[str]:
    assert found.reading is not None
    rows = found.reading.candidates
    chosen = next((row for row in rows if row.chosen), None)
    yield (
        phrase("category {name} ({place}): {why}", name=chosen.name, place=chosen.place, why=chosen.why)
        if chosen
        else phrase("category: no mask fits")
    )
    yield from (f"  {retold(note)}" for note in found.reading.notes)
    yield from (
        phrase("  not {name} ({place}): {why}", name=row.name, place=row.place, why=row.why)
        for row in rows
        if not row.chosen
    )


def _check(check: Mapping[str, Any], fact: Any) -> str:
    name = f"  {check['check']:<10} "
    if check["skipped"]:
        return phrase("{name}skipped: {skipped}", name=name, skipped=check["skipped"])
    setting = (
        f"  {check['setting']} = {check['value']} ({check['source'] or phrase('default')})" if check["setting"] else ""
    )
    key = f"  {check['key']}" if check["key"] else ""
    said = json.dumps(retold(fact) if isinstance(fact, str) else fact, ensure_ascii=False, default=_plain)
    seen = phrase("  saw {fact}", fact=said) if fact is not None else ""
    return f"{name}{phrase(check['verdict']):<10}{key}{setting}{seen}".rstrip()


def _shown(told: Mapping[str, Any]) -> Iterator[str]:
    for text in told["screen"]:
        yield phrase(
            "the cashier reads ({kind}, {key}): {text}", kind=phrase(text["kind"]), key=text["key"], text=text["text"]
        )
    dialog = told["dialog"]
    if dialog:
        yield phrase(
            "the cashier is asked ({kind}, {key}): {text}",
            kind=phrase(dialog["kind"]),
            key=dialog["key"],
            text=dialog["text"],
        )
        yield phrase("  buttons: {buttons}", buttons=", ".join(dialog["buttons"]))
