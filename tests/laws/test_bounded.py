"""Every read is bounded: whatever 512 characters come, they are read, repaired and diagnosed in counted steps, and
nothing is raised that is not told."""

import random
import string
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from ncash.bundled.markedgoods.support.reading import reading
from ncash.model.codes.candidates import candidates
from ncash.model.codes.diagnosis import Damage, diagnosis
from ncash.model.codes.keyboard import typed
from ncash.model.codes.splitting import parts
from ncash.model.codes.steps import BUDGET, OutOfSteps, Steps
from ncash.model.ports import Outside
from ncash.model.scan import MAX_SCAN, Scan
from ncash.support.explain.scanner import examined
from ncash.testing import DrivenTill, FencedHttp, FrozenClock, SeededRandom, shop_folder
from tests.sizes import sized

from .codes import GS, MASKS, SECTIONS, SPELLED_AS, TOLD_AS, scanned, unit, wide

CASES: Final = sized(2_000, 1_000_000)
WAIT: Final = 1.0
"""Seconds of processor time for one text, fifty times what the worst one takes: steps must stand for work."""
EAN: Final = "4607042439209"
PIECES: Final = (
    *TOLD_AS, *SPELLED_AS, "01", "21", "91", "92", "93", "8005", "3103", "(01)", "(21)", "(10)", "(00)", "(", ")", "[",
    "{", "]d2", "]E0", "]C1", EAN, "0" + EAN, "01" + "0" + EAN + "21", "serial", "0", "00", "0" * 13, "0" * 29, "1",
    "9393", "AbCd", "dGVz" * 11, "\r", "\n", "\t", "\x00", "\x1c", "\x02", "\u200b", "\ufeff", "\u0301", "½", "é", "ф",
    "Ж", "қ", "\ud800", "😀", "\u2028", "٣", "（01）", "04601653035829H;dV)bFACVUdGVz",
)  # fmt: skip


def structured(chance: random.Random) -> str:
    return "".join(chance.choices(PIECES, k=chance.randint(0, 40)))


