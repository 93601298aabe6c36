"""The bundle for the vendor's second line: what is in it, and that no secret is."""

import json
import zipfile
from pathlib import Path

import pytest

from ncash.cli.main import run
from ncash.model.ports import Outside
from ncash.support.doctor.bundle import quiet
from ncash.system.clock import SystemClock
from ncash.testing import DrivenTill, FencedHttp, SeededRandom

CANARY = "5ec2e7ca-0000-4000-8000-00000000cafe"
OLD = "01d5ec2e-0000-4000-8000-00000000cafe"
PASSWORD = "pass-kanarek-word"
PIN = "kanarek-pin-7391"
TAIL = "Zq9X"
MARK = f"010467054017609921500101\x1d93{TAIL}"
CANARIES = (CANARY, OLD, PASSWORD, PIN, TAIL, "kanarek")
INI = f"""[MarkedGoods]
; old: {OLD}
;xapikey = [1:{OLD}]
# token: kanarek-in-a-comment
xapikye = [1:kanarek-misspelt]
xapikey : kanarek-without-equals
localModulePasswordFile = module.password
xapikey = [-1:{CANARY}]
[Fiscal.emulator]
pin = {PIN}
"""


@pytest.fixture
def archive(folder: Path, capsys: pytest.CaptureFixture[str]) -> zipfile.ZipFile:
    conf, data = folder / "conf", folder / "data"
    outside = Outside(SystemClock(), SeededRandom(), FencedHttp())
    with DrivenTill(conf, data, outside) as till:
        till.send("open")
        till.send("scan", data=MARK)
    (conf / "module.password").write_text(PASSWORD, encoding="utf-8")
    (conf / "ncash.ini.d" / "80-shop.ini").write_text(INI, encoding="utf-8")
    log = f"sent {CANARY} and {OLD} with {PASSWORD}, {PIN}, code {MARK}\ntoken = kanarek-in-a-log\n"
    (data / "till.log").write_text(log, encoding="utf-8")
    bundle = folder / "bundle.zip"
    run(["doctor", "--offline", "--bundle", str(bundle), "--conf", str(conf), "--data", str(data)])
    said = capsys.readouterr()
    assert not [one for one in CANARIES if one in said.out + said.err]
    return zipfile.ZipFile(bundle)


def test_no_canary_is_in_any_byte_of_the_bundle(archive: zipfile.ZipFile, folder: Path) -> None:
    contents = {name: archive.read(name) for name in archive.namelist()}
    archive.close()
    contents["the file itself"] = (folder / "bundle.zip").read_bytes()
    leaks = [(name, one) for name, content in contents.items() for one in CANARIES if one.encode() in content]
    assert not leaks


def test_the_bundle_holds_what_support_needs_and_no_database(archive: zipfile.ZipFile) -> None:
    names = set(archive.namelist())
    assert {"doctor.json", "versions.json", "journal.jsonl", "conf/markedgoods.ini", "conf/80-shop.ini"} <= names
    assert "data/till.log" in names
    assert not [name for name in names if "sqlite" in name]
    findings = json.loads(archive.read("doctor.json"))
    assert {"configuration", "databases", "journal"} <= {one["name"] for one in findings}
    assert json.loads(archive.read("versions.json"))["libraries"]["requests"]
    (line,) = [json.loads(text) for text in archive.read("journal.jsonl").splitlines()]
    assert line["line"]["mark"]["cis"] == "010467054017609921500101"
    archive.close()


def test_what_is_no_secret_stays_readable(archive: zipfile.ZipFile) -> None:
    text = archive.read("conf/80-shop.ini").decode()
    archive.close()
    assert "localModulePasswordFile = module.password" in text
    assert "xapikey = ****" in text


def test_a_bundle_that_cannot_be_written_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--conf", str(folder / "conf"), "--data", str(folder / "data")]
    assert run(["doctor", "--offline", "--bundle", str(folder / "nowhere" / "b.zip"), *words]) == 2
    assert "cannot be written" in capsys.readouterr().err


@pytest.mark.parametrize("line", ["foiv = 030", "mask = 01(?<barcode>[0-9]{14})21.{6}93.{4}", "; [MarkedGoods.Milk]"])
def test_an_ordinary_line_is_kept_as_it_is(line: str) -> None:
    assert quiet(line, {"foiv": False, "mask": False, "xapikey": True}) == line
