"""Drive a till by the line protocol: one JSON object a line in, one a line out.

The first line out is the greeting. Diagnostics go to standard error. The end of the input ends the till; an open
receipt stays and comes back at the next start.

example:
  printf '%s\\n' '{"cmd":"open"}' '{"cmd":"scan","data":"4607042439162"}' | ncash till --conf shop/conf --data shop/data
"""

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from ncash.shop import Shop, real_outside
from ncash.till.protocol import MAX_LINE, line_of, parsed
from ncash.till.supervisor import Job, Supervisor
from ncash.till.view import Refused


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of a till."""
    parser.add_argument("--cash", metavar="N", help="number of this till (conf/ncash.ini [Cash] cashcode)")
    parser.add_argument("--ca", type=Path, metavar="FILE", help="PEM file of certificate authorities to trust")


def lines(source: BinaryIO) -> Iterator[bytes]:
    """Lines of at most MAX_LINE bytes; of a longer one just so much that it is seen to be too long."""
    while line := source.readline(MAX_LINE + 2):
        if len(line) > MAX_LINE and not line.endswith(b"\n"):
            while (rest := source.readline(MAX_LINE)) and not rest.endswith(b"\n"):
                pass
        yield line.strip(b" \t\r\n") if len(line) <= MAX_LINE else line


def serve(shop: Shop, source: BinaryIO, sink: BinaryIO) -> None:
    """Answer every line; blank ones are passed over."""
    supervisor = Supervisor(shop.till)

    def say(answer: dict[str, object]) -> None:
        sink.write(line_of(answer))
        sink.flush()

    say(shop.till.greeting())
    for line in lines(source):
        if not line:
            continue
        try:
            job: Job = parsed(line)
        except Refused as refusal:
            job = refusal
        say(supervisor.handle(job))
        if shop.till.view.receipt is None:
            shop.documents.idle()
    supervisor.stop()


def run(args: argparse.Namespace) -> int:
    """Serve standard input until it ends. What a plugin prints goes to standard error."""
    with os.fdopen(os.dup(1), "wb") as sink:
        os.dup2(2, 1)
        sys.stdout = sys.stderr
        shop = Shop(args.conf, args.data, real_outside(args.ca), args.cash)
        try:
            serve(shop, sys.stdin.buffer, sink)
        finally:
            shop.close()
    return 0
