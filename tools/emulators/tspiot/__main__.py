"""Serve until the end of standard input or SIGTERM. The first line printed is `port N`."""

import argparse
import sys
from pathlib import Path

from ncash.emulators.crpt.service import serve
from ncash.emulators.tspiot import Esm, self_signed


def main() -> int:
    """Run the server."""
    parser = argparse.ArgumentParser(prog="python -m ncash.emulators.tspiot", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 lets the system choose")
    parser.add_argument("--folder", type=Path, metavar="DIR", help="serve https; the certificate is put here")
    args = parser.parse_args()
    tls = self_signed(args.folder)[1] if args.folder else None
    return serve("ncash.emulators.tspiot", args.port, lambda: Esm(port=args.port, tls=tls))


if __name__ == "__main__":
    sys.exit(main())
