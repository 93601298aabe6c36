"""Planted mistakes in the other files, in drop-ins and in every encoding: found with code, file and line."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from ncash.support.check.check import examine

MakeConf = Callable[..., Path]


class Planted(NamedTuple):
    """A mistake in a file: where it must be found."""

    file: str
    code: str
    line: int
    text: str
    nearest: str = ""


ROLES = "[Restrictions.MarkedGoods]\naddWithoutScanMarkRoles"
PLANTED = [
    Planted("crpt", "MG030", 2, "[CRPT]\nhealthCheckTimeout = 1.5\n"),
    Planted("crpt", "MG030", 2, "[CRPT]\ngetInfoTimeout = ten\n"),
    Planted("crpt", "MG021", 1, "[Crpt]\ngetInfoTimeout = 5\n", "[CRPT]"),
    Planted("crpt", "MG020", 1, "[CRTP]\ngetInfoTimeout = 5\n", "[CRPT]"),
    Planted("crpt", "MG021", 2, "[CRPT]\ngetinfotimeout = 5\n", "getInfoTimeout"),
    Planted("crpt", "MG003", 2, "[CRPT]\ngetInfoTimeout 5\n"),
    Planted("crpt", "MG008", 3, "[CRPT]\ngetInfoTimeout = 5\ngetInfoTimeout = 6\n"),
    Planted("crpt", "MG004", 1, "getInfoTimeout = 5\n"),
    Planted("crpt", "MG022", 2, "[CRPT]\nretries = 5\n"),
    Planted("crpt", "MG007", 2, "[CRPT]\ngetInfoTimeout = 5"),
    Planted("crpt", "MG005", 1, "[CRPT\ngetInfoTimeout = 5\n"),
    Planted("crpt", "MG004", 2, ";[CRPT]\ngetInfoTimeout = 5\n"),
    Planted("restrictions", "MG030", 2, f"{ROLES} = 1,,2\n"),
    Planted("restrictions", "MG008", 3, f"{ROLES} = 1\naddWithoutScanMarkRoles = 2\n"),
    Planted("restrictions", "MG006", 2, f'{ROLES} = "1\n'),
    Planted(
        "restrictions",
        "MG021",
        1,
        f"[r{ROLES[2:]} = 1\n",
        "[Restrictions.MarkedGoods]",
    ),
    Planted(
        "restrictions",
        "MG021",
        2,
        f"{ROLES.lower().replace('[restrictions.markedgoods]', '[Restrictions.MarkedGoods]')} = 1\n",
        "addWithoutScanMarkRoles",
    ),
    Planted(
        "restrictions",
        "MG020",
        1,
        f"{ROLES.replace('Restrictions', 'Restriction')} = 1\n",
        "[Restrictions.MarkedGoods]",
    ),
    Planted("bcode", "MG020", 1, "[BCod]\n21??=BBXX\n", "[BCode]"),
    Planted("bcode", "MG021", 1, "[bcode]\n21??=BBXX\n", "[BCode]"),
    Planted("bcode", "MG036", 2, "[BCode]\n21??=\n"),
    Planted("bcode", "MG036", 2, "[BCode]\n21??=BBQ.Q.\n"),
    Planted("bcode", "MG003", 2, "[BCode]\n=BBXX\n"),
    Planted("bcode", "MG003", 2, "[BCode]\n21??????\n"),
    Planted("bcode", "MG004", 1, "21??=BBXX\n"),
    Planted("ncash", "MG030", 2, "[Host]\nwatchConfig = yes\n"),
    Planted("ncash", "MG021", 2, "[Host]\nwatchconfig = true\n", "watchConfig"),
    Planted("ncash", "MG020", 1, "[Hosts]\nwatchConfig = true\n", "[Host]"),
    Planted("ncash", "MG030", 2, "[Host]\npluginsPath = a,,b\n"),
    Planted("ncash", "MG059", 2, "[Host]\npluginsPath = nowhere\n"),
    Planted("ncash", "MG030", 2, "[Cash]\ncashcode = 1/2\n"),
    Planted("ncash", "MG030", 2, "[Cash]\ncashcode = " + "1" * 33 + "\n"),
    Planted("ncash", "MG030", 2, "[Backup]\ninterval = 8761\n"),
    Planted("ncash", "MG030", 2, "[Databases]\ndocuments =\n"),
    Planted("ncash", "MG020", 2, "[Databases]\ndocument = a.sqlite\n", "documents"),
    Planted("ncash", "MG008", 3, "[Cash]\ncashcode = 1\ncashcode = 2\n"),
    Planted("ncash", "MG010", 3, "[Cash]\ncashcode = 1\n[Cash]\nshopcode = 2\n"),
    Planted("ncash", "MG004", 1, "cashcode = 1\n"),
    Planted("ncash", "MG030", 2, "[ArtixQueue]\ntransport = kafka\n"),
    Planted("ncash", "MG030", 2, "[ArtixQueue]\nfirstMessageDaysWarning = 0\n"),
    Planted("ncash", "MG020", 2, "[ArtixQueue]\nmessageCountWarning = 10\n", "messagesCountWarning"),
    Planted("ncash", "MG030", 2, "[Fiscal]\ndriver =\n"),
    Planted("ncash", "MG020", 2, "[Fiscal]\ndrivers = emulator\n", "driver"),
    Planted("ncash", "MG074", 2, "[Fiscal]\ndriver = kkmservr\n", "kkmserver"),
    Planted("ncash", "MG072", 2, "[Fiscal]\ndriver = kkmserver\n"),
    Planted("ncash", "MG072", 3, "[Fiscal]\ndriver = kkmserver\nuser = User\n"),
    Planted("ncash", "MG054", 2, "[Fiscal]\npasswordFile = kkm.password\n"),
    Planted("ncash", "MG041", 3, "[Fiscal]\nffd = 1.05\ncheckMarks = true\n"),
    Planted("ncash", "MG032", 2, "[Fiscal]\nurl = http://10.0.0.7:5893\n"),
    Planted("ncash", "MG030", 2, "[Fiscal]\ntax = vat18\n", "vat10"),
    Planted("90_support", "MG020", 2, "[MarkedGoods]\nallowUnmarkd = true\n", "allowUnmarked"),
    Planted("90_support", "MG030", 2, "[MarkedGoods]\nfoiv = 30\n"),
    Planted("90_support", "MG005", 1, "[MarkedGoods.Milk\n"),
    Planted("90_support", "MG030", 2, "[plugins]\nmarkedgoods = yes\n"),
    Planted("90_support", "MG020", 2, "[plugins]\nrestriction = on\n", "restrictions"),
    Planted("90_support", "MG030", 2, "[MarkedGoods]\nmarkVerifyCrptUrl = ftp://cdn.crpt.ru\n"),
    Planted("markedgoods", "MG030", 2, "[MarkedGoods]\nmarkVerifyCrptService = crp\n", "crpt"),
    Planted("markedgoods", "MG030", 2, "[MarkedGoods]\nnoAnswerPolicy = maybe\n"),
    Planted("markedgoods", "MG030", 2, "[MarkedGoods]\ncrptHedgeAfter = -1\n"),
    Planted("markedgoods", "MG030", 2, "[MarkedGoods]\nfiscalDriveNumber = 12345\n"),
    Planted("markedgoods", "MG030", 2, "[MarkedGoods]\ncrptSiteRank = fastest\n"),
    Planted("markedgoods", "MG032", 2, "[MarkedGoods]\nlocalModuleUrl = http://10.0.0.7:5995\n"),
    Planted("markedgoods", "MG033", 2, "[MarkedGoods]\nxapikey = [1:a][2:b]\n"),
    Planted("markedgoods", "MG020", 2, "[MarkedGoods]\n\u00a0foiv = 030\n", "foiv"),
    Planted("markedgoods", "MG030", 2, "[MarkedGoods]\nfoiv = \uff1030\n"),
    Planted("markedgoods", "MG020", 2, "[MarkedGoods]\n\u0430llowUnmarked = true\n", "allowUnmarked"),
    Planted("markedgoods", "MG020", 1, "[\u041carkedGoods]\nallowUnmarked = true\n", "[MarkedGoods]"),
    Planted("expirydiscount", "MG022", 2, "[ExpiryDiscount]\npercents = 5\n"),
]


def place(planted: Planted) -> str:
    return f"{planted.file} {planted.code} {planted.text.splitlines()[-1][:40]}"


def found(conf: Path) -> list[tuple[str, str, int]]:
    return [(problem.code, problem.file, problem.line) for problem in examine(conf).problems]


@pytest.mark.parametrize("planted", PLANTED, ids=place)
def test_a_mistake_in_any_file_is_found_with_code_file_and_line(make_conf: MakeConf, planted: Planted) -> None:
    (problem,) = examine(make_conf(**{planted.file: planted.text})).problems
    name = f"{planted.file.replace('_', '-')}.ini"
    assert (problem.code, problem.file, problem.line) == (planted.code, name, planted.line)
    assert problem.nearest == planted.nearest


@pytest.mark.parametrize("form", ["bom", "crlf", "cp1251"])
@pytest.mark.parametrize("planted", [p for p in PLANTED if p.file == "ncash"], ids=place)
def test_the_form_of_the_file_hides_no_mistake(make_conf: MakeConf, planted: Planted, form: str) -> None:
    text = planted.text + "; Касса\n"
    forms = {
        "bom": text.encode("utf-8-sig"),
        "crlf": text.replace("\n", "\r\n").encode(),
        "cp1251": text.encode("cp1251"),
    }
    assert found(make_conf(ncash=forms[form])) == [(planted.code, "ncash.ini", planted.line)]


def test_a_mistake_in_a_drop_in_is_said_of_the_drop_in(make_conf: MakeConf) -> None:
    conf = make_conf(markedgoods="[MarkedGoods]\nfoiv = 030\n", _70_shop="[MarkedGoods]\nfoiv = 30\n")
    assert found(conf) == [("MG030", "-70-shop.ini", 2)]


def test_together_at_least_120_distinct_mistakes_are_planted() -> None:
    main = (Path(__file__).parent / "test_planted.py").read_text(encoding="utf-8")
    in_markedgoods = sum(line.startswith(("    mg(", "    Planted(")) for line in main.splitlines())
    assert len(set(PLANTED)) == len(PLANTED)
    assert in_markedgoods + len(PLANTED) >= 120


def test_a_password_of_the_register_that_others_may_read_is_found(make_conf: MakeConf) -> None:
    conf = make_conf(ncash="[Fiscal]\nuser = User\npasswordFile = kkm.password\n")
    (conf / "kkm.password").write_text("CANARY", encoding="utf-8")
    (conf / "kkm.password").chmod(0o640)
    assert found(conf) == [("MG073", "ncash.ini", 3)]
    (conf / "kkm.password").chmod(0o600)
    assert found(conf) == []
