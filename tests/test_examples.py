"""The example plugins, and a new one, where there is nothing but the installed ncash and pytest: green, and good."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from ncash.support.check.check import examine
from ncash.testing import shop_folder
from tests.installed import ROOT, environment, surroundings

EXAMPLES = ("agequestion", "loyalty", "stoplist")
HOME = ROOT / "docs" / "examples"


@pytest.fixture(scope="module")
def commands(whole: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of commands of an environment with ncash and pytest."""
    found = environment(whole, tmp_path_factory.mktemp("authors") / ".venv")
    done = subprocess.run(
        [str(found / "pip"), "install", "--quiet", "pytest"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return found


def said(commands: Path, folder: Path, *words: str) -> str:
    """What a command of this environment says; it does what it is told."""
    program = [str(commands / words[0])] if words[0] != "pytest" else [str(commands / "python"), "-m", "pytest", "-q"]
    done = subprocess.run(
        [*program, *words[1:]], cwd=folder, env=surroundings(folder), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_every_example_is_here() -> None:
    assert {path.name for path in HOME.iterdir() if path.is_dir()} == set(EXAMPLES)


@pytest.mark.long
@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_green_where_only_the_wheel_is_known(commands: Path, tmp_path: Path, name: str) -> None:
    project = shutil.copytree(HOME / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    assert " passed" in said(commands, project, "pytest", "-p", "no:cacheprovider")
    marks = json.loads(said(commands, tmp_path, "ncash", "plugin", "check", name, "--json"))["marks"]
    assert [mark for mark in marks if not mark["holds"]] == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_settings_of_an_example_hold_no_mistake(tmp_path: Path, name: str) -> None:
    ini = (HOME / name / "conf" / f"{name}.ini").read_text("utf-8")
    shop = shop_folder(tmp_path / "shop", files={f"60-{name}.ini": f"[Host]\npluginsPath = {HOME / name}\n{ini}"})
    (shop / "conf/stoplist.csv").write_text("gtin;from;to;reason\n", "utf-8")
    assert [str(problem) for problem in examine(shop / "conf").problems] == []


def test_a_new_plugin_is_green_at_once(commands: Path, tmp_path: Path) -> None:
    said(commands, tmp_path, "ncash", "plugin", "new", "nightly_hours")
    project = tmp_path / "nightly_hours"
    assert " passed" in said(commands, project, "pytest", "-p", "no:cacheprovider")
    marks = json.loads(said(commands, tmp_path, "ncash", "plugin", "check", "nightly_hours", "--json"))["marks"]
    assert [mark for mark in marks if not mark["holds"]] == []


def test_a_plugin_that_pip_installed_stands_in_nobodys_way(commands: Path, tmp_path: Path) -> None:
    [packages] = commands.parent.glob("lib/python*/site-packages")
    facts = packages / "ncash_example_loyalty-1.0.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: ncash-example-loyalty\nVersion: 1.0\n", "utf-8")
    (facts / "entry_points.txt").write_text("[ncash.plugins]\ncards = loyalty.plugin:Plugin\n", "utf-8")
    (packages / "loyalty").symlink_to(HOME / "loyalty" / "loyalty")
    try:
        said(commands, tmp_path, "ncash", "init", "shop")
        said(commands, tmp_path, "ncash", "demo")
        folders = ("--conf", "shop/conf", "--data", "shop/data")
        assert "cards" in said(commands, tmp_path, "ncash", "plugins", *folders)
        assert "cards" not in (tmp_path / "shop/conf/ncash.ini").read_text("utf-8")
        drop_in = tmp_path / "shop/conf/ncash.ini.d/60-cards.ini"
        drop_in.write_text("[plugins]\ncards = on\n[Loyalty]\npercent = 7\n", "utf-8")
        assert "0 errors, 0 warnings" in said(commands, tmp_path, "ncash", "check", *folders)
        assert "cards            on (60-cards.ini:2): ready" in said(commands, tmp_path, "ncash", "plugins", *folders)
    finally:
        shutil.rmtree(facts)
        (packages / "loyalty").unlink()
