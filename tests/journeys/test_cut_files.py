"""A drop-in cut at any byte while the till was off: no refusal becomes a sale, whatever is left of the file."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ncash import language
from ncash.cli.main import run
from ncash.model.ports import Outside
from ncash.settings import last_good
from ncash.shop.shop import configuration
from ncash.system.clock import SystemRandom
from ncash.testing import DrivenTill, FencedHttp, FrozenClock, shop_folder

MARK = "010469999990001321dEmO-WaTeR001\x1d93aBcD"
REFUSING = (
    "[MarkedGoods]\n; магазин\ncheckLocalUniqueness = true\nfoiv = 030\n[MarkedGoods.Water]\nallowUnmarked = true\n"
)
Start = Callable[[bytes], DrivenTill]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shop_folder(tmp_path / "shop", {"MarkedGoods": {"checkLocalUniqueness": "false"}})
    (tmp_path / "shop" / "conf" / "ncash.ini.d" / "70-shop.ini").write_text(REFUSING, encoding="utf-8")
    return tmp_path / "shop"


@pytest.fixture
def start(folder: Path) -> Start:
    """A till with this drop-in."""

    def started(content: bytes) -> DrivenTill:
        (folder / "conf" / "ncash.ini.d" / "70-shop.ini").write_bytes(content)
        return DrivenTill(folder / "conf", folder / "data", Outside(FrozenClock(), SystemRandom(), FencedHttp()))

    return started


def verdict(till: DrivenTill) -> str:
    """Of the mark that was sold before."""
    till.send("open")
    answer: str = till.send("scan", data=MARK)["decision"]["verdict"]
    till.send("cancel")
    return answer


@pytest.fixture
def sold(folder: Path, start: Start) -> Path:
    """The mark is sold, and the whole file is the accepted one."""
    with start(REFUSING.encode()) as till:
        till.send("open")
        assert till.send("scan", data=MARK)["decision"]["verdict"] == "allow"
        assert till.send("close")["ok"]
    last_good.keep(folder / "data", configuration(folder / "conf"))
    return folder


def test_the_file_that_is_gone_would_sell_it(start: Start, sold: Path) -> None:
    with start(REFUSING.replace("Uniqueness = true", "Uniqueness = false").encode()) as till:
        assert verdict(till) == "allow"


@pytest.mark.parametrize("encoding", ["utf-8", "cp1251"])
def test_no_cut_of_a_drop_in_turns_the_refusal_into_a_sale(start: Start, sold: Path, encoding: str) -> None:
    content = REFUSING.encode(encoding)
    (sold / "data" / "last-good" / "70-shop.ini").write_bytes(content)
    for end in range(len(content)):
        with start(content[:end]) as till:
            assert verdict(till) == "deny", content[:end]


def test_a_cut_at_the_end_of_a_line_is_said_with_what_is_gone_and_a_reload_accepts_it(start: Start, sold: Path) -> None:
    content = REFUSING.encode()
    with start(content[: content.index(b"checkLocal")]) as till:
        (notice,) = [one for one in till.send("state")["notices"] if one["key"] == "ConfigShortened"]
        assert "[MarkedGoods] checkLocalUniqueness" in notice["text"]
        assert verdict(till) == "deny"
        answer = till.send("reload")
        assert answer["ok"], answer["error"]
        assert verdict(till) == "allow"


def test_the_journal_of_a_russian_till_is_english_and_explained_in_russian(
    start: Start, sold: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("LANGUAGE", raising=False)
    monkeypatch.setenv("LC_ALL", "ru")
    content = REFUSING.encode()
    explain = ["explain", "--last-refused", "--conf", str(sold / "conf"), "--data", str(sold / "data")]
    try:
        language.speak(language.RUSSIAN)
        with start(content[: content.index(b"checkLocal")]) as till:
            assert verdict(till) == "deny"
        assert run([*explain, "--json"]) == 1
        assert '"the file is cut; gone are ' in capsys.readouterr().out
        assert run(explain) == 1
        assert '"файл обрезан; пропало: ' in capsys.readouterr().out
    finally:
        language.speak(language.ENGLISH)


def test_a_file_that_lost_only_a_comment_stops_nothing(start: Start, sold: Path) -> None:
    content = REFUSING.encode() + b"; end\n"
    (sold / "data" / "last-good" / "70-shop.ini").write_bytes(content)
    with start(REFUSING.encode()) as till:
        till.send("open")
        assert till.send("scan", data=MARK.replace("WaTeR001", "WaTeR002"))["decision"]["verdict"] == "allow"
