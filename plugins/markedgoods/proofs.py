"""What is proved about the masks of one configuration (till.md §3.4): the findings, with a code that shows each."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import combinations
from typing import Final, NamedTuple

from markedgoods import overlap
from markedgoods.language import MARK_CHARACTERS, Automaton, Undecided, captures, compiled, parsed
from markedgoods.masks import translated

EVERY_CHARACTER = MARK_CHARACTERS + " \x1d\\#$@"
AS_SCANNED = MARK_CHARACTERS + " \x1d\\{}"
"""A mask that needs a separator is tried on the text as it was scanned (till.md §3.2)."""


ALONE_STEPS: Final = 4_000_000
"""Steps for the proofs about each mask by itself, for all of a configuration: about two seconds."""
PAIR_STEPS: Final = 6_000_000
"""Steps for holding all masks of a configuration against each other: about as long."""


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
    read: list[tuple[str, Automaton]] = []
    steps = overlap.Steps(ALONE_STEPS)
    for section, mask in masks:
        try:
            tree = parsed(translated(mask))
            language, wide = compiled(tree), compiled(tree, EVERY_CHARACTER, ways=2)
            if _empty(language):
                language = compiled(tree, AS_SCANNED)
            barcodes = [compiled(part) for part in captures(tree, "barcode")]
            alone = _alone(section, language, wide, barcodes, steps)
        except (Undecided, RecursionError) as reason:
            text = f"nothing can be proved about the mask of [{section}]: it uses {_worded(reason)}; test its codes yourself"
            yield Finding("MG065", section, text)
            continue
        yield from alone
        if not any(finding.code in ("MG061", "MG062") for finding in alone):
            read.append((section, language))
    yield from _together(read)


def _worded(reason: Exception) -> str:
    return str(reason) if isinstance(reason, Undecided) else "more brackets inside brackets than can be followed"


def _empty(language: Automaton) -> bool:
    return overlap.common_code(language, overlap.anything(language.alphabet)) is None


def _alone(
    section: str, language: Automaton, wide: Automaton, barcodes: list[Automaton], steps: overlap.Steps
) -> list[Finding]:
    if _empty(language):
        return [Finding("MG061", section, f"no code can fit the mask of [{section}]: its goods can never be sold")]
    if overlap.matches_everything(language, steps):
        return [
            Finding("MG062", section, f"every text fits the mask of [{section}]: it takes all other categories' codes")
        ]
    found = []
    gtins = overlap.valid_gtins()
    if barcodes and all(overlap.common_code(one, gtins) is None for one in barcodes):
        text = f"the barcode in the mask of [{section}] can hold no 14-digit GTIN: goods are never found by it"
        found.append(Finding("MG063", section, text))
    pump = overlap.runaway(wide, steps)
    if pump is not None:
        text = f"the mask of [{section}] runs away, for example on {pump[:60]!r}…: avoid a repeat inside a repeat"
        found.append(Finding("MG064", section, text, example=pump))
    return found


def _together(read: list[tuple[str, Automaton]]) -> Iterator[Finding]:
    steps = overlap.Steps(PAIR_STEPS)
    for (section, one), (other, another) in combinations(read, 2):
        try:
            code = overlap.common_code(one, another, steps)
        except Undecided:
            text = (
                f"from [{section}] and [{other}] on nothing is proved about two masks together: it would take too long"
            )
            yield Finding("MG065", section, text)
            return
        if code is not None:
            text = f"the code {code} fits the masks of [{section}] and [{other}]: a code must fit one category only"
            yield Finding("MG060", section, text, other, code)
