"""Category masks: what a scan is read as, and where the unit's CIS ends in it (till.md §3)."""

from collections.abc import Iterable
from decimal import Decimal
from functools import cached_property
from typing import Final, NamedTuple, Protocol

import regex

from ncash.bundled.markedgoods.masks.alternation import Fit
from ncash.bundled.markedgoods.masks.fitting import Matcher
from ncash.bundled.markedgoods.masks.patterns import MATCH_SECONDS as MATCH_SECONDS
from ncash.bundled.markedgoods.masks.patterns import MaskError as MaskError
from ncash.bundled.markedgoods.masks.patterns import checked as checked
from ncash.bundled.markedgoods.masks.patterns import compiled as compiled
from ncash.bundled.markedgoods.masks.patterns import translated as translated
from ncash.model.codes.layouts import HEAD
from ncash.model.codes.separators import GS
from ncash.model.codes.soundness import doubtful, quiet, refusable
from ncash.model.mark import Mark, former_cis, is_pack, layout_of, plain, trimmed, wire
from ncash.model.scan import Scan

READER: Final = "markedgoods"
"""Of the usual mark, so that the host need not write it into another one."""
_SHORTEST: Final = 24
"""Characters of the shortest scan that a repair can make a mark of."""


class Section(Protocol):
    """What a category's section says about its mask."""

    mask: str
    category: str | None


class Category(NamedTuple):
    """A category that can be recognised."""

    name: str
    pattern: "regex.Pattern[str]"
    captures: frozenset[str]
    removes: bool
    structural: bool = False
    """A GTIN that the mask does not capture is read by its place in the code."""


