"""Write docs/reference and the tables in the plugins' README files from the rows, or with --check name stale ones."""

import argparse
import html
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import reference_aif
from reference_cases import ROOT, named, proving, showing
from reference_checks import rows as checks

from ncash.bundled.expirydiscount.settings import TABLES as EXPIRYDISCOUNT
from ncash.bundled.markedgoods.checks.statuses import SERVER_STATUSES, STATUSES, ServerRule
from ncash.bundled.markedgoods.settings import TABLES as MARKEDGOODS
from ncash.bundled.markedgoods.texts.messages import MESSAGES as MARKEDGOODS_MESSAGES
from ncash.bundled.restrictions.messages import MESSAGES as RESTRICTIONS_MESSAGES
from ncash.bundled.restrictions.settings import TABLES as RESTRICTIONS
from ncash.fiscal import atol_tasks, kkm_commands
from ncash.messages import Message
from ncash.model.fiscal.payments import PAYMENT_TYPES
from ncash.settings.declare import Row, Settings
from ncash.settings.host import TABLES as HOST
from ncash.settings.layout import PLUGINS
from ncash.settings.problems import RULES
from ncash.support.books.reconcile import INVARIANTS
from ncash.till.protocol import FIELDS, REQUIRED
from ncash.till.texts import ALL as HOST_MESSAGES

Tables = Sequence[type[Settings]]
OWNERS: Final[dict[str, Tables]] = {
    "ncash": HOST,
    "markedgoods": MARKEDGOODS,
    "restrictions": RESTRICTIONS,
    "expirydiscount": EXPIRYDISCOUNT,
}
MESSAGES: Final = {
    "ncash": HOST_MESSAGES,
    "markedgoods": {key: row for key, row in MARKEDGOODS_MESSAGES.items() if key not in HOST_MESSAGES},
    "restrictions": RESTRICTIONS_MESSAGES,
}
MADE: Final = "Made by tools/make_reference.py from the rows of the program; edit those, not this page."
DOES: Final = {
    "open": "opens a receipt; the first one opens the shift. `sale` is the document id of the sale to return",
    "scan": "one burst of a scanner without its terminator",
    "press": "answers the dialog on the screen",
    "choose": "answers the choice form of a return by sale; `[]` leaves it",
    "quantity": "changes the quantity of a position; without `position` it answers the dialog that asks how much it is",
    "storno": "takes out the position, or with `all` the whole receipt",
    "defer": "puts the receipt aside",
    "restore": "opens a receipt that was put aside or made elsewhere; its marks are checked again",
    "close": "pays and closes; exact cash when `payments` is left out",
    "cancel": "annuls the open receipt",
    "shift": "`x` reports on the shift, `close` reports, closes it and writes its sales",
    "copy": "prints the last fiscal document once more; no new one is made",
    "state": "shows everything again",
    "reload": "reads the configuration again, between receipts",
}

PROSE: Final = {
    "settings": """\
Every setting by the file and section it belongs to. A setting of scope `category` may stand in a category's section and
counts for its marks; one of scope `common` stands in the named section only. The last column names spec cases
(tests/spec) that fail when the setting's line is taken out of their INI file.
""",
    "messages": """\
Every text the till can show, by its key in the line protocol. The vendor's are interface and stay letter for letter;
`{…}` is filled in. The buttons are those a face may draw; the last column names spec cases that show the text.
""",
    "checks": """\
In this order; the first that does not allow decides, and what was fetched is not fetched again after a question.
Settings and texts are those that the check's own code names.
""",
    "problems": """\
Codes are stable. An error makes the exit code 1, and as long as one that blocks stands, the till refuses marked
goods.
""",
    "protocol": """\
`ncash till` reads one JSON object a line, its command in `cmd`, and answers each with one line. What the answer holds
is in [integrator.md](../integrator.md#driving-the-till). A line that is no command changes nothing and answers
`ok: false` with `error`. `storno` takes `position` or `all`.
""",
    "payments": """\
What `type` of a payment may be, letter for letter. A register gets the sums by tag, and so does the sales export of the
vendor's layout ([exchange.md](../exchange.md)).
""",
    "invariants": """\
What must never happen, by the names used in tests and in `ncash reconcile`, which looks for it over databases, journal,
fiscal drive and configuration. The last column names tests of what cannot be seen in files.
[reliability.md](../reliability.md) says what to do when something is found.
""",
    "aif": """\
The back office's file: JSON objects, a line `---` after each, or an array of them; the lines `### data begin ###` and
`### data end ###` may stand around. Names of commands, objects and fields are read in any case; two spellings of one
field with different values are a fault. An absent, empty or null field stands for its default. Numbers may be numbers
or texts, with a point. What no row knows is named with its number and how often; so is what is known and has no effect
here. [operator.md](../operator.md#goods) says how a file is loaded and what becomes of its faults.
""",
    "crpt": """\
Judged in this order, each by its own setting: any `deny` refuses, else one question lists what is to be asked.
""",
    "server": """\
Any other status refuses with [UnknownServerStatus](messages.md#UnknownServerStatus). A reservation of this very
receipt allows.
""",
}


