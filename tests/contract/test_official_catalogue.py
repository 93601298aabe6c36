"""Every code of the operator's test catalogue, over real HTTP through a till, gets the verdict of the rules."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from ncash.emulators.crpt import OFFICIAL_CODES, TOKEN, Emulator
from ncash.model.mark import plain
from ncash.model.ports import Outside
from ncash.store.dictionaries.aif_load import load
from ncash.testing import DrivenTill, FencedHttp, FrozenClock, SeededRandom

GS: Final = "\x1d"
HOST: Final = "127.0.0.1"
INI: Final = r"""[plugins]
markedgoods = on
[MarkedGoods]
enableMarkVerifyCrpt = true
markVerifyCrptUrl = {url}
xapikey = [-1:{token}]
ignoreMarkVerifyCrptConnectionErrors = {ignored}
[MarkedGoods.Milk]
mask = "01(?<barcode>[0-9]{{14}})21.{{6}}\s*93.{{4}}"
[MarkedGoods.Water]
mask = "01(?<barcode>[0-9]{{14}})21.{{13}}\s*93.{{4}}\s*"
[MarkedGoods.OtherTobacco]
mask = "01(?<barcode>[0-9]{{14}})21.{{7}}\s*93.{{4}}"
[MarkedGoods.TobaccoPack]
mask = "(?<barcode>[0-9]{{14}}).{{15}}"
[MarkedGoods.TobaccoBlock]
mask = "01(?<barcode>[0-9]{{14}})21.{{7}}\s*8005[0-9]{{6}}\s*93.{{4}}"
"""


class Row(NamedTuple):
    """A code of the catalogue, goods for it, and what follows at the till."""

    code: str
    barcode: str
    price: str
    key: str | None
    """Text of the refusal; None: sold."""
    says: str = ""
    """The end of that text."""
    unchecked: bool = False
    """Nothing that the service says counts as a check."""


MILK: Final = "4670540176099"
ROWS: Final = (
    Row(f"0104670540176099215'W9Um{GS}93dGVz", MILK, "89.90", "CrptNotUtilised"),
    Row(f"0104670540176099215LnOjv{GS}93dGVz", MILK, "89.90", "CrptNotRealizable"),
    Row(f"010462930887704421DzkcYt2{GS}8005177000{GS}93dGVz", "4629308877044", "1770.00", None),
    Row(f"0104670540176099215NN*cM{GS}93dGVz", MILK, "89.90", "CrptSold"),
    Row(f"0104602220006549215opFcmK{GS}93dGVz", "4602220006549", "79.90", "CrptBlocked", f'заблокирован "{HOST}"'),
    Row(f"0104670540176099215<pGKy{GS}93dGVz", MILK, "89.90", "CrptExpired"),
    Row(f"010461013628057121/798DM%{GS}8005199000{GS}93dGVz", "4610136280571", "1990.00", "CrptPriceBelowSmp"),
    Row("04601653035829H;dV)bFACVUdGVz", "4601653035829", "145.00", None),
    Row("04601653035829H;dV)bFADI8dGVz", "4601653035829", "199.00", "CrptPriceBelowSmp"),
    Row("04601653035829H;vE)bFACVUdGVz", "4601653035829", "145.00", "CrptNotFound"),
    Row(f"0104670540176099215<pGKy{GS}93DGVz", MILK, "89.90", "CrptNotVerified"),
    Row(f"0104670540176099215!pGKy{GS}93dGVz", MILK, "89.90", "CrptConnection", unchecked=True),
    Row(f"0104670540176099215LpGKy{GS}93dGVz", MILK, "89.90", None, unchecked=True),
    Row(f"0104670540176099215PpGKy{GS}93dGVz", MILK, "89.90", "CrptConnection", unchecked=True),
    Row(f"0104670540176099215MpGKy{GS}93dGVz", MILK, "89.90", None),
    Row(f"0104813445003293215TmiV,g{GS}93dGVz", "4813445003293", "89.90", "CrptConnection", unchecked=True),
    Row("00840147505712Zz;ZnRbAAAAdGVz", "840147505712", "200.00", None),
    Row(f"010085060000025821WbUN7If{GS}93dGVz", "850600000258", "200.00", None),
    Row(f"0108607405401894215cC3O4{GS}93dGVz", "8607405401894", "89.90", "CrptBlocked", 'заблокирован "VETRF"'),
    Row(f'01046700190342882151aj"K>X+mFcP{GS}93dGVz', "4670019034288", "39.00", "CrptBlocked", 'заблокирован "RD"'),
)


@contextmanager
def selling(row: Row, folder: Path, emulator: Emulator, ignored: bool = False) -> Iterator[DrivenTill]:
    """A till whose one article is the goods of the row, at the row's price, marked 7."""
    conf, data = folder / "conf", folder / "data"
    (conf / "ncash.ini.d").mkdir(parents=True)
    data.mkdir()
    text = INI.format(url=emulator.url, token=TOKEN, ignored="true" if ignored else "false")
    (conf / "ncash.ini.d" / "markedgoods.ini").write_text(text, encoding="utf-8")
    barcodes = [{"barcode": row.barcode, "tmctype": 7}]
    invent = {"inventcode": "1", "barcode": row.barcode, "barcodes": barcodes, "name": "Товар", "price": row.price}
    source = folder / "goods.aif"
    source.write_text(json.dumps({"command": "addInventItem", "invent": invent}) + "\n---\n", encoding="utf-8")
    load(source, data / "Dictionaries.sqlite", strict=True)
    outside = Outside(FrozenClock(), SeededRandom(row.code), FencedHttp(emulator.url))
    with DrivenTill(conf, data, outside) as till:
        till.send("open")
        yield till


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


def test_no_code_of_the_catalogue_is_left_out() -> None:
    assert {plain(row.code) for row in ROWS} == {plain(code) for code in OFFICIAL_CODES}
    assert len(ROWS) == len(OFFICIAL_CODES) == 20


@pytest.mark.parametrize("row", ROWS, ids=lambda row: plain(row.code))
def test_an_official_code_gets_its_verdict(row: Row, emulator: Emulator, tmp_path: Path) -> None:
    with selling(row, tmp_path, emulator) as till:
        asked = len(emulator.checks())
        answer = till.send("scan", data=row.code)
        refusals = [text for text in answer["screen"] if text["kind"] == "error"]
        assert [text["key"] for text in refusals] == ([row.key] if row.key else [])
        assert all(text["text"].endswith(row.says) for text in refusals)
        assert answer["decision"]["verdict"] == ("deny" if row.key else "allow")
        assert len(emulator.checks()) > asked
        tags = [sorted(position["tags"]) for position in answer["receipt"]["positions"]]
        full = [] if row.unchecked else ["1262", "1263", "1264", "1265"]
        assert tags == ([] if row.key else [full])


@pytest.mark.parametrize("row", [row for row in ROWS if row.unchecked], ids=lambda row: plain(row.code))
def test_what_is_no_check_is_sold_without_tags_where_the_shop_wants_it(
    row: Row, emulator: Emulator, tmp_path: Path
) -> None:
    with selling(row, tmp_path, emulator, ignored=True) as till:
        answer = till.send("scan", data=row.code)
        assert [text["key"] for text in answer["screen"]] == ["SoldUnchecked"]
        assert [position["tags"] for position in answer["receipt"]["positions"]] == [{}]
