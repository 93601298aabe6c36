"""docs/performance.md: the figures of the latest full run, and how they came about."""

import os
import platform
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bench.figures import Promise

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "performance.md"
KEPT: Final = "\n## Restart\n"
"""Begins what `make campaign` measures; the bench leaves it as it is."""

_TEXT: Final = """\
# Speed

Written by `make bench`; Python {python}, SQLite {sqlite}, {system}, {processors} processors, load {load:.0f}.
Times belong to the machine of the day, the ratios less so: both sides of each are taken in the same run. A load above
the number of processors makes ratios of code against a bare statement worse: code has more to lose when others empty
the caches.

| work | takes | compared with | that takes | ratio | promised | |
|---|---|---|---|---|---|---|
{rows}

{verdict}

## How it is measured

* Works that are compared take turns, so that whatever else the machine does slows all of them. Of five turns the
  fastest counts, ratios are taken turn by turn, and the figure is their median. Of what goes to the disk every single
  time counts: medians, and the 99th percentile of the closes.
* Local verdict (ADR 0028): the scan of a mark that was never sold, mark first, is read by the plugins, its goods are
  found, every plugin is asked, and the fold of their answers with its complete trail is told as the member `decision`
  of an answer. Every mark is another one, of six categories and a thousand goods among 300,000. Settings are those of
  the sample shop: checks 1 to 5 look and judge, the white list is off as by default, CRPT is not asked. A till
  remembers goods until Dictionaries change; a row beside has goods that it never met before.
* The whole answer: `Till.handle` with the same scan, which also makes the position, asks for prices and notices,
  tells the receipt, and makes the line of the journal. The books are read as ever but not written, and the fiscal drive
  does not check the code.
* Verdicts and the statement they are compared with wait for nobody, so processor time is taken: what other programs
  do to the clock on the wall is not in it.
* The bare SELECT is the statement of the uniqueness check on the same database file through a connection of its own,
  for a mark that is not there.
* Start: `ncash till` on the sample shop from the start of the process to the first line out; bytecode is there, as
  after the first start of any till.
* Commits: the books in WAL mode with synchronous = FULL against one `executemany` in a transaction of its own, on a
  file of the same make; checkpoints are made between receipts, as the till does when nobody scans.
* Durable write of a scan (ADR 0028): what the store does from a receipt and a line of the journal to the end of the
  commit, against one transaction of plain statements that puts the very same rows into a file of the same make. The
  row beside has a transaction of one small row: there the ratio is mostly one of pages and of bytes.
* At CRPT: a server in a process of its own says the same about every code. What a check adds to that request over one
  bare socket is compared with what `requests` adds with a prepared request and a session. Health: four emulated sites
  of different slowness, the whole list against the slowest alone. The second site: of three emulated sites two take
  40 ± 10 ms and one 500, each is the first to be asked for a third of the checks, crptHedgeAfter = 60.
* The cash server: one process or two on a PostgreSQL of the bench's own as it is by default, or on a file of SQLite.
  A load generator in a process of its own keeps 16 connections that wait for each answer; every call brings its
  account, every mark is another one and gets its row and its history. pgbench does what the server does for one
  reservation in a transaction of its own, with prepared statements, on the same tables of the same server. Times are
  those of a mark; they take turns of some seconds, and the figure is the median of the ratios. Known marks are sold
  ones with history.
* What needs no stopwatch is tested: no statement of the scan path reads a whole table, a close is one durable commit,
  and nothing heavy is loaded before the greeting.

`python tools/bench --quick` takes a minute, has a million sold marks instead of ten, and leaves this page alone.
"""


def took(seconds: float) -> str:
    """A time for people."""
    if seconds < 0.001:
        return f"{seconds * 1e6:.1f} µs"
    return f"{seconds * 1e3:.2f} ms" if seconds < 0.1 else f"{seconds * 1e3:.0f} ms"


def line(promise: Promise) -> str:
    """One promise as a line of text."""
    mark = "    " if promise.limit is None else "ok  " if promise.held else "OVER"
    promised = "" if promise.limit is None else f", promised {promise.limit:g}"
    base = f"{promise.base} {took(promise.base_seconds)}"
    return f"{mark} {promise.what}: {took(promise.seconds)} = {promise.measured:.2f} × {base}{promised}"


def _row(promise: Promise) -> str:
    held = "" if promise.limit is None else "held" if promise.held else "**over**"
    limit = "" if promise.limit is None else f"{promise.limit:g}"
    return (
        f"| {promise.what} | {took(promise.seconds)} | {promise.base} | {took(promise.base_seconds)} "
        f"| {promise.measured:.2f} | {limit} | {held} |"
    )


def kept(before: str) -> str:
    """What the page said of other runs than those of the bench."""
    _, found, rest = before.partition(KEPT)
    return found + rest


def page(promises: Sequence[Promise]) -> str:
    """The part of the page that the bench writes."""
    over = [one for one in promises if not one.held]
    reasons = [f"* {one.what}, {one.measured / (one.limit or 1):.1f} times what was promised." for one in over]
    notes = [f"* {one.what}: {one.note}" for one in promises if one.note]
    verdict = "\n".join(["Over the promise:", "", *reasons] if over else ["Every promise is held."])
    if notes:
        verdict = "\n".join([verdict, "", "Beside them:", "", *notes])
    return _TEXT.format(
        python=platform.python_version(),
        sqlite=sqlite3.sqlite_version,
        system=platform.system(),
        processors=os.cpu_count() or 1,
        load=os.getloadavg()[1],
        rows="\n".join(_row(promise) for promise in promises),
        verdict=verdict,
    )
