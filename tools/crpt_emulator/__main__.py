"""Serve until the end of standard input or SIGTERM. The first line printed is `port N`."""

import argparse
import os
import signal
import ssl
import sys

from crpt_emulator.emulator import INN, TOKEN, Emulator


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m crpt_emulator", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 lets the system choose")
    parser.add_argument("--sites", type=int, default=1, help="how many CDN sites; the first is the root too")
    parser.add_argument("--token", action="append", metavar="TOKEN", help=f"a valid token (default {TOKEN})")
    parser.add_argument("--cert", metavar="PEM", help="serve https with this certificate and key")
    return parser.parse_args()


def main() -> int:
    """Run the server."""
    args = _arguments()
    tls = None
    if args.cert:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(args.cert)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    tokens = dict.fromkeys(args.token, INN) if args.token else None
    try:
        with Emulator(sites=args.sites, port=args.port, tokens=tokens, tls=tls) as emulator:
            print(f"port {emulator.port}", flush=True)
            while os.read(sys.stdin.fileno(), 4096):
                continue
    except KeyboardInterrupt:
        return 0
    except OSError as error:
        print(f"crpt_emulator: port {args.port}: {error.strerror}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
