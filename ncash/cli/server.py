"""The cash server: one state for each mark of a store or a chain, so that a unit is sold once by any till.

  run                       answer the tills until SIGTERM; prints the address
  user add NAME --role till|admin [--key]
                            make an account and print its secret, once: a password, or with --key a bearer key
  user list                 accounts, without secrets
  user remove NAME          take an account away; a running server knows within seconds
  conflicts [--all]         receipts that were fiscal while the mark was another's, with both receipts; those that
                            are settled only with --all
  conflicts settle NUMBER --reason TEXT
                            somebody has looked into it: who, when and why are kept, both receipts too
  history MARK              state and history of a mark across stores
  whitelist import FILE     list marks that may be sold: CSV with excisemarkid[,barcode[,shopcode[,excisetype]]]

The database is a file in the data folder unless [Server] database or --database names another, or a URL.

examples:
  ncash server user add till-1 --role till --key --data store/data
  ncash server run --listen 127.0.0.1:8080 --data store/data

exit code: 0 done, 1 conflicts: some are open, whitelist: a row was faulty, 2 it could not be done
"""

import argparse
import importlib
import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from ncash.cli.shown import word
from ncash.errors import UserError
from ncash.language import phrase, retold
from ncash.settings.config import Config
from ncash.settings.host import TABLES, Server
from ncash.settings.problems import ERROR
from ncash.system.clock import SystemClock, SystemRandom

WORDS: Final = {
    "run": 0, "user add": 1, "user list": 0, "user remove": 1, "conflicts": 0, "conflicts settle": 1, "history": 1,
    "whitelist import": 1,
}  # fmt: skip
"""Actions and how many words follow."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """The action and what it needs."""
    parser.add_argument("action", choices=["run", "user", "conflicts", "history", "whitelist"])
    parser.add_argument(
        "words", nargs="*", metavar="WORD", help="add NAME, list, remove NAME; settle NUMBER; MARK; import FILE"
    )
    parser.add_argument("--database", metavar="URL", help="a URL, or a file in the data folder ([Server] database)")
    parser.add_argument("--listen", metavar="HOST:PORT", help="run: where to listen ([Server] listen); port 0: any")
    parser.add_argument("--certificate", type=Path, metavar="FILE", help="run: PEM file of the certificate, for https")
    parser.add_argument("--private-key", type=Path, metavar="FILE", help="run: PEM file of its private key")
    parser.add_argument("--role", choices=["till", "admin"], default="till", help="user add: what the account may call")
    parser.add_argument("--key", action="store_true", help="user add: a bearer key instead of a password")
    parser.add_argument("--password-file", type=Path, metavar="FILE", help="user add: take the password from a file")
    parser.add_argument("--all", action="store_true", help="conflicts: the settled ones too")
    parser.add_argument("--reason", metavar="TEXT", help="conflicts settle: what became of both receipts; it is kept")


def run(args: argparse.Namespace) -> int:
    """Do it. Raises UserError."""
    name, words = _action(args.action, args.words)
    settings = _settings(args.conf)
    _installed()
    if name == "run":
        return _serve(args, settings)
    from ncash.cli.server_desk import ServerDesk
    from ncash.hosting.toggles import who

    with ServerDesk(args.data, args.database or settings.database, SystemClock(), SystemRandom()) as desk:
        actions: dict[str, Callable[..., dict[str, Any]]] = {
            "user add": lambda name: desk.add(name, args.role, args.key, args.password_file),
            "user list": desk.users, "user remove": desk.remove, "history": desk.history,
            "conflicts": lambda: desk.conflicts(args.all), "whitelist import": desk.enlist,
            "conflicts settle": lambda number: desk.settle(number, who(), args.reason),
        }  # fmt: skip
        told = actions[name](*words)
    _show(told, args.json)
    left = told.get("open", len(told["conflicts"])) if name == "conflicts" else told.get("faulty")
    return 1 if left else 0


def _action(action: str, words: list[str]) -> tuple[str, list[str]]:
    for name, count in WORDS.items():
        head = name.split()
        if [action, *words[: len(head) - 1]] == head:
            rest = words[len(head) - 1 :]
            if len(rest) == count:
                return name, rest
    given = " ".join([action, *words])
    raise UserError(
        phrase("ncash server {given}: it is not said what to do", given=given), code="usage", hint="ncash server --help"
    )


def _settings(conf: Path) -> Server:
    """[Server] of the conf folder, its defaults where there is none. Raises UserError for a value that cannot be."""
    if not conf.is_dir():
        return Server.defaults()
    config = Config.load(conf, TABLES)
    for problem in config.problems:
        if problem.level == ERROR and problem.section in ("", Server.section):
            raise UserError(f"{problem.file}:{problem.line}: {problem.text}", code="config", hint="ncash check")
    return config.section(Server)


def _installed() -> None:
    for library in ("sqlalchemy", "uvicorn", "uvloop", "httptools", "argon2", "prometheus_client"):
        try:
            importlib.import_module(library)
        except ImportError as error:
            hint = "pip install 'ncash[server]'"
            raise UserError(
                phrase("the server needs {library}: {error}", library=library, error=error), code="server", hint=hint
            ) from error


def _serve(args: argparse.Namespace, settings: Server) -> int:
    from ncash.server.database.connection import address, engine_of
    from ncash.server.serve import ListenAddress, host_and_port, run
    from ncash.server.service import Options, Service
    from ncash.server.systemd import Notifier

    host, port = host_and_port(args.listen or settings.listen)
    certificate = args.certificate or _beside(args.conf, settings.certificate)
    place = ListenAddress(host, port, certificate, args.private_key or _beside(args.conf, settings.privateKey))
    options = Options(settings.whiteList, settings.leaseMinutes * 60.0, settings.requestsPerSecond)
    url = address(args.database or settings.database, _folder(args.data))
    service = Service(engine_of(url), SystemClock(), SystemRandom(), sys.stderr, options)

    def announce(where: str) -> None:
        sys.stdout.write(f"{where}\n")
        sys.stdout.flush()

    try:
        run(service, place, announce, Notifier(os.environ))
    finally:
        service.close()
    return 0


def _beside(conf: Path, written: str) -> Path | None:
    return conf / written if written else None


def _folder(data: Path) -> Path:
    try:
        data.mkdir(exist_ok=True)
    except OSError as error:
        text = phrase("the data folder {data} cannot be made: {reason}", data=data, reason=error.strerror)
        raise UserError(text, code="data", hint="give it with --data") from error
    return data


def _show(told: dict[str, Any], as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in _lines(told))


def _lines(told: dict[str, Any]) -> Iterator[str]:
    """Names and values; a list of objects is one line each."""
    for name, value in told.items():
        if isinstance(value, list):
            yield f"{phrase(name)}: {len(value)}"
            yield from (f"  {_words(one)}" for one in value)
        else:
            yield f"{phrase(name)}: {_words(value) if isinstance(value, dict) else word(_said(value))}"


def _said(value: Any) -> Any:
    return retold(value) if isinstance(value, str) else value


def _words(one: dict[str, Any]) -> str:
    return "  ".join(
        f"{phrase(name)}: ({_words(value)})" if isinstance(value, dict) else f"{phrase(name)} {word(_said(value))}"
        for name, value in one.items()
        if value != ""
    )
