"""A plugin that is not loaded because its name is taken is named with file and line."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ncash.support.check.check import examine

MakeConf = Callable[..., Path]
PLUGIN = "class Plugin:\n    pass\n"


def lying(tmp_path: Path, *names: str) -> Path:
    folder = tmp_path / "-".join(("plugins", *names))
    for name in names:
        (folder / name).mkdir(parents=True)
        (folder / name / "plugin.py").write_text(PLUGIN, encoding="utf-8")
    return folder


def found(make_conf: MakeConf, plugins: str, *folders: Path) -> list[tuple[str, str, int]]:
    conf = make_conf(ncash=f"[Host]\npluginsPath = {', '.join(map(str, folders))}\n[plugins]\n{plugins}")
    return [(one.code, one.file, one.line) for one in examine(conf).problems if one.code == "MG085"]


@pytest.mark.parametrize("name", ["restrictions", "expirydiscount", "markedgoods", "calendar", "email"])
def test_a_name_of_a_bundled_plugin_or_of_a_module_is_taken(make_conf: MakeConf, tmp_path: Path, name: str) -> None:
    folder = lying(tmp_path, name)
    assert found(make_conf, f"{name} = on\n", folder) == [("MG085", "ncash.ini", 4)]
    assert found(make_conf, f"{name} = off\n", folder) == []


def test_of_two_folders_the_second_is_named(make_conf: MakeConf, tmp_path: Path) -> None:
    first, second = lying(tmp_path, "storehours"), lying(tmp_path, "storehours", "oddhours")
    assert found(make_conf, "storehours = on\noddhours = on\n", first, second) == [("MG085", "ncash.ini", 4)]


def test_one_folder_under_two_names_is_one(make_conf: MakeConf, tmp_path: Path) -> None:
    folder = lying(tmp_path, "lunchhours")
    (tmp_path / "again").symlink_to(folder)
    assert found(make_conf, "lunchhours = on\n", folder, tmp_path / "again", folder / ".." / folder.name) == []


def test_a_folder_without_a_plugin_takes_nobodys_place(make_conf: MakeConf, tmp_path: Path) -> None:
    (tmp_path / "data" / "restrictions").mkdir(parents=True)
    assert found(make_conf, "restrictions = on\n", tmp_path / "data") == []


def test_of_two_installed_plugins_of_one_name_the_second_is_named(make_conf: MakeConf, tmp_path: Path) -> None:
    site = tmp_path / "site"
    for package in ("nearhours", "farhours"):
        (site / package).mkdir(parents=True)
        (site / package / "plugin.py").write_text(PLUGIN, encoding="utf-8")
        facts = site / f"{package}-1.0.dist-info"
        facts.mkdir()
        (facts / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n", encoding="utf-8")
        (facts / "entry_points.txt").write_text(f"[ncash.plugins]\nhours = {package}.plugin:Plugin\n", encoding="utf-8")
    sys.path.insert(0, str(site))
    try:
        assert found(make_conf, "hours = on\n") == [("MG085", "ncash.ini", 4)]
    finally:
        sys.path.remove(str(site))
