"""Category masks: the vendor's PCRE dialect on the `regex` library, whole-text matches, captures (till.md §3)."""

from collections.abc import Iterable
from decimal import Decimal
from functools import cached_property
from typing import Final, NamedTuple, Protocol

import regex

from markedgoods.alternation import CAPTURES, Alternation, Fit, alternation
from ncash.model.mark import Mark, identity, is_pack, plain, trimmed
from ncash.model.repair import doubtful, meant_code, refusable
from ncash.model.scan import MAX_SCAN, Scan

MAX_MASK: Final = 1024
"""Characters of the longest mask; compile time is not covered by the match timeout."""
MATCH_SECONDS: Final = 0.05
_SHORTEST: Final = 24
"""Characters of the shortest scan that a repair can make a mark of."""

_HEX: Final = regex.compile(r"\\x\{([0-9A-Fa-f]{1,6})\}")
_BARE_REMOVE: Final = regex.compile(r"\(\?P?<remove>")
_QUANTIFIER: Final = regex.compile(r"\{\d*,?\d*\}")


class MaskError(ValueError):
    """A mask that cannot serve; the text says what is wrong and what is accepted."""


class Section(Protocol):
    """What a category's section says about its mask."""

    mask: str
    category: str | None


def translated(mask: str) -> str:
    r"""The vendor's PCRE spelling in the dialect of `regex`: `\x{001d}`, and braces that are no quantifier."""
    text = _HEX.sub(lambda found: regex.escape(chr(int(found[1], 16))), mask)
    out: list[str] = []
    at, in_class = 0, False
    while at < len(text):
        char = text[at]
        if char == "\\":
            out.append(text[at : at + 2])
            at += 2
            continue
        if in_class:
            in_class = char != "]"
        elif char == "[":
            in_class = True
        elif char == "{" and not (_QUANTIFIER.match(text, at) and out):
            char = "\\{"
        out.append(char)
        at += 1
    return "".join(out)


def compiled(mask: str) -> "regex.Pattern[str]":
    """The mask as a pattern for whole texts. Raises MaskError."""
    if not mask:
        raise MaskError(
            "the mask is empty; a category needs a regular expression such as 01(?<barcode>[0-9]{14})21.{13}"
        )
    if len(mask) > MAX_MASK:
        raise MaskError(f"the mask has {len(mask)} characters; at most {MAX_MASK} are accepted")
    if _BARE_REMOVE.search(mask):
        raise MaskError("the capture (?<remove>…) has no number; write (?<remove1>…), (?<remove2>…)")
    try:
        return regex.compile(translated(mask), regex.ASCII | regex.VERSION0)
    except (regex.error, RecursionError, OverflowError, ValueError) as error:
        raise MaskError(f"the mask is not a regular expression: {error}") from error


def checked(mask: str) -> None:
    """Raises MaskError for a mask that does not compile or does not answer in time on probing texts."""
    pattern = compiled(mask)
    for probe in ("0" * MAX_SCAN, "a" * MAX_SCAN + "!", "01" + "0" * 14 + "21" + "a" * 490 + "\x00"):
        try:
            pattern.fullmatch(probe, timeout=MATCH_SECONDS)
        except TimeoutError as error:
            raise MaskError(
                f"the mask runs away: {MATCH_SECONDS} s do not do for {probe[:24]!r}… of {len(probe)} characters; "
                "avoid a repeat inside a repeat"
            ) from error


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
        self.timeouts = 0
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
            self.categories.append(Category(section.category or "", pattern, names, removes, structural))

    @cached_property
    def _alternation(self) -> Alternation | None:
        """Made for the first scan; the till has greeted by then."""
        return alternation([category.pattern.pattern for category in self.categories])

    @cached_property
    def _patience(self) -> float | None:
        """Seconds for a text without blanks; None when every mask says by itself that a match is short."""
        from markedgoods.brevity import brief

        return None if all(brief(category.pattern.pattern) for category in self.categories) else MATCH_SECONDS

    def read(self, scan: Scan) -> Mark | None:
        """The mark in a scan, or None. A mask that does not answer in time does not fit, and is counted.

        A scan that no mask reads, or whose characters no mark has, is repaired when it can mean one code only.
        """
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
        together = self._alternation
        if together is not None and self._patience is None:
            found = together.first(code, None)
        else:
            found = self._first(code, self._patience)
        return self._first(text, MATCH_SECONDS) if found is None and code != text else found

    def _mark(self, found: Fit, code: str, text: str, scan: Scan, repairs: tuple[str, ...] = ()) -> Mark:
        category = self.categories[found.number]
        stored = code if category.removes else trimmed(text)
        weight = _kilograms(found.weight) if found.weight else None
        scanned = scan.data if repairs else None
        name, gtin = category.name, found.barcode or (_placed_gtin(code) if category.structural else None)
        return Mark(text, stored, identity(code), name, gtin, weight, scan.input, scanned, repairs)

    def _repaired(self, scan: Scan) -> Mark | None:
        """The one code that the scan can mean, when just one category wants it."""
        meant = meant_code(scan.data)
        if meant is None or not meant.steps:
            return None
        code = plain(meant.text)
        found = self._fit(code, meant.text)
        if found is None or len(self.fitting(code)) > 1:
            return None
        return self._mark(found, code, meant.text, scan, meant.steps)

    def fitting(self, code: str) -> list[str]:
        """Names of the categories whose masks fit a code, in file order."""
        names = []
        for category in self.categories:
            try:
                if category.pattern.fullmatch(code, timeout=MATCH_SECONDS) is not None:
                    names.append(category.name)
            except TimeoutError:
                self.timeouts += 1
        return names

    def _first(self, text: str, patience: float | None) -> Fit | None:
        if self._alternation is not None:
            try:
                return self._alternation.first(text, patience)
            except TimeoutError:
                self._alternation = None
        for number, category in enumerate(self.categories):
            try:
                match = category.pattern.fullmatch(text, timeout=MATCH_SECONDS)
            except TimeoutError:
                self.timeouts += 1
                continue
            if match:
                return Fit(number, *(match[name] if name in category.captures else None for name in CAPTURES))
        return None


def _placed_gtin(code: str) -> str | None:
    """The GTIN of a code without separators, by its place: of a tobacco pack, or behind 01."""
    digits = code[:14] if is_pack(code) else code[2:16] if code.startswith("01") else ""
    return digits if len(digits) == 14 and digits.isascii() and digits.isdigit() else None


def _kilograms(digits: str) -> Decimal | None:
    return Decimal(int(digits)).scaleb(-3) if digits.isdigit() and int(digits) else None
