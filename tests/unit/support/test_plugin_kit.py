"""`ncash plugin new` and `check`: names that are refused, and for each line of the list a plugin that lacks it."""

import itertools
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ncash.cli.main import run
from ncash.errors import UserError
from ncash.support.check.plugin_quality import NEEDED, Package, marks
from ncash.support.sample.new_plugin import make

NUMBERS = itertools.count(1)
Project = Callable[[], Path]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A new plugin, of a name that no other test imports."""
    name = f"kit_plugin_{next(NUMBERS)}"
    make(name, tmp_path)
    return tmp_path / name


def failing(project: Path) -> list[str]:
    return [one.what for one in marks(Package(project)) if one.why]


def change(project: Path, file: str, before: str, after: str) -> None:
    path = project / file.replace("NAME", project.name)
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after), "utf-8")


def drop(project: Path, pattern: str) -> None:
    for path in project.glob(pattern):
        path.unlink()


BREAKS: dict[str, Callable[[Path], None]] = {
    "it loads and starts with its defaults": lambda p: change(p, "NAME/plugin.py", "on_add_item", "on_ad_item"),
    "it names the version of the API it was written for": lambda p: change(p, "NAME/plugin.py", "  api =", "  ipa ="),
    "it imports nothing of the program but its public face": lambda p: change(
        p, "NAME/plugin.py", "from ncash.plugin", "import ncash.till.session\nfrom ncash.plugin"
    ),
    "every setting has its effect and its comment": lambda p: change(
        p, "NAME/settings.py", "comment=\"Коды отделов через запятую\"", 'comment=""'
    ),
    "every text has its advice": lambda p: change(p, "NAME/messages.py", "    advice=", "    advice=None and "),
    "it has tests": lambda p: drop(p, "tests/*.py"),
    "it has a README": lambda p: drop(p, "README.md"),
    "pip can install it: its entry point is named": lambda p: change(p, "pyproject.toml", ".plugin:Plugin", ".x:Y"),
    "every refusal and every question has a step": lambda p: change(
        p, "NAME/plugin.py", "DENY, (step,), (CLOSED.fill(name=goods.name),))", "DENY)"
    ),
    "the rules of its checks are explained": lambda p: (p / p.name / "lint.py").write_text(
        "from ncash.settings.problems import Rule\nRULES = (Rule('XX1', 'error', 'x'),)\n", "utf-8"
    ) and None,
    "it brings an INI file to copy": lambda p: drop(p, "conf/*.ini"),
}  # fmt: skip


def test_a_new_plugin_holds_everything(project: Path) -> None:
    assert failing(project) == []
    assert {one.what for one in marks(Package(project))} == set(BREAKS)


@pytest.mark.parametrize("what", BREAKS)
def test_what_is_missing_is_named(project: Path, what: str, capsys: pytest.CaptureFixture[str]) -> None:
    BREAKS[what](project)
    found = failing(project)
    assert what in found
    needed = [one.what for one in marks(Package(project)) if one.why and one.level == NEEDED]
    assert run(["plugin", "check", str(project), "--json"]) == int(bool(needed))
    told = json.loads(capsys.readouterr().out)["marks"]
    assert [one["what"] for one in told if not one["holds"]] == found


def test_a_plugin_that_cannot_be_imported_is_judged_all_the_same(project: Path) -> None:
    (project / project.name / "plugin.py").write_text("raise SystemExit(0)\n", "utf-8")
    assert "it loads and starts with its defaults" in failing(project)


@pytest.mark.parametrize(
    "name",
    ["", "Quiet", "a-b", "1a", "class", "json", "markedgoods", "ncash", "tests", "_a", "тихо", "a" * 41, "pluggy"],
)
def test_a_name_that_cannot_be_one_is_refused_and_nothing_is_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(UserError):
        make(name, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(project: Path) -> None:
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    with pytest.raises(UserError, match="is there already"):
        make(project.name, project.parent)
    assert {path: path.read_bytes() for path in project.rglob("*") if path.is_file()} == before


def test_a_folder_without_a_plugin_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["plugin", "check", str(tmp_path)]) == 2
    assert "there is no plugin in" in capsys.readouterr().err
