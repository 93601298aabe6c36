"""Serve until the end of standard input or SIGTERM. The first line printed is `port N`."""

import argparse
import os
import signal
import sys
from pathlib import Path

from tspiot_emulator import Esm, self_signed


def main() -> int:
    """Run the server."""
    parser = argparse.ArgumentParser(prog="python -m tspiot_emulator", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 lets the system choose")
    parser.add_argument("--folder", type=Path, metavar="DIR", help="serve https; the certificate is put here")
    args = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    tls = self_signed(args.folder)[1] if args.folder else None
    try:
        with Esm(port=args.port, tls=tls) as server:
            print(f"port {server.port}", flush=True)
            while os.read(sys.stdin.fileno(), 4096):
                continue
    except KeyboardInterrupt:
        return 0
    except OSError as error:
        print(f"tspiot_emulator: port {args.port}: {error.strerror}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
