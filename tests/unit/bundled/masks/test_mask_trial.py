"""A mask that runs away is found by trying it on its own repeats; one that answers a scan is never called so."""

import time

import pytest

from ncash.bundled.markedgoods.masks.captures import names
from ncash.bundled.markedgoods.masks.parser import loosely
from ncash.bundled.markedgoods.masks.patterns import PATIENT_SECONDS, compiled, translated
from ncash.bundled.markedgoods.masks.proofs.proofs import findings
from ncash.bundled.markedgoods.masks.proofs.trial import LENGTH, MOST, pumped, runs_away
from ncash.bundled.markedgoods.settings.samples import SAMPLES

HEAD = "01(?<barcode>[0-9]{14})21"

RUNNING = [
    HEAD + r"((21.{1,20}\s*){1,20}){1,20}93.{4}",
    HEAD + r"(.{1,10}\s*){1,20}93.{4}",
    HEAD + r"((.{1,4}){1,5}){1,5}93x",
    HEAD + r"(.*?,){11}P",
    HEAD + r"(([0-9]{1,3}[a-z]?){1,9}){1,9}93.{4}",
    HEAD + r"([A-Za-z]{1,6}[0-9]{0,6}){1,30}93.{4}",
    HEAD + r"(.|..|...){1,20}91.{4}",
    HEAD + r"(?=.{6})(a|aa)+93b",
    r"(?>x)(a|a)*b",
    r"(a|aa)+\1x",
    r"(?<x>a|b|ab)*c(?i:d)",
]
ANSWERING = [
    *(sample.mask for sample in SAMPLES),
    HEAD + ".+",
    HEAD + ".*91.*92.*",
    HEAD + ".+91.+92.+93.+",
    HEAD + r"(.\s*){13}93.{4}",
    HEAD + r".{1,20}(91.{4})?92.{44}",
    HEAD + r"[^\s]+\s*93.+",
    HEAD + r"[A-Za-z0-9!-/:-?_]{6,20}\s*93.{4}(\s*3103\d{6})?\s*",
    HEAD + r"(?=.{6}93).+",
    HEAD + r"(?!.*u001d).{6}\x1d93.{4}",
    r"(?<barcode>\d{14}).{15}",
    r"\s*01(?<barcode>\d{14})21(.{5}|.{6}|.{7}|.{13}|.{20})(\s|\x1d|\\u001d|<GS>)*(91.{4})?(\s|\x1d)*9[23].+",
    "(a+)+b",
    ".*.*.*",
]


def found(mask: str) -> list[str]:
    return [one.code for one in findings([("MarkedGoods.X", mask)]) if one.code in ("MG064", "MG065", "MG069")]


@pytest.mark.parametrize("mask", RUNNING)
def test_a_mask_that_runs_away_is_an_error(mask: str) -> None:
    assert found(mask) == ["MG064"]


@pytest.mark.parametrize("mask", ANSWERING)
def test_a_mask_that_answers_passes_its_trial(mask: str) -> None:
    assert runs_away(translated(mask), compiled(mask)) is None


@pytest.mark.parametrize("mask", RUNNING[:3])
def test_the_text_that_is_named_stops_the_matcher(mask: str) -> None:
    text = runs_away(translated(mask), compiled(mask))
    assert text is not None
    begun = time.process_time()
    with pytest.raises(TimeoutError):
        compiled(mask).fullmatch(text, timeout=PATIENT_SECONDS)
    assert time.process_time() - begun > PATIENT_SECONDS / 2


def test_a_trial_of_the_vendors_masks_is_short_and_made_of_short_texts() -> None:
    for sample in SAMPLES:
        tree = loosely(translated(sample.mask))
        assert tree is not None
        texts = list(pumped(tree))
        assert 0 < len(texts) <= MOST
        assert max(map(len, texts)) < 3 * LENGTH
        assert len(set(texts)) == len(texts)


ODD = (
    "(a", "[a", "a)", "(?<n", "a{2", "(?#x)a+", "[[:alpha:]]+b", r"\p{L}+", r"(a)(?1)+", "(?'q'a)+", "a++", "(?|a|b)+",
    "(?(1)a|b)", "*a", "(" * 500 + "a+" + ")" * 500, "^a+$", r"\bx+\b", "(*FAIL)a+",
)  # fmt: skip


@pytest.mark.parametrize("mask", ODD, ids=lambda mask: mask[:20])
def test_whatever_stands_in_a_mask_is_tried_or_left_alone(mask: str) -> None:
    tree = loosely(translated(mask))
    if tree is not None:
        assert len(list(pumped(tree))) <= 60 * MOST
    assert all(isinstance(name, str) for name in names(mask))
    assert isinstance(found(mask), list)


@pytest.mark.parametrize(
    "mask", ["(a{0,60}b)+", "(.{0,70}){0,70}", "(a{1,70}){1,70}x", "(.{0,9}){0,600}", "(a?){0,900}", "(.{1,70})*"]
)
def test_a_proof_that_would_take_too_long_is_given_up(mask: str) -> None:
    begun = time.process_time()
    list(findings([("MarkedGoods.X", mask), ("MarkedGoods.Y", mask + "z")]))
    assert time.process_time() - begun < 20
