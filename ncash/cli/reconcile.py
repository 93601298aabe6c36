"""Look for what must never be: I1 … I14, over the databases, the journal, the fiscal drive and the configuration.

Each violation is told with its receipt, its place and what to do next; ncash docs reliability says what the names mean.
What cannot be seen in files is named with the tests that prove it. Nothing is changed; tills may go on selling.

examples:
  ncash reconcile --conf shop/conf --data shop/data
  ncash reconcile --only I3 --json --conf shop/conf --data shop/data

exit code: 0 no violation, 1 there is one, 2 the books cannot be read
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from ncash.language import phrase, retold
from ncash.support.books.evidence import Violation
from ncash.support.books.reconcile import INVARIANTS, Reconciliation, reconcile
from ncash.system.clock import SystemClock


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which invariants."""
    parser.add_argument("--only", choices=[one.name for one in INVARIANTS], action="append", default=[], metavar="NAME",
                        help="look for this one only, as in I3; may be repeated")  # fmt: skip
    parser.add_argument(
        "--offline",
        action="store_true",
        help="ask no register and no cash server; the emulated register is read all the same",
    )
    parser.add_argument("--ca", type=Path, metavar="FILE", help="PEM file of certificate authorities to trust")


def run(args: argparse.Namespace) -> int:
    """Look and tell; 1 when something was found. Raises UserError."""
    from ncash.network.http import RequestsHttp

    http = RequestsHttp(args.ca)
    try:
        around = None if args.offline else (SystemClock(), http)
        found = reconcile(args.data, args.conf, args.only, around)
    finally:
        http.close()
    if args.json:
        sys.stdout.write(json.dumps(found.json(), ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in _lines(found))
    return 1 if found.violations else 0


def _lines(found: Reconciliation) -> Iterator[str]:
    for one in INVARIANTS:
        own = [violation for violation in found.violations if violation.invariant == one.name]
        if one.name in found.looked:
            found_here = phrase("{count} violations", count=len(own)) if own else phrase("none found")
            yield f"{one.name:<3}  {phrase(one.title)}: {found_here}"
        elif one.checker is None:
            yield phrase(
                "{name:<3}  {title}: not seen in files, proved by {proof}",
                name=one.name,
                title=one.title,
                proof=", ".join(one.proof),
            )
        for violation in own:
            yield from _shown(violation)


def _shown(violation: Violation) -> Iterator[str]:
    receipt = phrase(", receipt {receipt}", receipt=violation.receipt) if violation.receipt else ""
    yield f"     {retold(violation.text)}{receipt}"
    if violation.place:
        yield phrase("       where: {place}", place=violation.place)
    if violation.next:
        yield phrase("       next: {next}", next=violation.next)
