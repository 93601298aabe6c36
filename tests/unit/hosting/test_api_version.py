"""The version of the plugin interface: what a host starts, what it refuses before any code of the plugin runs."""

import warnings
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ncash.hosting import api_version
from ncash.hosting.api_version import FIRST, fault_of, version_of, written_in
from ncash.plugin import API, NOTICE_RELEASES, Deprecation, deprecated
from ncash.settings.installed import Installed
from ncash.support.check.check import examine
from ncash.testing import DrivenTill, FencedHttp, FrozenClock, Outside, SeededRandom, shop_folder

MAJOR, MINOR = map(int, API.split("."))
NUMBERS = st.integers(0, 9000)
STARTED = """
from pathlib import Path
from ncash.plugin import hookimpl
{imported}
class Plugin:
    {declared}
    def __init__(self):
        Path(__file__).with_name("ran").touch()
    @hookimpl
    def on_scan(self, scan):
        return None
"""


def shop(folder: Path, declared: str, imported: str = "", settings: str = "") -> tuple[Path, Path]:
    """A shop with a plugin that declares this, and the file that tells that code of it ran."""
    name = f"aged{abs(hash(folder))}"
    ini = f"[plugins]\n{name} = on\n[Host]\npluginsPath = ../plugins\n"
    made = shop_folder(folder, files={"99-aged.ini": ini})
    package = folder / "plugins" / name
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "plugin.py").write_text(STARTED.format(declared=declared, imported=imported), encoding="utf-8")
    (package / "settings.py").write_text(settings, encoding="utf-8")
    return made, package / "ran"


def greeted(made: Path) -> dict[str, object]:
    """How the greeting of a till shows the plugin."""
    with DrivenTill(made / "conf", made / "data", Outside(FrozenClock(), SeededRandom(), FencedHttp())) as till:
        [one] = [one for one in till.greeting["plugins"] if one["name"].startswith("aged")]
    return dict(one)


@given(NUMBERS, NUMBERS, NUMBERS, NUMBERS)
def test_whatever_is_newer_than_the_host_is_refused_and_all_the_rest_is_started(a: int, b: int, c: int, d: int) -> None:
    host, wanted = (a + 1, b), (c + 1, d)
    fault = fault_of(f"{wanted[0]}.{wanted[1]}", f"{host[0]}.{host[1]}")
    assert bool(fault) is (wanted > host)


@given(st.one_of(st.none(), st.floats(), st.integers(), st.tuples(NUMBERS, NUMBERS), st.text(), st.binary()))
def test_what_is_no_version_is_named_and_never_taken_for_one(wanted: object) -> None:
    if version_of(wanted) is None:
        assert "not a version" in fault_of(wanted)


@pytest.mark.parametrize("wanted", ["2", "2.", "02.0", "2.0.0", " 2.0", "2.0\n", "٢.٠", "v2.0", "-1.0"])
def test_a_version_has_one_spelling(wanted: str) -> None:
    assert version_of(wanted) is None


@pytest.mark.parametrize(
    ("declared", "api"),
    [("", FIRST), (f"api = {FIRST!r}", FIRST), (f"api = {API!r}", API)],
)
def test_a_plugin_of_this_version_or_an_older_one_starts(declared: str, api: str, tmp_path: Path) -> None:
    made, ran = shop(tmp_path, declared)
    told = greeted(made)
    assert (told["state"], told["api"], ran.exists()) == ("ready", api, True)
    assert not [one for one in examine(made / "conf").problems if one.code == "MG056"]


@pytest.mark.parametrize("api", [f"{MAJOR}.{MINOR + 1}", f"{MAJOR + 1}.0", "0.9", "two"])
def test_one_that_this_host_cannot_serve_is_a_config_error_before_its_code_runs(api: str, tmp_path: Path) -> None:
    made, ran = shop(tmp_path, f"api = {api!r}")
    told = greeted(made)
    assert (told["state"], told["api"], ran.exists()) == ("config-error", None, False)
    assert API in str(told["error"])
    [problem] = [one for one in examine(made / "conf").problems if one.code == "MG056"]
    assert str(told["error"]) in problem.text
    assert not ran.exists()


NEWER = f"api = '{MAJOR}.{MINOR + 1}'"
WANTING = "from ncash.plugin import something_of_tomorrow"


@pytest.mark.parametrize(
    ("imported", "settings"),
    [(WANTING, ""), ("", WANTING), ("import ncash.plugin.tomorrow", "")],
    ids=["plugin", "settings", "module"],
)
def test_a_missing_name_of_a_newer_host_is_told_as_what_it_is(imported: str, settings: str, tmp_path: Path) -> None:
    made, _ = shop(tmp_path, NEWER, imported, settings)
    told = greeted(made)
    assert told["state"] == "config-error"
    assert "bring ncash up to date" in str(told["error"])
    [problem] = [one for one in examine(made / "conf").problems if one.code == "MG056"]
    assert "bring ncash up to date" in problem.text


def test_another_error_at_import_stays_what_it_is(tmp_path: Path) -> None:
    made, _ = shop(tmp_path, NEWER, "import nothing_of_this_name")
    assert "ModuleNotFoundError" in str(greeted(made)["error"])
    made, _ = shop(tmp_path / "other", "", WANTING)
    assert "ImportError" in str(greeted(made)["error"])


@pytest.mark.parametrize(
    ("text", "api"),
    [
        ("class Plugin:\n    api = '7.1'", "7.1"),
        ("class Plugin:\n    api: str = '7.1'", "7.1"),
        ("class Other:\n    api = '7.1'\nclass Plugin:\n    pass", FIRST),
        ("class Plugin:\n    api = made()", FIRST),
        ("class Plugin:\n    api: str", FIRST),
        ("class Plugin(", FIRST),
        ("", FIRST),
    ],
)
def test_the_version_is_read_off_a_file_that_cannot_be_imported(text: str, api: str, tmp_path: Path) -> None:
    file = tmp_path / "plugin.py"
    file.write_text(text, encoding="utf-8")
    assert written_in(file) == api
    assert written_in(tmp_path / "nowhere.py") == FIRST


def test_bundled_plugins_are_of_this_version() -> None:
    installed = Installed()
    for name in ("markedgoods", "restrictions", "expirydiscount"):
        module = installed.plugin(name)
        assert module is not None
        assert api_version.declared(module.Plugin) == API


def test_what_is_deprecated_is_said_loudly_with_its_end_and_where_it_is_used() -> None:
    with warnings.catch_warnings(record=True) as told:
        warnings.resetwarnings()
        deprecated("Old.name", "Old.title", since="2.3", depth=1)
    [one] = told
    assert issubclass(one.category, Deprecation)
    assert one.filename == __file__
    assert "Old.title" in str(one.message)
    assert f"2.{3 + NOTICE_RELEASES}" in str(one.message)
    assert not issubclass(Deprecation, DeprecationWarning), "Python would hide it"
