"""The parser of each command in the user's language, and one with all of them for the generators."""

import argparse
import importlib
import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final, NoReturn, Protocol, cast

from ncash.cli.language import russian, told


class Command(Protocol):
    """What a module `ncash.cli.NAME` holds."""

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare options and positional arguments."""

    def run(self, args: argparse.Namespace) -> int:
        """Do it; the exit code."""


def _columns() -> int:
    """Width of the terminal, less the two that argparse leaves free.

    argparse would ask shutil, which loads every compressor there is before a till can greet.
    """
    written = os.environ.get("COLUMNS", "")
    if written.isascii() and written.isdigit() and int(written):
        return int(written) - 2
    try:
        return os.get_terminal_size(1).columns - 2
    except OSError:
        return 78


class _Formatter(argparse.RawDescriptionHelpFormatter):
    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_columns())

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[Any],
        prefix: str | None = None,
    ) -> None:
        super().add_usage(usage, actions, groups, told("usage: ") if prefix is None else prefix)


FAULTS: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (re.compile(r"the following arguments are required: (.+)", re.DOTALL), "не указано: {}"),
    (re.compile(r"unrecognized arguments: (.+)", re.DOTALL), "лишние аргументы: {}"),
    (
        re.compile(r"argument (.+?): invalid choice: (.+) \(choose from (.+)\)", re.DOTALL),
        "{}: значение {} не подходит, выберите из: {}",
    ),
    (re.compile(r"argument (.+?): expected (?:one|at least one) argument"), "{}: не указано значение"),
    (re.compile(r"argument (.+?): invalid \w+ value: (.+)", re.DOTALL), "{}: значение {} не подходит"),
    (re.compile(r"ambiguous option: (.+?) could match (.+)", re.DOTALL), "{} – это может быть {}"),
)
"""What argparse says, and the same in Russian."""


def fault(message: str) -> str:
    """A message of argparse in the user's language."""
    if russian():
        for pattern, text in FAULTS:
            found = pattern.fullmatch(message)
            if found:
                return text.format(*found.groups())
    return message


class Parser(argparse.ArgumentParser):
    """argparse in the user's language."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**{"formatter_class": _Formatter, **given, "add_help": False})
        self._positionals.title = told("positional arguments")
        self._optionals.title = told("options")
        self.add_argument("-h", "--help", action="help", help="show this help message and exit")

    def error(self, message: str) -> NoReturn:
        """End with exit code 2 and the reason."""
        self.print_usage(sys.stderr)
        self.exit(2, f"{self.prog}: {told('error')}: {fault(message)}\n")


MOST: Final = 10**15
"""Of anything that is counted: more than any database holds, and less than SQLite counts to."""


def number(text: str) -> int:
    """A count, or the number of a line or a shift, as a command takes it. Raises ValueError."""
    found = int(text)
    if not 0 <= found <= MOST:
        raise ValueError(f"{text[:40]} is not between 0 and {MOST}")
    return found


def common(parser: argparse.ArgumentParser) -> None:
    """The options every command takes (till.md §10)."""
    parser.add_argument("--conf", type=Path, default=Path(os.environ.get("NCASH_CONF", "conf")), metavar="DIR",
                        help="folder with ncash.ini and ncash.ini.d/ (NCASH_CONF, then ./conf)")  # fmt: skip
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("NCASH_DATA", "data")), metavar="DIR",
                        help="folder with databases, journal and caches (NCASH_DATA, then ./data)")  # fmt: skip
    parser.add_argument("--json", action="store_true", help="answer as JSON")


MODULES: Final = {"import": "takeover"}
"""Commands whose word Python keeps for itself."""


def command(name: str) -> Command:
    """The module of a command."""
    return cast(Command, importlib.import_module(f"ncash.cli.{MODULES.get(name, name)}"))


def filled(parser: argparse.ArgumentParser, name: str) -> argparse.ArgumentParser:
    """The parser with description, options and arguments of the command, in the user's language."""
    module = command(name)
    parser.description = module.__doc__
    common(parser)
    module.arguments(parser)
    for action in parser._actions:
        action.help = told(action.help) if action.help else action.help
    if russian():
        from ncash.cli.ru import described

        parser.description = described(name, f"{module.__doc__}\n\n{parser.epilog or ''}")
        parser.epilog = None
    return parser


def parser_of(name: str) -> argparse.ArgumentParser:
    """The parser of one command."""
    return filled(Parser(prog=f"ncash {name}"), name)


def whole(commands: Mapping[str, str], wrap: Callable[[argparse.Action], None] = lambda action: None) -> Parser:
    """One parser with all commands, for completion and man pages; `wrap` is called with every action of theirs."""
    parser = Parser(prog="ncash", description="Sells marked goods by the vendor's INI files.")
    parser.add_argument("-V", "--version", action="store_true", help="show the version and exit")
    commands_of = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)
    for name, text in commands.items():
        one = filled(commands_of.add_parser(name, help=told(text)), name)
        for action in one._actions:
            wrap(action)
    return parser
