"""Serve until the end of standard input or SIGTERM. The first line printed is `port N`."""

import argparse
import os
import signal
import sys

from atol_emulator import AtolServer


def main() -> int:
    """Run the server."""
    parser = argparse.ArgumentParser(prog="python -m atol_emulator", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 lets the system choose")
    args = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with AtolServer(port=args.port) as server:
            print(f"port {server.port}", flush=True)
            while os.read(sys.stdin.fileno(), 4096):
                continue
    except KeyboardInterrupt:
        return 0
    except OSError as error:
        print(f"atol_emulator: port {args.port}: {error.strerror}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
