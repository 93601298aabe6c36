"""Let a running till read its configuration again, between two receipts, and say what came of it.

The configuration is checked first; with an error in it everything stays as it runs.

example:
  ncash reload --conf shop/conf --data shop/data
"""

import argparse
import json
import os
import signal
import sys
from typing import Any

from ncash.errors import UserError
from ncash.language import phrase
from ncash.settings import host
from ncash.shop.shop import configuration
from ncash.shop.upkeep import outcome_file
from ncash.system.clock import SystemClock
from ncash.system.locks import holder


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which till, and how long to wait."""
    parser.add_argument("--cash", metavar="N", help="number of the till (conf/ncash.ini [Cash] cashcode)")
    parser.add_argument(
        "--wait", type=float, default=30.0, metavar="SECONDS", help="how long to wait for a free moment"
    )


def run(args: argparse.Namespace) -> int:
    """Ask, wait, tell; 1 when the configuration was refused or the till is in a receipt all the time."""
    cash = args.cash or configuration(args.conf).section(host.Cash).cashcode
    pid = holder(args.data, cash)
    if pid is None:
        raise UserError(
            phrase("till {cash} is not running", cash=cash),
            code="not_running",
            hint="a till reads its files when it starts",
        )
    file = outcome_file(args.data, cash)
    before = file.read_bytes() if file.exists() else b""
    os.kill(pid, signal.SIGHUP)
    clock = SystemClock()
    deadline = clock.monotonic() + args.wait
    while clock.monotonic() < deadline:
        if file.exists() and (after := file.read_bytes()) != before:
            return _tell(json.loads(after), args.json)
        clock.sleep(0.1)
    text = phrase("the till is in a receipt: it reads its files when the receipt is closed")
    return _tell({"ok": False, "error": {"text": text}}, args.json)


def _tell(outcome: dict[str, Any], as_json: bool) -> int:
    if as_json:
        sys.stdout.write(json.dumps(outcome, ensure_ascii=False) + "\n")
    elif outcome["ok"]:
        changed = outcome["changes"]["changed"]
        sys.stdout.write("".join(f"{line}\n" for line in changed) or phrase("nothing has changed\n"))
    else:
        sys.stdout.write(phrase("not taken: {text}\n", text=outcome["error"]["text"]))
    return 0 if outcome["ok"] else 1
