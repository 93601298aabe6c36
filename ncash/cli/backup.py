"""Copy the books of the shop now, or list the copies there are. Tills may go on selling.

Documents is copied as it is at one moment, compared with itself, and kept in the folder of [Backup] folder, where the
oldest copy beyond [Backup] keep goes. Running tills do the same by themselves every [Backup] interval hours.
"""

import argparse
import json
import sys
from pathlib import Path

from ncash.errors import UserError
from ncash.language import phrase
from ncash.shop.copies import known, make, places
from ncash.store.sqlite.backup import Copy
from ncash.system.clock import SystemClock

MEGABYTE = 1_000_000


def arguments(parser: argparse.ArgumentParser) -> None:
    """Make or list, and where to."""
    parser.add_argument("action", nargs="?", choices=["make", "list"], default="make",
                        help="make a copy, or list those that are there")  # fmt: skip
    parser.add_argument("--to", type=Path, metavar="FILE", help="make: into this file; nothing is rotated then")
    parser.epilog = (
        "examples:\n  ncash backup --conf shop/conf --data shop/data\n"
        "  ncash backup --to /media/stick/documents.sqlite --conf shop/conf --data shop/data\n"
        "  ncash backup list --conf shop/conf --data shop/data\n\n"
        "exit code: 0 done, 2 it could not be done; an earlier copy is what it was"
    )


def run(args: argparse.Namespace) -> int:
    """Make or list. Raises UserError."""
    where = places(args.conf, args.data)
    if args.action == "list":
        if args.to is not None:
            raise UserError("list takes no --to", code="usage", hint="ncash backup --help")
        found = known(where)
        told = json.dumps({"ok": True, "copies": [copy.json() for copy in found]}, ensure_ascii=False)
        sys.stdout.write(told + "\n" if args.json else "".join(f"{_line(copy)}\n" for copy in found))
        return 0
    copy = make(where, SystemClock().now(), args.to)
    told = json.dumps({"ok": True, "copy": copy.json()}, ensure_ascii=False)
    sys.stdout.write(f"{told if args.json else copy.path}\n")
    return 0


def _line(copy: Copy) -> str:
    made = copy.time.astimezone().strftime("%Y-%m-%d %H:%M:%S") if copy.time else phrase("before an upgrade")
    return phrase("{made:<19}  {size:8.1f} MB  {path}", made=made, size=copy.size / MEGABYTE, path=copy.path)
