"""Put the books together again from what is left: copies, damaged databases, the journal, the fiscal drive.

Books that are damaged are put aside first, and the newest sound copy takes their place. Then everything that the
databases beside it (documents.damaged-TIME.sqlite, or --from FILE) still hold is taken over, and a receipt that only
the fiscal drive has is entered from its lines and the journal; one that cannot be entered is listed. A receipt that was
open in the newest of them is open again, and the till checks its marks again. No till of the data folder may run.
Without --yes nothing is changed.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from ncash.language import phrase
from ncash.model.money import rubles
from ncash.settings.config import Config
from ncash.settings.host import TABLES, Cash
from ncash.shop.copies import places
from ncash.support.books.rebuild import EnteredReceipt, RebuildReport, rebuild
from ncash.system.clock import SystemClock


def arguments(parser: argparse.ArgumentParser) -> None:
    """More sources, and whether it is meant."""
    parser.add_argument("--from", dest="sources", type=Path, action="append", default=[], metavar="FILE",
                        help="a damaged database that lies elsewhere; may be repeated")  # fmt: skip
    parser.add_argument("--yes", action="store_true", help="do it; without it nothing is changed")
    parser.epilog = (
        "example:\n  ncash rebuild --yes --conf shop/conf --data shop/data\n\n"
        "exit code: 0 done, or nothing is missing; 1 something cannot be entered, or --yes is missing; "
        "2 it could not be done"
    )


def run(args: argparse.Namespace) -> int:
    """Do it, or say what would be done. Raises UserError."""
    cash = Config.load(args.conf, TABLES).section(Cash) if args.conf.is_dir() else Cash.defaults()
    where, own = places(args.conf, args.data), (cash.cashcode, cash.shopcode)
    found = rebuild(where, args.data, own, SystemClock().now(), tuple(args.sources), args.yes)
    if args.json:
        sys.stdout.write(json.dumps({"ok": True, "done": args.yes, **found.json()}, ensure_ascii=False) + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in _told(found, args.yes))
    left = found.missing or (found.entered and not args.yes)
    return 1 if left else 0


def _told(found: RebuildReport, done: bool) -> Iterator[str]:
    yield phrase("the books begin with: {base}", base=found.base)
    for one in found.entered:
        yield phrase(
            "{done}: {receipt}, from {source}",
            done="entered" if done else "would enter",
            receipt=_receipt(one),
            source=one.found,
        )
    for one in found.missing:
        yield phrase(
            "MISSING: {receipt}, in {source}: {missing}", receipt=_receipt(one), source=one.found, missing=one.missing
        )
    yield from found.notes
    yield phrase(
        "receipts: {count}, journal lines: {lines}, messages: {messages}",
        count=len(found.entered),
        lines=found.lines,
        messages=found.messages,
    )
    if not done:
        yield phrase("nothing was changed; with --yes it is done")
    elif found.entered or found.missing:
        yield phrase("next: ncash reconcile")


def _receipt(one: EnteredReceipt) -> str:
    number = phrase(", fiscal document {number}", number=one.number) if one.number else ""
    return phrase("receipt {receipt}{number}, {total}", receipt=one.receipt, number=number, total=rubles(one.total))
