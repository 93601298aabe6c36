"""The journal of decisions: look something up, verify that nobody touched it, export it as JSON lines.

list     shows the newest lines first, only those that fit every filter; what was decided about one: ncash explain
verify   checks the hash of every line, the order, and the stored head; a head that was written down elsewhere
         (--head, or the last line of an earlier export with --against) also finds a tail cut together with its head
export   writes one JSON object a line, and the head as the last one

examples:
  ncash journal list --goods кефир --verdict deny --since 2027-01-15 --conf shop/conf --data shop/data
  ncash journal verify --conf shop/conf --data shop/data
  ncash journal export --since 2027-01-15 --out january.jsonl --conf shop/conf --data shop/data

exit code: 0 done, 1 verify: something is wrong, 2 it could not be done
"""

import argparse
import json
import re
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from ncash.cli import journal_list
from ncash.errors import UserError
from ncash.language import phrase
from ncash.settings.config import Config
from ncash.settings.host import TABLES, Databases
from ncash.store.journal.hash_chain import BrokenLink, Head
from ncash.store.journal.journal import Journal
from ncash.store.receipts import as_text
from ncash.system.files import replace_by_parts

SHOWN: Final = 50
"""Faults that are shown one by one."""
_DAY: Final = re.compile(r"(\d\d)\.(\d\d)\.(\d{4})", re.ASCII)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the actions."""
    parser.add_argument("action", choices=["list", "verify", "export"])
    parser.add_argument("--head", metavar="SEQ:HASH", action="append", default=[],
                        help="verify: a head that was written down")  # fmt: skip
    parser.add_argument("--against", type=Path, metavar="FILE", help="verify: an earlier export")
    parser.add_argument("--since", metavar="DATE", help="list, export: from this day on, 2027-01-15 or 15.01.2027")
    parser.add_argument("--out", type=Path, metavar="FILE", help="export: into this file instead of standard output")
    journal_list.arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Do it. Raises UserError."""
    path = documents(args.conf, args.data)
    if not path.is_file():
        raise UserError(
            phrase("there are no books at {path}", path=path),
            code="documents",
            hint="give the folders with --conf, --data",
        )
    with closing(Journal(path)) as journal:
        if args.action == "list":
            return journal_list.run(args, journal.connection, since(args.since), until(args.until))
        return _verify(args, journal) if args.action == "verify" else _export(args, journal)


def documents(conf: Path, data: Path) -> Path:
    """The file that `[Databases]` names, in the data folder; its default name when there is no conf folder."""
    if not conf.is_dir():
        return data / Databases.defaults().documents
    return data / Config.load(conf, TABLES).section(Databases).documents


def _verify(args: argparse.Namespace, journal: Journal) -> int:
    known = [_head(text, "--head") for text in args.head]
    if args.against:
        known.append(_exported(args.against))
    count, faults = journal.verify(known)
    if args.json:
        told = {"lines": count, "head": str(journal.head or ""), "faults": [fault.json() for fault in faults]}
        sys.stdout.write(json.dumps({"ok": not faults, **told}, ensure_ascii=False) + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in _told(count, journal.head, faults))
    return 1 if faults else 0


def _told(count: int, head: Head | None, faults: list[BrokenLink]) -> Iterator[str]:
    for fault in faults[:SHOWN]:
        yield phrase("line {seq}: {kind}: {text}", seq=fault.seq, kind=fault.kind, text=fault.text)
    if len(faults) > SHOWN:
        yield phrase("{count} more that are not shown", count=len(faults) - SHOWN)
    yield phrase(
        "lines: {count}, faults: {faults}, head: {head}", count=count, faults=len(faults), head=head or "missing"
    )


def _head(text: str, place: str) -> Head:
    try:
        return Head.read(text)
    except ValueError as error:
        raise UserError(
            f"{place}: {error}", code="head", hint="ncash journal verify shows the head to write down"
        ) from error


def _exported(path: Path) -> Head:
    """The head in the last line of an export."""
    last = b""
    try:
        with path.open("rb") as file:
            for line in file:
                last = line.strip() or last
        text = json.loads(last)["head"]
    except OSError as error:
        raise UserError(
            phrase("{path} cannot be read: {reason}", path=path, reason=error.strerror), code="export"
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        hint = "an export ends with a line that holds the head; the end of this file may be cut off"
        raise UserError(phrase("{path} does not end with a head", path=path), code="export", hint=hint) from error
    return _head(str(text), str(path))


def since(text: str | None) -> str | None:
    """A day, or a time, as the journal writes it. Raises UserError."""
    if text is None:
        return None
    written = _DAY.sub(r"\3-\2-\1", text.strip(), count=1)
    try:
        moment = datetime.fromisoformat(written)
    except ValueError as error:
        raise UserError(
            phrase("--since {text!r} is no date", text=text), code="since", hint="write 2027-01-15 or 15.01.2027"
        ) from error
    return moment.replace(tzinfo=None).isoformat()


def until(text: str | None) -> str | None:
    """As `since`; a day is meant with its evening. Raises UserError."""
    try:
        moment = since(text)
    except UserError as error:
        raise UserError(phrase("--until {text!r} is no date", text=text), code="until", hint=error.hint) from error
    if moment is None or text is None or ":" in text:
        return moment
    day = datetime.fromisoformat(moment)
    return (day + min(timedelta(days=1), datetime.max - day)).isoformat()


def _export(args: argparse.Namespace, journal: Journal) -> int:
    parts = _parts(journal, since(args.since))
    if args.out is None:
        sys.stdout.writelines(parts)
        return 0
    try:
        replace_by_parts(args.out, (part.encode("utf-8") for part in parts))
    except OSError as error:
        raise UserError(
            phrase("{out} cannot be written: {reason}", out=args.out, reason=error.strerror), code="export"
        ) from error
    return 0


def _parts(journal: Journal, first: str | None) -> Iterator[str]:
    count = 0
    with journal.connection.snapshot():
        for line in journal.lines(first):
            count += 1
            yield _line(line)
        yield _line({"head": str(journal.head or ""), "lines": count})


def _line(value: dict[str, Any]) -> str:
    return as_text(value) + "\n"
