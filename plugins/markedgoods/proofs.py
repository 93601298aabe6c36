"""What is proved about the masks of one configuration (till.md §3.4): the findings, with a code that shows each."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

from markedgoods import overlap
from markedgoods.language import MARK_CHARACTERS, Automaton, Undecided, captures, compiled, parsed
from markedgoods.masks import translated

EVERY_CHARACTER = MARK_CHARACTERS + " \x1d\\#$@"
AS_SCANNED = MARK_CHARACTERS + " \x1d\\{}"
"""A mask that needs a separator is tried on the text as it was scanned (till.md §3.2)."""


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
    for section, mask in masks:
        try:
            tree = parsed(translated(mask))
            language, wide = compiled(tree), compiled(tree, EVERY_CHARACTER, ways=2)
        except Undecided as reason:
            text = f"nothing can be proved about the mask of [{section}]: it uses {reason}; test its codes yourself"
            yield Finding("MG065", section, text)
            continue
        if _empty(language):
            language = compiled(tree, AS_SCANNED)
        alone = _alone(section, language, wide, [compiled(part) for part in captures(tree, "barcode")])
        yield from alone
        if not any(finding.code in ("MG061", "MG062") for finding in alone):
            read.append((section, language))
    yield from _together(read)


def _empty(language: Automaton) -> bool:
    return overlap.common_code(language, overlap.anything(language.alphabet)) is None


def _alone(section: str, language: Automaton, wide: Automaton, barcodes: list[Automaton]) -> list[Finding]:
    if _empty(language):
        return [Finding("MG061", section, f"no code can fit the mask of [{section}]: its goods can never be sold")]
    if overlap.matches_everything(language):
        return [
            Finding("MG062", section, f"every text fits the mask of [{section}]: it takes all other categories' codes")
        ]
    found = []
    gtins = overlap.valid_gtins()
    if barcodes and all(overlap.common_code(one, gtins) is None for one in barcodes):
        text = f"the barcode in the mask of [{section}] can hold no 14-digit GTIN: goods are never found by it"
        found.append(Finding("MG063", section, text))
    pump = overlap.runaway(wide)
    if pump is not None:
        text = f"the mask of [{section}] runs away, for example on {pump[:60]!r}…: avoid a repeat inside a repeat"
        found.append(Finding("MG064", section, text, example=pump))
    return found


def _together(read: list[tuple[str, Automaton]]) -> Iterator[Finding]:
    for (section, one), (other, another) in combinations(read, 2):
        code = overlap.common_code(one, another)
        if code is not None:
            text = f"the code {code} fits the masks of [{section}] and [{other}]: a code must fit one category only"
            yield Finding("MG060", section, text, other, code)
