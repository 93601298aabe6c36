"""The list of marks allowed to be sold: load it from a file, or from the cash server.

import   CSV with excisemarkid[,barcode[,shopcode[,excisetype]]]: UTF-8 or CP1251, comma or semicolon, a header line or
         none; the marks join those that are there
pull     what the cash server of markVerifyUrl has listed since the last time; with --whole all of it anew, in the
         place of what is there

examples:
  ncash whitelist import marks.csv --conf shop/conf --data shop/data
  ncash whitelist pull --conf shop/conf --data shop/data

exit code: 0 loaded, 1 something was faulty, 2 it could not be done
"""

import argparse
import json
import sys
from pathlib import Path

from ncash.cli import loading
from ncash.errors import UserError
from ncash.store.whitelist import load


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare options and positional arguments."""
    parser.add_argument("action", choices=["import", "pull"])
    parser.add_argument("file", type=Path, metavar="FILE", nargs="?", help="import: a CSV file")
    parser.add_argument("--strict", action="store_true", help="load all of the file, or nothing when there is a fault")
    parser.add_argument("--whole", action="store_true", help="pull: in the place of what is there")
    parser.add_argument("--ca", type=Path, metavar="FILE", help="PEM file of certificate authorities to trust")


def run(args: argparse.Namespace) -> int:
    """Load the list. Raises UserError."""
    if args.action == "pull":
        return _pull(args)
    if args.file is None:
        raise UserError("import needs a file", code="usage", hint="ncash whitelist import marks.csv")
    return loading.run(args, load)


def _pull(args: argparse.Namespace) -> int:
    from ncash.shop import configuration, real_outside
    from ncash.support.white_list import pull

    config, outside = configuration(args.conf), real_outside(args.ca)
    try:
        told = pull(config, outside.http, loading.dictionaries(args.conf, args.data), args.data, args.whole)
    finally:
        outside.http.close()
    if args.json:
        sys.stdout.write(json.dumps({"ok": True, **told._asdict()}, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(f"{', '.join(told.servers)}: loaded: marks {told.marks}\n")
    return 0