def pumped(chance: random.Random) -> str:
    piece = "".join(chance.choices(PIECES, k=chance.randint(1, 4))) or "0"
    return chance.choice(PIECES) + piece * (MAX_SCAN // len(piece) + 1)


def glued(chance: random.Random) -> str:
    codes = [scanned(chance, unit(chance).code, (*TOLD_AS, *SPELLED_AS)) for _ in range(chance.randint(1, 4))]
    return chance.choice(("", GS, "\r", " ")).join(codes * chance.randint(1, 6))


def cut(chance: random.Random) -> str:
    text = scanned(chance, unit(chance).code, (*TOLD_AS, *SPELLED_AS))
    return text[chance.randrange(len(text)) :] + text[: chance.randrange(len(text))]


def digits(chance: random.Random) -> str:
    return "".join(chance.choices(string.digits[: chance.choice((1, 2, 3, 10))], k=chance.randint(0, MAX_SCAN)))


def bracketed(chance: random.Random) -> str:
    ais = ("01", "21", "10", "17", "00", "93", "8005", "9", "01234", "")
    return "".join(f"({chance.choice(ais)}){structured(chance)[:20]}" for _ in range(chance.randint(1, 60)))


def any_characters(chance: random.Random) -> str:
    most = chance.choice((0x80, 0x500, 0x3000, 0x11000))
    return "".join(chr(chance.randrange(most)) for _ in range(chance.randint(0, MAX_SCAN)))


def over_all(chance: random.Random) -> str:
    return chance.choice((typed, wide, str.swapcase))(structured(chance))


KINDS: Final[tuple[Callable[[random.Random], str], ...]] = (
    structured, pumped, glued, cut, digits, bracketed, any_characters, over_all,
)  # fmt: skip
NAMED: Final = (
    "0" * 300, "0" * 512, "(10)21072911(17)240531(01)00693570007182", "(00)146070424392091234", "(" * 512, "(01)" * 128,
    "010021" * 85, "]d2" * 170, (EAN + "]d2") * 32, ("0" + EAN) * 36, "\\" * 512, "<" * 512, "u001d" * 102, " " * 512,
    GS * 512, "\u200b" * 512, "фЫв" * 170, "01" + "0" + EAN + "21" + "9" * 490, "è" * 512, "029" * 170, "|" * 512,
)  # fmt: skip


def texts(seed: int, number: int) -> list[str]:
    chance = random.Random(seed)
    return [chance.choice(KINDS)(chance)[:MAX_SCAN] for _ in range(number)]


@pytest.mark.parametrize("text", NAMED, ids=lambda text: f"{text[:12]!r} × {len(text)}")
def test_a_named_text_is_read_and_diagnosed_in_time(text: str) -> None:
    looked_at(text)


def test_every_text_is_read_and_diagnosed_in_counted_steps() -> None:
    marks = damaged = 0
    for text in texts(1, CASES):
        mark, damage = looked_at(text)
        marks += mark
        damaged += damage
    assert marks > CASES * 0.01
    assert damaged > CASES * 0.1


def looked_at(text: str) -> tuple[bool, bool]:
    """Whether it is a mark, and whether something is wrong with it; all that a till does about it alone is done."""
    begun = time.process_time()
    mark = MASKS.read(Scan(text))
    steps = Steps()
    found = diagnosis(text, steps)
    assert time.process_time() - begun < WAIT, text
    assert 0 <= steps.left <= BUDGET
    assert found is None or not found.fault, (text, found)
    return mark is not None, found is not None


def test_what_support_sees_of_a_text_is_bounded_too() -> None:
    for text in texts(2, CASES // 20):
        begun = time.process_time()
        assert reading(SECTIONS, MASKS, Scan(text)).candidates
        assert examined(text).verdict in ("good", "repaired", "damaged", "another code")
        assert time.process_time() - begun < 3 * WAIT, text


@pytest.mark.parametrize("left", [0, 1, 2, 5, 20, 60])
def test_a_scan_that_would_take_more_steps_is_unclear(left: int) -> None:
    text = (EAN + "]d2") * 30
    found = diagnosis(text, Steps(left))
    assert found is not None
    assert (found.damage, found.fault) == (Damage.UNCLEAR, "")
    with pytest.raises(OutOfSteps):
        candidates(text, Steps(left))
    with pytest.raises(OutOfSteps):
        parts(text, Steps(left))
    assert (candidates(text * 9), parts("01" * 5_000)) == ((), ())


class Broken(Steps):
    """Steps that something goes wrong with."""

    def take(self, number: int = 1) -> None:
        raise RecursionError("too deep")


def test_whatever_goes_wrong_in_a_diagnosis_is_its_result() -> None:
    found = diagnosis("0104607042439209215abcde§93AbCd", Broken())
    assert found is not None
    assert (found.damage, found.fault) == (Damage.UNCLEAR, "RecursionError: too deep")


def test_a_till_answers_each_text_and_goes_on(tmp_path: Path) -> None:
    """Fresh, with the mark of goods asked for, and in a return by sale; what is refused for its damage is journaled."""
    shop_folder(tmp_path / "shop")
    outside = Outside(FrozenClock(), SeededRandom("bounded"), FencedHttp())
    with DrivenTill(tmp_path / "shop" / "conf", tmp_path / "shop" / "data", outside) as till:
        till.send("open")
        for number, text in enumerate((*NAMED, *texts(3, 300))):
            if number % 3 == 0:
                till.send("scan", data="4670540176099")
            answer = till.send("scan", data=text)
            assert answer["ok"], (text, answer)
            assert answer["screen"] or answer["dialog"] or answer["receipt"]["positions"], (text, answer)
            till.send("cancel")
            till.send("open")
        assert [one["state"] for one in till.greeting["plugins"] if one["name"] == "markedgoods"] == ["ready"]
