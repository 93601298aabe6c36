"""Write the Russian catalogues, or with --check name what is wrong with them.

Every text of the sources that reads like English is a text for people, unless its place says otherwise (`UNREAD`,
`UNREAD_CALLS`): it stands in a .po file and is translated there, and the .mo file beside it says the same. A text with
values is a template given to `phrase` or `recorded`; an f-string cannot be translated and is a fault.
"""

import argparse
import ast
import re
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from string import Formatter
from typing import Final, NamedTuple

import polib

from ncash.cli.main import COMMANDS
from ncash.cli.parsers import MODULES, in_language

ROOT: Final = Path(__file__).resolve().parent.parent
LANGUAGE: Final = "ru"
HEAD: Final = {
    "Project-Id-Version": "ncash",
    "Language": LANGUAGE,
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
}
WIDTH: Final = 120
MARKS: Final = ("phrase", "recorded")
UNREAD_CALLS: Final = frozenset((
    "Field", "CommandRow", "declare", "compile", "execute", "PaymentType", "Column", "Metric", "Counter",
    "Histogram", "TypeError", "RuntimeError", "AssertionError", "LookupError", "FileExistsError", "glob", "getattr",
    "cast", "NewType", "TypeVar",
))  # fmt: skip
"""Calls whose texts stand in the English reference, or are for programmers."""
UNREAD: Final = (
    "ncash/system/failpoints.py", "ncash/hosting/hooks.py", "ncash/settings/declare.py",
    "ncash/store/dictionaries/aif_goods.py",
    "ncash/store/dictionaries/aif_others.py", "ncash/store/dictionaries/aif_commands.py",
    "ncash/support/takeover/tables.py", "ncash/support/exchange/check_fields.py", "ncash/support/sample/sample_conf.py",
    "ncash/support/sample/sample_goods.py", "ncash/support/sample/plugin_template.py", "ncash/model/codes/spelling.py",
    "ncash/server/http/answers.py", "ncash/server/http/app.py", "ncash/server/http/calls.py",
    "ncash/server/http/fields.py", "ncash/server/http/gate.py", "ncash/server/database/prepared.py",
    "ncash/server/http/metrics.py",
    "ncash/server/http/openapi.py", "ncash/server/http/routes.py", "ncash/server/service.py",
    "ncash/server/states.py",
    "ncash/server/writer.py",
)  # fmt: skip
"""Modules whose texts people do not read: they stand in the English reference, or the cash server answers them over the
network to programs of any language."""
SQL: Final = re.compile(r"\b(SELECT|INSERT|UPDATE|DELETE|PRAGMA|CREATE|ALTER|FROM|WHERE|JOIN|VALUES|WITHOUT|CONFLICT|"
                        r"SAVEPOINT|ROLLBACK|BEGIN|THEN|IN|AND|NOT|NULL)\b")  # fmt: skip
