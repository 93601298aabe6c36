"""Every rule is explained, and every explanation is true: its example is found under the rule."""

import io
import json
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from ncash.cli.main import run
from ncash.settings.explained import EXPLAINED
from ncash.settings.problems import RULES
from ncash.support.check.check import examine
from ncash.support.check.mend import BELOW, CHANGES, WORSE, in_force

from .test_vendor_samples import SPLIT

MakeConf = Callable[..., Path]
SHOWN = [code for code, told in EXPLAINED.items() if told.example]


def ncash(*words: str) -> tuple[int, str]:
    out = io.StringIO()
    with redirect_stdout(out), redirect_stderr(io.StringIO()):
        code = run(list(words))
    return code, out.getvalue()


def test_every_rule_is_explained_and_nothing_else_is() -> None:
    assert set(EXPLAINED) == set(RULES)


@pytest.mark.parametrize("code", SHOWN)
def test_the_example_of_a_rule_is_found_under_it(make_conf: MakeConf, code: str) -> None:
    found = examine(make_conf(markedgoods=EXPLAINED[code].example)).problems
    assert code in {problem.code for problem in found}


@pytest.mark.parametrize("code", sorted(RULES))
def test_a_rule_is_told_with_its_mend(code: str) -> None:
    done, text = ncash("rule", code.lower())
    assert done == 0
    assert RULES[code].title in text
    assert EXPLAINED[code].mend in text


def test_an_unknown_rule_is_an_error() -> None:
    assert ncash("rule", "MG999")[0] == 2


