"""What is proved about the masks of one configuration (till.md §3.4): the findings, with a code that shows each."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import combinations
from typing import Final, NamedTuple

from ncash.bundled.markedgoods.masks.automaton import (
    MARK_CHARACTERS,
    Automaton,
    UndecidableMask,
    captures,
    compiled,
    parsed,
)
from ncash.bundled.markedgoods.masks.brevity import brief
from ncash.bundled.markedgoods.masks.captures import idle, mistakes
from ncash.bundled.markedgoods.masks.gaps import gapped
from ncash.bundled.markedgoods.masks.patterns import MaskError, translated
from ncash.bundled.markedgoods.masks.patterns import compiled as pattern_of
from ncash.bundled.markedgoods.masks.proofs import overlap
from ncash.bundled.markedgoods.masks.proofs.identification import doubt
from ncash.bundled.markedgoods.masks.proofs.trial import runs_away
from ncash.bundled.markedgoods.masks.structure import names_separator, structure
from ncash.language import phrase
from ncash.model.codes.steps import OutOfSteps, Steps

_SERVES = ("MG063", "MG065", "MG069")
"""Findings about a mask that reads codes all the same."""
EVERY_CHARACTER = MARK_CHARACTERS + " \x1d\\#$@"
ALONE_STEPS: Final = 3_000_000
"""Steps for the proofs about each mask by itself, for all of a configuration: a second or two."""
PAIR_STEPS: Final = 3_000_000
"""Steps for holding all masks of a configuration against each other: about as long."""
SECTION: Final = "\ue000"
"""Stands for the section in what is said about a mask alone; no mark has this character."""


class MaskMistake(NamedTuple):
    """Mistake of a mask; `other` is the second section when two masks share a code."""

    code: str
    section: str
    text: str
    other: str = ""
    example: str = ""


@lru_cache(maxsize=8)
def mask_mistakes(masks: tuple[tuple[str, str], ...]) -> tuple[MaskMistake, ...]:
    """The findings about these masks; a configuration that is read again has them already."""
    return tuple(findings(masks))


def findings(masks: Iterable[tuple[str, str]]) -> Iterator[MaskMistake]:
    """Findings about (section, mask) pairs, in their order; masks that do not compile are somebody else's."""
    read: list[tuple[str, str]] = []
    steps = Steps(ALONE_STEPS)
    for section, mask in masks:
        try:
            alone, taken = _alone(mask)
            steps.take(taken)
        except (UndecidableMask, OutOfSteps, RecursionError) as reason:
            alone = _unproved(mask, _worded(reason))
        else:
            if not any(finding.code in ("MG061", "MG062") for finding in alone):
                read.append((section, mask))
        for finding in (*_captures(mask), *alone, *_advice(mask, alone)):
            yield finding._replace(section=section, text=finding.text.replace(SECTION, f"[{section}]"))
    yield from _together(read)


def _worded(reason: Exception) -> str:
    if isinstance(reason, RecursionError):
        return "more brackets inside brackets than can be followed"
    return str(reason) or "repeats that take too long to prove"


@lru_cache(maxsize=1024)
def _language(mask: str) -> Automaton:
    """The codes without separators that the mask fits. Raises UndecidableMask and RecursionError."""
    return compiled(gapped(parsed(translated(mask))))


@lru_cache(maxsize=1024)
def _captures(mask: str) -> tuple[MaskMistake, ...]:
    """Captures that cannot serve, and those that nobody reads."""
    wrong = [
        MaskMistake("MG067", "", phrase("the mask of {section}: {text}", section=SECTION, text=text))
        for text in mistakes(mask)
    ]
    return (
        *wrong,
        *(
            MaskMistake("MG068", "", phrase("the mask of {section}: {text}", section=SECTION, text=text))
            for text in idle(mask)
        ),
    )


@lru_cache(maxsize=1024)
def _alone(mask: str) -> tuple[tuple[MaskMistake, ...], int]:
    """Mistakes of a mask by itself, and the steps it took. Raises UndecidableMask, OutOfSteps and RecursionError."""
    steps = Steps(ALONE_STEPS)
    found = tuple(_by_itself(mask, steps))
    return found, ALONE_STEPS - steps.left


