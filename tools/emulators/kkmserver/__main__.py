"""Serve until the end of standard input or SIGTERM. The first line printed is `port N`."""

import argparse
import sys

from ncash.emulators.crpt.service import serve
from ncash.emulators.kkmserver import KkmServer


def main() -> int:
    """Run the server."""
    parser = argparse.ArgumentParser(prog="python -m ncash.emulators.kkmserver", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 lets the system choose")
    args = parser.parse_args()
    return serve("ncash.emulators.kkmserver", args.port, lambda: KkmServer(port=args.port))


if __name__ == "__main__":
    sys.exit(main())