def test_sarif_names_the_rule_the_file_and_the_line(make_conf: MakeConf) -> None:
    conf = make_conf(markedgoods="[MarkedGoods]\ncheckLocalUniqueness = ture\n")
    code, text = ncash("check", "--format", "sarif", "--conf", str(conf))
    result = json.loads(text)["runs"][0]["results"][0]
    place = result["locations"][0]["physicalLocation"]
    assert code == 1
    assert (result["ruleId"], place["artifactLocation"]["uri"]) == ("MG030", "markedgoods.ini")
    assert place["region"]["startLine"] == 2
    assert json.loads(text)["runs"][0]["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "MG030"


BROKEN = "[MarkedGoods]\r\nfoiv = 030\r\nfoiv = 030\r\nchecklocaluniqueness = true\r\ndocumentNumber = 1944"


def test_certain_mends_are_shown_and_then_made_and_nothing_else_changes(make_conf: MakeConf) -> None:
    conf = make_conf(markedgoods=BROKEN)
    file = conf / "ncash.ini.d" / "markedgoods.ini"
    before = file.read_bytes()
    code, patch = ncash("check", "--fix", "--diff", "--conf", str(conf))
    assert code == 1
    assert "+checkLocalUniqueness = true" in patch
    assert file.read_bytes() == before
    assert ncash("check", "--fix", "--conf", str(conf))[0] == 0
    mended = b"[MarkedGoods]\r\nfoiv = 030\r\ncheckLocalUniqueness = true\r\ndocumentNumber = 1944\r\n"
    assert file.read_bytes() == mended
    assert [problem for problem in examine(conf).problems if problem.code.startswith("MG00")] == []


def test_nothing_that_is_uncertain_is_mended(make_conf: MakeConf) -> None:
    text = "[MarkedGoods]\nfoiv = 030\nfoiv = 031\ncheckLocalUniquenes = false\nallowUnmarked = ture\n"
    conf = make_conf(markedgoods=text)
    ncash("check", "--fix", "--conf", str(conf))
    assert (conf / "ncash.ini.d" / "markedgoods.ini").read_text() == text


LEFT = {
    "[MarkedGoods]\nallowUnmarked = true\nallowUnmarked = false\nallowUnmarked = true\n": CHANGES,
    "[MarkedGoods]\nallowUnmarked = false\nallowUnmarked = true\nallowUnmarked = false\n": CHANGES,
    "[MarkedGoods]\nfoiv = 031\nfoiv = 030\nfoiv = 031\n": CHANGES,
    "[MarkedGoods]\nchecklocaluniqueness = false\n": CHANGES,
    "[MarkedGoods]\nallowUnmarked = true\nallowunmarked = false\n": CHANGES,
    "[MarkedGoods]\nallowUnmarked = false\nallowunmarked = ture\n": WORSE,
    "[markedgoods]\nallowUnmarked = true\n": CHANGES,
    "[MarkedGoods]\ndocumentNumber = 19": CHANGES,
    "[plugins]\nMarkedgoods = on\n": CHANGES,
    "[MarkedGoods]\nallowUnmarked = true\n;[MarkedGoods.Milk]\nallowUnmarked = true\nallowUnmarked = true\n": BELOW,
    "[MarkedGoods]\n;[Something.Else]\nallowUnmarked = true\nallowUnmarked = true\n": BELOW,
    "[MarkedGoods]\n;[MarkedGoods.Milk]\nchecklocaluniqueness = true\n": BELOW,
    "[MarkedGoods]\nallowUnmarked = true\n;[MarkedGoods.Milk]\ndocumentNumber = 1944": BELOW,
    "[MarkedGoods]\n;allowUnmarked = true\nallowunmarked = flase\n": WORSE,
}


@pytest.mark.parametrize("text", LEFT)
def test_a_mend_that_would_change_a_value_in_force_is_left_and_said_to_be(
    make_conf: MakeConf, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    conf = make_conf(markedgoods=text)
    assert run(["check", "--fix", "--diff", "--conf", str(conf)]) == run(["check", "--conf", str(conf)])
    capsys.readouterr()
    run(["check", "--fix", "--conf", str(conf)])
    told = capsys.readouterr().err
    assert (conf / "ncash.ini.d" / "markedgoods.ini").read_bytes() == text.encode()
    assert f"is left as it is: {LEFT[text]}\n" in told
    assert " mended\n" not in told


def test_no_secret_stands_in_the_difference(make_conf: MakeConf) -> None:
    lines = "xapikey = [-1:CANARY]\nxapikey=[-1:CANARY]\n;xapikey = CANARY\nfoiv = 030\nfoiv = 030\n"
    conf = make_conf(markedgoods=f"[MarkedGoods]\n{lines}[Fiscal.atol]\npassword = CANARY\npassword = CANARY\n")
    _, patch = ncash("check", "--fix", "--diff", "--conf", str(conf))
    assert patch.count("-xapikey = ********\n") == 1
    assert patch.count("-foiv = 030\n") == 1
    assert "CANARY" not in patch


def test_what_can_be_mended_is_mended_beside_what_cannot(make_conf: MakeConf) -> None:
    pairs = [("a1", 1), ("a2", 2), ("b", 3), ("a3", 1)]
    lines = [f"askForBarcodeFromCatalogs = {value}" for _, value in pairs]
    text = "\n".join(["[MarkedGoods]", *lines, "foiv = 030", "foiv = 030", "checklocaluniqueness = true", ""])
    conf = make_conf(markedgoods=text, zz="[MarkedGoods]\nFOIV = 030\nfoiv = 030\nfoiv = 030\n")
    before = examine(conf).config
    ncash("check", "--fix", "--conf", str(conf))
    kept = "\n".join(["[MarkedGoods]", *lines, "foiv = 030", "checkLocalUniqueness = true", ""])
    assert (conf / "ncash.ini.d" / "markedgoods.ini").read_text() == kept
    assert (conf / "ncash.ini.d" / "zz.ini").read_text() == "[MarkedGoods]\nfoiv = 030\nfoiv = 030\n"
    assert in_force(examine(conf).config) == in_force(before)


def test_the_vendors_sample_with_its_headers_commented_out_is_left_byte_for_byte(make_conf: MakeConf) -> None:
    conf = make_conf(markedgoods=SPLIT)
    ncash("check", "--fix", "--conf", str(conf))
    assert (conf / "ncash.ini.d" / "markedgoods.ini").read_text() == SPLIT
