"""Look at everything a shop works with: configuration, switches that run out, databases, journal, queue, fiscal
drive, plugins, and what each plugin knows: sites and tokens of Chestny Znak, cash server, local module, the clock.

Nothing is changed. Servers are asked now, each for a few seconds at most, unless --offline.

examples:
  ncash doctor --conf shop/conf --data shop/data
  ncash doctor --bundle bundle.zip --conf shop/conf --data shop/data      (for the vendor's support)

exit code: 0 nothing fails (warnings may stand), 1 something fails, 2 a folder is not there
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from ncash.cli.colour import painted
from ncash.language import phrase, retold
from ncash.model.finding import FAIL, Finding
from ncash.model.ports import Outside
from ncash.support.doctor.doctor import diagnosis
from ncash.system.clock import SystemClock, SystemRandom


def arguments(parser: argparse.ArgumentParser) -> None:
    """How thoroughly to look, and where the bundle goes."""
    parser.add_argument("--bundle", type=Path, metavar="FILE", help="write a zip file for support, secrets masked")
    parser.add_argument("--offline", action="store_true", help="ask no server")
    parser.add_argument("--whole", action="store_true", help="check every index of the databases; takes minutes")
    parser.add_argument("--cash", metavar="N", help="number of the till (conf/ncash.ini [Cash] cashcode)")
    parser.add_argument("--ca", type=Path, metavar="FILE", help="PEM file of certificate authorities to trust")


def run(args: argparse.Namespace) -> int:
    """Look, tell, and write the bundle; 1 when something fails. Raises UserError."""
    from ncash.network.http import RequestsHttp

    outside = Outside(SystemClock(), SystemRandom(), RequestsHttp(args.ca))
    try:
        findings = diagnosis(args.conf, args.data, outside, args.cash, args.whole, not args.offline)
    finally:
        outside.http.close()
    if args.bundle is not None:
        from ncash.support.doctor.bundle import write

        write(args.bundle, args.conf, args.data, findings, outside.clock.now())
    if args.json:
        told = {"ok": not _fails(findings), "findings": [one.json() for one in findings]}
        sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in lines(findings))
        if args.bundle is not None:
            sys.stdout.write(phrase("for support: {bundle}\n", bundle=args.bundle))
    return 1 if _fails(findings) else 0


def _fails(findings: Sequence[Finding]) -> bool:
    return any(one.level == FAIL for one in findings)


def lines(findings: Sequence[Finding]) -> Iterator[str]:
    """The findings for people."""
    for one in findings:
        level = painted(one.level, f"{phrase(one.level):<4}", sys.stdout)
        yield f"{level}  {phrase(one.name):<13}  {retold(one.text)}"
        if one.next:
            yield f"{'':<4}  {'':<13}  {phrase('next: {step}', step=retold(one.next))}"
