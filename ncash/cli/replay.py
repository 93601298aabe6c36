"""Judge the decisions in the journal again: under other settings, or by this newer program.

Nobody is asked and nothing is written. Each decision is judged by itself, with the receipt and the facts of its moment.
Where the other settings need a fact that was not looked at that day, the decision is counted as unknown.

examples:
  ncash replay --since 2027-01-11 --until 2027-01-17 --set ignoreCrptStatusExpireDate=deny --category Milk
  ncash replay --conf trial/conf --data shop/data
  ncash replay --conf shop/conf --data shop/data --json

exit code: 0 no decision would be another one, 1 some would, or some are unknown, 2 it could not be done
"""

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from typing import Final

from ncash.cli.journal import documents, since, until
from ncash.errors import UserError
from ncash.hosting import toggles
from ncash.language import phrase, retold
from ncash.model.ports import Rehearsal
from ncash.settings.config import Config
from ncash.shop.shop import configuration
from ncash.store.journal import decisions
from ncash.store.journal.journal import Journal
from ncash.support.explain.rehearsal import Scene, rehearsed
from ncash.support.explain.replay import ChangedDecision, ReplayReport, replay
from ncash.system.clock import SystemClock

SHOWN: Final = 50
"""Decisions that are shown one by one; --json holds more."""
STEP: Final = 500


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which decisions, and under which settings."""
    parser.add_argument("--since", metavar="DATE", help="from this day or time on, 2027-01-15 or 15.01.2027")
    parser.add_argument("--until", metavar="DATE", help="up to the end of this day, or before this time")
    parser.add_argument("--set", metavar="KEY=VALUE", action="append", default=[], help="with this setting switched")
    parser.add_argument("--category", metavar="NAME", help="--set: of one goods category only, as in Milk")


def run(args: argparse.Namespace) -> int:
    """Replay; 1 when something would be another. Raises UserError."""
    config = configuration(args.conf)
    tried = _tried(config, args)
    path = documents(args.conf, args.data)
    if not path.is_file():
        raise UserError(
            phrase("there are no books at {path}", path=path),
            code="documents",
            hint="give the folders with --conf, --data",
        )
    first, last = since(args.since), until(args.until)
    scene = Scene(Rehearsal(local=False))
    with ExitStack() as stack:
        journal = stack.enter_context(closing(Journal(path)))
        stack.enter_context(journal.connection.snapshot())
        room = stack.enter_context(rehearsed(tried, args.data, scene))
        base = stack.enter_context(rehearsed(config, args.data, scene)) if tried is not config else None
        lines = decisions.between(journal.connection, first, last)
        total = decisions.count(journal.connection, first, last)
        found = replay(_with_progress(lines, total), room, base)
    if args.json:
        sys.stdout.write(json.dumps({"ok": True, **found.json()}, ensure_ascii=False) + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in _told(found))
    return 1 if found.changed or found.gaps else 0


def _tried(config: Config, args: argparse.Namespace) -> Config:
    now = SystemClock().now()
    for one in args.set:
        key, equals, value = one.partition("=")
        if not equals:
            raise UserError(
                phrase("--set {one!r} is not written KEY=VALUE", one=one),
                code="set",
                hint="--set ignoreCrptPrice=allow",
            )
        section, row = toggles.find(config.tables, key.strip(), args.category)
        config = toggles.tried(config, section, row, value.strip(), now)
    if args.category and not args.set:
        raise UserError("--category needs --set", code="usage", hint="--set ignoreCrptStatusSold=ask --category Milk")
    return config


def _with_progress(lines: Iterator[decisions.RecordedLine], total: int) -> Iterator[decisions.RecordedLine]:
    if not sys.stderr.isatty():
        yield from lines
        return
    from tqdm import tqdm

    with tqdm(total=total, unit=" decisions", leave=False) as bar:
        for number, line in enumerate(lines, 1):
            yield line
            if number % STEP == 0:
                bar.update(STEP)


def _told(found: ReplayReport) -> Iterator[str]:
    for change in (*found.changes[:SHOWN], *found.unknown[:SHOWN]):
        yield _line(change)
    more = found.changed + found.gaps.total() - len(found.changes[:SHOWN]) - len(found.unknown[:SHOWN])
    if more:
        yield phrase("{more:,} more that are not shown", more=more)
    for (category, before, after, reason), count in found.reasons.most_common():
        yield phrase(
            "{count:>7,}  {category}: {before} → {after} by {reason}",
            count=count,
            category=category,
            before=phrase(before),
            after=phrase(after),
            reason=reason,
        )
    for (category, check), count in found.gaps.most_common():
        yield phrase(
            "{count:>7,}  {category}: unknown, no fact of the check {check}",
            count=count,
            category=category,
            check=check,
        )
    yield from map(retold, found.trouble)
    yield found.summary()


def _line(change: ChangedDecision) -> str:
    was = " ".join(filter(None, (phrase(change.before), change.before_key)))
    now = " ".join(filter(None, (phrase(change.after), change.after_key)))
    what = f"{change.goods or '-'}, {change.cis or phrase('no mark')}, {change.category or '-'}"
    return phrase(
        "line {seq}, {time}, till {cashcode}: {what}: {was} → {now} by {reason}",
        seq=change.seq,
        time=change.time[:19],
        cashcode=change.cashcode,
        what=what,
        was=was,
        now=now,
        reason=change.reason,
    )
