"""A conf folder as integrators really copy it: all of the vendor's INI files, ours beside them.

`copied_conf` is written after the vendor's documentation and after what is public about the other files of a shop:
other plugins switched on and off, sections nobody here reads, lists of equal keys, a text over two lines, CP1251,
CR LF, a last line without its end, bcode.ini beside ncash.ini.
"""

import shutil
from pathlib import Path
from typing import Any

import pytest

from ncash.cli.main import run
from ncash.model.ports import Outside
from ncash.support.check.check import examine
from ncash.support.doctor.doctor import diagnosis
from ncash.testing import DrivenTill, FencedHttp, FrozenClock, SeededRandom, shop_folder

COPIED = Path(__file__).parent / "copied_conf"
MILK = "0104670540176099215Demo1\x1d93dGVz"
WATER = "010469999990001321dEmO-WaTeR001\x1d93aBcD"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    shop_folder(tmp_path / "shop")
    shutil.rmtree(tmp_path / "shop/conf")
    shutil.copytree(COPIED, tmp_path / "shop/conf")
    return tmp_path / "shop"


def outside() -> Outside:
    return Outside(FrozenClock(), SeededRandom(), FencedHttp())


def sold(till: DrivenTill, *scans: str) -> list[str]:
    assert till.send("open")["ok"]
    answers: list[dict[str, Any]] = [till.send("scan", data=data) for data in scans]
    assert [text for answer in answers for text in answer["screen"]] == []
    assert till.send("close")["document"]
    return [position["name"] for position in answers[-1]["receipt"]["positions"]]


def test_it_is_checked_with_warnings_only(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "--conf", str(shop / "conf")]) == 0
    *lines, verdict = capsys.readouterr().out.splitlines()
    assert ": 0 errors, " in verdict
    assert all(" warning MG" in line for line in lines)
    told = {(problem.file, problem.code) for problem in examine(shop / "conf").problems}
    assert {("rsloyalty.ini", "MG055"), ("ncash_egais.ini", "MG023"), ("./bcode.ini", "MG058")} <= told


def test_it_starts_and_sells_marked_units_and_goods_by_label(shop: Path) -> None:
    with DrivenTill(shop / "conf", shop / "data", outside()) as till:
        assert [notice["key"] for notice in till.greeting["notices"]] == ["ConfigWarnings"]
        assert sold(till, MILK, WATER, "4600000000015") == [
            "Молоко 3,2% 930 мл",
            "Вода питьевая 0,5 л",
            "Хлеб дарницкий",
        ]
        assert till.send("reload")["ok"]
        assert sold(till, "4699999900013", WATER.replace("001\x1d", "002\x1d")) == ["Вода питьевая 0,5 л"]


def test_no_file_of_it_is_mended_into_something_else(shop: Path) -> None:
    assert run(["check", "--fix", "--conf", str(shop / "conf")]) == 0
    for path in COPIED.rglob("*.ini"):
        assert (shop / "conf" / path.relative_to(COPIED)).read_bytes() == path.read_bytes()


def test_the_doctor_finds_nothing_broken_in_the_plugins_that_are_not_there(shop: Path) -> None:
    found = [one for one in diagnosis(shop / "conf", shop / "data", outside(), ask=False) if one.name == "plugins"]
    assert {one.level for one in found} == {"ok", "warn"}
    assert [one.text for one in found if "rsloyalty" in one.text] == [
        "rsloyalty: missing, no plugin named rsloyalty is installed"
    ]


@pytest.mark.parametrize("name", sorted(path.name for path in (COPIED / "ncash.ini.d").glob("*.ini")))
def test_each_of_its_files_may_stand_beside_a_sound_folder(tmp_path: Path, name: str) -> None:
    shop_folder(tmp_path / "shop")
    conf = tmp_path / "shop/conf"
    shutil.copy(COPIED / "ncash.ini.d" / name, conf / "ncash.ini.d" / f"70-{name}")
    assert examine(conf).errors == 0