def cell(text: str) -> str:
    """A text that a table can hold."""
    return text.replace("|", "\\|").replace("\n", "<br>")


def table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table with a line after it."""
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for line in lines:
        yield f"| {' | '.join(map(cell, line))} |"
    yield ""


def plain(text: str) -> str:
    """A text without markup of its own."""
    return html.escape(text, quote=False).replace("](", "]&#40;")


def code(text: str) -> str:
    """A text as it stands in a file, or `empty`."""
    return f"`{text}`" if text else "empty"


def effect(row: Row) -> str:
    """What a setting does, and what should be known about it."""
    notes = [] if row.enforced else ["Read, but without effect in this version."]
    notes += [f"Works only with {name} = {str(value).lower()}." for name, value in row.only]
    notes += ["Ours, not the vendor's."] if row.extension else []
    return plain(" ".join([row.effect, *notes]))


FOREIGN: Final = {one.section for tables in OWNERS.values() for one in tables if not one.sampled} - {PLUGINS}
"""Sections of other modules; their keys are called like those of categories."""


def anchor(row: Row) -> str:
    """Where the reference tells the setting."""
    return f"{row.section}.{row.name}" if row.section in FOREIGN else row.name


def setting(row: Row) -> list[str]:
    """One setting as a line of the reference."""
    name = f'<a id="{anchor(row)}"></a>`{row.name}`'
    scope = "category only" if row.required else row.scope.value
    return [name, scope, code(row.default_text), plain(row.accepted), effect(row), named(proving().get(row.name, []))]


def settings() -> Iterator[str]:
    """docs/reference/settings.md."""
    yield "# Settings"
    yield PROSE["settings"]
    for owner, tables in OWNERS.items():
        yield f"## {owner}\n"
        for one in tables:
            also = "".join(f", also spelt `[{alias}]`" for alias in one.aliases)
            yield f"### `[{one.section}]` in {one.file}{also}\n"
            if one.rows():
                head = ("setting", "scope", "default", "accepted", "what it does", "proved by")
                yield from table(head, map(setting, one.rows()))
            else:
                yield "Lines without declared names; the generated file shows their form.\n"


def message(row: Message) -> list[str]:
    """One text as a line of the reference."""
    name = f'<a id="{row.key}"></a>`{row.key}`'
    buttons = ", ".join(f"`{button}`" for button in row.buttons) or "–"
    whose = "ours" if row.own else "vendor"
    return [name, row.kind, plain(row.text), buttons, plain(row.shown), whose, named(showing().get(row.key, []))]


def messages() -> Iterator[str]:
    """docs/reference/messages.md."""
    yield "# Screen texts"
    yield PROSE["messages"]
    for owner, texts in MESSAGES.items():
        yield f"## {owner}\n"
        head = ("key", "kind", "text", "buttons", "shown", "whose", "cases")
        yield from table(head, map(message, texts.values()))


def check_page() -> Iterator[str]:
    """docs/reference/checks.md."""
    yield "# Checks of marked goods"
    yield PROSE["checks"]
    yield from table(("#", "check", "left out", "judges", "settings", "texts"), checks())
    yield "## Statuses of a CRPT answer\n"
    yield PROSE["crpt"]
    lines = ([s.name, f"[{s.setting}](settings.md#{s.setting})", f"[{s.key}](messages.md#{s.key})"] for s in STATUSES)
    yield from table(("status", "setting", "text"), lines)
    yield "## Statuses of the cash server\n"
    yield PROSE["server"]
    yield from table(("status", "sale", "return by sale"), map(server_status, SERVER_STATUSES.items()))


def server_status(item: tuple[str, ServerRule]) -> list[str]:
    """One status of the cash server."""
    status, rule = item
    told = [f"[{key}](messages.md#{key})" if key else "allows" for key in rule]
    return [f"`{status}`", *told]


def problems() -> Iterator[str]:
    """docs/reference/problems.md."""
    yield "# Mistakes that ncash check finds"
    yield PROSE["problems"]
    rules = ([f'<a id="{r.code}"></a>{r.code}', r.level, "yes" if r.blocks else "no", r.title] for r in RULES.values())
    yield from table(("code", "level", "blocks marked goods", "mistake"), rules)


def field(command: str, name: str, check: Callable[[object], str]) -> str:
    """One field with what it accepts."""
    accepted = check(object()).removeprefix("is ")
    wanted = "" if name in REQUIRED.get(command, ()) else ", may be left out"
    return f"`{name}`: {accepted}{wanted}"


def protocol() -> Iterator[str]:
    """docs/reference/protocol.md."""
    yield "# The line protocol"
    yield PROSE["protocol"]
    lines = []
    for command, fields in FIELDS.items():
        told = "<br>".join(field(command, name, check) for name, check in fields.items()) or "–"
        lines.append([f"`{command}`", told, DOES[command]])
    yield from table(("command", "fields", "what it does"), lines)


def payments() -> Iterator[str]:
    """docs/reference/payments.md."""
    yield "# Types of payment"
    yield PROSE["payments"]
    paid = (
        [f"`{one.name}`", one.means, str(one.tag), f"`{one.exported}`", str(one.valcode),
         f"`{kkm_commands.PAYMENTS[one.tag]}`", f"`{atol_tasks.PAYMENTS[one.tag]}`", "yes" if one.in_cash else "–"]
        for one in PAYMENT_TYPES
    )  # fmt: skip
    head = ("type", "paid with", "FFD tag", "exported as", "`valCode`", "`kkmserver`", "`atol`", "gives change")
    yield from table(head, paid)


def invariants() -> Iterator[str]:
    """docs/reference/invariants.md."""
    yield "# Invariants"
    yield PROSE["invariants"]
    lines = [
        [f'<a id="{one.name}"></a>{one.name}', one.title, plain(one.says), "yes" if one.checker else "–",
         ", ".join(f"`{path}`" for path in one.proof)]
        for one in INVARIANTS
    ]  # fmt: skip
    yield from table(("name", "title", "what holds", "looked for by `ncash reconcile`", "proved by"), lines)


def aif() -> Iterator[str]:
    """docs/reference/aif.md."""
    yield "# The dictionary file (AIF)"
    yield PROSE["aif"]
    yield "## Commands\n"
    yield from table(("command", "object", "what it does"), reference_aif.commands())
    yield f"Known, without effect here: {reference_aif.idle()}.\n"
    for shape in reference_aif.shapes():
        yield f"## {shape.name}\n"
        if lines := list(reference_aif.fields(shape)):
            yield from table(("field", "kind", "accepted", "when absent", "fills", "what it is"), lines)
        if passed := reference_aif.passed(shape):
            yield f"Known, without effect here: {passed}.\n"


PAGES: Final = {
    "aif.md": aif,
    "invariants.md": invariants,
    "settings.md": settings,
    "messages.md": messages,
    "checks.md": check_page,
    "problems.md": problems,
    "protocol.md": protocol,
    "payments.md": payments,
}


def readme_table(name: str, owner: str) -> str:
    """A table of a plugin's README: short, with links into the reference."""
    if name == "settings":
        head = ("setting", "scope", "default", "what it does")
        rows = [row for one in OWNERS[owner] for row in one.rows()]
        link = "../../docs/reference/settings.md"
        lines = [[f"[`{row.name}`]({link}#{anchor(row)})", *setting(row)[1:3], effect(row)] for row in rows]
    else:
        head = ("key", "text", "shown", "whose")
        lines = [
            [f"`{row.key}`", plain(row.text), plain(row.shown), message(row)[5]] for row in MESSAGES[owner].values()
        ]
    return "\n".join(table(head, lines))


