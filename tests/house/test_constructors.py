"""Values of many fields are made by keyword: what stands where is read off the call, and a new field moves no other."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest

from .source import ROOT, module_of, python_files, tree

FOLDERS: Final = ("ncash", "plugins", "tools")
MOST: Final = 4
"""Arguments that a call may give by position."""
Known = Mapping[str, frozenset[str]]
"""Value classes of ours by the dotted name of their module."""


def modules() -> dict[str, Path]:
    """Every module of ours by its dotted name, as it is imported."""
    return {module_of(path).removeprefix("tools."): path for path in python_files(*FOLDERS)}


def is_value(node: ast.ClassDef) -> bool:
    """Whether a class is a NamedTuple or a dataclass."""
    marks = [*node.bases, *(one.func if isinstance(one, ast.Call) else one for one in node.decorator_list)]
    return any(isinstance(one, ast.Name) and one.id in ("NamedTuple", "dataclass") for one in marks)


def values_of(tree: ast.Module) -> frozenset[str]:
    """The value classes that a module defines, and those it hands on under their own names."""
    return frozenset(node.name for node in tree.body if isinstance(node, ast.ClassDef) and is_value(node))


def known_values(trees: Mapping[str, ast.Module]) -> Known:
    """What each module offers: its own value classes and those that it imports from another one of ours."""
    own = {name: values_of(tree) for name, tree in trees.items()}
    every = frozenset().union(*own.values())
    return {
        name: own[name]
        | {alias.asname or alias.name for node in tree.body if isinstance(node, ast.ImportFrom)
           for alias in node.names if node.module in own and alias.name in every}
        for name, tree in trees.items()
    }  # fmt: skip


def names_in(tree: ast.Module, own: frozenset[str], known: Known) -> frozenset[str]:
    """The names in a module by which it calls value classes of ours, `module.Class` among them."""
    found = set(own)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                name, origin = alias.asname or alias.name, f"{node.module}.{alias.name}"
                if alias.name in known.get(node.module or "", frozenset()):
                    found.add(name)
                found |= {f"{name}.{one}" for one in known.get(origin, frozenset())}
    return frozenset(found)


def by_position(call: ast.Call) -> bool:
    """Whether a call gives too much by position; a `*row` stands alone, as a row that is the whole value."""
    starred = any(isinstance(one, ast.Starred) for one in call.args)
    return len(call.args) > MOST or (starred and len(call.args) + len(call.keywords) > 1)


def found_in(tree: ast.Module, names: frozenset[str]) -> Iterator[tuple[int, str]]:
    """Line and class of each value that is made by position."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and by_position(node) and ast.unparse(node.func) in names:
            yield node.lineno, ast.unparse(node.func)


def everywhere() -> list[str]:
    """Each value that is made by position, as `path:line Class`."""
    places = modules()
    trees = {name: tree(path) for name, path in places.items()}
    known = known_values(trees)
    return [
        f"{places[name].relative_to(ROOT)}:{line} {made}"
        for name, one in trees.items()
        for line, made in found_in(one, names_in(one, values_of(one), known))
    ]


@pytest.fixture(scope="module")
def found() -> list[str]:
    return everywhere()


def test_a_value_gets_at_most_four_arguments_by_position(found: list[str]) -> None:
    assert found == []


SOURCE: Final = """
from typing import NamedTuple
from ncash.model.receipt import Position as Line
from ncash.model import decision

class Own(NamedTuple):
    a: int

Line(1, "5", "Milk", "304", 1, 8990)
Line(1, "5", "Milk", "304", quantity=1, price=8990)
decision.Step("crpt", 1, None, None, "true")
decision.Step("crpt", *told)
Own(1, 2, 3, 4, 5)
Own(*row)
print(1, 2, 3, 4, 5)
"""


def test_the_rule_knows_a_value_by_whatever_name_it_was_imported() -> None:
    trees = {name: tree(path) for name, path in modules().items()}
    source = ast.parse(SOURCE)
    names = names_in(source, values_of(source), known_values(trees))
    assert [made for _, made in found_in(source, names)] == ["Line", "decision.Step", "decision.Step", "Own"]
