"""`ncash journal list`: lines of the journal that somebody looks for, newest first."""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final

from ncash.cli.parsers import number
from ncash.cli.shown import word
from ncash.errors import UserError
from ncash.language import phrase
from ncash.model.decision import Verdict
from ncash.store.journal.journal_search import JournalQuery, found
from ncash.store.sqlite.connection import Connection

PAGE: Final = 20


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the filters."""
    verdicts = [verdict.word for verdict in Verdict if verdict is not Verdict.ABSTAIN]
    parser.add_argument("--until", metavar="DATE", help="list: up to the end of this day, or before this time")
    parser.add_argument("--goods", metavar="TEXT", help="list: article code, barcode, or words of the name")
    parser.add_argument("--mark", metavar="CODE", help="list: a code as scanned, its CIS, or a piece of it")
    parser.add_argument("--key", metavar="KEY", help="list: key of the text that the cashier read, as in AlreadySold")
    parser.add_argument("--verdict", choices=verdicts, help="list: decisions of this kind only; refusals are deny")
    parser.add_argument("--cash", metavar="N", help="list: of this till only")
    parser.add_argument("--receipt", metavar="ID", help="list: of this receipt only")
    parser.add_argument("--limit", type=number, metavar="N", default=PAGE, help="list: so many at most")
    parser.add_argument(
        "--before", type=number, metavar="N", help="list: the page after the one that ended with line N"
    )


def run(args: argparse.Namespace, connection: Connection, since: str | None, until: str | None) -> int:
    """Show one page. Raises UserError."""
    if args.limit < 1:
        raise UserError(
            phrase("--limit {limit}: a number from 1 is accepted", limit=args.limit), code="usage", hint="--limit 20"
        )
    wanted = JournalQuery(
        goods=args.goods,
        mark=args.mark,
        key=args.key,
        verdict=args.verdict,
        since=since,
        until=until,
        cashcode=args.cash,
        receipt=args.receipt,
        before=args.before,
    )
    with connection.snapshot():
        rows = list(islice(found(connection, wanted), args.limit + 1))
    page, more = rows[: args.limit], len(rows) > args.limit
    if args.json:
        told = {"ok": True, "lines": page, "next": page[-1]["seq"] if more else None}
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in _told(page, more))
    return 0


def _told(page: list[dict[str, Any]], more: bool) -> Iterator[str]:
    yield from map(_line, page)
    if more:
        yield phrase("older lines: the same command with --before {seq}", seq=page[-1]["seq"])
    elif not page:
        yield phrase("no line fits")


def _line(row: Mapping[str, Any]) -> str:
    line = row["line"]
    goods, mark, scan = (line.get(name) or {} for name in ("goods", "mark", "scan"))
    verdict = phrase(row["verdict"] or "")
    what = verdict or "-" if row["kind"] == "verdict" else f"{phrase(row['kind'])} {verdict}".rstrip()
    about = (row["key"], goods.get("name"), mark.get("cis") or scan.get("text"))
    told = ", ".join(word(one) for one in about if one)
    return phrase(
        "{seq}  {time}  till {cashcode}  {what}",
        seq=row["seq"],
        time=(row["time"] or "-")[:19],
        cashcode=row["cashcode"],
        what=what,
    ) + (f"  {told}" if told else "")
