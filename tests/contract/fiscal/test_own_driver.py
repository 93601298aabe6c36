"""A driver that somebody else wrote: the example of docs/register.md, found by its entry point, keeps the contract."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ncash.errors import UserError
from ncash.fiscal import GROUP, open_register
from ncash.fiscal.place import Place
from ncash.model.fiscal.register import FiscalRegister, RegisterRefused, ShiftState
from ncash.model.ports import Http
from ncash.model.receipt import Kind

from .stands import OTHER, UUID, QuickClock, check, line, order, place

PAGE = Path(__file__).resolve().parents[3] / "docs" / "register.md"


def installed(folder: Path, name: str, target: str, source: str) -> None:
    """A package with its entry point as pip leaves them."""
    (folder / name).mkdir()
    (folder / name / "driver.py").write_text(source, encoding="utf-8")
    told = folder / f"{name}-1.0.dist-info"
    told.mkdir()
    (told / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", encoding="utf-8")
    (told / "entry_points.txt").write_text(f"[{GROUP}]\n{name} = {name}.driver:{target}\n", encoding="utf-8")


@pytest.fixture
def packages(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "site"
    folder.mkdir()
    sys.path.insert(0, str(folder))
    yield folder
    sys.path.remove(str(folder))
    for name in [name for name in sys.modules if name.split(".")[0] in ("paperroll", "brokenroll", "hollowroll")]:
        del sys.modules[name]


@pytest.fixture
def own(packages: Path, tmp_path: Path, http: Http) -> Place:
    source = re.search(r"```python\n(# paperroll/driver\.py\n.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert source is not None
    installed(packages, "paperroll", "open_register", source[1])
    return place("paperroll", tmp_path, QuickClock(), http)._replace(own={"file": "own.txt"})


def opened(own: Place) -> FiscalRegister:
    register = open_register(own)
    register.open_shift("Anna")
    return register


def test_the_documented_driver_is_found_and_gets_its_own_lines(own: Place, tmp_path: Path) -> None:
    assert opened(own).status().shift is ShiftState.OPEN
    assert (tmp_path / "own.txt").exists()


def test_the_documented_driver_makes_one_document_for_an_order(own: Place) -> None:
    register = opened(own)
    made = register.register(order())
    again = open_register(own)
    assert (again.find(UUID), again.last(), again.find(OTHER)) == (made, made, None)
    assert (made.number, made.total, made.returned, again.status().last_number) == (2, 8990, False, 2)
    given = register.register(order(line(), name=OTHER, kind=Kind.RETURN))
    assert (given.returned, given.number) == (True, 3)


def test_the_documented_driver_keeps_its_shifts(own: Place) -> None:
    register = open_register(own)
    with pytest.raises(RegisterRefused):
        register.register(order())
    assert (register.last(), register.open_shift("Anna")) == (None, 1)
    with pytest.raises(RegisterRefused):
        register.open_shift("Anna")
    assert register.check_mark(check()).refused is False
    assert (register.report_x("Anna"), register.close_shift("Anna"), register.open_shift("Anna")) == (
        {"shift": 1},
        {"shift": 1},
        2,
    )


@pytest.mark.parametrize(
    ("name", "target", "source", "told"),
    [
        ("brokenroll", "open_register", "def open_register(place):\n    raise KeyError('CANARY')\n", "KeyError"),
        ("hollowroll", "nothing_there", "", "AttributeError"),
    ],
)
def test_a_driver_that_fails_is_named_and_its_own_words_are_not_repeated(
    packages: Path, tmp_path: Path, http: Http, name: str, target: str, source: str, told: str
) -> None:
    installed(packages, name, target, source)
    with pytest.raises(UserError, match=name) as raised:
        open_register(place(name, tmp_path, QuickClock(), http))
    assert told in str(raised.value)
    assert "CANARY" not in str(raised.value)


def test_a_name_that_is_ours_is_never_looked_up_elsewhere(packages: Path, tmp_path: Path, http: Http) -> None:
    installed(packages, "emulator", "open_register", "def open_register(place):\n    raise KeyError\n")
    assert open_register(place("emulator", tmp_path, QuickClock(), http)).serial == "9999078900000001"
