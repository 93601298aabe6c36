"""What a mistake is told in: the words, the section and the key, what is accepted, and what was probably meant."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from ncash.bundled.markedgoods.settings import MarkedGoods
from ncash.settings.declare import Origin, Row
from ncash.settings.resolve import idle
from ncash.support.check.check import examine

MakeConf = Callable[..., Path]


class Told(NamedTuple):
    """A problem without its place in the file."""

    code: str
    text: str
    section: str
    key: str = ""
    accepted: str = ""
    nearest: str = ""
    overridden: bool = False


WORDS = {
    "[MarkedGods]\nallowUnmarked = true\n": Told(
        "MG020", "[MarkedGods] is not known; it is not read", "MarkedGods", nearest="[MarkedGoods]"
    ),
    "[Egais]\nurl = x\n": Told("MG023", "[Egais] belongs to no part of the program; it is not read", "Egais"),
    "[MarkedGoods.Milk.Weighed]\nmask = x\n": Told(
        "MG026",
        "[MarkedGoods.Milk.Weighed] is not read: the name of a category holds no dot",
        "MarkedGoods.Milk.Weighed",
    ),
    "[MarkedGoods]\nallowUnmark = true\n": Told(
        "MG020", "allowUnmark is not known; it is not read", "MarkedGoods", "allowUnmark", "", "allowUnmarked"
    ),
    "[plugins]\nmarkedgods = on\n": Told(
        "MG020", "there is no plugin markedgods", "plugins", "markedgods", "", "markedgoods"
    ),
    "[plugins]\nweather = on\n": Told("MG055", "the plugin weather is not installed", "plugins", "weather"),
    "[MarkedGoods.Milk]\nmask = x\nallowChangeQuantity = true\n": Told(
        "MG024",
        "allowChangeQuantity is a common setting; in a category's section it is ignored",
        "MarkedGoods.Milk",
        "allowChangeQuantity",
        nearest="[MarkedGoods]",
    ),
    "[MarkedGoods]\nmask = x\n": Told(
        "MG025",
        "mask works only in a category's section; here it is ignored",
        "MarkedGoods",
        "mask",
        nearest="[MarkedGoods.NAME]",
    ),
    "[MarkedGoods]\nallowUnmarked = ture\n": Told(
        "MG030",
        "allowUnmarked: 'ture' is neither true nor false",
        "MarkedGoods",
        "allowUnmarked",
        "true|false",
        "true",
    ),
    "[MarkedGoods]\nallowUnmarked = TRU\n": Told(
        "MG030",
        "allowUnmarked: 'TRU' is neither true nor false",
        "MarkedGoods",
        "allowUnmarked",
        "true|false",
        "true",
    ),
    "[MarkedGoods]\nallowUnmarked = true\nallowUnmarked = true\n": Told(
        "MG009", "allowUnmarked already stands at line 2 with the same value", "MarkedGoods", "allowUnmarked"
    ),
    "[MarkedGoods]\ndocumentNumber = 19": Told(
        "MG007",
        "the file ends within the line of documentNumber, so its value may be cut; end the line or quote the value",
        "MarkedGoods",
        "documentNumber",
    ),
    "[MarkedGoods]\n;[MarkedGoods.Milk]\nenableMarkVerify = true\n": Told(
        "MG011",
        "enableMarkVerify stands below the commented-out [MarkedGoods.Milk] of line 2 and counts for [MarkedGoods]; "
        "enable the header or disable the line",
        "MarkedGoods",
        "enableMarkVerify",
    ),
}


def told(make_conf: MakeConf, text: str) -> list[Told]:
    found = examine(make_conf(markedgoods=text)).problems
    return [Told(p.code, p.text, p.section, p.key, p.accepted, p.nearest, p.overridden) for p in found]


@pytest.mark.parametrize("text", WORDS, ids=lambda text: text.replace("\n", " "))
def test_a_mistake_is_told_whole(make_conf: MakeConf, text: str) -> None:
    assert told(make_conf, text) == [WORDS[text]]


def test_of_two_lines_the_one_that_does_not_count_is_told_as_overridden(make_conf: MakeConf) -> None:
    bad, twice = told(make_conf, "[MarkedGoods]\nallowUnmarked = ture\nallowUnmarked = true\n")
    assert (bad.code, bad.overridden) == ("MG030", True)
    assert twice == Told(
        "MG008",
        "allowUnmarked already stands at line 2 with another value, and the last one counts",
        "MarkedGoods",
        "allowUnmarked",
    )


def row(name: str) -> Row:
    (found,) = [one for one in MarkedGoods.rows() if one.name == name]
    return found


def test_a_setting_out_of_use_is_told_with_what_puts_it_out_and_where_that_stands() -> None:
    asked, name = row("notMatchingBarcodesMask"), "allowNotMatchingBarcodes"
    place = {name: Origin("a.ini", 7, "MarkedGoods")}
    assert idle(MarkedGoods({}, {}), asked) == f"{name} = false (default)"
    assert idle(MarkedGoods({name: False}, place), asked) == f"{name} = false (a.ini:7)"
    assert idle(MarkedGoods({name: True}, place), asked) == ""


def test_a_setting_that_this_version_only_reads_says_so() -> None:
    assert idle(MarkedGoods({}, {}), row("allowUnmarked")._replace(enforced=False)) == "not in this version"
