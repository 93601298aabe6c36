"""What is proved about the masks of one configuration (till.md §3.4): the findings, with a code that shows each."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

from markedgoods import overlap
from markedgoods.brevity import brief
from markedgoods.captures import idle, mistakes
from markedgoods.gaps import gapped
from markedgoods.identification import doubt
from markedgoods.language import MARK_CHARACTERS, Automaton, Undecided, captures, compiled, parsed
from markedgoods.patterns import MaskError, translated
from markedgoods.patterns import compiled as pattern_of
from markedgoods.structure import names_separator, structure
from markedgoods.tree import Node
from markedgoods.trial import runs_away
from ncash.model.steps import OutOfSteps

_SERVES = ("MG063", "MG065", "MG069")
"""Findings about a mask that reads codes all the same."""
EVERY_CHARACTER = MARK_CHARACTERS + " \x1d\\#$@"


class Finding(NamedTuple):
    """One mistake of a mask; `other` is the second section when two masks share a code."""

    code: str
    section: str
    text: str
    other: str = ""
    example: str = ""


@lru_cache(maxsize=8)
def proved(masks: tuple[tuple[str, str], ...], advise: bool = True) -> tuple[Finding, ...]:
    """The findings about these masks; a configuration that is read again has them already."""
    return tuple(findings(masks, advise))


def findings(masks: Iterable[tuple[str, str]], advise: bool = True) -> Iterator[Finding]:
    """Findings about (section, mask) pairs, in their order; masks that do not compile are somebody else's.

    Without `advise` those are left out that never stop a sale.
    """
    read: list[tuple[str, Automaton]] = []
    for section, mask in masks:
        yield from (Finding("MG067", section, f"the mask of [{section}]: {text}") for text in mistakes(mask))
        try:
            alone, language = _alone(section, mask, parsed(translated(mask)))
        except (Undecided, OutOfSteps) as reason:
            alone, language = _unproved(section, mask, str(reason) or "repeats that take too long to prove"), None
        yield from alone
        if language is not None and not any(finding.code in ("MG061", "MG062") for finding in alone):
            read.append((section, language))
        if advise:
            yield from (Finding("MG068", section, f"the mask of [{section}]: {text}") for text in idle(mask))
            yield from _advice(section, mask) if all(finding.code in _SERVES for finding in alone) else ()
    yield from _together(read)


def _empty(language: Automaton) -> bool:
    return overlap.common_code(language, overlap.anything(language.alphabet)) is None


def _alone(section: str, mask: str, tree: Node) -> tuple[list[Finding], Automaton]:
    """What is wrong with a mask by itself, and the codes without separators that it fits. Raises Undecided."""
    language, wide = compiled(gapped(tree)), compiled(tree, EVERY_CHARACTER, ways=2)
    if _empty(language):
        text = f"no code can fit the mask of [{section}]: its goods can never be sold"
        return [Finding("MG061", section, text)], language
    if overlap.matches_everything(language):
        text = f"every text fits the mask of [{section}]: it takes all other categories' codes"
        return [Finding("MG062", section, text)], language
    found = []
    gtins, barcodes = overlap.valid_gtins(), [compiled(part) for part in captures(tree, "barcode")]
    if barcodes and all(overlap.common_code(one, gtins) is None for one in barcodes):
        text = f"the barcode in the mask of [{section}] can hold no 14-digit GTIN: goods are never found by it"
        found.append(Finding("MG063", section, text))
    return [*found, *_runaway(section, mask, overlap.runaway(wide))], language


def _runaway(section: str, mask: str, pump: str | None) -> list[Finding]:
    """A mask that may not answer: by the proof's text, or on trial."""
    if pump is None and not brief(translated(mask)):
        try:
            pump = runs_away(translated(mask), pattern_of(mask))
        except MaskError:
            return []
    if pump is None:
        return []
    text = f"the mask of [{section}] runs away, for example on {pump[:60]!r}…: avoid a repeat inside a repeat"
    return [Finding("MG064", section, text, example=pump)]


def _unproved(section: str, mask: str, reason: str) -> list[Finding]:
    code, text = (
        "MG065",
        f"nothing can be proved about the mask of [{section}]: it uses {reason}; test its codes yourself",
    )
    if names_separator(translated(mask)):
        code, text = "MG069", f"{text}; without a separator only codes of known layouts fit it"
    return _runaway(section, mask, None) or [Finding(code, section, text)]


def _advice(section: str, mask: str) -> Iterator[Finding]:
    """Codes about which a mask tells too little."""
    told = structure(translated(mask))
    code = doubt(told) if told is not None else None
    if code is not None:
        text = (
            f"the mask of [{section}] does not show where the serial of {code} ends: without separators the unit may "
            "not be known again; spell the identifier behind the serial (91, 93 …), or put \\s* there"
        )
        yield Finding("MG066", section, text, example=code)


def _together(read: list[tuple[str, Automaton]]) -> Iterator[Finding]:
    for (section, one), (other, another) in combinations(read, 2):
        try:
            code = overlap.common_code(one, another)
        except OutOfSteps:
            text = f"whether a code fits the masks of both [{section}] and [{other}] takes too long to prove"
            yield Finding("MG065", section, text, other)
            continue
        if code is not None:
            text = f"the code {code} fits the masks of [{section}] and [{other}]: a code must fit one category only"
            yield Finding("MG060", section, text, other, code)
