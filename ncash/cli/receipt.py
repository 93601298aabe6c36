"""Bring a receipt made elsewhere to this till, or list the receipts that wait.

A file in the vendor's onlinechecks JSON becomes a deferred receipt: the till restores it by its id and checks every
mark again. With --order it becomes an order: its name, scanned into an open receipt, adds its positions, and marked
ones wait for their marks.

settle shows the receipt of which a till cannot tell whether it is in the fiscal drive, and the document that stands
in its place; --adopt or --drop is the supervisor's decision, which the till carries out with its next command.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from ncash.cli import settling
from ncash.errors import UserError
from ncash.language import phrase
from ncash.model.money import rubles
from ncash.model.receipt import Receipt
from ncash.shop.open_books import books
from ncash.support.exchange.online_checks import bring
from ncash.system.clock import SystemClock, SystemRandom


def arguments(parser: argparse.ArgumentParser) -> None:
    """The action, the file, and whether it is an order."""
    parser.add_argument(
        "action", choices=["import", "list", "settle"], help="bring a file, list what waits, decide what a till cannot"
    )
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="the receipt to bring")
    parser.add_argument("--order", action="store_true", help="an order: scanned into a receipt, marks checked then")
    parser.add_argument("--adopt", action="store_true", help="settle: the document in the drive is this receipt")
    parser.add_argument("--drop", action="store_true", help="settle: it is not; the receipt is at payment again")
    parser.add_argument("--reason", metavar="TEXT", help="settle: what you compared; kept in the journal")
    parser.add_argument("--cash", metavar="N", help="number of the till (conf/ncash.ini [Cash] cashcode)")
    parser.epilog = (
        "examples:\n  ncash receipt import check.json --conf shop/conf --data shop/data\n"
        "  ncash receipt list --conf shop/conf --data shop/data --json\n"
        '  ncash receipt settle --drop --reason "another receipt on the tape"\n\n'
        "exit code: 0 done, 2 it could not be done and nothing was written"
    )


def _told(receipt: Receipt) -> dict[str, Any]:
    return {
        "id": receipt.id,
        "identifier": receipt.extra.get("identifier"),
        "order": bool(receipt.extra.get("order")),
        "opened": receipt.opened,
        "positions": len(receipt.positions),
        "total": rubles(receipt.total),
    }


def _line(receipt: Receipt) -> str:
    told = _told(receipt)
    what = phrase("order") if told["order"] else phrase("receipt")
    name = f" {told['identifier']}" if told["identifier"] else ""
    return phrase(
        "{id}  {what}{name}, {positions} positions, {total}",
        id=told["id"],
        what=what,
        name=name,
        positions=told["positions"],
        total=told["total"],
    )


def _next(receipt: Receipt) -> str:
    if receipt.extra.get("order"):
        return phrase("next: scan {identifier} into an open receipt", identifier=receipt.extra["identifier"])
    return phrase('next: {{"cmd":"restore","receipt":"{id}"}}', id=receipt.id)


def run(args: argparse.Namespace) -> int:
    """Bring the file, list or settle. Raises UserError when it cannot be done."""
    if args.action == "settle":
        return settling.run(args)
    if (args.action == "import") != (args.file is not None):
        raise UserError("import needs FILE, list takes none", code="usage", hint="ncash receipt --help")
    with books(args.conf, args.data) as opened:
        if args.action == "list":
            waiting = opened.documents.deferred()
            told = json.dumps({"receipts": [_told(r) for r in waiting]}, ensure_ascii=False)
            sys.stdout.write(told + "\n" if args.json else "".join(f"{_line(r)}\n" for r in waiting))
            return 0
        brought = bring(args.file, opened, SystemClock(), SystemRandom(), args.order)
    if args.json:
        answer = {"ok": True, "receipt": _told(brought.receipt), "notes": list(brought.notes)}
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
    else:
        notes = [phrase("note: {note}", note=note) for note in brought.notes]
        sys.stdout.write("\n".join([_line(brought.receipt), *notes, _next(brought.receipt)]) + "\n")
    return 0