NAMES: Final = re.compile(r"[\w.]+(, [\w.]+){3,}|(\w+ = \S+\n)+.*", re.DOTALL)
"""Lists of columns, and lines of an INI file."""
OF_ARGPARSE: Final = (
    "usage: ", "positional arguments", "options", "subcommands", "show this help message and exit",
    "%(prog)s: error: %(message)s\n", "argument %(argument_name)s: %(message)s", "expected one argument",
    "expected at most one argument", "expected at least one argument", "unrecognized arguments: %s",
    "the following arguments are required: %s", "one of the arguments %s is required",
    "not allowed with argument %s", "ignored explicit argument %r", "invalid %(type)s value: %(value)r",
    "invalid choice: %(value)r (choose from %(choices)s)", "ambiguous option: %(option)s could match %(matches)s",
)  # fmt: skip
"""What argparse says to somebody who calls a command; faults of a parser itself nobody reads."""
OF_THE_SYSTEM: Final = (
    "No such file or directory", "Permission denied", "Operation not permitted", "File exists", "Not a directory",
    "Is a directory", "Directory not empty", "No space left on device", "Disk quota exceeded", "Read-only file system",
    "Input/output error", "Too many open files", "File name too long", "Invalid argument", "Device or resource busy",
    "Too many levels of symbolic links", "File too large", "Cannot assign requested address", "Address already in use",
    "Connection refused", "Connection reset by peer", "Network is unreachable", "No route to host",
    "Name or service not known", "Temporary failure in name resolution", "Broken pipe", "Bad file descriptor",
)  # fmt: skip
"""Reasons of the operating system, which knows no Russian for a program that set no locale."""
OF_LIBRARIES: Final = (
    "database is locked", "database disk image is malformed", "file is not a database", "disk I/O error",
    "unable to open database file", "attempt to write a readonly database", "database or disk is full",
    "Expecting value", "Extra data", "Expecting ',' delimiter", "Expecting ':' delimiter",
    "Expecting property name enclosed in double quotes", "Unterminated string starting at",
    "Invalid control character at", "Invalid \\escape", "Illegal trailing comma before end of object",
    "Illegal trailing comma before end of array",
)  # fmt: skip
"""Reasons of SQLite and of the JSON reader."""
OF_MASKS: Final = (
    "{error} at position {number}", "missing )", "unbalanced parenthesis", "nothing to repeat", "multiple repeat",
    "bad set", "bad escape \\", "unterminated character set", "unknown group", "missing group name", "bad repeat value",
    "bad character range", "unknown extension", "unexpected end of pattern", "bad fuzzy constraint",
    "min repeat greater than max repeat",
)  # fmt: skip
"""Reasons of the library that reads masks."""
OF_CODE: Final = (
    "ok", "warn", "fail", "error", "warning", "allow", "deny", "ask", "need_scan", "unknown", "sale", "return", "on",
    "off", "configuration", "switched", "till", "databases", "space", "receipts", "goods", "queue", "journal",
    "scanners", "fiscal", "plugins", "kinds", "clock", "ready", "failing", "config-error", "missing", "broken",
    "disabled", "served", "never", "checks", "default", "open", "closed", "expired", "alcohol", "tobacco", "shoes",
    "medicine", "good", "damaged", "prefix", "terminator", "layout", "letters", "GS", "none", "dropped", "swapped",
    "mixed", "Russian", "English", "fault", "yes", "no", "attention", "checked", "service", "planned", "source",
    "fetched", "next_list", "trouble", "token_error", "sites", "tokens", "emergency", "since", "by", "text", "url",
    "story", "asked", "local_module", "status", "version", "latency", "blocked_for", "depts", "token", "state",
    "registered", "instance", "account", "user", "rank", "reason", "time", "from", "nothing", "evidence", "authority",
    "order", "receipt", "refused", "sold", "latency_ms", "avgTimeMs", "silences", "valid", "role", "name", "kind",
    "created", "removed", "password", "key", "number", "mark", "read", "added", "known", "faulty", "faults",
    "conflicts", "line", "cis", "history", "recorded", "found", "came", "settled", "who", "info", "verdict", "storno",
    "cancel", "close", "defer", "quantity", "choice", "switch", "choose", "press", "restore", "receiptstatus", "scan",
    "unread", "settle", "rebuilt", "config", "start", "end", "secret", "input",
)  # fmt: skip
"""Words of the code that are shown to people as well: levels, verdicts, states, what the doctor looks at."""


class Home(NamedTuple):
    """A catalogue and the sources that it translates."""

    sources: str
    domain: str

    @property
    def folder(self) -> Path:
        """Where .po and .mo lie."""
        return ROOT / self.sources / "locale" / LANGUAGE / "LC_MESSAGES"

    @property
    def po(self) -> Path:
        """The catalogue that people edit."""
        return self.folder / f"{self.domain}.po"

    @property
    def mo(self) -> Path:
        """The catalogue that gettext reads."""
        return self.folder / f"{self.domain}.mo"


