"""`ncash plugins`: installed, switched, started, and what stands in the way."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ncash.cli.main import run
from ncash.testing import shop_folder

GOOD = """
from pathlib import Path
from ncash.plugin import Started, hookimpl

class Plugin:
    @hookimpl
    def on_start(self, config, world):
        print("this must not reach standard output")
        assert world.dictionaries.goods("4600000000015").name
        return Started(version="7.1")

    @hookimpl
    def on_stop(self):
        Path(__file__).with_name("stopped").touch()
"""
RAISING = """
class Plugin:
    def __init__(self):
        raise RuntimeError("secret-token-in-the-text")
"""
MISSPELT = """
from ncash.plugin import hookimpl

class Plugin:
    @hookimpl
    def on_add_itme(self, request):
        return None
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shop_folder(tmp_path / "shop")
    for name, text in {"goodone": GOOD, "raising": RAISING, "misspelt": MISSPELT, "idleone": GOOD}.items():
        package = tmp_path / "extra" / name
        package.mkdir(parents=True)
        (package / "__init__.py").touch()
        (package / "plugin.py").write_text(text, encoding="utf-8")
    return tmp_path / "shop"


def switched(folder: Path, **plugins: str) -> list[str]:
    lines = "".join(f"{name} = {word}\n" for name, word in plugins.items())
    text = f"[Host]\npluginsPath = {folder.parent / 'extra'}\n[plugins]\n{lines}"
    (folder / "conf" / "ncash.ini.d" / "extra.ini").write_text(text, encoding="utf-8")
    return ["plugins", "--conf", str(folder / "conf"), "--data", str(folder / "data")]


def test_bundled_plugins_are_shown_with_their_switch_and_version(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*switched(folder), "--json"]) == 0
    told = {one["name"]: one for one in json.loads(capsys.readouterr().out)["plugins"]}
    assert {"markedgoods", "restrictions", "expirydiscount", "idleone"} <= set(told)
    assert (told["markedgoods"]["on"], told["markedgoods"]["state"]) == (True, "ready")
    assert told["markedgoods"]["switched"] == "markedgoods.ini:5"
    assert told["markedgoods"]["categories"][0]["name"] == "Milk"
    assert told["markedgoods"]["start_ms"] > 0
    assert (told["idleone"]["on"], told["idleone"]["switched"], told["idleone"]["version"]) == (False, None, None)


def test_a_plugin_is_started_for_real_and_stopped_again(folder: Path) -> None:
    """In a process of its own, where the import path is untouched."""
    command = [sys.executable, "-m", "ncash.cli.main", *switched(folder, goodone="on", idleone="off")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "LANG": "C.UTF-8"})
    assert done.returncode == 0, done.stderr
    lines = {line.split()[0]: line for line in done.stdout.splitlines()}
    assert "on (extra.ini:4): ready, version 7.1, started in" in lines["goodone"]
    assert lines["idleone"].endswith("off (extra.ini:5)")
    assert "this must not reach" not in done.stdout
    assert "this must not reach" in done.stderr
    assert (folder.parent / "extra" / "goodone" / "stopped").exists()
    assert not (folder.parent / "extra" / "idleone" / "stopped").exists()


@pytest.mark.parametrize(
    ("name", "state", "told"),
    [
        ("raising", "config-error", "RuntimeError"),
        ("misspelt", "config-error", "on_add_itme"),
        ("nosuchplugin", "missing", "no plugin named nosuchplugin"),
    ],
)
def test_a_plugin_that_does_not_start_is_named_with_its_error(folder: Path, name: str, state: str, told: str) -> None:
    command = [sys.executable, "-m", "ncash.cli.main", *switched(folder, **{name: "on"}), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    [one] = [one for one in json.loads(done.stdout)["plugins"] if one["name"] == name]
    assert (one["state"], one["switched"]) == (state, "extra.ini:4")
    assert told in one["error"]
    assert "secret-token" not in done.stdout + done.stderr


def test_folders_that_are_not_there_are_said_to_be_missing(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    conf, nowhere = str(folder / "conf"), str(tmp_path / "nowhere")
    assert run(["plugins", "--conf", nowhere, "--data", str(folder / "data")]) == 2
    assert run(["plugins", "--conf", conf, "--data", nowhere]) == 2
    told = capsys.readouterr().err
    assert "configuration folder" in told
    assert "data folder" in told
