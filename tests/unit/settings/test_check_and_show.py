"""`ncash check` and `ncash config show`: what they print, their JSON, their exit codes."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ncash.cli.main import run

MakeConf = Callable[..., Path]
Ncash = Callable[..., tuple[int, str]]

TWO_FILES = {
    "a": "[MarkedGoods]\nignoreCrptStatusSold = deny\nxapikey = [-1:CANARY]\n",
    "b": "[MarkedGoods]\nignoreCrptStatusSold = ask\nmarkVerifyCrptAskConfirmation = true\n",
}


@pytest.fixture
def ncash(make_conf: MakeConf, capsys: pytest.CaptureFixture[str]) -> Ncash:
    """`ncash("check", "--json", markedgoods="…")`: exit code and what was printed."""

    def call(*argv: str, **files: str) -> tuple[int, str]:
        code = run([*argv, "--conf", str(make_conf(**files))])
        return code, capsys.readouterr().out

    return call


def test_check_prints_place_level_code_text_accepted_and_nearest(ncash: Ncash) -> None:
    code, out = ncash("check", markedgoods="[MarkedGoods]\nignoreCrptStatusSold = alow\n")
    assert code == 1
    first, last = out.splitlines()
    assert first == (
        "markedgoods.ini:2: error MG030: [MarkedGoods] ignoreCrptStatusSold: 'alow' is none of the accepted words "
        "(accepted: deny|ask|allow; did you mean allow?)"
    )
    assert "1 errors, 0 warnings" in last
    assert "marked goods are refused" in last


def test_check_with_warnings_only_is_done(ncash: Ncash) -> None:
    code, out = ncash("check", markedgoods="[Weather]\n")
    assert code == 0
    assert "warning MG023" in out


def test_check_of_a_sound_folder_says_so(ncash: Ncash) -> None:
    assert ncash("check", ncash="[Cash]\ncashcode = 2\n")[0] == 0


def test_check_answers_json(ncash: Ncash) -> None:
    code, out = ncash("check", "--json", markedgoods="[MarkedGoods]\nallowUnmarked = ture\n")
    answer = json.loads(out)
    assert code == 1
    assert (answer["errors"], answer["warnings"], answer["blocks_marked"]) == (1, 0, True)
    assert answer["problems"] == [
        {
            "code": "MG030",
            "level": "error",
            "file": "markedgoods.ini",
            "line": 2,
            "section": "MarkedGoods",
            "key": "allowUnmarked",
            "text": "allowUnmarked: 'ture' is neither true nor false",
            "accepted": "true|false",
            "nearest": "true",
            "blocks": True,
        }
    ]


BELOW = "[MarkedGoods]\n;[MarkedGoods.Milk]\nallowUnmarked = true\ncheckLocalUniqueness = false\nallowUnmarked = true\n"


def test_one_finding_a_cause_names_every_line_of_it_in_every_form(ncash: Ncash) -> None:
    _, text = ncash("check", markedgoods=BELOW)
    first, second, _ = text.splitlines()
    assert first == (
        "markedgoods.ini:3: error MG011: [MarkedGoods] allowUnmarked, checkLocalUniqueness stand below the "
        "commented-out [MarkedGoods.Milk] of line 2 and count for [MarkedGoods]; "
        "enable the header or disable the lines (also lines 4, 5)"
    )
    assert second.startswith("markedgoods.ini:5: warning MG009: ")
    told = json.loads(ncash("check", "--json", markedgoods=BELOW)[1])["problems"]
    assert told[0]["also"] == [
        {"line": 4, "key": "checkLocalUniqueness"},
        {"line": 5, "key": "allowUnmarked"},
    ]
    assert "also" not in told[1]
    results = json.loads(ncash("check", "--format", "sarif", markedgoods=BELOW)[1])["runs"][0]["results"]
    places = [place["physicalLocation"]["region"]["startLine"] for place in results[0]["relatedLocations"]]
    assert places == [4, 5]
    assert "relatedLocations" not in results[1]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("foiv = 030\n", "markedgoods.ini:1: error MG004: foiv stands before any section"),
        (
            "foiv = 030\nfoiv = 030\n",
            "markedgoods.ini:1: error MG004: foiv stands before any section (also line 2)",
        ),
        (
            "foiv = 030\ndocumentNumber = 1944\n",
            "markedgoods.ini:1: error MG004: foiv, documentNumber stand before any section (also line 2)",
        ),
        (
            "[MarkedGoods]\n...\nfoiv = 030\n ...\n",
            "markedgoods.ini:2: error MG078: left-out lines of the manual: '...' is no setting (also line 4)",
        ),
        (
            "[plugins]\nloymax = on\nloymax = off\n",
            "markedgoods.ini:2: warning MG055: [plugins] the plugin loymax is not installed (also line 3)",
        ),
    ],
)
def test_a_cause_is_told_in_one_line_without_an_empty_section(ncash: Ncash, text: str, line: str) -> None:
    assert ncash("check", markedgoods=text)[1].splitlines()[:-1] == [line]


def test_check_lists_problems_in_reading_order(ncash: Ncash) -> None:
    bad = "[MarkedGoods]\nfoiv = 1\n"
    _, out = ncash("check", ncash="[Cash]\nshopcode =\n", b=bad, a=bad + "documentDate = x\n")
    assert [line.split(" ")[0] for line in out.splitlines()[:-1]] == [
        "ncash.ini:2:",
        "a.ini:2:",
        "a.ini:3:",
        "b.ini:2:",
    ]


@pytest.mark.parametrize("command", [["check"], ["config", "show"]])
def test_a_missing_folder_is_a_clear_text_and_exit_code_2(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*command, "--conf", str(tmp_path / "none")]) == 2
    assert "does not exist" in capsys.readouterr().err


def shown(out: str, key: str, section: str = "MarkedGoods") -> dict[str, Any]:
    (one,) = [s for s in json.loads(out)["settings"] if (s["section"], s["key"]) == (section, key)]
    return dict(one)


def test_config_show_says_value_place_overrode_and_why_it_is_idle(ncash: Ncash) -> None:
    code, out = ncash("config", "show", "--json", **TWO_FILES)
    assert code == 0
    assert shown(out, "ignoreCrptStatusSold") == {
        "section": "MarkedGoods",
        "key": "ignoreCrptStatusSold",
        "value": "ask",
        "default": False,
        "origin": "b.ini:2",
        "overrode": ["a.ini:2 = deny"],
        "idle": "markVerifyCrptAskConfirmation = true (b.ini:3)",
    }
    assert shown(out, "foiv")["default"] is True
    assert shown(out, "foiv")["origin"] is None


def test_config_show_prints_origins_as_comments(ncash: Ncash) -> None:
    _, out = ncash("config", "show", "ignoreCrptStatusSold", "--origin", **TWO_FILES)
    line = "ignoreCrptStatusSold = ask  ; b.ini:2; overrides a.ini:2 = deny; no effect: "
    assert out.splitlines()[0] == "[MarkedGoods]"
    assert out.splitlines()[1].startswith(line)


def test_config_show_shows_a_category_with_what_it_inherits(ncash: Ncash) -> None:
    _, out = ncash(
        "config", "show", "--json", m='[MarkedGoods]\nallowUnmarked = true\n[MarkedGoods.Milk]\nmask = "x"\n'
    )
    assert shown(out, "allowUnmarked", "MarkedGoods.Milk")["origin"] == "m.ini:2"
    assert shown(out, "mask", "MarkedGoods.Milk")["value"] == "x"


def test_config_show_of_an_unknown_key_finds_nothing(ncash: Ncash) -> None:
    assert ncash("config", "show", "foivv")[0] == 1


def test_no_secret_is_printed(ncash: Ncash) -> None:
    files = {**TWO_FILES, "c": "[MarkedGoods]\nxapikey = [1:CANARY]\n[Fiscal.atol]\npassword = CANARY\n"}
    for command in (["check"], ["check", "--json"], ["config", "show", "--origin"], ["config", "show", "--json"]):
        assert "CANARY" not in ncash(*command, **files)[1]
    assert "********" in ncash("config", "show", "xapikey", **files)[1]


def test_a_plugin_of_a_folder_brings_its_settings_and_checks(ncash: Ncash, tmp_path: Path) -> None:
    package = tmp_path / "extra" / "weatherglass"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "plugin.py").write_text("class Plugin:\n    pass\n")
    (package / "settings.py").write_text(
        "from ncash.settings.declare import Settings, flag\n"
        "class Glass(Settings, file='glass.ini', section='Glass'):\n    sunny: bool = flag(False)\n"
        "TABLES = (Glass,)\n"
    )
    (package / "lint.py").write_text("def problems(config):\n    raise RuntimeError\n")
    _, out = ncash(
        "check",
        ncash=f"[Host]\npluginsPath = {tmp_path / 'extra'}\n[plugins]\nweatherglass = on\n[Glass]\nsunny = maybe\n",
    )
    assert [line.split(":")[2].split()[-1] for line in out.splitlines()[:-1]] == ["MG056", "MG030"]