class Place(NamedTuple):
    """A text of the sources, and the module it stands in."""

    text: str
    module: str


class Untranslatable(NamedTuple):
    """An f-string where a template must stand."""

    module: str
    line: int

    def __str__(self) -> str:
        return f"{self.module}:{self.line}: an f-string cannot be translated, write phrase(...) or recorded(...)"


def homes() -> list[Home]:
    """The host, and each plugin of this repository."""
    plugins = sorted(path.parent.name for path in (ROOT / "plugins").glob("*/__init__.py"))
    return [Home("ncash", "ncash"), *(Home(f"plugins/{name}", name) for name in plugins)]


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _modules(folder: Path) -> list[Path]:
    there = sorted(path for path in folder.rglob("*.py") if "testing" not in path.parts)
    return [path for path in there if path.relative_to(ROOT).as_posix() not in UNREAD]


class Reader:
    """Reads the texts of one module."""

    def __init__(self, path: Path) -> None:
        self.module = path.relative_to(ROOT).as_posix()
        self.tree = _tree(path)

    def texts(self) -> Iterator[Place | Untranslatable]:
        """Every text in it."""
        yield from self._below(self.tree)

    def _below(self, node: ast.AST) -> Iterator[Place | Untranslatable]:
        for one in ast.iter_child_nodes(node):
            yield from self._of(one)

    def _of(self, node: ast.AST) -> Iterator[Place | Untranslatable]:
        match node:
            case ast.Expr(value=ast.Constant()):
                return
            case ast.Assign(targets=[ast.Attribute(attr="epilog")], value=(ast.Constant() | ast.JoinedStr()) as epilog):
                yield from self._described(epilog)
            case ast.Call(func=func) if _called(func) in UNREAD_CALLS:
                return
            case ast.Call(keywords=[*_, ast.keyword(arg="advice", value=advice)]):
                # The row of a screen text: it is Russian, and when it is shown stands in the reference.
                yield from self._of(advice)
            case ast.Call(func=func, args=[ast.Constant(value=str(text)), *_]) if _called(func) in MARKS:
                yield Place(text, self.module)
                yield from self._below(node)
            case ast.JoinedStr():
                if readable(_literal(node)):
                    yield Untranslatable(self.module, node.lineno)
                for value in node.values:
                    yield from self._below(value) if isinstance(value, ast.FormattedValue) else ()
            case ast.IfExp(body=ast.Constant(value=str(one)), orelse=ast.Constant(value=str(other))):
                if readable(one) or readable(other):
                    yield from (Place(text, self.module) for text in (one, other) if text)
                yield from self._of(node.test)
            case ast.Constant(value=str(text)) if readable(text):
                yield Place(text, self.module)
            case _:
                yield from self._below(node)

    def _described(self, epilog: ast.expr) -> Iterator[Place]:
        text = _literal(epilog) if isinstance(epilog, ast.JoinedStr) else ast.literal_eval(epilog)
        yield from (Place(one, self.module) for one in _paragraphs(text))


