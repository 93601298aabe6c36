"""Write docs/reference/plugin-api.md from the public modules, or with --check say that it is stale."""

import argparse
import ast
import importlib
import inspect
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

import ncash.pytest_plugin as fixtures
from ncash import testing
from ncash.hookspecs import Hooks
from ncash.hosting.hooks import HOOKS, Silence
from ncash.plugin import API

ROOT: Final = Path(__file__).resolve().parent.parent
PAGE: Final = ROOT / "docs" / "reference" / "plugin-api.md"
VALUES: Final[Mapping[str, Mapping[str, Sequence[str]]]] = {
    "Requests": {
        "ncash.model.request": ("AddItem", "UnknownScan", "ChangeQuantity", "Storno", "Pricing", "Close", "Cancel")
    },
    "Answers": {
        "ncash.model.decision": ("Decision", "Effects", "Dialog", "Choice", "InputField", "Text"),
        "ncash.model.trail": ("Setting",),
        "ncash.model.mark": ("Mark",),
        "ncash.model.keg": ("Keg",),
        "ncash.model.outbox": ("Message",),
        "ncash.messages": ("Advice",),
        "ncash.plugin": (
            "Started", "Guards", "Category", "PriceOffer", "DeliveryResult", "Account", "Reading", "Candidate",
        ),
        "ncash.model.finding": ("Finding",),
    },
    "What you are given": {
        "ncash.model.ports": ("World", "Surroundings", "Rehearsal", "Closed", "Document"),
        "ncash.model.mark": ("MarkUse",),
        "ncash.model.receipt": ("Receipt", "Position", "Payment"),
        "ncash.model.goods": ("Goods", "Cashier"),
        "ncash.model.scan": ("Scan",),
        "ncash.plugin": ("Shift",),
        "ncash.settings.problems": ("Problem", "Rule"),
    },
}  # fmt: skip
PORTS: Final = ("BookReader", "Dictionaries", "Store", "Clock", "Random")
SILENCE: Final = {
    Silence.NOTHING: "When it fails the command goes on without it.",
    Silence.OWED: "When it fails marked goods, and what the plugin guards, are refused.",
    Silence.OWED_BY_ALL: (
        "When it fails, or the plugin cannot be asked at all, marked goods, and what it guards, are refused."
    ),
}


def page() -> Iterator[str]:
    """The lines of the page."""
    yield f"# The plugin API, version {API}\n"
    yield "Made by tools/make_plugin_api.py from the public modules; edit those, not this page. How they are used is"
    yield "told in [plugin-author.md](../plugin-author.md).\n"
    yield "## Hooks\n"
    for name, row in HOOKS.items():
        yield from _hook(name, row.silence)
    for title, modules in VALUES.items():
        yield f"## {title}\n"
        for module, names in modules.items():
            for name in names:
                yield from _value(module, name)
    yield "## Ports\n"
    for name in PORTS:
        yield from _methods("ncash.model.ports", name)
    yield "## For tests\n"
    yield "Out of `ncash.testing`, and as fixtures of pytest.\n"
    yield from _table(
        ("name", "what it is"), [(f"`{name}`", _first(getattr(testing, name))) for name in testing.__all__]
    )
    yield from _table(("fixture", "what it is"), list(_fixtures()))


def _hook(name: str, silence: Silence) -> Iterator[str]:
    function = getattr(Hooks, name)
    signature = inspect.signature(function)
    given = [f"{one.name}: {_type(one.annotation)}" for one in list(signature.parameters.values())[1:]]
    yield f"### {name}\n"
    yield f"`{name}({', '.join(given)}) -> {_type(signature.return_annotation)}`\n"
    yield f"{_prose(function.__doc__)} {SILENCE[silence]}\n"


def _type(annotation: object) -> str:
    text = annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
    return re.sub(r"\b(?:[a-z_]+\.)+", "", text)


def _prose(text: str | None) -> str:
    return " ".join((text or "").split())


def _first(value: object) -> str:
    return _prose(inspect.getdoc(value)).partition(". ")[0].removesuffix(".") + "."


@cache
def _tree(module: str) -> ast.Module:
    return ast.parse(Path(str(importlib.import_module(module).__file__)).read_bytes())


def _class(module: str, name: str) -> ast.ClassDef:
    return next(node for node in _tree(module).body if isinstance(node, ast.ClassDef) and node.name == name)


def _value(module: str, name: str) -> Iterator[str]:
    body = _class(module, name).body
    yield f"### {name}\n"
    yield f"`{module}.{name}`. {_prose(ast.get_docstring(_class(module, name)))}\n"
    rows = []
    for node, after in zip(body, [*body[1:], None], strict=True):
        if not isinstance(node, ast.AnnAssign):
            continue
        told = after.value.value if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant) else ""
        default = "" if node.value is None else f" = {ast.unparse(node.value)}"
        rows.append(
            (f"`{ast.unparse(node.target)}: {_type(ast.unparse(node.annotation))}{default}`", _prose(str(told)))
        )
    yield from _table(("field", "what it is"), rows)
    yield from _functions(body)


def _functions(body: Sequence[ast.stmt]) -> Iterator[str]:
    rows = []
    for node in body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            given = ast.unparse(node.args).removeprefix("self").removeprefix(", ")
            call = (
                f"`{node.name}`"
                if any("property" in ast.unparse(one) for one in node.decorator_list)
                else (f"`{node.name}({_type(given)})`")
            )
            rows.append((call, _prose(ast.get_docstring(node))))
    yield from _table(("member", "what it is"), rows)


def _methods(module: str, name: str) -> Iterator[str]:
    yield f"### {name}\n"
    yield f"`{module}.{name}`. {_prose(ast.get_docstring(_class(module, name)))}\n"
    yield from _functions(_class(module, name).body)


def _fixtures() -> Iterator[tuple[str, str]]:
    for node in _tree(fixtures.__name__).body:
        if isinstance(node, ast.FunctionDef) and any("fixture" in ast.unparse(one) for one in node.decorator_list):
            yield f"`{node.name}`", _prose(ast.get_docstring(node))


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    if not rows:
        return
    yield f"| {' | '.join(head)} |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"
    yield ""


def main(argv: Sequence[str] | None = None) -> int:
    """Exit code 1 when --check found the page stale."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, say whether the page is stale")
    args = parser.parse_args(argv)
    text = "\n".join(page()).rstrip() + "\n"
    if args.check:
        if not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != text:
            sys.stderr.write(f"{PAGE.relative_to(ROOT)} is stale: run tools/make_plugin_api.py\n")
            return 1
        return 0
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
