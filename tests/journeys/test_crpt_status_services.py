"""`ncash crpt status` shows the service that carries the check, and nothing that nobody has measured."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ncash.cli.main import run
from ncash.emulators.crpt import TOKEN, Emulator
from ncash.emulators.kkmserver import PASSWORD, KkmServer
from ncash.emulators.tspiot import Esm, self_signed
from ncash.model.ports import Outside
from ncash.testing import DrivenTill, FencedHttp, FrozenClock, SeededRandom, shop_folder

OF_SITES = ("source", "fetched", "next_list", "token_error", "sites", "tokens")


@pytest.fixture
def kkm() -> Iterator[KkmServer]:
    with KkmServer() as running:
        yield running


@pytest.fixture
def crpt() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


def shop(folder: Path, **own: str) -> Path:
    values = {"enableMarkVerifyCrpt": "true", **own}
    shop_folder(folder / "shop", {"MarkedGoods": values})
    return folder / "shop"


def with_kkm(folder: Path, kkm: KkmServer, secret: str = PASSWORD) -> Path:
    (folder / "kkm").write_text(secret, encoding="utf-8")
    (folder / "kkm").chmod(0o600)
    own = {"kkmServerUrl": kkm.url, "kkmServerPasswordFile": str(folder / "kkm")}
    return shop(folder, markVerifyCrptService="kkmserver", **own)


def status(folder: Path, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, Any]]:
    code = run(["crpt", "status", "--json", *words, "--conf", str(folder / "conf"), "--data", str(folder / "data")])
    shown: dict[str, Any] = json.loads(capsys.readouterr().out)
    return code, shown


def test_kkm_server_in_force_is_what_is_shown(
    tmp_path: Path, kkm: KkmServer, capsys: pytest.CaptureFixture[str]
) -> None:
    code, shown = status(with_kkm(tmp_path, kkm), capsys)
    assert (code, shown["service"], shown["attention"]) == (0, "kkmserver", [])
    told = shown["kkmserver"]
    assert (told["url"], told["answers"], told["account"], told["trouble"]) == (kkm.url, True, True, None)
    assert not set(OF_SITES) & set(shown)


def test_kkm_server_that_is_away_or_knows_us_not_needs_attention(
    tmp_path: Path, kkm: KkmServer, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = with_kkm(tmp_path, kkm, secret="other")
    code, shown = status(folder, capsys)
    assert (code, shown["kkmserver"]["account"]) == (1, False)
    assert "does not accept kkmServerUser" in shown["attention"][0]
    kkm.off()
    code, shown = status(folder, capsys)
    assert (code, shown["kkmserver"]["answers"], shown["kkmserver"]["account"]) == (1, False, None)
    assert "KKM Server" in shown["attention"][0]


def test_what_was_not_asked_is_not_said(tmp_path: Path, kkm: KkmServer, capsys: pytest.CaptureFixture[str]) -> None:
    code, shown = status(with_kkm(tmp_path, kkm), capsys, "--kept")
    told = shown["kkmserver"]
    assert (code, told["answers"], told["account"], told["trouble"], told["asked"]) == (0, None, None, None, False)
    assert kkm.journal == ()


def test_ts_piot_in_force_is_what_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    certificate, context = self_signed(tmp_path / "tls")
    with Esm(tls=context) as esm:
        own = {"tspiotUrl": esm.url, "tspiotCertificate": str(certificate), "tspiotClientId": "77"}
        folder = shop(tmp_path, markVerifyCrptService="tspiot", **own)
        code, shown = status(folder, capsys)
        assert (code, shown["service"], shown["tspiot"]["trouble"]) == (0, "tspiot", None)
        assert shown["tspiot"]["instance"]["kktInn"] == "7700000016"
        assert (shown["tspiot"]["licence"], set(OF_SITES) & set(shown)) == (None, set())
        esm.off()
        code, shown = status(folder, capsys)
    assert (code, shown["tspiot"]["instance"]) == (1, None)
    assert shown["attention"][0].startswith("TS PIoT: ")


def test_people_read_no_time_and_no_token_of_a_service_that_is_not_in_force(
    tmp_path: Path, kkm: KkmServer, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = with_kkm(tmp_path, kkm)
    assert run(["crpt", "status", "--conf", str(folder / "conf"), "--data", str(folder / "data")]) == 0
    said = capsys.readouterr().out
    assert "service: kkmserver" in said
    assert not [word for word in OF_SITES if f"{word}:" in said]


@pytest.mark.parametrize("words", [(), ("--kept",)])
def test_no_time_of_the_next_list_before_a_till_has_one(
    tmp_path: Path, crpt: Emulator, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    folder = shop(tmp_path, markVerifyCrptUrl=crpt.url, xapikey=f"[-1:{TOKEN}]")
    _, shown = status(folder, capsys, *words)
    assert shown["next_list"] is None
    assert (shown["fetched"] is None) is bool(words)


def test_a_till_that_ends_before_its_first_list_keeps_no_time_of_its_own_start(
    tmp_path: Path, crpt: Emulator, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = shop(tmp_path, markVerifyCrptUrl=crpt.url, xapikey=f"[-1:{TOKEN}]")
    kept = folder / "data" / "markedgoods" / "crpt_sites.json"
    outside = Outside(FrozenClock(), SeededRandom(), FencedHttp(*crpt.site_urls))
    first = DrivenTill(folder / "conf", folder / "data", outside)
    first.send("open")
    first.send("scan", data="010467054017609921500101\x1d93dGVz")
    first.close()
    meant = json.loads(kept.read_bytes())["next_list"]
    assert meant > "2027-01-15T18:00:00+03:00"
    crpt.fault("silent", path="cdn/info")
    second = DrivenTill(folder / "conf", folder / "data", Outside(FrozenClock(), SeededRandom(), outside.http))
    second.send("open")
    crpt.fault("status", 401, path="codes/check")
    second.send("scan", data="010467054017609921500102\x1d93dGVz")
    second.close()
    assert json.loads(kept.read_bytes())["next_list"] == meant
    assert status(folder, capsys, "--kept")[1]["next_list"] == meant
    crpt.off()


def test_a_kept_refusal_of_every_token_is_a_token_error_without_asking(
    tmp_path: Path, crpt: Emulator, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = shop(tmp_path, markVerifyCrptUrl=crpt.url, xapikey=f"[-1:{TOKEN}]")
    till = DrivenTill(folder / "conf", folder / "data", Outside(FrozenClock(), SeededRandom(), FencedHttp(crpt.url)))
    till.send("open")
    crpt.fault("status", 401, path="codes/check")
    till.send("scan", data="010467054017609921500103\x1d93dGVz")
    till.close()
    code, shown = status(folder, capsys, "--kept")
    assert (code, shown["token_error"], shown["tokens"][0]["valid"]) == (1, True, False)


def test_where_nothing_is_checked_no_token_is_missed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, shown = status(shop(tmp_path / "shop", enableMarkVerifyCrpt="false"), capsys)
    assert (code, shown["checked"], shown["token_error"], shown["tokens"]) == (1, False, None, [])
    assert shown["attention"] == ["enableMarkVerifyCrpt is off everywhere: nothing is checked"]
