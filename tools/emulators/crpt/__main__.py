"""Serve until the end of standard input or SIGTERM. The first line printed is `port N`, the second `control N`.

example:
  python -m ncash.emulators.crpt --sites 3 --script faults.yml
  curl -d '{"kind":"status","value":503,"site":1}' http://127.0.0.1:CONTROL/-/fault
"""

import argparse
import os
import signal
import ssl
import sys
from collections.abc import Sequence
from pathlib import Path

from ncash.emulators.crpt.certificates import KINDS, Authority
from ncash.emulators.crpt.control import Control, play, read_script
from ncash.emulators.crpt.emulator import INN, TOKEN, Emulator


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m ncash.emulators.crpt", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--port", type=int, default=0, help="0 lets the system choose")
    parser.add_argument("--sites", type=int, default=1, help="how many CDN sites; the first is the root too")
    parser.add_argument("--token", action="append", metavar="TOKEN", help=f"a valid token (default {TOKEN})")
    parser.add_argument("--cert", metavar="PEM", help="serve https with this certificate and key")
    parser.add_argument("--tls", action="append", choices=KINDS, help="certificate of a site, once for each site")
    parser.add_argument("--ca", type=Path, metavar="FILE", help="where to write the authority that --tls made")
    parser.add_argument("--script", type=Path, metavar="FILE", help="codes and faults to begin with (JSON or YAML)")
    parser.add_argument("--control", type=int, default=0, metavar="PORT", help="port for scripting by HTTP")
    return parser.parse_args()


def _tls(args: argparse.Namespace) -> ssl.SSLContext | Sequence[ssl.SSLContext] | None:
    if args.cert:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(args.cert)
        return context
    if not args.tls:
        return None
    if len(args.tls) != args.sites:
        raise ValueError(f"--tls is given {len(args.tls)} times for {args.sites} sites")
    authority = Authority()
    if args.ca:
        authority.write(args.ca)
    return [authority.context(kind) for kind in args.tls]


def _serve(args: argparse.Namespace) -> None:
    tokens = dict.fromkeys(args.token, INN) if args.token else None
    script = read_script(args.script) if args.script else {}
    with Emulator(sites=args.sites, port=args.port, tokens=tokens, tls=_tls(args)) as emulator:
        play(emulator, script)
        with Control(emulator, args.control) as control:
            print(f"port {emulator.port}\ncontrol {control.port}", flush=True)
            while os.read(sys.stdin.fileno(), 4096):
                continue


def main() -> int:
    """Run the server."""
    args = _arguments()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        _serve(args)
    except KeyboardInterrupt:
        return 0
    except (OSError, ValueError) as error:
        print(f"ncash.emulators.crpt: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
