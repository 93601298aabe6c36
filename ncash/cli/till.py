"""Drive a till by the line protocol: one JSON object a line in, one a line out.

The first line out is the greeting. Diagnostics go to standard error. The end of the input ends the till; an open
receipt stays and comes back at the next start.

example:
  printf '%s\\n' '{"cmd":"open"}' '{"cmd":"scan","data":"4607042439162"}' | ncash till --conf shop/conf --data shop/data
"""

import argparse
import os
import signal
import sys
from pathlib import Path
from typing import BinaryIO, Final

from ncash.cli.lines import lines
from ncash.shop.shop import Shop, real_outside
from ncash.shop.upkeep import Upkeep
from ncash.till.protocol import MAX_LINE, line_of, parsed
from ncash.till.supervisor import Job, Supervisor
from ncash.till.view import CommandRefusal

LAST_BATCH: Final = 2.0
"""Seconds that the end of a till waits for a batch under way; what is not acknowledged is sent again."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of a till."""
    parser.add_argument("--cash", metavar="N", help="number of this till (conf/ncash.ini [Cash] cashcode)")
    parser.add_argument("--safe-mode", action="store_true", help="run no plugins but those that come with the program")
    parser.add_argument("--ca", type=Path, metavar="FILE", help="PEM file of certificate authorities to trust")


def serve(shop: Shop, source: int, sink: BinaryIO) -> None:
    """Greet, then answer every line; blank ones are passed over."""
    supervisor = Supervisor(shop.till)

    def say(answer: dict[str, object]) -> None:
        sink.write(line_of(answer))
        sink.flush()

    upkeep = Upkeep(shop, supervisor)
    signal.signal(signal.SIGHUP, lambda number, frame: setattr(upkeep, "asked", True))
    say(supervisor.greeting())
    shop.health.start()
    shop.announce()
    sender = shop.sender()
    sender.start()
    for line in lines(source, MAX_LINE, upkeep.idle, shop.outside.clock):
        if not line.strip():
            continue
        try:
            job: Job = parsed(line)
        except CommandRefusal as refusal:
            job = refusal
        say(supervisor.handle(job))
    supervisor.stop()
    sender.stop(LAST_BATCH)


def run(args: argparse.Namespace) -> int:
    """Serve standard input until it ends. What a plugin prints goes to standard error."""
    with os.fdopen(os.dup(1), "wb") as sink:
        os.dup2(2, 1)
        sys.stdout = sys.stderr
        shop = Shop(args.conf, args.data, real_outside(args.ca), args.cash, safe=args.safe_mode)
        try:
            serve(shop, sys.stdin.fileno(), sink)
        finally:
            shop.close()
    return 0
