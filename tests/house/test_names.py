"""Names of classes: each once in a package, and nouns."""

import ast
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from .source import nodes

ROOT: Final = Path(__file__).resolve().parents[2]
FACE: Final = ("ncash.messages", "ncash.model", "ncash.plugin")
TWICE_IN_THE_FACE: Final = frozenset({"Message"})
"""Names that stand twice in what plugins of others import, of which neither can change."""
PARTICIPLES: Final = frozenset({
    "Absent", "Again", "Asked", "Broken", "Brought", "Declared", "Entered", "Explained", "Failed", "Found", "Heard",
    "Held", "Kept", "Known", "Late", "Later", "Listed", "Loaded", "Mended", "Noted", "Pulled", "Rebuilt",
    "Reconciled", "Recorded", "Refused", "Rehearsed", "Removed", "Replayed", "Reserved", "Restored", "Said", "Seen",
    "Settled", "Shared", "Shortened", "Shown", "Sold", "Taken", "TakenOver", "There", "Together", "Told",
    "Undecided", "Undelivered", "Unheard", "Waiting", "Wanted", "Wrong",
})  # fmt: skip
"""What somebody did, where a thing should be named."""


PACKAGES: Final = (ROOT / "ncash", *sorted(path.parent for path in (ROOT / "plugins").glob("*/__init__.py")))
"""Folders that have a name to themselves: ncash, and each plugin."""


@cache
def classes(package: Path) -> tuple[tuple[str, str], ...]:
    """Public classes of a package, with the place of each."""
    found = []
    for path in sorted(package.rglob("*.py")):
        place = path.relative_to(ROOT).as_posix()
        found += [(node.name, place) for node in nodes(path, ast.ClassDef) if not node.name.startswith("_")]
    return tuple(found)


def module(place: str) -> str:
    return place.removeprefix("plugins/").removesuffix(".py").replace("/", ".")


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: path.name)
def test_a_public_class_has_a_name_of_its_own_in_its_package(package: Path) -> None:
    places = defaultdict(list)
    for name, place in classes(package):
        places[name].append(module(place))
    twice = {name: modules for name, modules in places.items() if len(modules) > 1}
    assert {name: modules for name, modules in twice.items() if not outside(name, modules)} == {}


def outside(name: str, modules: list[str]) -> bool:
    """Whether both places of a name are outside our say."""
    return name in TWICE_IN_THE_FACE and len(modules) == 2 and all(one.startswith(FACE) for one in modules)


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: path.name)
def test_a_public_class_is_named_by_a_noun(package: Path) -> None:
    assert not [f"{place} {name}" for name, place in classes(package) if name in PARTICIPLES]


def test_a_name_that_stands_twice_in_the_face_still_does() -> None:
    names = [name for name, _ in classes(ROOT / "ncash")]
    assert [name for name in TWICE_IN_THE_FACE if names.count(name) < 2] == []
