"""Write the man pages (docs/man/) and the completion scripts, or with --check name the files that are stale."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import shtab
from argparse_manpage.manpage import Manpage

from ncash import __version__
from ncash.cli.main import COMMANDS
from ncash.cli.parsers import parser_of, whole

ROOT = Path(__file__).resolve().parent.parent
PLACES = {"DIR": shtab.DIRECTORY, "FILE": shtab.FILE}
PRINTED_WIDTH = "100"


def completed(action: argparse.Action) -> None:
    """Say what a shell may put in the place of a file or a folder."""
    if action.metavar in PLACES:
        action.complete = PLACES[str(action.metavar)]  # type: ignore[attr-defined]


def page(parser: argparse.ArgumentParser, name: str, text: str) -> str:
    """One man page of section 1."""
    manual = Manpage(parser)
    lines = str(manual).splitlines()
    begin = next(at for at, line in enumerate(lines) if line.startswith(".SH SYNOPSIS"))
    head = [f'.TH {name.upper()} 1 "" "ncash {__version__}" "ncash"', ".SH NAME", f"{name} \\- {text}"]
    return "\n".join([*head, *lines[begin:]]).rstrip("\n") + "\n"


def written() -> dict[str, str]:
    """Every generated file by its path in the project."""
    parser = whole(COMMANDS, completed)
    made = {f"ncash/cli/completion.{shell}": shtab.complete(parser, shell) for shell in ("bash", "zsh")}
    for name, text in COMMANDS.items():
        made[f"docs/man/ncash-{name}.1"] = page(parser_of(name), f"ncash-{name}", text)
    overview = argparse.ArgumentParser(prog="ncash", usage="%(prog)s COMMAND [options]", add_help=False)
    lines = "\n".join(f"  {name:<11} {text}; see ncash-{name}(1)" for name, text in COMMANDS.items())
    overview.description = f"Commands:\n\n{lines}"
    overview.formatter_class = argparse.RawDescriptionHelpFormatter
    made["docs/man/ncash.1"] = page(overview, "ncash", "sells marked goods by the vendor's INI files")
    return {name: text.rstrip("\n") + "\n" for name, text in made.items()}


def stale(folder: Path, made: dict[str, str]) -> list[Path]:
    """Files that differ from what the parsers say, are missing, or belong to no command."""
    wrong = [folder / name for name, text in made.items() if not same(folder / name, text)]
    return sorted({*wrong, *(path for path in folder.glob("docs/man/*") if str(path.relative_to(folder)) not in made)})


def same(path: Path, text: str) -> bool:
    """Whether the file holds this text."""
    return path.is_file() and path.read_text(encoding="utf-8") == text


def main(argv: Sequence[str] | None = None) -> int:
    """Exit code 1 when --check found something."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, name the stale files")
    args = parser.parse_args(argv)
    os.environ.update({"LC_ALL": "C", "COLUMNS": PRINTED_WIDTH})
    made = written()
    if args.check:
        wrong = stale(ROOT, made)
        for path in wrong:
            print(f"{path.relative_to(ROOT)} is not what the parsers say; run tools/make_manuals.py")
        return 1 if wrong else 0
    for path in stale(ROOT, made):
        path.unlink(missing_ok=True)
    for name, text in made.items():
        path = ROOT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
