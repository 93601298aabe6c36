"""The `ncash` command: one table of subcommands, each module imported only when it is called.

Exit codes: 0 done, 1 done and something was found or refused, 2 it could not be done.
"""

import json
import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from gettext import gettext
from typing import Final

from ncash import __version__
from ncash.cli.parsers import Command, command, parser_of
from ncash.cli.shown import prepare
from ncash.errors import UserError, raised
from ncash.language import ENGLISH, phrase, retold, speak, wanted

EXAMPLE: Final = "ncash init shop && ncash till --conf shop/conf --data shop/data"
PURPOSE: Final = "sells marked goods by the vendor's INI files"
COMMANDS: Final = {
    "init": "make a working shop folder",
    "till": "drive a till by the line protocol",
    "demo": "sell a short day on a shop folder of its own",
    "dict": "load the dictionary file of the back office",
    "whitelist": "load the list of marks allowed to be sold",
    "import": "take over from the program that sold here before",
    "sales": "write the sales of a shift for the back office",
    "shift": "tell what happened in a shift of a till",
    "receipt": "bring a receipt made elsewhere to this till",
    "plugins": "show the plugins and their state",
    "plugin": "write a new plugin, or say how good one is",
    "config": "show, switch and compare the settings",
    "reload": "let a running till read its configuration again",
    "doctor": "look at everything the shop works with; one file for support",
    "crpt": "show how the checks at Chestny Znak fare; declare an emergency",
    "queue": "show and send what the cash server is owed",
    "backup": "copy the books of the shop, or list the copies",
    "restore": "put a copy in the place of damaged books",
    "rebuild": "put the books together from what is left",
    "reconcile": "look for what must never be: lost, doubled, unchecked sales",
    "journal": "verify and export the journal of decisions",
    "explain": "say why a code is sold, asked about or refused",
    "replay": "judge the journal again under other settings",
    "scanner": "tell what a scanner does to codes, and how often",
    "rule": "explain a rule of ncash check",
    "check": "find the mistakes in the configuration",
    "server": "run the cash server: a unit is sold once by any till",
    "docs": "print the documents of this very version",
    "completion": "print the completion script of a shell",
}


SHORT: Final = {"-t": ("check",), "-T": ("config", "cat")}
"""What people type elsewhere: test the configuration, show all of it."""


def _overview() -> str:
    lines = [f"  {name:<11} {phrase(text)}" for name, text in COMMANDS.items()]
    return (
        f"ncash {__version__}: {phrase(PURPOSE)}\n\n"
        f"{gettext('usage: ')}{phrase('ncash COMMAND [options]      ncash COMMAND --help')}\n\n"
        + "\n".join(lines)
        + f"\n\n{phrase('example:')}\n  {EXAMPLE}\n"
    )


def _fail(error: UserError, as_json: bool) -> int:
    if as_json:
        sys.stdout.write(json.dumps({"ok": False, "error": error.json()}, ensure_ascii=False) + "\n")
    else:
        hint = f"\n{retold(error.hint)}" if error.hint else ""
        sys.stderr.write(f"ncash: {error}{hint}\n")
    return 2


def _of_the_system(error: OSError) -> UserError:
    where = f"{error.filename}: " if error.filename else ""
    hint = "look at the rights and the room there, then repeat"
    return UserError(f"{where}{phrase(error.strerror or type(error).__name__)}", code="system", hint=hint)


def dispatch(argv: Sequence[str]) -> int:
    """Run one subcommand. Raises UserError for what the user can mend."""
    if not argv or argv[0] in ("-h", "--help", "help"):
        sys.stdout.write(_overview())
        return 0 if argv else 2
    if argv[0] in ("-V", "--version"):
        sys.stdout.write(f"ncash {__version__}\n")
        return 0
    name, rest = SHORT.get(argv[0], (argv[0],))[0], [*SHORT.get(argv[0], (argv[0],))[1:], *argv[1:]]
    if name not in COMMANDS:
        raise UserError(phrase("no command {name!r}", name=name), code="usage", hint="ncash --help lists the commands")
    return _ended(command(name), parser_of(name).parse_args(rest))


def _ended(one: Command, args: Namespace) -> int:
    """The exit code of a command: no code of a plugin ends the program in its place."""
    try:
        return one.run(args)
    except SystemExit as error:
        text = phrase("somebody's code ended the program: {trouble}", trouble=raised("a call", error))
        raise UserError(text, code="ended", hint="ncash plugins says how the plugins fare") from error


def run(argv: Sequence[str] | None = None) -> int:
    """The console script. No traceback reaches the user."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    as_json = "--json" in arguments
    prepare()
    speak(ENGLISH if as_json else wanted(os.environ))
    try:
        return dispatch(arguments)
    except UserError as error:
        return _fail(error, as_json)
    except BrokenPipeError:
        sys.stderr.close()
        return 2
    except KeyboardInterrupt:
        return 2
    except OSError as error:
        if os.environ.get("NCASH_DEBUG"):
            raise
        return _fail(_of_the_system(error), as_json)
    except Exception as error:
        if os.environ.get("NCASH_DEBUG"):
            raise
        text = phrase("internal error, {kind}", kind=type(error).__name__)
        hint = "run it again with NCASH_DEBUG=1 and send the output to the developers"
        return _fail(UserError(text, code="internal", hint=hint), as_json)


if __name__ == "__main__":
    sys.exit(run())
