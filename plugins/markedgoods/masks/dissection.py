"""Scans that want a closer look: where the elements of a code begin, and what a damaged scan can mean (ADR 22, 35)."""

from collections.abc import Iterator

from ncash.bundled.markedgoods.masks.fitting import Matcher
from ncash.bundled.markedgoods.masks.structure import structure
from ncash.model.codes.anatomy import Anatomy, anatomy, inner
from ncash.model.codes.layouts import LINEAR, layout_of
from ncash.model.codes.repair import candidates, forms
from ncash.model.codes.separators import cuts
from ncash.model.codes.soundness import permitted, refusable, valid_gtin
from ncash.model.codes.spelling import respelled
from ncash.model.codes.steps import OutOfSteps, Steps
from ncash.model.mark import plain, wire

Meaning = tuple[str, tuple[str, ...]]
"""A code with GS, and what was undone to get it."""


def dissected(mask: str, text: str) -> Anatomy:
    """Where the elements begin: as the mask says, unless separators say something else that elements bear out."""
    plainly = anatomy(text)
    code = plainly.code
    told = structure(mask) if LINEAR.match(code) and permitted(code) else None
    if told is None:
        return plainly
    stated = inner(cuts(text), code)
    starts = told.starts(code, stated)
    if not starts and stated and not plainly.starts:
        starts = told.starts(code)
    more = plainly.starts[:1] == starts[:1] and set(starts) <= set(plainly.starts)
    return Anatomy(code, starts[0], starts) if starts and not more else plainly


def told(parts: Anatomy, text: str) -> str:
    """The scan as it came, or with the separators that others need to see where its elements begin."""
    full = parts.with_separators(cuts(text)) if parts.starts else text
    return text if full == wire(text) else full


def spelled_out(text: str) -> bool:
    """Whether some text stands in it that is meant for GS."""
    return respelled(text) != text


def meanings(masks: Matcher, scanned: str) -> dict[str, Meaning]:
    """Every code that a damaged scan can mean, by its text without separators: of a known layout, or one whose mask
    tells where elements begin. None when that would take too many steps."""
    steps = Steps()
    try:
        found = {plain(text): (text, undone) for text, undone in candidates(scanned, steps)}
        for text, undone in _as_masks_say(masks, scanned, steps):
            found.setdefault(plain(text), (text, undone))
    except OutOfSteps:
        return {}
    return found


def _as_masks_say(masks: Matcher, scanned: str, steps: Steps) -> Iterator[Meaning]:
    broken_off = masks.timeouts
    for text, undone in forms(scanned, steps):
        code = plain(text)
        if not (LINEAR.match(code) and valid_gtin(code[2:16])) or refusable(code) or layout_of(code) is not None:
            continue
        fit = masks.first(code, masks.patience)
        if masks.timeouts > broken_off:
            return
        told = structure(masks.masks[fit.number]) if fit is not None and fit.barcode in (None, code[2:16]) else None
        if told is not None and told.starts(code, inner(cuts(text), code)):
            yield text, undone
