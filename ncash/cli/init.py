"""Make a working shop folder: DIR/conf with live categories, DIR/data with databases, a sample dictionary file.

An existing file is never touched: a folder that holds a shop already is an error.

example:
  ncash init shop
  ncash dict import shop/sample.aif --conf shop/conf --data shop/data
  ncash till --conf shop/conf --data shop/data
"""

import argparse
import json
import sys
from pathlib import Path

from ncash.language import phrase
from ncash.support.sample.new_shop import make


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the folder."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="folder of the new shop")
    parser.add_argument("--empty", action="store_true", help="do not load the sample goods")


def run(args: argparse.Namespace) -> int:
    """Make it, and say what is there and what to do next."""
    made = make(args.folder, goods=not args.empty)
    if args.json:
        sys.stdout.write(json.dumps({"ok": True, "files": [str(path) for path in made]}, ensure_ascii=False) + "\n")
        return 0
    sys.stdout.write("".join(f"{path}\n" for path in made))
    sys.stdout.write(
        phrase("next: ncash check --conf {folder}/conf; ncash demo shows a day on such a shop\n", folder=args.folder)
    )
    return 0
