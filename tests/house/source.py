"""The source text of the project as tests read it: files, trees, imports, calls, modules by their full names."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final, TypeVar

import grimp

ROOT: Final = Path(__file__).resolve().parents[2]
LIBRARIES: Final = ("ncash", "plugins")
EVERYWHERE: Final = (*LIBRARIES, "tools", "tests")
INSTALLED: Final = {"plugins": "ncash.bundled", "tools/emulators": "ncash.emulators"}
"""Folders that are installed as rooms of ncash."""

Node = TypeVar("Node", bound=ast.AST)


def python_files(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def place(path: Path, node: ast.AST | None = None) -> str:
    line = f":{getattr(node, 'lineno', 1)}" if node else ""
    return f"{path.relative_to(ROOT)}{line}"


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


@cache
def _every(path: Path) -> tuple[ast.AST, ...]:
    """The nodes of a file; a dozen rules look at all of them."""
    return tuple(ast.walk(tree(path)))


def nodes(path: Path, kind: type[Node]) -> Iterator[Node]:
    return (node for node in _every(path) if isinstance(node, kind))


def everywhere(kind: type[Node], *folders: str) -> Iterator[tuple[Path, Node]]:
    for path in python_files(*folders):
        for node in nodes(path, kind):
            yield path, node


def imported(path: Path) -> Iterator[tuple[ast.stmt, str]]:
    """Every module or name that the file imports, in full, wherever the statement stands."""
    for node in _every(path):
        if isinstance(node, ast.Import):
            yield from ((node, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{place(path, node)}: imports are written in full"
            yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)


def dotted(node: ast.expr) -> str:
    """`a.b.c` of a chain of names, empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        owner = dotted(node.value)
        return f"{owner}.{node.attr}" if owner else ""
    return ""


@cache
def called(path: Path) -> tuple[tuple[ast.Call, str], ...]:
    """Every call of something imported, under its full name whatever it is called here."""
    return tuple(_called(path))


def _called(path: Path) -> Iterator[tuple[ast.Call, str]]:
    known: dict[str, str] = {}
    for node in _every(path):
        if isinstance(node, ast.Import):
            known |= {
                (n.asname or n.name.split(".")[0]): (n.name if n.asname else n.name.split(".")[0]) for n in node.names
            }
        elif isinstance(node, ast.ImportFrom):
            known |= {(n.asname or n.name): f"{node.module}.{n.name}" for n in node.names}
    for call in nodes(path, ast.Call):
        head, _, rest = dotted(call.func).partition(".")
        if head in known:
            yield call, f"{known[head]}.{rest}".rstrip(".")


def built(node: ast.expr) -> str | None:
    """The first piece of a text that is put together at run time; None for a plain one."""
    match node:
        case ast.JoinedStr(values=[ast.Constant(value=str(text)), *rest]) if rest:
            return text
        case ast.JoinedStr(values=[ast.FormattedValue(), *_]):
            return ""
        case ast.BinOp(left=ast.Constant(value=str(text)), op=ast.Mod() | ast.Add()):
            return text
        case ast.BinOp(left=left, op=ast.Mod() | ast.Add()):
            return built(left)
        case ast.Call(func=ast.Attribute(attr="format", value=ast.Constant(value=str(text)))):
            return text
        case _:
            return None


def words(name: str) -> set[str]:
    """The words of a snake_case or CamelCase name, in the singular."""
    parts = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)
    return {part.lower() for part in parts} | {part.lower().removesuffix("s") for part in parts}


def module_of(path: Path) -> str:
    """The full name under which a file of the source is imported."""
    parts = path.relative_to(ROOT).with_suffix("").as_posix()
    for folder, package in INSTALLED.items():
        parts = re.sub(f"^{folder}(?=/|$)", package, parts)
    return parts.replace("/", ".").removesuffix(".__init__")


@cache
def modules() -> dict[str, Path]:
    """Every module of the program, its plugins and its stand-ins, by full name."""
    return {module_of(path): path for path in python_files("ncash", *INSTALLED)}


@cache
def arrows() -> dict[str, frozenset[str]]:
    """For each module, the modules that it imports, wherever the statement stands."""
    graph = grimp.build_graph("ncash", cache_dir=None)
    return {name: frozenset(graph.find_modules_directly_imported_by(name)) for name in graph.modules}
