"""A file cut at any byte: a cut inside a live line is an error or changes nothing, so no refusal becomes a sale."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ncash.bundled.markedgoods.settings import TABLES, MarkedGoods
from ncash.bundled.markedgoods.settings.samples import SAMPLES
from ncash.settings.config import Config
from ncash.settings.declare import Row
from ncash.settings.ini import scan
from ncash.support.sample.sample_conf import Choices, files

LoadConf = Callable[..., Config]
OTHER = {
    "flag": "true",
    "policy": "deny",
    "mask": "29[0-9]{11}",
    "list": "1,2,31",
    "path": "images/mark.png",
    "text": "Пример 31",
    "seconds": "25",
    "milliseconds": "150",
    "number": "30",
    "tokens": "[1.2:0a1b2c#d],[3:4e5f6a7b]",
    "date": "01.02.2024",
    "bitmask": "1",
    "url": "https://server.shop.example:8443/status",
}
SPECIAL = {
    "markVerifyCrptUrl": "https://cdn1.example,https://cdn2.example",
    "foiv": "031",
    "goodsTypes": "3,8",
    "fiscalDriveNumber": "9999078900001234",
    "markVerifyCrptServiceFrom": "tspiot@01.10.2026",
}


def filled(row: Row) -> str:
    return SPECIAL.get(row.name) or OTHER.get(row.kind.name) or row.kind.words[0]


def written() -> str:
    """markedgoods.ini with every setting live, in the common section and in each category."""
    rows = [row for row in MarkedGoods.rows() if not row.required]
    values = {("plugins", "markedgoods"): "on", **{("MarkedGoods", row.name): filled(row) for row in rows}}
    for sample in SAMPLES:
        section = f"MarkedGoods.{sample.name}"
        values |= {(section, row.name): filled(row) for row in rows if row.scope == "category"}
    return files(TABLES, Choices(values, categories=True))["ncash.ini.d/markedgoods.ini"]


TEXT = written()


def settings_of(content: bytes) -> tuple[list[tuple[Any, ...]], bool]:
    """Every value in force, and whether marked goods are refused."""
    config = Config(Path(), [scan(Path("markedgoods.ini"), content)], TABLES)
    profiles = [config.section(MarkedGoods), *config.categories(MarkedGoods)]
    values = [(p.category, row.name, getattr(p, row.name)) for p in profiles for row in MarkedGoods.rows()]
    return [("plugins", config.plugins.get("markedgoods")), *values], config.blocks_marked


def test_the_filled_in_file_has_every_setting_and_no_error() -> None:
    values, blocked = settings_of(TEXT.encode())
    assert not blocked
    assert len(TEXT.encode()) > 15_000
    assert sum(value[-1] != row.default for value in values[1:] for row in [MarkedGoods.row(value[1])] if row) > 250


def cuts(content: bytes) -> list[tuple[int, int]]:
    """Every cut inside a live line, with the beginning of the line."""
    found, begin = [], 0
    for line in content.splitlines(keepends=True):
        if line.strip() and not line.lstrip().startswith(b";"):
            body = len(line.rstrip(b"\r\n"))
            found += [(begin, begin + at) for at in range(1, body + 1)]
        begin += len(line)
    return found


def shortened(text: str) -> str:
    """The common section and one category: each setting in both scopes."""
    return text[: text.index("[MarkedGoods.Camera]")]


def russian(_: str) -> str:
    """What CP1251 adds to the cuts: letters that are one byte long."""
    return (
        "[MarkedGoods]\naddWithoutScanMarkMarkingCode = Пример\n; Пример\ndocumentNumber = 19Я\nallowUnmarked = true\n"
    )


@pytest.mark.parametrize(("encoding", "part"), [("utf-8", shortened), ("utf-8", russian), ("cp1251", russian)])
def test_a_cut_inside_a_live_line_is_an_error_or_leaves_the_line_out_or_whole(
    encoding: str, part: Callable[[str], str]
) -> None:
    content = part(TEXT).encode(encoding)
    states = {}
    for begin, end in cuts(content):
        values, blocked = settings_of(content[:end])
        if blocked:
            continue
        whole = content[: content.index(b"\n", end) + 1]
        for piece in (content[:begin], whole):
            if piece not in states:
                states[piece] = settings_of(piece)[0]
        assert values in (states[content[:begin]], states[whole]), content[begin:end]


@given(st.integers(1, len(TEXT.encode())))
def test_a_cut_anywhere_leaves_whole_lines_only(end: int) -> None:
    content = TEXT.encode()
    values, blocked = settings_of(content[:end])
    if not blocked:
        kept = content[: content.rfind(b"\n", 0, end) + 1]
        line_end = content.find(b"\n", end - 1) + 1
        assert values in (settings_of(kept)[0], settings_of(content[:line_end])[0])


@pytest.mark.parametrize(
    "line",
    [
        "[MarkedGoods.Milk]",
        "allowUnmarked = false",
        'documentNumber = "1944"',
        "documentNumber = 1944 ; whole",
        "; text",
    ],
)
def test_a_last_line_that_shows_its_end_needs_no_line_end(load_conf: LoadConf, line: str) -> None:
    assert not load_conf(markedgoods=f"[MarkedGoods]\n{line}").blocks_marked


def test_a_cut_token_is_an_error_although_xapikey_itself_never_blocks(load_conf: LoadConf) -> None:
    assert load_conf(markedgoods="[MarkedGoods]\nxapikey = [1:abc],[2:d]").blocks_marked
