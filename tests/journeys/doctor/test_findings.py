"""What the doctor finds in a sound shop, and in one where something is broken."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ncash.cli.main import run
from ncash.emulators.cashserver import CashServer
from ncash.emulators.crpt import TOKEN, Emulator
from ncash.hosting.hooks import fault_in
from ncash.model.finding import Finding
from ncash.model.ports import Outside
from ncash.network.http import RequestsHttp
from ncash.store.dictionaries.aif_load import load
from ncash.support.doctor.doctor import diagnosis
from ncash.system.clock import SystemClock
from ncash.testing import DrivenTill, FencedHttp, FrozenClock, SeededRandom, ShopDatabase

from .conftest import Doctor

Told = list[dict[str, Any]]


def of(findings: Told, name: str, level: str) -> list[str]:
    return [one["text"] for one in findings if (one["name"], one["level"]) == (name, level)]


def put(folder: Path, name: str, text: str) -> None:
    (folder / "conf" / "ncash.ini.d" / name).write_text(text, encoding="utf-8")


def test_a_sound_shop_has_no_finding_that_fails_or_warns(doctor: Doctor) -> None:
    code, findings = doctor()
    assert (code, [one for one in findings if one["level"] != "ok"]) == (0, [])
    looked_at = {"configuration", "till", "databases", "space", "receipts", "journal", "scanners", "fiscal", "plugins"}
    assert looked_at | {"goods", "kinds", "crpt", "cashserver", "clock", "queue"} == {one["name"] for one in findings}


TOBACCO = (
    '{"command":"addInventItem","invent":{"inventcode":"T1","barcode":"4601653035829","name":"X","price":"1.00","tmctype":3}}'
    "\n---\n"
)


def test_goods_that_nobody_serves_are_named_until_a_category_serves_them(doctor: Doctor, folder: Path) -> None:
    source = folder / "pos.aif"
    source.write_text(TOBACCO, encoding="utf-8")
    load(source, folder / "data" / "Dictionaries.sqlite")
    (text,) = of(doctor("--offline")[1], "kinds", "warn")
    assert text == "1 goods that no category serves are refused: tmctype 3 (tobacco), codes T1"
    put(folder, "80-shop.ini", "[Host]\nunservedMarks = allow\n")
    (text,) = of(doctor("--offline")[1], "kinds", "warn")
    assert text.startswith("1 goods that no category serves are sold as ordinary ones, without their marks")
    put(folder, "80-shop.ini", '[MarkedGoods.Tobacco]\nmask = "(?<barcode>[0-9]{14}).{15}"\ngoodsTypes = 3\n')
    assert of(doctor("--offline")[1], "kinds", "ok") == ["no goods carry marks that nobody reads"]


def test_check_names_goods_that_nobody_serves(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = folder / "pos.aif"
    source.write_text(TOBACCO, encoding="utf-8")
    load(source, folder / "data" / "Dictionaries.sqlite")

    def named(data: Path) -> list[str]:
        assert run(["check", "--json", "--conf", str(folder / "conf"), "--data", str(data)]) == 0
        problems = json.loads(capsys.readouterr().out)["problems"]
        return [one["text"] for one in problems if one["code"] == "MG083"]

    told = "tmctype 3 (tobacco), codes T1"
    assert named(folder / "data") == [f"1 goods that no category serves are refused: {told}"]
    assert named(folder / "nowhere") == []
    put(folder, "80-shop.ini", "[Host]\nunservedMarks = allow\n")
    assert named(folder / "data") == [f"1 goods that no category serves are sold as ordinary ones: {told}"]
    put(folder, "80-shop.ini", "[plugins]\nmotp = on\n")
    assert named(folder / "data") == []
    put(folder, "80-shop.ini", '[MarkedGoods.Tobacco]\nmask = "(?<barcode>[0-9]{14}).{15}"\ngoodsTypes = 3\n')
    assert named(folder / "data") == []
    put(folder, "80-shop.ini", "[MarkedGoods.Tobacco]\ngoodsTypes = 3\n")
    assert named(folder / "data") == [f"1 goods that no category serves are refused: {told}"]


def test_a_module_that_a_plugin_serves_is_no_plugin_that_is_missing(
    doctor: Doctor, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(folder, "motp.ini", "[plugins]\nmotp = on\n")
    code, findings = doctor()
    assert (code, [one for one in findings if one["level"] != "ok"]) == (0, [])
    shop = ["--conf", str(folder / "conf"), "--data", str(folder / "data"), "--json"]
    assert run(["plugins", *shop]) == 0
    (motp,) = [one for one in json.loads(capsys.readouterr().out)["plugins"] if one["name"] == "motp"]
    assert (motp["state"], motp["error"], motp["switched"]) == ("served", None, "motp.ini:2")
    put(folder, "80-shop.ini", "[plugins]\nmarkedgoods = off\n")
    assert of(doctor("--offline")[1], "plugins", "warn") == ["motp: missing, no plugin named motp is installed"]


def test_a_running_till_says_itself_which_goods_it_serves(doctor: Doctor, folder: Path) -> None:
    source = folder / "pos.aif"
    source.write_text(TOBACCO, encoding="utf-8")
    load(source, folder / "data" / "Dictionaries.sqlite")
    put(folder, "80-shop.ini", '[MarkedGoods.Tobacco]\nmask = "(?<barcode>[0-9]{14}).{15}"\ngoodsTypes = 3\n')
    outside = Outside(SystemClock(), SeededRandom(), FencedHttp())
    with DrivenTill(folder / "conf", folder / "data", outside) as till:
        till.shop.announce()
        assert of(doctor("--offline")[1], "kinds", "ok")


def test_without_the_network_nobody_is_asked(doctor: Doctor, emulator: Emulator, server: CashServer) -> None:
    _, findings = doctor("--offline")
    assert not {"cashserver", "clock"} & {one["name"] for one in findings}
    assert server.journal == ()


def test_what_was_not_asked_is_not_said_to_answer(doctor: Doctor, emulator: Emulator) -> None:
    (said,) = of(doctor("--offline")[1], "crpt", "ok")
    assert said == "no till has kept how the sites are, and none was asked now"
    assert emulator.journal == ()


def test_a_refused_token_among_good_ones_is_named_with_its_departments(
    doctor: Doctor, folder: Path, emulator: Emulator
) -> None:
    bad = "7e57ab1e-0000-4000-8000-00000000dead"
    for xapikey in (f"[1:{TOKEN}],[2.3:{bad}]", f"[2.3:{bad}],[1:{TOKEN}]"):
        put(folder, "80-shop.ini", f"[MarkedGoods]\nxapikey = {xapikey}\n")
        code, findings = doctor()
        assert (code, of(findings, "crpt", "fail")) == (1, ["the token ****dead of department 2, 3 is refused"])


def test_a_configuration_with_errors_fails(doctor: Doctor, folder: Path) -> None:
    put(folder, "80-shop.ini", "[MarkedGoods]\nallowUnmarked = perhaps\n")
    code, findings = doctor()
    assert code == 1
    assert of(findings, "configuration", "fail") == ["1 errors, 0 warnings; marked goods are refused"]


def test_a_file_that_was_cut_is_named_with_what_is_gone(doctor: Doctor, folder: Path) -> None:
    kept = folder / "data" / "last-good"
    kept.mkdir()
    whole = "[MarkedGoods]\nallowUnmarked = true\nrefuseUnchecked = true\n"
    (kept / "80-shop.ini").write_text(whole, encoding="utf-8")
    put(folder, "80-shop.ini", whole[: whole.index("refuse")])
    (text,) = of(doctor()[1], "configuration", "fail")
    assert "80-shop.ini" in text
    assert "[MarkedGoods] refuseUnchecked" in text


@pytest.mark.parametrize(("until", "level"), [((), "warn"), (("--until", "2h"), "ok")])
def test_a_switch_of_support_is_told_with_its_end(
    doctor: Doctor, folder: Path, until: tuple[str, ...], level: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["config", "set", "allowUnmarked", "true", *until, "--conf", str(folder / "conf")])
    capsys.readouterr()
    (text,) = of(doctor("--offline")[1], "switched", level)
    assert text.startswith("[MarkedGoods] allowUnmarked = true, switched by ")


def test_a_database_that_is_damaged_is_named_and_the_others_are_looked_at(doctor: Doctor, folder: Path) -> None:
    path = folder / "data" / "Dictionaries.sqlite"
    content = bytearray(path.read_bytes())
    content[4096:12288] = b"\xff" * 8192
    path.write_bytes(content)
    code, findings = doctor("--offline")
    assert code == 1
    assert "Dictionaries.sqlite" in of(findings, "databases", "fail")[0]
    assert "Documents.sqlite is sound" in of(findings, "databases", "ok")[0]
    assert of(findings, "journal", "warn") == ["not looked at, for the state of the databases"]


def test_a_database_that_is_not_there_is_missed_and_not_made(doctor: Doctor, folder: Path) -> None:
    path = folder / "data" / "Documents.sqlite"
    path.unlink()
    assert "there is no Documents.sqlite" in of(doctor("--offline")[1], "databases", "fail")[0]
    assert not path.exists()


def test_goods_without_a_price_are_counted(doctor: Doctor, folder: Path) -> None:
    with ShopDatabase(folder / "data" / "Dictionaries.sqlite").changing() as database:
        database.execute("UPDATE tmc SET price = 0 WHERE code = '1'")
        database.execute("UPDATE tmc SET measure = 'ящик' WHERE code = '6'")
    (text,) = of(doctor("--offline")[1], "goods", "warn")
    assert text.startswith("2 goods have no price, or a unit that is nowhere, as 4600000000015")


def test_a_line_of_the_journal_that_was_changed_fails(doctor: Doctor, folder: Path, emulator: Emulator) -> None:
    http = FencedHttp(*emulator.site_urls)
    with DrivenTill(folder / "conf", folder / "data", Outside(SystemClock(), SeededRandom(), http)) as till:
        till.send("open")
        till.send("scan", data="010467054017609921500101\x1d93dGVz")
    with ShopDatabase(folder / "data" / "Documents.sqlite").changing() as books:
        books.executescript("DROP TRIGGER journal_unchanged; UPDATE journal SET kind = 'other' WHERE seq = 1")
    assert "1 faults" in of(doctor("--offline")[1], "journal", "fail")[0]


def test_a_running_till_is_seen_with_its_plugins_and_what_it_has_not_read(doctor: Doctor, folder: Path) -> None:
    http = FencedHttp()
    with DrivenTill(folder / "conf", folder / "data", Outside(SystemClock(), SeededRandom(), http)) as till:
        till.shop.announce()
        put(folder, "80-shop.ini", "[MarkedGoods]\nallowUnmarked = true\n")
        _, findings = doctor("--offline")
    assert of(findings, "till", "warn") == ["80-shop.ini: new on disk"]
    assert any(text.startswith("markedgoods: ready") for text in of(findings, "plugins", "ok"))


def test_a_plugin_that_does_not_start_fails(doctor: Doctor, folder: Path) -> None:
    package = folder / "conf/extra/weathervane"
    package.mkdir(parents=True)
    (package / "plugin.py").write_text("raise RuntimeError\n", encoding="utf-8")
    put(folder, "80-shop.ini", "[Host]\npluginsPath = extra\n[plugins]\nweathervane = on\n")
    assert any("weathervane: config-error" in text for text in of(doctor("--offline")[1], "plugins", "fail"))


def test_a_plugin_that_is_not_installed_is_a_warning(doctor: Doctor, folder: Path) -> None:
    put(folder, "80-shop.ini", "[plugins]\nweather = on\n")
    found = doctor("--offline")[1]
    assert any("weather: missing" in text for text in of(found, "plugins", "warn"))
    assert not of(found, "plugins", "fail")


def test_a_dead_cash_server_is_found_though_its_errors_are_ignored(
    doctor: Doctor, folder: Path, server: CashServer
) -> None:
    put(folder, "80-shop.ini", "[MarkedGoods]\nignoreMarkVerifyErrors = true\n")
    server.off()
    code, findings = doctor()
    assert code == 1
    assert "goods are sold without its word" in of(findings, "cashserver", "fail")[0]


@pytest.mark.parametrize(("allowed", "level"), [("false", "fail"), ("true", "warn")])
def test_plain_http_to_another_computer_is_said_with_the_network_and_without(
    doctor: Doctor, folder: Path, server: CashServer, allowed: str, level: str
) -> None:
    text = f"[MarkedGoods]\nmarkVerifyUrl = http://0.0.0.0:{server.port}\nmarkVerifyAllowPlainHttp = {allowed}\n"
    put(folder, "80-shop.ini", text)
    for words in ((), ("--offline",)):
        (said,) = of(doctor(*words)[1], "cashserver", level)
        assert "markVerifyAllowPlainHttp" in said or "never asked" in said
    assert bool(server.journal) is (allowed == "true")


def test_a_token_that_is_refused_fails(doctor: Doctor, emulator: Emulator) -> None:
    emulator.tokens.clear()
    assert of(doctor()[1], "crpt", "fail")


@pytest.mark.parametrize(("hours", "level"), [(1, "warn"), (-30, "fail")])
def test_a_clock_that_differs_from_the_servers_is_said(folder: Path, hours: int, level: str) -> None:
    http = RequestsHttp()
    outside = Outside(FrozenClock(SystemClock().now() + timedelta(hours=hours)), SeededRandom(), http)
    findings = [one.json() for one in diagnosis(folder / "conf", folder / "data", outside)]
    http.close()
    (text,) = of(findings, "clock", level)
    assert ("ahead" if hours > 0 else "behind") in text


def test_sites_that_are_gone_fail(doctor: Doctor, emulator: Emulator) -> None:
    emulator.off()
    code, findings = doctor()
    assert code == 1
    assert of(findings, "crpt", "fail")


def test_a_local_module_that_is_not_there_fails_and_ts_piot_is_unregistered(doctor: Doctor, folder: Path) -> None:
    text = "[MarkedGoods]\nmarkVerifyCrptService = tspiot\ntspiotUrl = http://127.0.0.1:9\n"
    put(folder, "80-shop.ini", text + "localModuleUrl = http://127.0.0.1:9\n")
    _, findings = doctor()
    assert of(findings, "localmodule", "fail")
    assert of(findings, "tspiot", "warn") == ["unregistered: tspiotClientId is empty"]
    assert of(findings, "tspiot", "fail")


def test_a_kkm_server_that_is_not_there_fails(doctor: Doctor, folder: Path) -> None:
    put(folder, "80-shop.ini", "[MarkedGoods]\nmarkVerifyCrptService = kkmserver\nkkmServerUrl = http://127.0.0.1:9\n")
    assert of(doctor()[1], "kkmserver", "fail")


def test_people_read_lines_and_a_terminal_alone_gets_colours(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["doctor", "--offline", "--conf", str(folder / "conf"), "--data", str(folder / "data")])
    said = capsys.readouterr().out
    assert "ok    configuration  0 errors, 0 warnings" in said
    assert "\x1b" not in said


@pytest.mark.parametrize("missing", ["conf", "data"])
def test_a_folder_that_is_not_there_is_said_to_be_missing(
    folder: Path, missing: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / missing).rename(folder / "elsewhere")
    assert run(["doctor", "--conf", str(folder / "conf"), "--data", str(folder / "data"), "--json"]) == 2
    assert not json.loads(capsys.readouterr().out)["ok"]


@pytest.mark.parametrize(
    "answer",
    [[], (1,), (Finding("", "ok", "x"),), (Finding("x", "fine", "x"),), (Finding("x", "ok", "x" * 5000),)],
)
def test_an_answer_of_a_plugin_that_is_no_finding_is_named(answer: object) -> None:
    assert "Finding" in fault_in("on_doctor", answer)
    assert not fault_in("on_doctor", (Finding("x", "warn", "y", "z"),))


def test_the_scanners_are_among_what_is_looked_at(doctor: Doctor) -> None:
    assert of(doctor()[1], "scanners", "ok") == ["no mark was scanned yet"]
