"""The parser of each command in the user's language, and one with all of them for the generators."""

import argparse
import importlib
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, Protocol, cast

from ncash.language import phrase


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


class Parser(argparse.ArgumentParser):
    """argparse with descriptions as they are written, as wide as the terminal."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**{"formatter_class": _Formatter, **given})


_EXAMPLES: Final = re.compile(r"examples?:\n")
_REMARK: Final = re.compile(r"(  .*?\S {2,})\((.*)\)")


def in_language(text: str, say: Callable[[str], str] = phrase) -> str:
    """A description paragraph by paragraph; of examples their head, and the remarks in brackets behind them."""
    return "\n\n".join(_paragraph(one, say) for one in text.strip().split("\n\n"))


def _paragraph(text: str, say: Callable[[str], str]) -> str:
    head, _, below = text.partition("\n")
    if not _EXAMPLES.match(text):
        return say(text)
    lines = [_REMARK.sub(lambda found: f"{found[1]}({say(found[2])})", line) for line in below.split("\n")]
    return "\n".join([say(head), *lines])


MOST: Final = 10**15
"""Of anything that is counted: more than any database holds, and less than SQLite counts to."""


def number(text: str) -> int:
    """A count, or the number of a line or a shift, as a command takes it. Raises ValueError."""
    found = int(text)
    if not 0 <= found <= MOST:
        raise ValueError(phrase("{text} is not between 0 and {most}", text=text[:40], most=MOST))
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
    common(parser)
    module.arguments(parser)
    parser.description = in_language(module.__doc__ or "")
    parser.epilog = in_language(parser.epilog) if parser.epilog else None
    for action in parser._actions:
        action.help = phrase(action.help) if action.help else action.help
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
        one = filled(commands_of.add_parser(name, help=phrase(text)), name)
        for action in one._actions:
            wrap(action)
    return parser
