"""What is proved about the masks of one configuration (till.md §3.4): the findings, with a code that shows each."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import combinations
from typing import Final, NamedTuple

from markedgoods import overlap
from markedgoods.language import MARK_CHARACTERS, Automaton, Undecided, captures, compiled, parsed
from markedgoods.masks import translated

EVERY_CHARACTER = MARK_CHARACTERS + " \x1d\\#$@"
AS_SCANNED = MARK_CHARACTERS + " \x1d\\{}"
"""A mask that needs a separator is tried on the text as it was scanned (till.md §3.2)."""


ALONE_STEPS: Final = 3_000_000
"""Steps for the proofs about each mask by itself, for all of a configuration: a second or two."""
PAIR_STEPS: Final = 3_000_000
"""Steps for holding all masks of a configuration against each other: about as long."""


SECTION: Final = "\ue000"
"""Stands for the section in what is said about a mask alone; no mark has this character."""


class Finding(NamedTuple):
    """One mistake of a mask; `other` is the second section when two masks share a code."""

    code: str
    section: str
    text: str
    other: str = ""
    example: str = ""


@lru_cache(maxsize=8)
def proved(masks: tuple[tuple[str, str], ...]) -> tuple[Finding, ...]:
    """The findings about these masks; a configuration that is read again has them already."""
    return tuple(findings(masks))


def findings(masks: Iterable[tuple[str, str]]) -> Iterator[Finding]:
    """Findings about (section, mask) pairs, in their order; masks that do not compile are somebody else's."""
    read: list[tuple[str, str]] = []
    steps = overlap.Steps(ALONE_STEPS)
    for section, mask in masks:
        try:
            alone, taken = _alone(mask)
            steps.take(taken)
        except (Undecided, RecursionError) as reason:
            text = f"nothing can be proved about the mask of [{section}]: it uses {_worded(reason)}"
            yield Finding("MG065", section, f"{text}; test its codes yourself")
            continue
        yield from (
            finding._replace(section=section, text=finding.text.replace(SECTION, f"[{section}]")) for finding in alone
        )
        if not any(finding.code in ("MG061", "MG062") for finding in alone):
            read.append((section, mask))
    yield from _together(read)


@lru_cache(maxsize=1024)
def _language(mask: str) -> tuple[Automaton, bool]:
    """What the mask can match, and whether that is nothing at all. Raises Undecided and RecursionError."""
    tree = parsed(translated(mask))
    language = compiled(tree)
    if not _empty(language):
        return language, False
    language = compiled(tree, AS_SCANNED)
    return language, _empty(language)


def _worded(reason: Exception) -> str:
    return str(reason) if isinstance(reason, Undecided) else "more brackets inside brackets than can be followed"


def _empty(language: Automaton) -> bool:
    return overlap.common_code(language, overlap.anything(language.alphabet)) is None


@lru_cache(maxsize=1024)
def _alone(mask: str) -> tuple[tuple[Finding, ...], int]:
    """What can be said about a mask by itself, and the steps it took. Raises Undecided and RecursionError."""
    steps = overlap.Steps(ALONE_STEPS)
    found = tuple(_by_itself(mask, steps))
    return found, ALONE_STEPS - steps.left


def _by_itself(mask: str, steps: overlap.Steps) -> Iterator[Finding]:
    language, empty = _language(mask)
    if empty:
        yield Finding("MG061", "", f"no code can fit the mask of {SECTION}: its goods can never be sold")
        return
    if overlap.matches_everything(language, steps):
        yield Finding("MG062", "", f"every text fits the mask of {SECTION}: it takes all other categories' codes")
        return
    tree, gtins = parsed(translated(mask)), overlap.valid_gtins()
    barcodes = [compiled(part) for part in captures(tree, "barcode")]
    if barcodes and all(overlap.common_code(one, gtins) is None for one in barcodes):
        text = f"the barcode in the mask of {SECTION} can hold no 14-digit GTIN: goods are never found by it"
        yield Finding("MG063", "", text)
    pump = overlap.runaway(compiled(tree, EVERY_CHARACTER, ways=2), steps)
    if pump is not None:
        text = f"the mask of {SECTION} runs away, for example on {pump[:60]!r}…: avoid a repeat inside a repeat"
        yield Finding("MG064", "", text, example=pump)


@lru_cache(maxsize=4096)
def _shared(one: str, other: str) -> tuple[str | None, int]:
    """A code that both masks fit, or None when there is none, and the steps of the proof. Raises Undecided."""
    steps = overlap.Steps(PAIR_STEPS)
    code = overlap.common_code(_language(one)[0], _language(other)[0], steps)
    return code, PAIR_STEPS - steps.left


def _together(read: Sequence[tuple[str, str]]) -> Iterator[Finding]:
    steps = overlap.Steps(PAIR_STEPS)
    for (section, one), (other, another) in combinations(read, 2):
        try:
            code, taken = _shared(one, another)
            steps.take(taken)
        except Undecided:
            text = f"from [{section}] and [{other}] on nothing is proved about two masks together"
            yield Finding("MG065", section, f"{text}: it would take too long")
            return
        if code is not None:
            text = f"the code {code} fits the masks of [{section}] and [{other}]: a code must fit one category only"
            yield Finding("MG060", section, text, other, code)
