"""docs/performance.md: the figures of the latest full run, and how they came about."""

import platform
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from bench.commits import SCAN_WRITE
from bench.figures import Promise
from bench.verdict import VERDICT

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "performance.md"

_TEXT: Final = """\
# Speed

Written by `make bench`; Python {python}, SQLite {sqlite}, {system}. Times belong to the machine of the day, the ratios
do not: both sides of each are taken in the same run.

| work | takes | compared with | that takes | ratio | promised | |
|---|---|---|---|---|---|---|
{rows}

{verdict}

## How it is measured

* Works that are compared take turns, so that whatever else the machine does slows all of them. Of five turns the
  fastest counts, ratios are taken turn by turn, and the figure is their median. Of what goes to the disk every single
  time counts: medians, and the 99th percentile of the closes.
* Local verdict: `Till.handle` gets the scan of a mark that was never sold, mark first, and gives back the whole answer
  of the line protocol, with the position, the trail of checks and the notices. Every mark is another one, of six
  categories and a thousand goods among 300,000. Settings are those of the sample shop: checks 1 to 5 look and judge,
  the white list is off as by default, CRPT is not asked. The books are read as ever but not written.
* The bare SELECT is the statement of the uniqueness check on the same database file through a connection of its own,
  for a mark that is not there.
* Start: `ncash till` on the sample shop from the start of the process to the first line out; bytecode is there, as
  after the first start of any till.
* Commits: the books in WAL mode with synchronous = FULL against one `executemany` in a transaction of its own, on a
  file of the same make; checkpoints are made between receipts, as the till does when nobody scans.
* At CRPT: a server in a process of its own says the same about every code. What a check adds to that request over one
  bare socket is compared with what `requests` adds with a prepared request and a session. Health: four emulated sites
  of different slowness, the whole list against the slowest alone. The second site: of three emulated sites two take
  40 ± 10 ms and one 500, each is the first to be asked for a third of the checks, crptHedgeAfter = 60.
* What needs no stopwatch is tested: no statement of the scan path reads a whole table, a close is one durable commit,
  and nothing heavy is loaded before the greeting.

`python tools/bench --quick` takes a minute, has a million sold marks instead of ten, and leaves this page alone.
"""


_REASONS: Final[Mapping[str, str]] = {
    VERDICT: (
        "SQLite and the masks take a fifth of it. The rest is some four hundred and sixty calls in Python, of which a "
        "dozen cost as much as a bare statement: nine checks that tell their setting and its place, answers of plugins "
        "judged before they are believed, a watched call of every hook, a position that holds its trail, the answer in "
        "JSON. What is left to drop is what makes a verdict explainable and a broken plugin harmless."
    ),
    SCAN_WRITE: (
        "It is one commit with one fdatasync, of nine pages where the bare one has one: receipt, position, mark with "
        "its index, journal line, head of the journal's chain. Where a bare commit takes a millisecond the promise is "
        "held; where a virtual disk answers sooner, texts and statements weigh more than the disk."
    ),
}
"""Why a promise may be missed, for the page."""


def _reason(promise: Promise) -> str:
    return promise.note or _REASONS.get(promise.what, "")


def took(seconds: float) -> str:
    """A time for people."""
    if seconds < 0.001:
        return f"{seconds * 1e6:.1f} µs"
    return f"{seconds * 1e3:.2f} ms" if seconds < 0.1 else f"{seconds * 1e3:.0f} ms"


def line(promise: Promise) -> str:
    """One promise as a line of text."""
    mark = "ok  " if promise.held else "OVER"
    base = f"{promise.base} {took(promise.base_seconds)}"
    return (
        f"{mark} {promise.what}: {took(promise.seconds)} = {promise.measured:.2f} × {base}, promised {promise.limit:g}"
    )


def _row(promise: Promise) -> str:
    held = "held" if promise.held else "**over**"
    return (
        f"| {promise.what} | {took(promise.seconds)} | {promise.base} | {took(promise.base_seconds)} "
        f"| {promise.measured:.2f} | {promise.limit:g} | {held} |"
    )


def page(promises: Sequence[Promise]) -> str:
    """The whole page."""
    over = [promise for promise in promises if not promise.held]
    reasons = [f"* {one.what}, {one.measured / one.limit:.1f} times what was promised. {_reason(one)}" for one in over]
    verdict = "\n".join(["Over the promise:", "", *reasons]) if over else "Every promise is held."
    return _TEXT.format(
        python=platform.python_version(),
        sqlite=sqlite3.sqlite_version,
        system=platform.system(),
        rows="\n".join(_row(promise) for promise in promises),
        verdict=verdict,
    )