class Masks:
    """The categories of one configuration, tried in file order."""

    def __init__(self, sections: Iterable[Section]) -> None:
        """Sections without a mask, with a mask that cannot serve, or with one that is repeated stay idle."""
        given = list(sections)
        texts = [s.mask for s in given]
        self.categories: list[Category] = []
        for section in given:
            if texts.count(section.mask) > 1:
                continue
            try:
                pattern = compiled(section.mask)
            except MaskError:
                continue
            names = frozenset(pattern.groupindex)
            removes = any(name.startswith("remove") for name in names)
            structural = bool(getattr(section, "structural", False))
            self.categories.append(
                Category(section.category or "", pattern, captures=names, removes=removes, structural=structural)
            )
        self._serials: list[frozenset[int]] = [frozenset()] * len(self.categories)

    @cached_property
    def _written(self) -> Matcher:
        """The masks as they are written; made for the first scan that needs them."""
        return Matcher([category.pattern for category in self.categories])

    @cached_property
    def bare(self) -> Matcher:
        """The masks for codes without separators; made for the first scan, the till has greeted by then."""
        from ncash.bundled.markedgoods.masks.structure import bare

        masks = self._written.masks
        narrow = [bare(mask) for mask in masks]
        if not any(narrow):
            return self._written
        return Matcher([one or own for one, own in zip(narrow, self._written.patterns, strict=True)], masks)

    @property
    def timeouts(self) -> int:
        """Matches that were broken off."""
        made = {id(one): one.timeouts for one in vars(self).values() if isinstance(one, Matcher)}
        return sum(made.values())

    def read(self, scan: Scan) -> Mark | None:
        """The mark in a scan, or None. A mask that does not answer in time does not fit, and is counted.

        A scan that no mask reads, or whose characters no mark has, is repaired when it can mean one code only.
        """
        text = scan.data
        code = quiet(text)
        if code is None:
            return self._looked_at(scan)
        bare = self.bare
        together = bare.together
        if together is not None and bare.patience is None:
            found = together.first(code, None) or (self._with_separators(code, text) if code != text else None)
        else:
            found = self._fit(code, text)
        if found is not None:
            return self._mark(found, code, text, scan)
        return self._repaired(scan) if len(code) >= _SHORTEST else None

    def wanting(self, text: str) -> tuple[str, ...]:
        """Names of all categories whose masks fit a code, in file order."""
        numbers = self.bare.wanting(plain(text)) or self._written.wanting(text)
        return tuple(self.categories[number].name for number in numbers)

    def _looked_at(self, scan: Scan) -> Mark | None:
        """The mark in a scan that wants a closer look."""
        text = scan.data
        code = plain(text)
        sound = not doubtful(code)
        found = self._fit(code, text) if sound else None
        if found is not None:
            return self._mark(found, code, text, scan)
        repaired = self._repaired(scan) if len(code) >= _SHORTEST else None
        if repaired is not None or sound or refusable(code):
            return repaired
        found = self._fit(code, text)
        return self._mark(found, code, text, scan) if found else None

    def _fit(self, code: str, text: str) -> Fit | None:
        """The first mask that fits the code without separators; if there is none, the code with them."""
        bare = self.bare
        found = bare.first(code, bare.patience)
        return found or (self._with_separators(code, text) if code != text or self._blind else None)

    def _with_separators(self, code: str, text: str) -> Fit | None:
        """The first mask that fits the code as it is told to others, or the text as it was scanned."""
        found = self._written.first(wire(text)) if self._blind else None
        return found or (self._written.first(text) if code != text else None)

    @cached_property
    def _blind(self) -> bool:
        """Whether some mask that may want a separator cannot be read without it."""
        from ncash.bundled.markedgoods.masks.structure import names_separator, structure

        return any(structure(mask) is None and names_separator(mask) for mask in self._written.masks)

    def _ends(self, number: int) -> frozenset[int]:
        """Lengths of serials that the mask of a category may end after; made for the first scan of the category."""
        from ncash.bundled.markedgoods.masks.structure import serials

        known = self._serials[number] = serials(self.categories[number].pattern.pattern)
        return known

    def _mark(self, found: Fit, code: str, text: str, scan: Scan, repairs: tuple[str, ...] = ()) -> Mark | None:
        """What the mask reads; nothing when what it takes for a barcode is none."""
        if found.barcode is not None and not found.barcode.isdigit():
            return None
        category = self.categories[found.number]
        stored = code if category.removes else trimmed(text)
        weight = _kilograms(found.weight) if found.weight else None
        scanned = scan.data if repairs else None
        name, gtin = category.name, found.barcode or (_placed_gtin(code) if category.structural else None)
        layout = layout_of(code)
        if layout is not None and layout.serial in (self._serials[found.number] or self._ends(found.number)):
            named = code[: HEAD + layout.serial]
            if len(code) == len(text) or text.startswith(named + GS):
                return Mark(
                    text, stored, named, name, gtin=gtin, weight=weight, input=scan.input, scanned=scanned,
                    repairs=repairs, reader=READER,
                )  # fmt: skip
        from ncash.bundled.markedgoods.masks.dissection import dissected, spelled_out, told

        if layout is None and not repairs and spelled_out(text):
            repaired = self._repaired(scan)
            if repaired is not None:
                return repaired
        parts = dissected(category.pattern.pattern, text)
        before = former_cis(code)
        former = None if before == parts.cis else before
        raw = told(parts, text)
        return Mark(
            raw, stored, parts.cis, name, gtin=gtin, weight=weight, input=scan.input, scanned=scanned, repairs=repairs,
            former=former,
        )  # fmt: skip

    def _repaired(self, scan: Scan) -> Mark | None:
        """The one code that the scan can mean, when just one category wants it."""
        from ncash.bundled.markedgoods.masks.dissection import meanings

        meant = meanings(self.bare, scan.data)
        if len(meant) != 1:
            return None
        ((code, (text, undone)),) = meant.items()
        found = None if not undone or refusable(code) else self._fit(code, text)
        if found is None or len(self.bare.wanting(code)) > 1:
            return None
        return self._mark(found, code, text, scan, undone)


def _placed_gtin(code: str) -> str | None:
    """The GTIN of a code without separators, by its place: of a tobacco pack, or behind 01."""
    digits = code[:14] if is_pack(code) else code[2:16] if code.startswith("01") else ""
    return digits if len(digits) == 14 and digits.isascii() and digits.isdigit() else None


def _kilograms(digits: str) -> Decimal | None:
    return Decimal(int(digits)).scaleb(-3) if digits.isdigit() and int(digits) else None
