"""The bench as a command: measures, writes docs/performance.md, exit code 1 when a promise is not held."""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench import commits, crpt, greeting, server, shops, verdict
from bench.figures import Promise
from bench.report import PAGE, kept, line, page


def measured(folder: Path, quick: bool) -> Iterator[Promise]:
    """Every promise in turn."""
    few, many = (100_000, 1_000_000) if quick else (100_000, 10_000_000)
    yield from verdict.measured(folder / "verdict", few, many, 10 if quick else 40)
    conf, data = shops.shop(folder / "start")
    yield greeting.measured(conf, data, shops.GOODS, 3 if quick else 8)
    yield from commits.receipts(folder / "receipts", 300 if quick else 2000)
    yield from commits.scans(folder / "scans", 500 if quick else 3000)
    yield from crpt.measured(folder / "crpt", quick)
    yield from server.measured(folder / "server", quick)


def main(argv: Sequence[str] | None = None) -> int:
    """0: all promises are held. 1: one is not, and is named."""
    parser = argparse.ArgumentParser(prog="tools/bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a short run; docs/performance.md stays as it is")
    args = parser.parse_args(argv)
    found = []
    with tempfile.TemporaryDirectory(prefix="ncash-bench-") as folder:
        for promise in measured(Path(folder), args.quick):
            print(line(promise), flush=True)
            found.append(promise)
    if not args.quick:
        PAGE.write_text(page(found) + kept(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
        print(f"written: {PAGE.name}")
    over = [promise for promise in found if not promise.held]
    for promise in over:
        print(f"over its promise: {promise.what}", file=sys.stderr)
    return 1 if over else 0
