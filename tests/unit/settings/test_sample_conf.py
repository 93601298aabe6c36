"""The shipped conf folder is what the rows say, and a shop's folder is the same with its choices live."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from ncash.bundled.expirydiscount.settings import TABLES as EXPIRYDISCOUNT
from ncash.bundled.markedgoods.settings import TABLES as MARKEDGOODS
from ncash.bundled.markedgoods.settings import MarkedGoods
from ncash.bundled.markedgoods.settings.samples import SAMPLES
from ncash.bundled.restrictions.settings import TABLES as RESTRICTIONS
from ncash.settings.config import Config
from ncash.settings.host import TABLES as HOST
from ncash.support.check.check import examine
from ncash.support.sample.sample_conf import Choices, files, shop_choices

CONF = Path(__file__).parents[3] / "conf"
ALL = tuple(one for one in (*HOST, *MARKEDGOODS, *RESTRICTIONS, *EXPIRYDISCOUNT) if one.sampled)
VENDOR_ROWS = 46
EXTENSION_ROWS = 25


def written(folder: Path, texts: dict[str, str]) -> Path:
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_the_shipped_files_are_what_the_tables_say() -> None:
    shipped = {str(path.relative_to(CONF)): path.read_text(encoding="utf-8") for path in CONF.rglob("*.ini")}
    assert shipped == files(ALL)


def test_the_shipped_files_equal_all_defaults_and_hold_no_mistake() -> None:
    findings = examine(CONF)
    assert not findings.problems
    for table in findings.config.tables:
        assert all(findings.config.section(table).origin(row.name) is None for row in table.rows())


def test_every_key_stands_commented_at_its_default_below_a_russian_comment() -> None:
    texts = "\n".join(files(ALL).values()).split("\n")
    for row in (row for table in ALL for row in table.rows() if not row.required):
        default = f'"{row.default_text}"' if f';{row.name} = "{row.default_text}"' in texts else row.default_text
        at = texts.index(f";{row.name} = {default}".rstrip())
        assert texts[at - 1].startswith("; По умолчанию ")
        assert any("а" <= letter <= "я" for letter in texts[at - 2])


@pytest.mark.parametrize("table", ALL)
def test_every_row_enabled_at_its_default_changes_nothing(table: type, tmp_path: Path) -> None:
    values = {(row.section, row.name): row.default_text for row in table.rows() if not row.required}
    config = Config.load(written(tmp_path, files(ALL, Choices(values))), ALL)
    assert [p for p in config.problems if p.level == "error"] == []
    for row in table.rows():
        assert getattr(config.section(table), row.name) == row.default


def test_a_shop_has_its_plugins_on_and_its_categories_live(tmp_path: Path) -> None:
    values = {
        ("Cash", "cashcode"): "3",
        ("MarkedGoods", "xapikey"): "[-1:token]",
        ("MarkedGoods.Milk", "ignoreCrptStatusSold"): "ask",
    }
    texts = files(ALL, shop_choices(("markedgoods", "restrictions"), values))
    findings = examine(written(tmp_path, texts))
    categories = findings.config.categories(MarkedGoods)
    assert not findings.problems
    assert findings.config.plugins == {"markedgoods": True, "restrictions": True}
    assert [category.category for category in categories] == [sample.name for sample in SAMPLES]
    assert [category.ignoreCrptStatusSold for category in categories] == ["ask"] + ["deny"] * 6
    assert findings.config.section(MarkedGoods).xapikey == "[-1:token]"
    assert len(findings.config.lines("BCode")) == 1


@pytest.mark.parametrize(
    "place", [("MarkedGoods", "foivv"), ("Weather", "x"), ("MarkedGoods.Milk", "addWithoutScanMark")]
)
def test_a_choice_that_no_table_knows_is_refused(place: tuple[str, str]) -> None:
    with pytest.raises(ValueError, match=place[1]):
        files(ALL, Choices({place: "1"}))


def test_a_choice_outside_its_type_is_refused() -> None:
    with pytest.raises(ValueError, match="neither on nor off"):
        files(ALL, Choices({("plugins", "markedgoods"): "yes"}))


def test_every_setting_has_its_row() -> None:
    rows = [row for table in (*MARKEDGOODS, *RESTRICTIONS) if table.sampled for row in table.rows()]
    assert sum(not row.extension for row in rows) == VENDOR_ROWS
    assert sum(row.extension for row in rows) == EXTENSION_ROWS
    elsewhere = [row for table in MARKEDGOODS if not table.sampled for row in table.rows()]
    assert all(row.effect and row.comment and row.accepted for row in (*rows, *elsewhere))


REFERENCE = """name,kind,scope,default
markedgoods,switch,common,off
notMatchingBarcodesMask,mask,common,[0-9]*
markVerifyCrptUrl,list,common,https://cdn.crpt.ru
markVerifyCrptTimeout,seconds,common,30
xapikey,tokens,common,
foiv,text,common,030
documentDate,date,common,21.11.2023
documentNumber,text,common,1944
mask,mask,category,
markVerifyUrl,url,category,http://localhost:8080
markVerifyTimeout,seconds,category,30
ignoreMarkVerifyErrors,flag,category,true
checkLocalUniqueness,flag,category,true
permittedInput,bitmask,category,
enableMarkVerifyCrpt,flag,category,false
ignoreCrptStatusSold,policy,category,deny
getInfoTimeout,seconds,common,10
healthCheckTimeout,seconds,common,10
addWithoutScanMarkRoles,list,common,
"""


@pytest.mark.parametrize("wanted", list(csv.DictReader(io.StringIO(REFERENCE))), ids=lambda row: row["name"])
def test_a_row_has_the_vendors_type_scope_and_default(wanted: dict[str, str]) -> None:
    rows = {row.name: row for table in ALL for row in table.rows()}
    row = rows[wanted["name"]]
    assert (row.kind.name, row.scope, row.default_text) == (wanted["kind"], wanted["scope"], wanted["default"])


CALL = Callable[[list[str]], int]


@pytest.fixture
def make_conf_main() -> CALL:
    import importlib.util

    path = CONF.parent / "tools" / "make_conf.py"
    spec = importlib.util.spec_from_file_location("make_conf", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    main: CALL = module.main
    return main


def test_the_generator_names_each_stale_file(
    make_conf_main: CALL, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert make_conf_main([str(tmp_path)]) == 0
    assert make_conf_main(["--check", str(tmp_path)]) == 0
    (tmp_path / "ncash.ini").write_text("changed")
    (tmp_path / "ncash.ini.d" / "crpt.ini").unlink()
    (tmp_path / "ncash.ini.d" / "stray.ini").touch()
    assert make_conf_main(["--check", str(tmp_path)]) == 1
    told = capsys.readouterr().out
    assert [name in told for name in ("ncash.ini ", "crpt.ini ", "stray.ini ", "markedgoods.ini ")] == [True] * 3 + [
        False
    ]
