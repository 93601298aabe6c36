"""Serve until the end of standard input or SIGTERM. The first line printed is `port N`."""

import argparse
import sys

from crpt_emulator.service import serve

from cashserver_emulator.emulator import CashServer


def main() -> int:
    """Run the server."""
    parser = argparse.ArgumentParser(prog="python -m cashserver_emulator", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 lets the system choose")
    args = parser.parse_args()
    return serve("cashserver_emulator", args.port, lambda: CashServer(port=args.port))


if __name__ == "__main__":
    sys.exit(main())
