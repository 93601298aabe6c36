"""From files to typed sections: order, inheritance, places, switches."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ncash.bundled.markedgoods.settings import MarkedGoods
from ncash.bundled.restrictions.settings import Restrictions
from ncash.errors import UserError
from ncash.settings.config import Config
from ncash.settings.host import TABLES, Cash, Fiscal

LoadConf = Callable[..., Config]
MILK = '[MarkedGoods.Milk]\nmask = "01(?<barcode>[0-9]{14})21.{6}93.{4}"\n'


def test_an_empty_folder_gives_every_default(load_conf: LoadConf) -> None:
    config = load_conf()
    for table in config.tables:
        section = config.section(table)
        for row in table.rows():
            assert getattr(section, row.name) == row.default
            assert section.origin(row.name) is None
            assert section.source(row.name) is None
            assert section.raw(row.name) == row.default_text
    assert not config.problems
    assert not config.blocks_marked
    assert config.plugins == {}


def test_a_value_is_typed_and_knows_its_place(load_conf: LoadConf) -> None:
    section = load_conf(markedgoods="[MarkedGoods]\n\nmarkVerifyCrptTimeout = 5 ; why\n").section(MarkedGoods)
    assert section.markVerifyCrptTimeout == 5
    assert section.source("markVerifyCrptTimeout") == "markedgoods.ini:3"
    origin = section.origin("markVerifyCrptTimeout")
    assert origin is not None
    assert (origin.file, origin.line, origin.section, origin.raw) == ("markedgoods.ini", 3, "MarkedGoods", "5")


def test_the_later_file_wins_and_both_places_stay_known(load_conf: LoadConf) -> None:
    config = load_conf(
        ncash="[MarkedGoods]\nfoiv = 010\n",
        b_late="[MarkedGoods]\nfoiv = 030\n",
        a_early="[MarkedGoods]\nfoiv = 020\n",
    )
    section = config.section(MarkedGoods)
    origin = section.origin("foiv")
    assert section.foiv == "030"
    assert origin is not None
    assert str(origin) == "b-late.ini:2"
    assert [(str(one), one.raw) for one in origin.overrode] == [("ncash.ini:2", "010"), ("a-early.ini:2", "020")]
    assert not config.problems


def test_a_category_inherits_from_the_section_and_then_from_the_default(load_conf: LoadConf) -> None:
    config = load_conf(
        markedgoods="[MarkedGoods]\nignoreCrptStatusSold = ask\nignoreCrptStatusFound = ask\n"
        + MILK
        + "ignoreCrptStatusSold = allow\n"
    )
    (milk,) = config.categories(MarkedGoods)
    assert (milk.category, str(milk.place)) == ("Milk", "markedgoods.ini:4")
    assert (milk.ignoreCrptStatusSold, milk.source("ignoreCrptStatusSold")) == ("allow", "markedgoods.ini:6")
    assert (milk.ignoreCrptStatusFound, milk.source("ignoreCrptStatusFound")) == ("ask", "markedgoods.ini:3")
    assert (milk.ignoreCrptStatusValid, milk.source("ignoreCrptStatusValid")) == ("deny", None)
    assert config.section(MarkedGoods).ignoreCrptStatusSold == "ask"
    assert config.section(MarkedGoods).category is None


def test_categories_stand_in_the_order_of_their_first_header(load_conf: LoadConf) -> None:
    config = load_conf(
        a='[MarkedGoods.Water]\nmask = "a"\n[MarkedGoods.Beer]\nmask = "b"\n',
        b='[MarkedGoods.Air]\nmask = "c"\n[MarkedGoods.Water]\nallowUnmarked = true\n',
    )
    assert [c.category for c in config.categories(MarkedGoods)] == ["Water", "Beer", "Air"]
    assert config.categories(MarkedGoods)[0].allowUnmarked is True


def test_a_common_setting_in_a_category_is_ignored(load_conf: LoadConf) -> None:
    config = load_conf(markedgoods=MILK + "addWithoutScanMark = true\n")
    assert config.categories(MarkedGoods)[0].addWithoutScanMark is False
    assert config.section(MarkedGoods).addWithoutScanMark is False


def test_a_mask_of_the_common_section_reaches_no_category(load_conf: LoadConf) -> None:
    config = load_conf(markedgoods='[MarkedGoods]\nmask = "x"\n[MarkedGoods.Milk]\nallowUnmarked = true\n')
    assert config.section(MarkedGoods).mask == ""
    assert config.categories(MarkedGoods)[0].mask == ""


@pytest.mark.parametrize("spelling", ["Restrictions.MarkedGoods", "Restrictions.Card.MarkedGoods"])
def test_both_spellings_of_the_restrictions_section_are_read(load_conf: LoadConf, spelling: str) -> None:
    config = load_conf(restrictions=f"[{spelling}]\naddWithoutScanMarkRoles = 1, 2\n")
    assert config.section(Restrictions).addWithoutScanMarkRoles == ("1", "2")
    assert not config.problems


def test_switches_of_every_plugins_section_are_collected(load_conf: LoadConf) -> None:
    config = load_conf(markedgoods="[plugins]\nmarkedgoods = on\n", restrictions="[plugins]\nrestrictions = off\n")
    assert config.plugins == {"markedgoods": True, "restrictions": False}
    assert str(config.plugin_origin("restrictions")) == "restrictions.ini:2"
    assert config.plugin_origin("other") is None


def test_a_switch_that_cannot_be_read_is_off(load_conf: LoadConf) -> None:
    config = load_conf(markedgoods="[plugins]\nmarkedgoods = yes\n")
    assert config.plugins == {"markedgoods": False}
    assert config.blocks_marked


def test_lines_of_a_free_section_keep_file_order_and_place(load_conf: LoadConf) -> None:
    config = load_conf(bcode='[BCode]\n"22??=BBXX"\n21??=BBQQ ; why\n')
    assert [(line.key, line.value, str(line.origin)) for line in config.lines("BCode")] == [
        ("22??", "BBXX", "bcode.ini:2"),
        ("21??", "BBQQ", "bcode.ini:3"),
    ]
    assert not config.problems


def test_a_fiscal_driver_has_a_section_of_its_own(load_conf: LoadConf) -> None:
    config = load_conf(ncash="[Fiscal]\ndriver = atol\n[Fiscal.atol]\nport = 5555\n")
    assert config.section(Fiscal).driver == "atol"
    assert [(line.key, line.value) for line in config.lines("Fiscal.atol")] == [("port", "5555")]
    assert not config.problems


def test_more_tables_can_join_without_reading_again(load_conf: LoadConf, tmp_path: Path) -> None:
    load_conf(ncash="[Cash]\ncashcode = 7\n[MarkedGoods]\nfoiv = 010\n")
    host = Config.load(tmp_path / "conf", TABLES)
    (tmp_path / "conf" / "ncash.ini").unlink()
    config = host.extended((MarkedGoods,))
    assert config.section(Cash).cashcode == "7"
    assert config.section(MarkedGoods).foiv == "010"


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(AttributeError, match="fixed"):
        MarkedGoods.defaults().foiv = "010"


def test_defaults_take_typed_overrides_and_no_unknown_name() -> None:
    profile = MarkedGoods.defaults(category="Milk", mask="x", permittedInput=1)
    assert (profile.category, profile.mask, profile.permittedInput, profile.foiv) == ("Milk", "x", 1, "030")
    with pytest.raises(TypeError, match="foivv"):
        MarkedGoods.defaults(foivv="1")


def test_a_bad_value_leaves_the_default_and_stands_in_the_way_of_marked_goods(load_conf: LoadConf) -> None:
    config = load_conf(markedgoods="[MarkedGoods]\nmarkVerifyCrptTimeout = soon\n")
    assert config.section(MarkedGoods).markVerifyCrptTimeout == 30
    assert config.blocks_marked


def test_an_overridden_bad_value_is_an_error_that_stops_nothing(load_conf: LoadConf) -> None:
    config = load_conf(
        a="[MarkedGoods]\nmarkVerifyCrptTimeout = soon\n", b="[MarkedGoods]\nmarkVerifyCrptTimeout = 9\n"
    )
    assert [(p.code, p.level, p.blocks) for p in config.problems] == [("MG030", "error", False)]
    assert config.section(MarkedGoods).markVerifyCrptTimeout == 9


def test_tokens_that_cannot_be_read_stay_and_do_not_block(load_conf: LoadConf) -> None:
    config = load_conf(markedgoods="[MarkedGoods]\nxapikey = [1:SECRET]\n")
    assert config.section(MarkedGoods).xapikey == "[1:SECRET]"
    assert not config.blocks_marked


def test_a_secret_shows_nowhere(load_conf: LoadConf) -> None:
    config = load_conf(
        a="[MarkedGoods]\nxapikey = [1:CANARY]\nxapikey = CANARY\nxapikeyy = [-1:CANARY]\n",
        b="[MarkedGoods]\nxapikey = [2:CANARY],[2:CANARY]\n",
    )
    section = config.section(MarkedGoods)
    shown = [repr(section), section.raw("xapikey"), repr(section.origin("xapikey")), repr(section.row("xapikey"))]
    shown += [f"{p} {p!r} {p.json()}" for p in config.problems]
    assert config.problems
    assert "CANARY" not in " ".join(shown)


def test_a_missing_folder_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="does not exist") as raised:
        Config.load(tmp_path / "none", TABLES)
    assert "ncash init" in raised.value.hint


def test_a_file_in_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "conf").write_text("")
    with pytest.raises(UserError, match="is a file"):
        Config.load(tmp_path / "conf", TABLES)


def test_the_files_are_kept_as_read(load_conf: LoadConf) -> None:
    config = load_conf(ncash="[Cash]\r\n", markedgoods=b"; \xef\r\n[MarkedGoods]\r\n")
    assert [(f.name, f.content, f.encoding) for f in config.files] == [
        ("ncash.ini", b"[Cash]\r\n", "utf-8"),
        ("markedgoods.ini", b"; \xef\r\n[MarkedGoods]\r\n", "cp1251"),
    ]


def test_files_of_other_names_are_not_read(load_conf: LoadConf, tmp_path: Path) -> None:
    load_conf(ncash="")
    (tmp_path / "conf" / "ncash.ini.d" / "markedgoods.ini.bak").write_text("[MarkedGoods]\nfoiv = 1\n")
    assert [f.name for f in Config.load(tmp_path / "conf", TABLES).files] == ["ncash.ini"]


def test_a_directory_called_like_a_file_is_an_error(load_conf: LoadConf, tmp_path: Path) -> None:
    (tmp_path / "conf" / "ncash.ini.d" / "x.ini").mkdir(parents=True)
    (problem,) = load_conf().problems
    assert (problem.code, problem.file) == ("MG001", "x.ini")
