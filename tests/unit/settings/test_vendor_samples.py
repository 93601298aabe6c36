"""The vendor's samples: keys and values as printed in the documentation, comments left out."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ncash.bundled.markedgoods.masks.matching import Masks
from ncash.bundled.markedgoods.settings import MarkedGoods
from ncash.bundled.markedgoods.settings.samples import SAMPLES
from ncash.model.scan import Scan
from ncash.settings.config import Config
from ncash.support.check.check import examine

LoadConf = Callable[..., Config]
MakeConf = Callable[..., Path]

SPLIT = r"""[plugins]
markedgoods = on

[MarkedGoods]
enableMarkVerify = true
markVerifyUrl = http://localhost:8080
markVerifyTimeout = 30
ignoreMarkVerifyErrors = true
enableMarkVerifyLocal = false
addWithoutScanMark = false
;allowNotMatchingBarcodes = true
;allowChangeQuantity = true
;scanMarkInInventory = true

;[MarkedGoods.Milk]
;mask = "\s*01(?<barcode>[0-9]{14})(21.{13}\s*(17\d{6}|7003\d{10})|21.{6}|21.{8})\s*93.{4}(\s*3103(?<weight>\d{6}))?"
enableMarkVerify = false
enableMarkVerifyLocal = true
checkLocalUniqueness = true
;askForBarcodeFromCatalogs = "1"

;[MarkedGoods.Camera]
;mask = "01(?<barcode>[0-9]{14})21.{20}\s*91.{4}\s*92.{44}"
enableMarkVerify = true
enableMarkVerifyLocal = false
checkLocalUniqueness = false

;[MarkedGoods.Common]
;mask = "01(?<barcode>[0-9]{14})21.{13}\s*91.{4}\s*92.{44}"
ignoreMarkVerifyErrors = false
checkLocalUniqueness = false

;[MarkedGoods.Water]
;mask = "01(?<barcode>[0-9]{14})21.{13}\s*93.{4}\s*"
addWithoutScanMarkInBackBySale = true
"""

UNDER_COMMENTED_HEADERS = {
    "MarkedGoods.Milk": {17: "enableMarkVerify", 18: "enableMarkVerifyLocal", 19: "checkLocalUniqueness"},
    "MarkedGoods.Camera": {24: "enableMarkVerify", 25: "enableMarkVerifyLocal", 26: "checkLocalUniqueness"},
    "MarkedGoods.Common": {30: "ignoreMarkVerifyErrors", 31: "checkLocalUniqueness"},
    "MarkedGoods.Water": {35: "addWithoutScanMarkInBackBySale"},
}


def test_the_split_sample_as_printed_is_one_error_a_header_naming_each_key_below_it(make_conf: MakeConf) -> None:
    findings = examine(make_conf(markedgoods=SPLIT))
    errors = [p for p in findings.problems if p.level == "error"]
    assert [p.code for p in errors] == ["MG011"] * 4
    for problem, (header, below) in zip(errors, UNDER_COMMENTED_HEADERS.items(), strict=True):
        assert f"[{header}]" in problem.text
        assert all(key in problem.text for key in below.values())
        assert dict([(problem.line, problem.key), *problem.also]) == below
    assert any(p.blocks for p in findings.problems)


def test_the_split_sample_with_headers_and_masks_enabled_has_no_error(make_conf: MakeConf) -> None:
    findings = examine(make_conf(markedgoods=SPLIT.replace(";[", "[").replace(";mask", "mask")))
    assert findings.errors == 0
    milk, camera, common, water = findings.config.categories(MarkedGoods)
    assert (milk.enableMarkVerify, milk.enableMarkVerifyLocal, milk.checkLocalUniqueness) == (False, True, True)
    assert (camera.enableMarkVerify, camera.checkLocalUniqueness) == (True, False)
    assert (common.enableMarkVerify, common.ignoreMarkVerifyErrors) == (True, False)
    assert (water.addWithoutScanMarkInBackBySale, water.ignoreMarkVerifyErrors) == (True, True)


def test_the_split_sample_with_every_line_commented_equals_the_defaults(load_conf: LoadConf) -> None:
    config = load_conf(markedgoods="".join(f";{line}\n" for line in SPLIT.splitlines()))
    assert not config.problems
    assert not config.categories(MarkedGoods)
    assert all(config.section(MarkedGoods).origin(row.name) is None for row in MarkedGoods.rows())


@pytest.mark.parametrize(
    ("lines", "name", "value"),
    [
        ('addWithoutScanMarkMarkingCode = "Пример"', "addWithoutScanMarkMarkingCode", "Пример"),
        ("enableMarkVerify=false", "enableMarkVerify", False),
        ("markVerifyUrl=http://localhost:8080", "markVerifyUrl", "http://localhost:8080"),
        (
            'notMatchingBarcodesMask = "29\\d{11}"\nallowNotMatchingBarcodes = true',
            "notMatchingBarcodesMask",
            r"29\d{11}",
        ),
        ('askForBarcodeFromCatalogs = "2"', "askForBarcodeFromCatalogs", ("2",)),
        ('askForBarcodeFromCatalogs = "" ', "askForBarcodeFromCatalogs", ()),
        ("permittedInput =", "permittedInput", None),
        ("permittedInput=1", "permittedInput", 1),
        ("foiv = 030", "foiv", "030"),
        ("documentDate = 21.11.2023", "documentDate", "21.11.2023"),
        ("xapikey = [1.2:token]", "xapikey", "[1.2:token]"),
        ("xapikey = [1:1],[2:token]", "xapikey", "[1:1],[2:token]"),
        ("xapikey = [-1:token]", "xapikey", "[-1:token]"),
    ],
)
def test_a_printed_line_is_read(load_conf: LoadConf, lines: str, name: str, value: object) -> None:
    config = load_conf(markedgoods=f"[MarkedGoods]\n{lines}\n")
    assert getattr(config.section(MarkedGoods), name) == value
    assert not config.problems


def test_the_mask_with_removes_is_read(load_conf: LoadConf) -> None:
    mask = r"01(?<barcode>[0-9]{14})21.{13}(?<remove1>\s*|\\u001d)91.{4}(?<remove2>\s*|\\u001d)92.{44}"
    config = load_conf(markedgoods=f'[MarkedGoods.Common]\nmask = "{mask}"\n')
    assert config.categories(MarkedGoods)[0].mask == mask
    assert not config.problems


@pytest.mark.parametrize(
    ("code", "category"),
    [
        ("0103041094787443215Qbag!93Zjqw3103000353", "Milk"),
        ("010460704243063321nqmQ&IjzWJ+T*93dGVz", "Water"),
        ("010460704243063321nqmQ&Ij93dGVz", "PackagedBeer"),
        ("010460704243063321" + "s" * 20 + "91key092" + "cC" * 22, "Camera"),
        ("010460704243063321" + "s" * 13 + "91key092" + "cC" * 22, "Common"),
        ("010460704243063321" + "s" * 6 + "91key092" + "cC" * 22, "Seafood"),
        ("010460704243063321" + "s" * 13 + "91key092" + "cC" * 44, "Shoes"),
    ],
)
def test_each_sample_mask_reads_its_own_codes(load_conf: LoadConf, code: str, category: str) -> None:
    text = "".join(f'[MarkedGoods.{sample.name}]\nmask = "{sample.mask}"\n' for sample in SAMPLES)
    config = load_conf(markedgoods=text)
    mark = Masks(config.categories(MarkedGoods)).read(Scan(code))
    assert not config.problems
    assert mark is not None
    assert mark.category == category
