"""Law: warnings stop nothing. Each rule that is a warning, and each error that stops nothing, has a folder here that
breaks it alone, and the unit is sold in every one of them."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from ncash.hosting.configuration import Grounds, grounds
from ncash.model.ports import World
from ncash.settings.problems import RULES, WARNING
from ncash.support.check.check import examine

from .folders import MILK, ON
from .tills import BARCODE, MARK, opened, scanned

M: Final = "[MarkedGoods]\n"
CRPT: Final = M + "enableMarkVerifyCrpt = true\nmarkVerifyCrptUrl = https://cdn.crpt.example\n"
KKM: Final = CRPT + "markVerifyCrptService = kkmserver\n"
SERVER: Final = M + "enableMarkVerify = true\nmarkVerifyUrl = {}\n"
WATER: Final = '[MarkedGoods.Water]\nmask = "01(?<barcode>[0-9]{14})21.{13}93.{4}"\n'
FOLDERS: Final = {
    "MG009": M + "foiv = 030\nfoiv = 030\n",
    "MG010": M + "foiv = 030\n" + M + "documentNumber = 1944\n",
    "MG013": M + 'documentNumber = "19" 44\n',
    "MG022": M + "printLogoOnReceipt = true\n",
    "MG023": "[Egais]\nurl = x\n",
    "MG024": WATER + "allowChangeQuantity = true\n",
    "MG025": M + "mask = x\n",
    "MG041": M + "checkBarcodesOneArticle = true\n",
    "MG050": "[MarkedGoods.Water]\nallowUnmarked = true\n",
    "MG051": WATER + WATER.replace("Water", "Juice"),
    "MG052": CRPT,
    "MG053": M + "foiv =\n",
    "MG054": M + "markScanImage = pictures/mark.png\n",
    "MG055": "[plugins]\nrsloyalty = on\n",
    "MG063": WATER.replace("14", "13"),
    "MG065": WATER.replace("21", "(?=21)", 1),
    "MG066": '[MarkedGoods.Water]\nmask = "01(?<barcode>[0-9]{14})21[a-z]{6,60}"\n',
    "MG068": WATER.replace("21", "(?<serial>21)", 1),
    "MG069": WATER.replace("93", "(?=93)\\x{001d}?93"),
    "MG071": CRPT + "markVerifyCrptService = tspiot\ntspiotCertificate = ncash.ini.d/markedgoods.ini\n",
    "MG072": KKM,
    "MG073": KKM + "kkmServerPasswordFile = password\n",
    "MG075": SERVER.format("http://10.0.0.5:8080"),
    "MG076": SERVER.format("http://10.0.0.5:8080") + "markVerifyAllowPlainHttp = true\n",
    "MG077": SERVER.format("https://10.0.0.5/CSrest/marks"),
    "MG080": "[Host]\nunservedMarks = allow\n",
    "MG081": "[plugins]\nmotp = on\n[Motp]\noldTobacco = true\n",
    "MG084": '[plugins]\nmotp = on\n[Motp]\ndataMatrixMask = "01("\n',
    "MG033": CRPT + "xapikey = none\n",
    "MG034": CRPT + "xapikey = [1:0a1b2c]\n",
    "MG035": CRPT + "xapikey = [1.2:a],[2:b]\n",
}
"""Text of a drop-in beside one that switches the plugin on and reads milk."""
ELSEWHERE: Final = {
    "MG040": "settings without an effect yet: there is none among the bundled ones, a plugin of the test has one",
    "MG058": "a file beside those that are read",
    "MG083": "goods, not settings",
    "MG082": "the plugin that sells is off",
}
UNREAD: Final = {
    "MG003": "[Egais]\na line\n",
    "MG006": '[Egais]\ntext = "open\n',
    "MG012": "[Egais]\ntext = " + "x" * 9000 + "\n",
    "MG078": "[Egais]\n...\n",
}
"""Errors that are warnings where nobody reads."""
Make = Callable[[str], Path]


@pytest.fixture
def conf(tmp_path: Path) -> Make:
    """A conf folder with this text beside what sells milk."""

    def make(text: str) -> Path:
        folder = tmp_path / "conf"
        (folder / "ncash.ini.d").mkdir(parents=True)
        (folder / "ncash.ini.d/markedgoods.ini").write_text(ON + MILK, encoding="utf-8")
        (folder / "ncash.ini.d/one.ini").write_text(text, encoding="utf-8")
        (folder / "password").write_text("secret", encoding="utf-8")
        (folder / "password").chmod(0o644)
        return folder

    return make


def sells(found: Grounds, world: World) -> bool:
    """Whether the unit is sold, scanned after its goods and alone."""
    with opened(found, world) as room:
        return scanned(room, BARCODE, MARK).sold and scanned(room, MARK).sold


def test_every_warning_has_a_folder_here() -> None:
    warnings = {code for code, rule in RULES.items() if not rule.blocks}
    assert warnings == {*FOLDERS, *ELSEWHERE}, "a rule that stops nothing needs a folder that shows it"


@pytest.mark.parametrize("code", FOLDERS)
def test_with_this_warning_alone_the_unit_is_sold(conf: Make, world: World, code: str) -> None:
    folder = conf(FOLDERS[code])
    found = examine(folder)
    assert {problem.code for problem in found.problems} == {code}
    assert {problem.level for problem in found.problems} == {RULES[code].level}
    assert sells(grounds(folder), world)


@pytest.mark.parametrize("code", UNREAD)
def test_an_error_where_nobody_reads_is_a_warning_and_the_unit_is_sold(conf: Make, world: World, code: str) -> None:
    folder = conf(UNREAD[code])
    found = examine(folder)
    assert {problem.code: problem.level for problem in found.problems} == {"MG023": WARNING, code: WARNING}
    assert not any(problem.blocks for problem in found.problems)
    assert sells(grounds(folder), world)


def test_with_all_warnings_together_the_unit_is_sold(conf: Make, world: World) -> None:
    texts = [text for code, text in FOLDERS.items() if RULES[code].level == WARNING and CRPT not in text]
    folder = conf("")
    for number, text in enumerate(texts):
        own = (
            text.replace("Water", f"Water{number}")
            .replace("Juice", f"Juice{number}")
            .replace("{13}", f"{{{20 + number}}}")
        )
        (folder / f"ncash.ini.d/w{number}.ini").write_text(own, encoding="utf-8")
    for name in ("ncash.ini.d/ONE.INI", "bcode.ini"):
        (folder / name).write_text("[BCode]\n", encoding="utf-8")
    found = examine(folder)
    assert found.errors == 0
    assert {problem.code for problem in found.problems} >= {"MG022", "MG023", "MG050", "MG055", "MG058"}
    assert sells(grounds(folder), world)


def test_a_setting_that_has_no_effect_yet_stops_nothing(conf: Make, world: World, tmp_path: Path) -> None:
    package = tmp_path / "extra" / "weathercock"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "plugin.py").write_text("class Plugin:\n    pass\n", encoding="utf-8")
    (package / "settings.py").write_text(
        "from ncash.settings.declare import Settings, flag\n"
        "class Cock(Settings, file='cock.ini', section='Cock'):\n    crows: bool = flag(False, enforced=False)\n"
        "TABLES = (Cock,)\n",
        encoding="utf-8",
    )
    folder = conf("[Host]\npluginsPath = ../extra\n[plugins]\nweathercock = on\n[Cock]\ncrows = true\n")
    assert [problem.code for problem in examine(folder).problems] == ["MG040"]
    assert sells(grounds(folder), world)
