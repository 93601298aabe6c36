"""The law of check and till once more, with real files and the real Shop; and of a reload, which takes no less.

Databases in folders of their own are left out: check does not know the data folder, and the till says what is missing.
"""

import random
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from ncash.errors import UserError
from ncash.model.ports import Outside
from ncash.settings.host import Databases
from ncash.settings.tree import DROP_INS, FIRST
from ncash.support.check.check import examine
from ncash.testing import DrivenTill, FrozenClock, SeededRandom, shop_folder
from tests.sizes import sized

from . import folders, found
from .tills import BARCODE, HOSTS_OWN, MARK
from .yes import YesHttp

FOLDERS: Final = sized(200, 5_000)
SHARES: Final = 4
SOUND: Final = {FIRST: b"[Cash]\ncashcode = 1\n", "markedgoods.ini": (folders.ON + folders.MILK).encode()}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the sample goods."""
    shop = tmp_path_factory.mktemp("disk") / "shop"
    shop_folder(shop)
    return shop / "data"


def write(conf: Path, folder: Mapping[str, bytes]) -> None:
    """Make the conf folder hold these files and no others."""
    shutil.rmtree(conf, ignore_errors=True)
    (conf / DROP_INS).mkdir(parents=True)
    for name, content in folder.items():
        (conf / name if name == FIRST else conf / DROP_INS / name).write_bytes(content)


def till(conf: Path, data: Path) -> DrivenTill:
    """A till among people who say yes; a restored receipt never stands in the way."""
    return DrivenTill(conf, data, Outside(FrozenClock(), SeededRandom(), YesHttp()))


def keys(answer: Mapping[str, Any]) -> set[str]:
    """Keys of the texts on the screen."""
    return {text["key"] for text in answer["screen"]}


def refused(conf: Path, data: Path) -> bool:
    """Whether the host refuses on its own to sell a unit, or to start."""
    try:
        with till(conf, data) as open_till:
            assert open_till.send("open")["ok"]
            seen = keys(open_till.send("scan", data=BARCODE)) | keys(open_till.send("scan", data=MARK))
            open_till.send("press", button="cancel")
            open_till.send("cancel")
    except UserError:
        return True
    return bool(seen & HOSTS_OWN)


@pytest.fixture
def running(tmp_path: Path, template: Path) -> Iterator[DrivenTill]:
    """A till that runs with a sound configuration in `tmp_path / "live"`."""
    write(tmp_path / "live", SOUND)
    shutil.copytree(template, tmp_path / "live_data")
    with till(tmp_path / "live", tmp_path / "live_data") as made:
        yield made


@pytest.mark.long
@pytest.mark.parametrize("share", range(SHARES))
def test_check_and_the_real_till_agree(tmp_path: Path, template: Path, running: DrivenTill, share: int) -> None:
    chance = random.Random(f"disk {share}")
    for number in range(FOLDERS // SHARES):
        folder, conf, data = folders.made(chance), tmp_path / "conf", tmp_path / f"data{number}"
        write(conf, folder)
        findings = examine(conf)
        shutil.copytree(template, data)
        blocks = any(problem.blocks for problem in findings.problems)
        names = findings.config.section(Databases)
        elsewhere = "/" in names.documents + names.dictionaries
        if findings.config.plugins.get("markedgoods") and not elsewhere:
            assert refused(conf, data) is blocks, folders.shown(folder)
        write(tmp_path / "live", folder)
        taken = running.send("reload")["ok"]
        assert taken or findings.errors, folders.shown(folder)
        assert not (taken and blocks), folders.shown(folder)
        write(tmp_path / "live", SOUND)
        assert running.send("reload")["ok"]
        shutil.rmtree(data)


@pytest.mark.parametrize("name", found.FOLDERS)
def test_a_folder_that_broke_the_law_once_keeps_it_on_disk(tmp_path: Path, template: Path, name: str) -> None:
    write(tmp_path / "conf", found.FOLDERS[name])
    shutil.copytree(template, tmp_path / "data")
    blocks = any(problem.blocks for problem in examine(tmp_path / "conf").problems)
    assert refused(tmp_path / "conf", tmp_path / "data") is blocks
