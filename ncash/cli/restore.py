"""Put a copy of the books in the place of a damaged database. No till of the data folder may run.

The copy is compared with itself first. The old database stays beside it under the name documents.damaged-TIME.sqlite.
Without --yes it is only said what would be done. What was sold after the copy was made is not in it: ncash rebuild
finds it in the fiscal drive and in the old journal.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from ncash.language import phrase
from ncash.settings.config import Config
from ncash.settings.host import TABLES, Cash
from ncash.shop.copies import places
from ncash.support.books.restore import DatabaseContents, checked, holding, restore
from ncash.system.clock import SystemClock


def arguments(parser: argparse.ArgumentParser) -> None:
    """The copy, and whether it is meant."""
    parser.add_argument("file", type=Path, metavar="FILE", help="the copy; ncash backup list shows them")
    parser.add_argument("--yes", action="store_true", help="do it; without it nothing is changed")
    parser.epilog = (
        "example:\n  ncash restore shop/data/backup/Documents-20270115T090000Z.sqlite --yes --conf shop/conf "
        "--data shop/data\n\n"
        "exit code: 0 done, 1 nothing was changed because --yes is missing, 2 it could not be done"
    )


def run(args: argparse.Namespace) -> int:
    """Say what would be done, or do it. Raises UserError."""
    target = places(args.conf, args.data).documents
    if not args.yes:
        copy, before = checked(args.file), holding(target)
        if args.json:
            told = {"ok": True, "done": False, "copy": copy.json(), "before": before.json()}
            sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
        else:
            sys.stdout.writelines(f"{line}\n" for line in _plan(args.file, copy, target, before))
        return 1
    cash = Config.load(args.conf, TABLES).section(Cash) if args.conf.is_dir() else Cash.defaults()
    done = restore(args.file, target, args.data, cash.cashcode, SystemClock().now())
    if args.json:
        sys.stdout.write(json.dumps({"ok": True, "done": True, **done.json()}, ensure_ascii=False) + "\n")
    else:
        kept = phrase("; the old one is {aside}", aside=done.aside) if done.aside else ""
        sys.stdout.write(
            phrase(
                "{target} is {file} now: {copy}{kept}\n",
                target=target,
                file=args.file,
                copy=_held(done.copy),
                kept=kept,
            )
        )
        sys.stdout.write(phrase("next: ncash rebuild, then ncash reconcile\n"))
    return 0


def _held(found: DatabaseContents) -> str:
    if found.documents is None:
        return phrase("cannot be read ({fault})", fault=found.fault)
    return phrase("{documents} documents", documents=found.documents) + (
        phrase(", the latest of {latest}", latest=found.latest) if found.latest else ""
    )


def _plan(file: Path, copy: DatabaseContents, target: Path, before: DatabaseContents) -> Iterator[str]:
    yield f"{file}: {_held(copy)}"
    yield f"{target}: {_held(before)}"
    yield phrase("nothing was changed; with --yes the first takes the place of the second, which is kept beside it")
