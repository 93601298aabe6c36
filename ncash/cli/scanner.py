"""What the scanner does to codes, and how often: a test for the engineer, figures for the shop.

test     scan the codes it names (create them as DataMatrix with any generator, or read back lines from --input);
         says what the scanner does to GS, letters, prefix and terminator, and which of its settings to change
stats    scans of marks, refused ones, and what had to be repaired, out of the journal

example:
  ncash scanner test
  ncash scanner test --scan '01046705401760992159aB1c93dGVz'
  ncash scanner stats --conf shop/conf --data shop/data

exit code: 0 done, 1 test: a setting has to be changed, 2 it could not be done
"""

import argparse
import json
import sys
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from ncash.errors import UserError
from ncash.language import phrase, retold
from ncash.support.explain.scanner import CODES, ScanResult, Usage, examined, usage


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the actions."""
    parser.add_argument("action", choices=["test", "stats"])
    parser.add_argument("--scan", metavar="TEXT", action="append", help="test: what the scanner typed")
    parser.add_argument("--input", type=Path, metavar="FILE", help="test: lines that the scanner typed")
    parser.add_argument("--till", metavar="N", help="stats: of this till only")


def run(args: argparse.Namespace) -> int:
    """Do it. Raises UserError."""
    return _stats(args) if args.action == "stats" else _test(args)


def _test(args: argparse.Namespace) -> int:
    found = [examined(text) for text in _scans(args)]
    if not found:
        raise UserError("nothing was scanned", code="scan", hint="scan a test code, or give one with --scan TEXT")
    if args.json:
        told = {"ok": all(one.good for one in found), "scans": [one.json() for one in found]}
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write("".join(_lines(found)))
    return 0 if all(one.good for one in found) else 1


def _scans(args: argparse.Namespace) -> Iterable[str]:
    if args.scan:
        return [str(text) for text in args.scan]
    if args.input is not None:
        try:
            text = args.input.read_bytes().decode("utf-8", "replace")
        except OSError as error:
            raise UserError(
                phrase("cannot read {input}: {reason}", input=args.input, reason=error.strerror), code="input"
            ) from error
        return [line for line in text.split("\n") if line.strip()]
    if not args.json:
        sys.stdout.write(
            phrase("scan each of these, then end the input (Ctrl+D); GS stands for the separator, FNC1 in front\n")
        )
        sys.stdout.write("".join(f"  {code.replace(chr(29), ' GS ')}\n" for code in CODES))
    raw = sys.stdin.buffer.read().decode("utf-8", "replace")
    return [line for line in raw.split("\n") if line.strip()]


def _lines(found: Iterable[ScanResult]) -> Iterable[str]:
    for number, one in enumerate(found, 1):
        yield phrase("scan {number}: {verdict}\n", number=number, verdict=phrase(one.verdict))
        for name, value in one.seen.items():
            yield f"  {phrase(name)}: {retold(value)}\n"
        for setting in one.change:
            yield phrase("  change: {setting}\n", setting=retold(setting))


def _stats(args: argparse.Namespace) -> int:
    from ncash.cli.journal import documents
    from ncash.store.sqlite.connection import Connection

    path = documents(args.conf, args.data)
    if not path.is_file():
        raise UserError(
            phrase("there are no books at {path}", path=path),
            code="documents",
            hint="give the folders with --conf, --data",
        )
    with closing(Connection(path)) as connection:
        tills = usage(connection, args.till)
    if args.json:
        sys.stdout.write(json.dumps({"tills": [one.json() for one in tills]}, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write("".join(_told(one) for one in tills) or phrase("no mark was scanned yet\n"))
    return 0


def _told(one: Usage) -> str:
    lines = [
        phrase(
            "till {till}: {scans} scans of marks, {repaired} repaired, {refused} refused\n",
            till=one.till,
            scans=one.scans,
            repaired=one.repaired,
            refused=one.refused,
        )
    ]
    lines += [f"  {count:>6}  {name}\n" for name, count in sorted(one.causes.items())]
    return "".join(lines)
