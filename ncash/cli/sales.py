"""Write the sales of a shift for the back office, as the till does when it closes one.

The file is saleYYYY.MM.DD_HH-MM-SS.json in DATA/exchange; an earlier file is never written over.
"""

import argparse
import json
import sys
from pathlib import Path

from ncash.cli.parsers import number
from ncash.errors import UserError
from ncash.language import phrase
from ncash.shop.export import FOLDER, Exporter, export
from ncash.shop.open_books import books
from ncash.shop.shop import configuration
from ncash.system.clock import SystemClock


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which shift, of which till, and where to."""
    parser.add_argument("action", choices=["export"], help="the only action so far")
    parser.add_argument("--shift", type=number, metavar="N", help="number of the shift; the latest one when left out")
    parser.add_argument("--cash", metavar="N", help="number of the till (conf/ncash.ini [Cash] cashcode)")
    parser.add_argument("--out", type=Path, metavar="DIR", help="folder of the file; DATA/exchange when left out")
    parser.epilog = (
        "examples:\n  ncash sales export --conf shop/conf --data shop/data\n"
        "  ncash sales export --shift 12 --out /media/stick --conf shop/conf --data shop/data\n\n"
        "exit code: 0 written, 2 it could not be done and there is no new file"
    )


def run(args: argparse.Namespace) -> int:
    """Write the file. Raises UserError when it cannot be done."""
    with books(args.conf, args.data, args.cash) as opened:
        shift = args.shift if args.shift is not None else opened.documents.last_shift()
        if shift is None:
            hint = "opening a receipt opens a shift"
            raise UserError(
                phrase("till {cashcode} has had no shift yet", cashcode=opened.cashcode), code="shift", hint=hint
            )
        folder = args.out or args.data / FOLDER
        till = Exporter(opened.documents, opened.dictionaries, configuration(args.conf), SystemClock())
        path = export(till, shift, folder)
    told = json.dumps({"ok": True, "shift": shift, "file": str(path)}, ensure_ascii=False) if args.json else path
    sys.stdout.write(f"{told}\n")
    return 0