def _by_itself(mask: str, steps: Steps) -> Iterator[MaskMistake]:
    tree, language = parsed(translated(mask)), _language(mask)
    if overlap.common_code(language, overlap.anything(language.alphabet)) is None:
        yield MaskMistake(
            "MG061", "", phrase("no code can fit the mask of {section}: its goods can never be sold", section=SECTION)
        )
        return
    if overlap.matches_everything(language, steps):
        yield MaskMistake(
            "MG062",
            "",
            phrase("every text fits the mask of {section}: it takes all other categories' codes", section=SECTION),
        )
        return
    gtins, barcodes = overlap.valid_gtins(), [compiled(part) for part in captures(tree, "barcode")]
    if barcodes and all(overlap.common_code(one, gtins) is None for one in barcodes):
        text = phrase(
            "the barcode in the mask of {section} can hold no 14-digit GTIN: goods are never found by it",
            section=SECTION,
        )
        yield MaskMistake("MG063", "", text)
    yield from _runaway(mask, overlap.runaway(compiled(tree, EVERY_CHARACTER, ways=2), steps))


def _runaway(mask: str, pump: str | None) -> Iterator[MaskMistake]:
    """A mask that may not answer: by the proof's text, or on trial."""
    if pump is None and not brief(translated(mask)):
        try:
            pump = runs_away(translated(mask), pattern_of(mask))
        except MaskError:
            return
    if pump is not None:
        text = phrase(
            "the mask of {section} runs away, for example on {pump!r}…: avoid a repeat inside a repeat",
            section=SECTION,
            pump=pump[:60],
        )
        yield MaskMistake("MG064", "", text, example=pump)


@lru_cache(maxsize=1024)
def _unproved(mask: str, reason: str) -> tuple[MaskMistake, ...]:
    code = "MG065"
    text = phrase(
        "nothing can be proved about the mask of {section}: it uses {reason}; test its codes yourself",
        section=SECTION,
        reason=reason,
    )
    if names_separator(translated(mask)):
        code, text = "MG069", phrase("{text}; without a separator only codes of known layouts fit it", text=text)
    return tuple(_runaway(mask, None)) or (MaskMistake(code, "", text),)


@lru_cache(maxsize=1024)
def _advice(mask: str, alone: tuple[MaskMistake, ...]) -> tuple[MaskMistake, ...]:
    """Codes about which a mask that serves tells too little."""
    told = structure(translated(mask)) if all(finding.code in _SERVES for finding in alone) else None
    code = doubt(told) if told is not None else None
    if code is None:
        return ()
    text = phrase(
        "the mask of {section} does not show where the serial of {code} ends: without "
        "separators the unit may not be known again; spell the identifier behind the serial "
        "(91, 93 …), or put \\s* there",
        section=SECTION,
        code=code,
    )
    return (MaskMistake("MG066", "", text, example=code),)


@lru_cache(maxsize=4096)
def _shared(one: str, other: str) -> tuple[str | None, int]:
    """A code that both masks fit, or None when there is none, and the steps of the proof. Raises OutOfSteps."""
    steps = Steps(PAIR_STEPS)
    code = overlap.common_code(_language(one), _language(other), steps)
    return code, PAIR_STEPS - steps.left


def _together(read: Sequence[tuple[str, str]]) -> Iterator[MaskMistake]:
    steps = Steps(PAIR_STEPS)
    for (section, one), (other, another) in combinations(read, 2):
        try:
            code, taken = _shared(one, another)
            steps.take(taken)
        except OutOfSteps:
            text = phrase(
                "from [{section}] and [{other}] on nothing is proved about two masks together",
                section=section,
                other=other,
            )
            yield MaskMistake("MG065", section, phrase("{text}: it would take too long", text=text))
            return
        if code is not None:
            text = phrase(
                "the code {code} fits the masks of [{section}] and [{other}]: a code must fit one category only",
                code=code,
                section=section,
                other=other,
            )
            yield MaskMistake("MG060", section, text=text, other=other, example=code)
