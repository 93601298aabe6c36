"""Draw the rooms of the house into docs/onboarding.md from the imports, or with --check say whether it is stale."""

import argparse
import ast
import configparser
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

import grimp

ROOT: Final = Path(__file__).resolve().parent.parent
PAGE: Final = ROOT / "docs/onboarding.md"
CONTRACTS: Final = {"ncash": "floors", "ncash.bundled.markedgoods": "rooms"}
"""The contract of .importlinter that orders the rooms of a package."""
WIDTH: Final = 112
NAMES: Final = 20
OF_A_TABLE: Final = 120
"""Characters of a sentence that stands in a table."""


@cache
def graph() -> "grimp.ImportGraph":
    """Every import of the program, its plugins and its stand-ins."""
    return grimp.build_graph("ncash", cache_dir=None)


def floors(package: str) -> list[list[str]]:
    """Rooms of a package by floor, from the top, as .importlinter orders them."""
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / ".importlinter", encoding="utf-8")
    layers = contracts[f"importlinter:contract:{CONTRACTS[package]}"]["layers"].split("\n")
    return [re.findall(r"\w+", layer) for layer in layers if layer.strip()]


def room_of(module: str, package: str) -> str | None:
    """The room of the package that a module lies in; None outside, and for the package itself."""
    below = module.removeprefix(f"{package}.")
    return below.split(".")[0] if below != module else None


def modules_of(package: str) -> Mapping[str, int]:
    """How many modules each room has; an empty `__init__` counts as none."""
    rooms = (room_of(module, package) for module in graph().modules if not graph().find_children(module))
    return Counter(room for room in rooms if room)


def arrows(package: str) -> Mapping[str, list[str]]:
    """The rooms that each room imports, from the top down."""
    order = [room for floor in floors(package) for room in floor]
    found: dict[str, set[str]] = {room: set() for room in order}
    for module in graph().modules:
        here = room_of(module, package)
        for other in graph().find_modules_directly_imported_by(module):
            there = room_of(other, package)
            if here and there and here != there:
                found[here].add(there)
    return {room: [other for other in order if other in found[room]] for room in order}


def first_sentence(module: str, longest: int = WIDTH - NAMES) -> str:
    """What a module or package says of itself. Raises ValueError for one that does not fit a line of the map."""
    folder = ROOT / module.replace(".", "/")
    path = folder / "__init__.py" if folder.is_dir() else folder.with_suffix(".py")
    told = (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").split("\n")[0]
    sentence = told.split(". ")[0].rstrip(".")
    if not 0 < len(sentence) < longest:
        raise ValueError(
            f"{path.relative_to(ROOT)} begins with a sentence that does not fit its line of the map: {sentence!r}"
        )
    return sentence


def subrooms(package: str) -> Iterator[tuple[str, int, str]]:
    """The packages inside the rooms, floor by floor from the top: name, modules in it, what it says of itself."""
    for room in (room for floor in floors(package) for room in floor):
        inner = f"{package}.{room}"
        for module in sorted(graph().find_children(inner)):
            if graph().find_children(module):
                name = module.removeprefix(f"{package}.").replace(".", "/")
                yield name, modules_of(inner)[module.rpartition(".")[2]], first_sentence(module, OF_A_TABLE)


def drawing(package: str) -> Iterator[str]:
    """The house of one package, floor by floor."""
    held = modules_of(package)
    yield "```text"
    for number, floor in enumerate(floors(package)):
        if number:
            yield f"├{'─' * WIDTH}┤"
        else:
            yield f"┌{'─' * WIDTH}┐"
        for room in floor:
            head = f" {room}  ({held[room]})" if held[room] > 1 else f" {room}"
            sentence = first_sentence(f"{package}.{room}")
            yield f"│{head:<{NAMES}}{sentence:<{WIDTH - NAMES}}│"
    yield f"└{'─' * WIDTH}┘"
    yield "```"
    yield ""
    yield "| room | imports |"
    yield "|---|---|"
    for room, others in arrows(package).items():
        yield f"| `{room}` | {', '.join(others) or '–'} |"
    yield ""
    yield "| room in a room | modules | holds |"
    yield "|---|---|---|"
    for name, count, sentence in subrooms(package):
        yield f"| `{name}` | {count} | {sentence} |"


def page(text: str) -> str:
    """The page with its drawings renewed. Raises ValueError for a page without their marks."""
    for package in CONTRACTS:
        begin, end = f"<!-- rooms of {package}: made by tools/make_map.py -->", f"<!-- end of {package} -->"
        before, found, rest = text.partition(begin)
        _, closed, after = rest.partition(end)
        if not found or not closed:
            raise ValueError(f"{PAGE.name} has no place for the rooms of {package}: {begin} … {end}")
        text = "\n".join([f"{before}{begin}", *drawing(package), f"{end}{after}"])
    return text


def main(argv: Sequence[str] | None = None) -> int:
    """Exit code 1 when --check found something."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, say whether the page is stale")
    text = PAGE.read_text(encoding="utf-8")
    if not parser.parse_args(argv).check:
        PAGE.write_text(page(text), encoding="utf-8")
    elif text != page(text):
        print(f"{PAGE.relative_to(ROOT)} is not what the imports say; run tools/make_map.py")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
