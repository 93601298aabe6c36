"""The page at the entrance names what is there: its files, its functions, the checks, a place for every word.

`path.py: name` on docs/onboarding.md is something that the file defines: a function, a class, a constant, or with a
point a member of a class.
"""

import ast
import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from ncash.bundled.markedgoods.checks.policy import CHECKS
from tests.house.source import tree

ROOT: Final = Path(__file__).resolve().parents[1]
PAGE: Final = (ROOT / "docs/onboarding.md").read_text(encoding="utf-8")
MADE: Final = re.compile(r"<!-- rooms of .*?<!-- end of \S+ -->", re.DOTALL)
SPAN: Final = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
DEFINED: Final = re.compile(r"([\w./-]+\.py): ([A-Za-z_][\w.]*)")
PLACE: Final = re.compile(r"(?:ncash|plugins|tests|tools|docs|conf|deploy)(?:/[\w.*-]+)+/?")
WALKS: Final = {"A scan": 13, "A close": 10, "A reservation": 10}
"""The walks with their steps."""


def spans(text: str) -> list[str]:
    """What stands in backticks, but for the drawings, which their tool checks."""
    return SPAN.findall(MADE.sub("", text))


def chapter(title: str) -> str:
    """What stands below a heading."""
    text = PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    assert text, f"no heading {title}"
    return text


def table(title: str) -> list[list[str]]:
    """The rows of the last table below a heading, without its head."""
    lines = re.findall(r"^ *\|(.+)\|$", chapter(title), re.MULTILINE)
    heads = [number for number, line in enumerate(lines) if set(line) <= set("-|")]
    return [line.strip().split(" | ") for line in lines[heads[-1] + 1 :]]


def defined(text: str) -> list[tuple[str, str]]:
    """Every `path.py: name`."""
    return [found.groups() for span in spans(text) if (found := DEFINED.fullmatch(span))]  # type: ignore[misc]


def members(body: list[ast.stmt]) -> Iterator[tuple[str, ast.stmt]]:
    for statement in body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield statement.name, statement
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            yield statement.target.id, statement
        elif isinstance(statement, ast.Assign):
            yield from ((target.id, statement) for target in statement.targets if isinstance(target, ast.Name))


def found_in(path: Path, name: str) -> ast.stmt | None:
    """What defines the name in the file, with a point a member of a class; what is imported there is not its own."""
    body, found = tree(path).body, None
    for part in name.split("."):
        found = dict(members(body)).get(part)
        body = found.body if isinstance(found, ast.ClassDef) else []
    return found


@pytest.mark.parametrize(("path", "name"), sorted(set(defined(PAGE))))
def test_a_name_of_the_page_is_defined_in_its_file(path: str, name: str) -> None:
    assert (ROOT / path).is_file(), f"{path} moved"
    assert found_in(ROOT / path, name), f"{path} defines no {name}"


def test_a_name_that_is_not_there_is_noticed() -> None:
    session = ROOT / "ncash/till/session.py"
    assert found_in(session, "Till.handle")
    for wrong in ("Till.handled", "Tills", "Till.handle.command", "Final"):
        assert not found_in(session, wrong)


def test_every_file_and_folder_of_the_page_is_there() -> None:
    named = [span.partition(":")[0] for span in spans(PAGE) if PLACE.match(span)]
    assert len(named) > 100
    assert not [one for one in named if not list(ROOT.glob(one.rstrip("/")))]


@pytest.mark.parametrize("walk", WALKS)
def test_a_walk_goes_step_by_step_and_names_its_way(walk: str) -> None:
    steps = re.split(r"^\d+\. ", chapter(walk), flags=re.MULTILINE)[1:]
    numbers = [int(number) for number in re.findall(r"^(\d+)\. ", chapter(walk), re.MULTILINE)]
    assert numbers == list(range(1, WALKS[walk] + 1))
    named = sum(bool(defined(step) or re.search(r"`[\w/]+\.py`", step)) for step in steps)
    assert named >= 0.7 * len(steps)


def test_the_checks_of_the_page_are_those_of_the_program_in_their_order() -> None:
    assert [row[0] for row in table("A scan")] == [f"`{check.name}`" for check in CHECKS]


def test_a_new_thing_has_a_place_and_a_test() -> None:
    rows = table("Where a new thing goes")
    assert len(rows) >= 18
    for new, place, follows, test in rows:
        assert re.search(r"`[\w/]+\.py|`tests/spec`|`plugins`", place), new
        assert follows, new
        assert re.search(r"`tests/[\w/]+\.py|`make check`", test), new


def test_a_word_has_its_place() -> None:
    rows = table("Words")
    assert len(rows) >= 40
    for russian, english, place, meaning in rows:
        assert re.search("[А-Яа-я]|GTIN|KKM", russian), russian
        assert english, russian
        assert re.search(r"`[\w/]+\.py", place), russian
        assert meaning, russian


def test_seven_files_are_to_be_read_first() -> None:
    files = re.findall(r"^\d\. `([\w/]+\.py)`: \w+", chapter("What to read first"), re.MULTILINE)
    assert len(files) == 7
    assert all((ROOT / path).is_file() for path in files)


def test_a_drawing_that_was_changed_is_made_anew() -> None:
    found = importlib.util.spec_from_file_location("make_map", ROOT / "tools/make_map.py")
    assert found
    assert found.loader
    tool = importlib.util.module_from_spec(found)
    found.loader.exec_module(tool)
    for there, changed in (("| `till/goods` |", "| `till/other` |"), ("│ hookspecs ", "│ hooks ")):
        assert PAGE.count(there) == 1
        assert tool.page(PAGE.replace(there, changed)) == PAGE