def _called(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def readable(text: str) -> bool:
    """Whether a text holds two English words in a row, and is neither Russian nor a statement for a database."""
    words = text.split()
    pairs = pairwise(words)
    russian = any("\u0400" <= one <= "\u04ff" for one in text.replace("ТС ПИоТ", ""))  # a name has no English
    if russian or SQL.search(text) or NAMES.fullmatch(text):
        return False
    return any(_word(one) and _word(other) for one, other in pairs)


def _word(text: str) -> bool:
    bare = text.strip("\"'(),.:;!?")
    return bare.isascii() and bare.isalpha()


def _literal(node: ast.JoinedStr) -> str:
    return "".join(str(one.value) if isinstance(one, ast.Constant) else "\x00" for one in node.values)


def found_in(home: Home) -> list[Place | Untranslatable]:
    """Every text of the home's sources."""
    found = [one for path in _modules(ROOT / home.sources) for one in Reader(path).texts()]
    if home.domain == "ncash":
        found += [Place(text, "ncash/cli/main.py") for text in COMMANDS.values()]
        found += [Place(text, "argparse") for text in OF_ARGPARSE]
        found += [Place(text, "the system") for text in OF_THE_SYSTEM]
        found += [Place(text, "libraries") for text in OF_LIBRARIES]
        found += [Place(text, "libraries") for text in OF_MASKS]
        found += [Place(text, "words of the code") for text in OF_CODE]
        found += list(_of_commands())
    return found


def _of_commands() -> Iterator[Place]:
    for name in COMMANDS:
        path = ROOT / f"ncash/cli/{MODULES.get(name, name)}.py"
        told = _paragraphs(ast.get_docstring(_tree(path)) or "")
        yield from (Place(text, path.relative_to(ROOT).as_posix()) for text in told)


def _paragraphs(description: str) -> list[str]:
    """What of a description is translated."""
    told: list[str] = []

    def say(text: str) -> str:
        told.append(text)
        return text

    in_language(description, say)
    return told


def texts_of(home: Home) -> dict[str, list[str]]:
    """Every text of the home with the modules it stands in, in the order of the sources."""
    found: dict[str, list[str]] = {}
    for one in found_in(home):
        if isinstance(one, Place) and one.module not in found.setdefault(one.text, []):
            found[one.text].append(one.module)
    return found


def catalogue_of(home: Home) -> polib.POFile:
    """The catalogue as it is to be: a row for every text, with the translation that stands there already."""
    before = {one.msgid: one.msgstr for one in polib.pofile(str(home.po), wrapwidth=WIDTH)} if home.po.is_file() else {}
    made = polib.POFile(wrapwidth=WIDTH)
    made.metadata = dict(HEAD)
    for text, modules in texts_of(home).items():
        places = [(module, "") for module in sorted(modules)]
        made.append(polib.POEntry(msgid=text, msgstr=before.get(text, ""), occurrences=places))
    return made


def compiled(made: polib.POFile) -> bytes:
    """The .mo file of a catalogue."""
    translated: bytes = made.to_binary()
    return translated


def fields(text: str) -> set[str]:
    """Names of the values in a template, with what makes a quoted text of them."""
    try:
        return {f"{name}!{how or ''}" for _, name, _, how in Formatter().parse(text) if name is not None}
    except ValueError:
        return set()


def faults(home: Home) -> Iterator[str]:
    """What is wrong with the home's sources and catalogue."""
    yield from (str(one) for one in found_in(home) if isinstance(one, Untranslatable))
    made = catalogue_of(home)
    for one in made:
        if not one.msgstr:
            yield f"{one.occurrences[0][0]}: no translation of {one.msgid!r}"
        elif "%(" not in one.msgid and fields(one.msgid) != fields(one.msgstr):
            yield f"{one.occurrences[0][0]}: other values in the translation of {one.msgid!r}"
    if not home.po.is_file() or home.po.read_text(encoding="utf-8") != f"{made}\n":
        yield f"{home.po.relative_to(ROOT)} is not what the sources say; run tools/make_translations.py"
    elif not home.mo.is_file() or home.mo.read_bytes() != compiled(made):
        yield f"{home.mo.relative_to(ROOT)} is not what the .po file says; run tools/make_translations.py"


def write(home: Home) -> None:
    """Write both files; texts that the sources do not have any more go."""
    made = catalogue_of(home)
    home.folder.mkdir(parents=True, exist_ok=True)
    home.po.write_text(f"{made}\n", encoding="utf-8")
    home.mo.write_bytes(compiled(made))


def main(argv: Sequence[str] | None = None) -> int:
    """Exit code 1 when something is wrong; without --check both files are written first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, name what is wrong")
    args = parser.parse_args(argv)
    wrong = []
    for home in homes():
        if not args.check:
            write(home)
        wrong += list(faults(home))
    print("".join(f"{one}\n" for one in wrong), end="")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
