"""Planted configuration mistakes: each is found with its code, its file and its line, and nothing else is said."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from ncash.settings.problems import RULES
from ncash.support.check.check import examine

MakeConf = Callable[..., Path]
MILK = '[MarkedGoods.Milk]\nmask = "01(?<barcode>[0-9]{14})21.{6}93.{4}"\n'
BEER = '[MarkedGoods.Beer]\nmask = "01(?<barcode>[0-9]{14})21.{7}93.{4}"\n'
SERVER = "[MarkedGoods]\nenableMarkVerify = true\n"
ON = "[plugins]\nmarkedgoods = on\n"
CRPT = "[MarkedGoods]\nenableMarkVerifyCrpt = true\n"


class Planted(NamedTuple):
    """A mistake in markedgoods.ini (or another file): where it must be found."""

    code: str
    line: int
    text: str
    nearest: str = ""
    file: str = "markedgoods"


def mg(code: str, line: int, text: str, nearest: str = "") -> Planted:
    return Planted(code, line, "[MarkedGoods]\n" + text, nearest)


PLANTED = [
    Planted("MG003", 2, "[MarkedGoods]\nfoiv\n"),
    Planted("MG003", 2, "[MarkedGoods]\naddWithoutScanMark : true\n"),
    Planted("MG004", 1, "foiv = 030\n"),
    Planted("MG005", 1, "[MarkedGoods.Milk\nmask = x\n"),
    Planted("MG005", 1, "[[MarkedGoods]]\nfoiv = 010\n"),
    mg("MG006", 2, 'documentNumber = "1944\n'),
    mg("MG007", 2, "documentNumber = 19"),
    mg("MG007", 2, "documentNumber ="),
    mg("MG007", 2, "markVerifyCrptTimeout = 3"),
    mg("MG008", 3, "allowUnmarked = true\nallowUnmarked = false\n"),
    mg("MG009", 3, "allowUnmarked = true\nallowUnmarked = true\n"),
    mg("MG010", 2, "[MarkedGoods]\n"),
    mg("MG011", 3, ";[MarkedGoods.Milk]\nenableMarkVerify = true\n"),
    mg("MG011", 4, "; [MarkedGoods.Milk] ; cheese too\n;mask = x\ncheckLocalUniqueness = false\n"),
    mg("MG011", 3, ";[markedgoods.milk]\nenableMarkVerify = true\ncheckLocalUniqueness = false\n"),
    mg("MG012", 2, "foiv = " + "0" * 9000 + "\n"),
    mg("MG013", 2, 'documentNumber = "19" 44\n'),
    mg("MG020", 2, "ignoreCrptStatusSoled = allow\n", "ignoreCrptStatusSold"),
    mg("MG020", 2, "ignoreCrptStatsuSold = allow\n", "ignoreCrptStatusSold"),
    mg("MG020", 2, "allowUnmark = true\n", "allowUnmarked"),
    mg("MG021", 2, "allowunmarked = true\n", "allowUnmarked"),
    Planted("MG020", 1, "[MarkedGods]\nallowUnmarked = true\n", "[MarkedGoods]"),
    Planted("MG020", 1, "[MarkdGoods.Milk]\nmask = x\n", "[MarkedGoods.Milk]"),
    Planted("MG021", 1, "[markedgoods]\nallowUnmarked = true\n", "[MarkedGoods]"),
    Planted("MG021", 1, "[Markedgoods.Milk]\nmask = x\n", "[MarkedGoods.Milk]"),
    mg("MG022", 2, "printLogoOnReceipt = true\n"),
    mg("MG022", 2, "getInfoTimeout = 5\n"),
    mg("MG022", 2, "markVerifyCrptConnection = x\n", "markVerifyCrptAskConfirmation"),
    Planted("MG023", 1, "[Egais]\nurl = x\n"),
    Planted("MG024", 3, MILK + "allowChangeQuantity = true\n", "[MarkedGoods]"),
    mg("MG025", 2, "mask = x\n", "[MarkedGoods.NAME]"),
    mg("MG078", 2, "...\n"),
    mg("MG078", 3, "foiv = 030\n  ... \n\n...\n…\n"),
    Planted("MG078", 1, "...\n[MarkedGoods]\n"),
    Planted("MG004", 1, "foiv = 030\ndocumentDate = 21.11.2023\n"),
    mg("MG005", 4, "foiv = 030\n\nMarkedGoods.Milk]\nallowUnmarked = true\n"),
    Planted("MG026", 1, "[MarkedGoods.Milk.Weighed]\nmask = x\n"),
    mg("MG030", 2, "allowUnmarked = ture\n", "true"),
    mg("MG030", 2, "allowUnmarked = True\n", "true"),
    mg("MG030", 2, "allowUnmarked =\n"),
    mg("MG030", 2, "ignoreCrptStatusSold = no\n"),
    mg("MG030", 2, "ignoreCrptStatusSold = alow\n", "allow"),
    mg("MG030", 2, "markVerifyCrptTimeout = 1\n"),
    mg("MG030", 2, "markVerifyTimeout = 0\n"),
    mg("MG030", 2, "markVerifyTimeout = 30s\n"),
    mg("MG030", 2, "documentDate = 2023-11-21\n"),
    mg("MG030", 2, "documentDate = 31.11.2023\n"),
    mg("MG030", 2, "permittedInput = 4\n"),
    mg("MG030", 2, "foiv = 30\n"),
    mg("MG030", 2, "askForBarcodeFromCatalogs = 1,,2\n"),
    mg("MG030", 2, "markVerifyCrptUrl = https://https://cdn.crpt.ru\n"),
    mg("MG030", 2, "markVerifyCrptUrl = http://cdn.crpt.ru\n"),
    mg("MG032", 2, "markVerifyUrl = http://\n"),
    mg("MG032", 2, "markVerifyUrl = http://http://localhost:8080\n"),
    mg("MG032", 2, "markVerifyUrl = localhost:8080\n"),
    mg("MG031", 2, "notMatchingBarcodesMask = 29(\nallowNotMatchingBarcodes = true\n"),
    Planted("MG031", 2, '[MarkedGoods.Milk]\nmask = "01(?<barcode>[0-9]{14"\n'),
    Planted("MG031", 2, '[MarkedGoods.Milk]\nmask = "' + "x" * 1025 + '"\n'),
    Planted("MG031", 2, '[MarkedGoods.Milk]\nmask = "01.{14}(?<remove>\\s*)93.{4}"\n'),
    Planted("MG031", 2, '[MarkedGoods.Milk]\nmask = "(a|aa)+c"\n'),
    mg("MG033", 2, "xapikey = no brackets\n"),
    mg("MG033", 2, "xapikey = [1:a],2:b\n"),
    mg("MG034", 2, "xapikey = [1:token]\n"),
    mg("MG035", 2, "xapikey = [1.2:a],[2.3:b]\n"),
    mg("MG041", 2, "enableMarkVerifyLocal = true\nenableMarkVerify = true\n"),
    mg("MG041", 2, "ignoreCrptStatusSold = allow\nmarkVerifyCrptAskConfirmation = true\n"),
    mg("MG041", 2, "checkBarcodesOneArticle = true\n"),
    Planted("MG041", 3, MILK + "ignoreCrptStatusFound = deny\nmarkVerifyCrptAskConfirmation = true\n"),
    Planted("MG050", 1, "[MarkedGoods.Milk]\nallowUnmarked = true\n"),
    Planted("MG052", 2, CRPT),
    Planted("MG052", 2, CRPT + MILK + "enableMarkVerifyCrpt = true\n" + BEER + "enableMarkVerifyCrpt = true\n"),
    Planted("MG052", 3, MILK + "enableMarkVerifyCrpt = true\n"),
    Planted("MG060", 2, MILK + '[MarkedGoods.Any]\nmask = "01(?<barcode>[0-9]{14})21.{12}"\n'),
    Planted("MG060", 2, MILK + '[MarkedGoods.Cheese]\nmask = "01(?<barcode>[0-9]{14})21.{6}(93|94).{4}"\n'),
    Planted("MG061", 2, '[MarkedGoods.Blank]\nmask = "01(?<barcode>[0-9]{14})21#{6}"\n'),
    Planted("MG062", 2, '[MarkedGoods.All]\nmask = ".*"\n'),
    Planted("MG063", 2, '[MarkedGoods.Ean]\nmask = "01(?<barcode>[0-9]{13})21.{6}"\n'),
    Planted("MG064", 2, '[MarkedGoods.Slow]\nmask = "01(?<barcode>[0-9]{14})21(x?y?)*z"\n'),
    Planted("MG065", 2, '[MarkedGoods.Ahead]\nmask = "01(?<barcode>[0-9]{14})(?=21).{8}"\n'),
    Planted("MG064", 2, '[MarkedGoods.Slow]\nmask = "01(?<barcode>[0-9]{14})((21.{1,20}\\s*){1,20}){1,20}93.{4}"\n'),
    Planted("MG066", 2, '[MarkedGoods.Long]\nmask = "01(?<barcode>[0-9]{14})21.{6,60}"\n'),
    Planted("MG066", 2, '[MarkedGoods.Key]\nmask = "01(?<barcode>[0-9]{14})21.{6,20}(91.{4})?92.{44}"\n'),
    Planted("MG067", 2, MILK.replace("barcode", "Barcode")),
    Planted("MG067", 2, MILK.replace("93", "(?<WEIGHT>[0-9]{6})93")),
    Planted("MG067", 2, MILK.replace("93", "(?<Remove1>\\s*)93")),
    Planted("MG067", 2, MILK.replace("93", "(?<remove0>\\s*)93")),
    Planted("MG067", 2, MILK.replace("93", "(?<remove2>\\s*)93")),
    Planted("MG067", 2, MILK.replace("93", "(?<remove1>\\s*)93(?<remove1>\\s*)")),
    Planted("MG067", 2, MILK.replace("93", "(?<remove1>\\s*)93(?<remove3>\\s*)")),
    Planted("MG067", 2, MILK.replace("21", "21(?<barcode>[0-9]{14})")),
    Planted("MG068", 2, MILK.replace("barcode", "gtin")),
    Planted("MG068", 2, MILK.replace("93", "(?<key>93)")),
    Planted("MG069", 2, '[MarkedGoods.Ahead]\nmask = "01(?<barcode>[0-9]{14})(?=21).{8}\\x{001d}93.{4}"\n'),
    mg("MG053", 2, "foiv =\n"),
    mg("MG053", 2, 'documentDate = ""\n'),
    mg("MG053", 2, "documentNumber =\n"),
    mg("MG054", 2, "markScanImage = pictures/mark.png\n"),
    Planted("MG020", 2, "[plugins]\nmarkedgods = on\n", "markedgoods"),
    Planted("MG055", 2, "[plugins]\nweather = on\n"),
    Planted("MG030", 2, "[plugins]\nmarkedgoods = true\n"),
    Planted("MG030", 2, "[CRPT]\ngetInfoTimeout = 0\n", file="crpt"),
    Planted("MG020", 2, "[CRPT]\ngetInfoTimout = 5\n", "getInfoTimeout", file="crpt"),
    Planted(
        "MG020",
        2,
        "[Restrictions.MarkedGoods]\naddWithoutScanMarkRole = 1\n",
        "addWithoutScanMarkRoles",
        "restrictions",
    ),
    Planted("MG020", 1, "[Restrictions.Card.MarkedGood]\n", "[Restrictions.Card.MarkedGoods]", "restrictions"),
    Planted("MG071", 3, CRPT + "markVerifyCrptService = tspiot\ntspiotCertificate = ncash.ini.d/markedgoods.ini\n"),
    Planted("MG072", 3, CRPT + "markVerifyCrptService = tspiot\ntspiotClientId = 77\n"),
    Planted("MG072", 3, CRPT + "markVerifyCrptService = kkmserver\n"),
    Planted("MG075", 3, SERVER + "markVerifyUrl = http://10.0.0.5:8080/CSrest/rest/sales/exciseMark/status\n"),
    Planted("MG075", 3, SERVER + "markVerifyUrl = HTTP://10.0.0.5\n"),
    Planted("MG075", 3, SERVER + "markVerifyUrl = http://127.0.0.1.example.test:8080\n"),
    Planted("MG075", 3, SERVER + "markVerifyUrl = http://localhost.example.test\n"),
    Planted("MG075", 3, SERVER + "markVerifyUrl = http://0.0.0.0:8080\n"),
    Planted("MG075", 4, MILK + "enableMarkVerify = true\nmarkVerifyUrl = http://server\n"),
    Planted("MG076", 4, SERVER + "markVerifyUrl = http://10.0.0.5:8080\nmarkVerifyAllowPlainHttp = true\n"),
    Planted("MG077", 3, SERVER + "markVerifyUrl = https://server.example.test/CSrest\n"),
    Planted("MG032", 3, SERVER + "markVerifyUrl = http://127.0.0.1:0\n"),
    Planted("MG032", 3, SERVER + "markVerifyUrl = http://127.0.0.1:8080/status#top\n"),
    Planted("MG032", 3, SERVER + "markVerifyUrl = https://till:secret@server/status\n"),
    Planted("MG030", 2, "[MarkedGoods]\nmarkVerifyCrptServiceFrom = tspiot@31.02.2027\n"),
    Planted("MG030", 2, "[MarkedGoods]\nmarkVerifyCrptServiceFrom = tspiot@01.10.2026, crpt@01.10.2026\n"),
    Planted("MG041", 3, CRPT + "tspiotApi = v2\nxapikey = [-1:7e57ab1e-0000-4000-8000-000000000001]\n"),
    Planted("MG041", 3, CRPT + "noAnswerPolicy = ask\nxapikey = [-1:7e57ab1e-0000-4000-8000-000000000001]\n"),
    Planted("MG036", 2, "[BCode]\n21??=BBQZ\n", file="bcode"),
    Planted("MG036", 3, "[BCode]\n21??=BBXX\n22??=BBX\n", file="bcode"),
    Planted("MG007", 2, "[BCode]\n21??=BBXX", file="bcode"),
    Planted("MG030", 2, "[ArtixQueue]\nmessagesCountWarning = many\n", file="ncash"),
    Planted("MG030", 2, "[Cash]\nshopcode =\n", file="ncash"),
    Planted("MG021", 2, "[Cash]\nShopCode = 1\n", "shopcode", file="ncash"),
    Planted("MG080", 2, "[Host]\nunservedMarks = allow\n", file="ncash"),
    Planted("MG030", 2, "[Host]\nunservedMarks = ask\n", file="ncash"),
    mg("MG030", 2, "goodsTypes = tobacco\n"),
    Planted("MG081", 4, ON + "motp = on\n[Motp]\noldTobacco = true\nminRetailPriceRatio = 1\n", file="motp"),
    Planted("MG082", 2, "[plugins]\nmoot = on\n", file="moot"),
    Planted("MG084", 5, ON + 'draftbeer = on\n[DraftBeer]\ndataMatrixMask = "01("\n', file="draftbeer"),
    Planted("MG030", 5, ON + "motp = on\n[Motp]\nenableMarkVerify = yes\n", file="motp"),
    Planted("MG030", 5, ON + "motp = on\n[Motp]\nmarkVerifyUrl = http://\n", file="motp"),
    Planted("MG062", 5, ON + 'motp = on\n[Motp]\ndataMatrixMask = ".*"\n', file="motp"),
    mg("MG030", 2, "goodsTypes = 3,0\n"),
]


def name(planted: Planted) -> str:
    return f"{planted.code} {planted.text.splitlines()[-1][:40]}"


@pytest.mark.parametrize("planted", PLANTED, ids=name)
def test_a_planted_mistake_is_found_with_code_file_and_line(make_conf: MakeConf, planted: Planted) -> None:
    found = examine(make_conf(**{planted.file: planted.text})).problems
    assert [(p.code, p.file, p.line) for p in found] == [(planted.code, f"{planted.file}.ini", planted.line)]
    assert found[0].nearest == planted.nearest


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_a_file_in_another_encoding_is_named(make_conf: MakeConf, encoding: str) -> None:
    (problem,) = examine(make_conf(markedgoods=MILK.encode(encoding))).problems
    assert (problem.code, problem.file, problem.line, problem.blocks) == ("MG002", "markedgoods.ini", 1, True)


def test_categories_with_one_mask_are_all_named(make_conf: MakeConf) -> None:
    text = MILK + BEER + '[MarkedGoods.Cheese]\nmask = "01(?<barcode>[0-9]{14})21.{6}93.{4}"\n'
    found = examine(make_conf(markedgoods=text)).problems
    assert [(p.code, p.line) for p in found] == [("MG051", 2), ("MG051", 6)]
    assert "[MarkedGoods.Cheese]" in found[0].text


def test_a_setting_without_effect_yet_is_said_by_name(make_conf: MakeConf) -> None:
    from ncash.bundled.markedgoods.settings import MarkedGoods

    rows = [row for row in MarkedGoods.rows() if not row.enforced]
    texts = [f"{row.name} = {row.default_text or '1' * 16}" for row in rows if row.kind.name not in ("url", "text")]
    found = examine(make_conf(markedgoods="\n".join(["[MarkedGoods]", *texts, ""]))).problems
    assert [p.key for p in found if p.code == "MG040"] == [text.split()[0] for text in texts]


def test_the_mistakes_that_do_not_stop_marked_goods_are_the_warnings_and_those_of_xapikey() -> None:
    passing = {rule.code for rule in RULES.values() if not rule.blocks}
    assert passing == {r.code for r in RULES.values() if r.level == "warning"} | {"MG033", "MG034", "MG035"}


def test_at_least_forty_mistakes_are_planted_and_every_rule_among_them() -> None:
    elsewhere = {
        "MG001",
        "MG002",
        "MG040",
        "MG051",
        "MG056",
        "MG057",
        "MG058",
        "MG059",
        "MG073",
        "MG074",
        "MG083",
        "MG085",
    }
    assert len(PLANTED) >= 40
    assert {planted.code for planted in PLANTED} | elsewhere == set(RULES)


def test_a_secret_that_other_accounts_may_read_is_said(make_conf: MakeConf) -> None:
    conf = make_conf(markedgoods=CRPT + "markVerifyCrptService = kkmserver\nkkmServerPasswordFile = password\n")
    (conf / "password").write_text("secret", encoding="utf-8")
    (conf / "password").chmod(0o640)
    (problem,) = examine(conf).problems
    assert (problem.code, problem.line) == ("MG073", 4)
    assert "secret" not in problem.text
    (conf / "password").chmod(0o600)
    assert not examine(conf).problems