def readme(text: str, owner: str) -> str:
    """A README with the tables between its marks made anew."""

    def made(found: re.Match[str]) -> str:
        return f"{found[1]}\n\n{readme_table(found[2], owner)}\n{found[3]}"

    return re.sub(r"(<!-- (settings|texts): made -->).*?(<!-- end -->)", made, text, flags=re.DOTALL)


def wanted(root: Path) -> dict[Path, str]:
    """Every page with the text it must have."""
    pages = {}
    for name, page in PAGES.items():
        title, *rest = page()
        pages[root / "docs" / "reference" / name] = "\n".join([title, f"\n<!-- {MADE} -->\n", *rest]).rstrip() + "\n"
    for owner in OWNERS:
        path = root / "plugins" / owner / "README.md"
        if path.is_file():
            pages[path] = readme(path.read_text(encoding="utf-8"), owner)
    return pages


def main(argv: Sequence[str] | None = None) -> int:
    """Exit code 1 when --check found something."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, name the stale pages")
    parser.add_argument("root", nargs="?", type=Path, default=ROOT)
    args = parser.parse_args(argv)
    stale = [path for path, text in wanted(args.root).items() if not path.is_file() or path.read_text("utf-8") != text]
    if args.check:
        for path in stale:
            print(f"{path} is not what the rows say; run tools/make_reference.py")
        return 1 if stale else 0
    for path, text in wanted(args.root).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
