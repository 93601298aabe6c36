"""The rooms of the house: which there are, what each may import, how many modules lie in one folder."""

import ast
import configparser
import graphlib
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from .source import INSTALLED, ROOT, arrows, imported, module_of, modules, nodes, place, python_files

FACE: Final = {"plugin", "language", "model", "settings", "messages", "errors"}
"""Rooms of ncash that a plugin may import."""
MOST: Final = 15
"""Modules of one folder."""
LARGER: Final = {"ncash/model": 20}
"""The trade has so many words."""
ONE_A_COMMAND: Final = "ncash/cli"


@cache
def floors() -> dict[str, int]:
    """The floor of each room of ncash, as .importlinter lists them from the top."""
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / ".importlinter", encoding="utf-8")
    layers = contracts["importlinter:contract:floors"]["layers"].split("\n")
    rows = [re.findall(r"\w+", layer) for layer in layers if layer.strip()]
    return {room: number for number, row in enumerate(reversed(rows)) for room in row}


def room(name: str) -> str:
    """The room of ncash that a dotted name leads into; empty for ncash itself."""
    return name.partition(".")[2].partition(".")[0]


def test_every_room_has_a_floor() -> None:
    assert {room(name) for name in modules()} - {""} == set(floors())


def test_imports_only_go_down() -> None:
    strays = [
        f"{name} imports {other}"
        for name, others in arrows().items()
        for other in others
        if room(name) and room(other) and room(other) != room(name) and floors()[room(other)] >= floors()[room(name)]
    ]
    assert not strays


def test_no_module_reaches_itself_by_its_imports() -> None:
    try:
        graphlib.TopologicalSorter(arrows()).prepare()
    except graphlib.CycleError as error:
        pytest.fail(" imports ".join(reversed(error.args[1])))


def test_every_module_is_looked_at() -> None:
    assert arrows().keys() == modules().keys()


def test_a_circle_of_imports_would_be_found() -> None:
    circle = {**arrows(), "ncash.errors": frozenset({"ncash.cli.main"})}
    with pytest.raises(graphlib.CycleError):
        graphlib.TopologicalSorter(circle).prepare()


def test_a_folder_is_looked_over_at_once() -> None:
    held = Counter(path.parent.relative_to(ROOT).as_posix() for path in modules().values() if path.stem != "__init__")
    crowded = {
        folder: count for folder, count in held.items() if count > LARGER.get(folder, MOST) and folder != ONE_A_COMMAND
    }
    assert not crowded


def test_a_plugin_imports_the_public_face_and_no_other_plugin() -> None:
    strays = []
    for path in python_files("plugins"):
        own = module_of(path).split(".")[2:3]
        for node, name in imported(path):
            head = name.split(".")
            inside = room(name) == "bundled"
            if head[0] == "ncash" and (head[2:3] != own if inside else room(name) not in FACE):
                strays.append(f"{place(path, node)} {name}")
    assert not strays


@cache
def bare_texts(path: Path) -> set[ast.expr]:
    """Docstrings."""
    return {statement.value for statement in nodes(path, ast.Expr) if isinstance(statement.value, ast.Constant)}


def test_the_host_names_no_plugin() -> None:
    plugins = {path.name for path in (ROOT / "plugins").iterdir() if (path / "__init__.py").is_file()}
    assert plugins
    strays = [
        place(path, constant)
        for path in python_files("ncash")
        for constant in nodes(path, ast.Constant)
        if isinstance(constant.value, str)
        and constant not in bare_texts(path)
        and set(re.findall(r"\w+", constant.value)) & plugins
    ]
    assert not strays


def test_setup_cfg_lists_every_package_there_is() -> None:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    listed = set(setup["options"]["packages"].split()) - {"ncash.conf", "ncash.deploy", "ncash.docs"}
    assert listed == {name for name, path in modules().items() if path.stem == "__init__"}


@pytest.mark.parametrize("folder", sorted(INSTALLED))
def test_what_is_installed_as_a_room_is_that_room_in_the_source_too(folder: str) -> None:
    assert (ROOT / INSTALLED[folder].replace(".", "/")).resolve() == ROOT / folder
