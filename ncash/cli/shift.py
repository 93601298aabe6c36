"""The report of a shift of a till: sums by kind and payment, marked goods, what was sold unchecked or refused and why.

What the cash server is still owed is counted as it is now. A running till prints the same at the register with the
command shift (x, close).
"""

import argparse
import json
import sys

from ncash.cli.parsers import number
from ncash.errors import UserError
from ncash.language import phrase
from ncash.shop.open_books import books
from ncash.store.outbox import outbox
from ncash.till.fiscal.shift_slip import slip_lines


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which shift, of which till."""
    parser.add_argument("action", choices=["report"], help="the only action so far")
    parser.add_argument("--shift", type=number, metavar="N", help="number of the shift; the latest one when left out")
    parser.add_argument("--cash", metavar="N", help="number of the till (conf/ncash.ini [Cash] cashcode)")
    parser.epilog = (
        "example:\n  ncash shift report --shift 12 --conf shop/conf --data shop/data\n\n"
        "exit code: 0 told, 2 there is no such shift"
    )


def run(args: argparse.Namespace) -> int:
    """Tell it. Raises UserError."""
    with books(args.conf, args.data, args.cash) as opened:
        documents = opened.documents
        shift = args.shift if args.shift is not None else documents.last_shift()
        report = documents.shift_told(shift) if shift is not None else None
        if report is None:
            which = phrase("has had no shift yet") if shift is None else phrase("has no shift {shift}", shift=shift)
            hint = "opening a receipt opens a shift"
            raise UserError(
                phrase("till {cashcode} {which}", cashcode=opened.cashcode, which=which), code="shift", hint=hint
            )
        told = {**report, "unsent": outbox.unsent(documents.connection)}
    if args.json:
        sys.stdout.write(json.dumps({"ok": True, "report": told}, ensure_ascii=False) + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in slip_lines(told))
    return 0
