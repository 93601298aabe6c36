"""The vendor's modules for single kinds of goods: what their files mean here, and what is said about the rest."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from ncash.bundled.markedgoods.masks.matching import Masks
from ncash.bundled.markedgoods.settings import MarkedGoods
from ncash.bundled.markedgoods.settings.vendor_categories import categories, header
from ncash.model.scan import Scan
from ncash.settings.config import Config
from ncash.shop.shop import configuration
from ncash.support.check.check import examine

MakeConf = Callable[..., Path]
ON = "[plugins]\nmarkedgoods = on\n"
REAL: Mapping[str, str] = {
    "markedgoods": ON + "[MarkedGoods]\nfoiv = 030\n"
    '[MarkedGoods.Milk]\nmask = "\\s*01(?<barcode>[0-9]{14})(21.{13}\\s*(17\\d{6}|7003\\d{10})|21.{6}|21.{8})\\s*93.{4}'
    '(\\s*3103(?<weight>\\d{6}))?"\n'
    '[MarkedGoods.Shoes]\nmask = "01(?<barcode>[0-9]{14})21.{13}(240[a-zA-Z0-9]{4}|\\s+)?91.{4}92.{84,95}"\n'
    "[MarkedGoods.PackagedBeer]\n"
    'mask = "01(?<barcode>[0-9]{14})21.{7}(\\x{001d}|\\s*)93.{4}(335[0-6]{1}[0-9]{6}){0,1}\\s*"\n',
    "motp": "[plugins]\nmotp = on\n[Motp]\n"
    'dataMatrixMask = "\\d{14}.{15}|01\\d{14}21.{7}8005\\d{6}93.{4}.*"\n'
    "enableMarkVerify = false\nmarkVerifyUrl = localhost:8080\nmarkVerifyTimeout = 30\nignoreMarkVerifyErrors = true\n"
    "enableMarkVerifyLocal = false\noldTobacco = true\nminRetailPriceRatio = 1\naddWithoutScanMark = true\n",
    "moot": "[plugins]\nmoot = on\n[Moot]\nenableMarkVerify = false\nmarkVerifyUrl = localhost:8080\n"
    "markVerifyTimeout = 30\nignoreMarkVerifyErrors = true\n",
    "draftbeer": "[plugins]\ndraftbeer = on\n",
}


def config(conf: Path) -> Config:
    return configuration(conf)


def test_the_files_of_a_real_folder_are_checked_with_one_warning(make_conf: MakeConf) -> None:
    found = examine(make_conf(**REAL)).problems
    assert [(p.code, p.file, p.line) for p in found] == [("MG081", "motp.ini", 3)]
    assert found[0].text == (
        "not served in [Motp]: oldTobacco, minRetailPriceRatio, addWithoutScanMark; "
        "goods with tmctype 3 (tobacco) need their mark and are checked as others"
    )


def test_each_module_is_a_category_behind_those_of_markedgoods(make_conf: MakeConf) -> None:
    found = categories(config(make_conf(**REAL)))
    assert [(header(one), one.goodsTypes) for one in found] == [
        ("MarkedGoods.Milk", ()), ("MarkedGoods.Shoes", ("4",)), ("MarkedGoods.PackagedBeer", ()), ("Motp", ("3",)),
        ("DraftBeer", ("8",)),
    ]  # fmt: skip
    assert found[3].source("mask") == "motp.ini:4"
    assert found[3].foiv == "030"


@pytest.mark.parametrize("module", ["motp", "moot", "draftbeer"])
def test_a_module_that_is_off_is_neither_served_nor_spoken_of(make_conf: MakeConf, module: str) -> None:
    off = {**REAL, module: REAL[module].replace(" = on", " = off")}
    conf = make_conf(**off)
    assert not [p for p in examine(conf).problems if p.file == f"{module}.ini"]
    served = {kind for one in categories(config(conf)) for kind in one.goodsTypes}
    assert served == {"3", "4", "8"} - {{"motp": "3", "moot": "4", "draftbeer": "8"}[module]}


def test_what_a_section_says_of_the_cash_server_goes_before_the_common_values(make_conf: MakeConf) -> None:
    text = ON + "motp = on\n[MarkedGoods]\nmarkVerifyTimeout = 5\nmarkVerifyUrl = http://127.0.0.1:1\n"
    (common,) = categories(config(make_conf(motp=text)))
    assert (common.markVerifyTimeout, common.markVerifyUrl, common.enableMarkVerify) == (5, "http://127.0.0.1:1", False)
    text += "[Motp]\nenableMarkVerify = true\nmarkVerifyUrl = server:8080\n"
    (own,) = categories(config(make_conf(motp=text)))
    assert (own.markVerifyTimeout, own.markVerifyUrl, own.enableMarkVerify) == (5, "http://server:8080", True)
    assert own.source("markVerifyUrl") == "motp.ini:9"


def test_a_category_that_has_the_name_already_keeps_it(make_conf: MakeConf) -> None:
    text = ON + 'motp = on\n[MarkedGoods.Motp]\nmask = "01(?<barcode>[0-9]{14})21.{6}93.{4}"\n'
    assert [one.category for one in categories(config(make_conf(motp=text)))] == ["Motp", "Motp_"]


@pytest.mark.parametrize(
    ("code", "category", "gtin"),
    [
        ("04601653035829H;dV)bFACVUdGVz", "Motp", "04601653035829"),
        ("010461013628057121/798DM%\x1d8005199000\x1d93dGVz", "Motp", "04610136280571"),
        ("0104601653035829215uVw/Ab\x1d93Tt1Z", "PackagedBeer", "04601653035829"),
        ("0460165303582\u0664H;dV)bFACVUdGVz", None, None),
    ],
)
def test_a_gtin_that_the_mask_leaves_out_is_read_by_its_place(
    make_conf: MakeConf, code: str, category: str | None, gtin: str | None
) -> None:
    mark = Masks(categories(config(make_conf(**REAL)))).read(Scan(code))
    assert (mark and mark.category, mark and mark.gtin) == (category, gtin)


def test_the_mask_of_a_category_of_ours_names_its_goods_itself(make_conf: MakeConf) -> None:
    text = ON + '[MarkedGoods.Tobacco]\nmask = "[0-9]{14}.{15}"\n'
    mark = Masks(config(make_conf(markedgoods=text)).categories(MarkedGoods)).read(
        Scan("04601653035829H;dV)bFACVUdGVz")
    )
    assert mark is not None
    assert mark.gtin is None


SLIPS: Mapping[str, str] = {
    "enablemarkVerify = true": "MG021", "ignoreMarkverifyErrors = false": "MG021", "datamatrixmask = x": "MG021",
    "enableMarkVerfy = true": "MG020", "markVerifyUrls = a:1": "MG020", "enableMarkVerify = yes": "MG030",
}  # fmt: skip


@pytest.mark.parametrize("module", ["motp", "moot", "draftbeer"])
@pytest.mark.parametrize("line", SLIPS)
def test_a_slip_in_a_section_that_is_served_is_an_error_and_in_one_that_is_not_stops_nothing(
    make_conf: MakeConf, module: str, line: str
) -> None:
    section = {"motp": "Motp", "moot": "Moot", "draftbeer": "DraftBeer"}[module]
    body = f"[{section}]\n{line}\noldTobacco = true\n"
    (wrong, *others) = examine(make_conf(**{module: f"{ON}{module} = on\n{body}"})).problems
    assert {wrong.code, *(one.code for one in others)} == {"MG081", SLIPS[line]}
    assert [one.blocks for one in (wrong, *others) if one.code != "MG081"] == [True]
    assert "served in" in wrong.text
    assert line.split(" = ")[0] not in wrong.text
    for switched in (f"{ON}{module} = off\n", ON):
        assert not any(one.blocks for one in examine(make_conf(**{module: switched + body})).problems)
