"""The list of marks allowed to be sold: load it from a file, or from the cash server, look at it, take marks off it.

import FILE   CSV with excisemarkid[,barcode[,shopcode[,excisetype]]]: UTF-8 or CP1251, comma, semicolon or tab, a
              header line or none; the marks join those that are there. A row that is no mark is named, the rest is
              loaded
replace FILE  the same in the place of what is there; a file without any mark changes nothing
list          every row, as the CSV that import reads; GS is written <GS>
remove MARK   takes marks off the list, whole marks or their CIS; --all takes every one
pull          what the cash server of markVerifyUrl has listed since the last time; with --whole all of it anew, in the
              place of what is there

examples:
  ncash whitelist import marks.csv --conf shop/conf --data shop/data
  ncash whitelist remove 010460222000654921Demo2a --conf shop/conf --data shop/data
  ncash whitelist pull --conf shop/conf --data shop/data

exit code: 0 done, 1 a row was faulty or a mark was not on the list, 2 it could not be done
"""

import argparse
import csv
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from ncash.cli import loading
from ncash.errors import UserError
from ncash.language import phrase
from ncash.model.mark import GS, RENDERINGS
from ncash.store.dictionaries import whitelist
from ncash.store.dictionaries.aif_load import Progress
from ncash.store.imports.report import Report

FILES: Final = ("import", "replace")
_HINTS: Final = {
    "import": "ncash whitelist import marks.csv",
    "replace": "ncash whitelist replace marks.csv",
    "remove": "ncash whitelist remove MARK, or --all",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare options and positional arguments."""
    parser.add_argument("action", choices=["import", "replace", "list", "remove", "pull"])
    parser.add_argument("what", metavar="FILE", nargs="*", help="import, replace: a CSV file; remove: marks or CIS")
    parser.add_argument("--strict", action="store_true", help="load all of the file, or nothing when there is a fault")
    parser.add_argument("--all", action="store_true", help="remove: every mark")
    parser.add_argument("--whole", action="store_true", help="pull: in the place of what is there")
    parser.add_argument("--ca", type=Path, metavar="FILE", help="PEM file of certificate authorities to trust")


def run(args: argparse.Namespace) -> int:
    """Do the action. Raises UserError."""
    wanted = 1 if args.action in FILES else None if args.action == "remove" and not args.all else 0
    if (wanted is None and not args.what) or (wanted is not None and len(args.what) != wanted):
        needs = {1: phrase("one file"), 0: phrase("nothing else"), None: phrase("marks, or --all")}[wanted]
        raise UserError(
            phrase("{action} needs {needs}", action=args.action, needs=needs),
            code="usage",
            hint=_HINTS.get(args.action, _HINTS["import"]),
        )
    return _ACTIONS[args.action](args)


def _bring(args: argparse.Namespace) -> int:
    from ncash.support.explain.mark_reading import reading

    args.file = Path(args.what[0])
    with reading(args.conf, args.data) as reads:

        def load(source: Path, target: Path, strict: bool, progress: Progress | None) -> Report:
            return whitelist.load(source, target, strict, progress, args.action == "replace", reads)

        return loading.run(args, load)


def _list(args: argparse.Namespace) -> int:
    rows = whitelist.listed(loading.dictionaries(args.conf, args.data))
    if args.json:
        sys.stdout.write(json.dumps({"marks": [row._asdict() for row in rows]}, ensure_ascii=False) + "\n")
        return 0
    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow(whitelist.ListedMark._fields)
    table.writerows([_shown(row[0] or ""), *(cell or "" for cell in row[1:])] for row in rows)
    return 0


def _shown(mark: str) -> str:
    for written in (GS, *RENDERINGS):
        mark = mark.replace(written, "<GS>")
    return mark


def _remove(args: argparse.Namespace) -> int:
    from ncash.support.explain.mark_reading import reading

    with reading(args.conf, args.data) as reads:
        told = whitelist.remove(loading.dictionaries(args.conf, args.data), None if args.all else args.what, reads)
    if args.json:
        sys.stdout.write(json.dumps({"ok": True, **told._asdict()}, ensure_ascii=False) + "\n")
    else:
        sys.stdout.writelines(phrase("{mark!a} is not on the list\n", mark=mark) for mark in told.missing)
        sys.stdout.write(phrase("removed: rows {rows}\n", rows=told.rows))
    return 1 if told.missing else 0


def _pull(args: argparse.Namespace) -> int:
    from ncash.shop.shop import configuration, real_outside
    from ncash.support.exchange.white_list import pull

    config, outside = configuration(args.conf), real_outside(args.ca)
    try:
        told = pull(config, outside.http, loading.dictionaries(args.conf, args.data), args.data, args.whole)
    finally:
        outside.http.close()
    if args.json:
        sys.stdout.write(json.dumps({"ok": True, **told._asdict()}, ensure_ascii=False) + "\n")
    else:
        sys.stdout.writelines(f"{fault}\n" for fault in told.faults)
        faulty = phrase(", faulty {faulty}", faulty=told.faulty) if told.faulty else ""
        sys.stdout.write(
            phrase(
                "{servers}: loaded: marks {marks}{faulty}\n",
                servers=", ".join(told.servers),
                marks=told.marks,
                faulty=faulty,
            )
        )
    return 1 if told.faulty else 0


_ACTIONS: Final[dict[str, Callable[[argparse.Namespace], int]]] = {
    "import": _bring, "replace": _bring, "list": _list, "remove": _remove, "pull": _pull,
}  # fmt: skip
