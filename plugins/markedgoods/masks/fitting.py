"""Patterns in the order of the file, tried on a text: which one fits it first (till.md §3)."""

from collections.abc import Sequence
from functools import cached_property

import regex

from ncash.bundled.markedgoods.masks.alternation import CAPTURES, Alternation, Fit, alternation
from ncash.bundled.markedgoods.masks.patterns import MATCH_SECONDS


class Matcher:
    """Patterns that are tried on texts. One that does not answer in time does not fit, and is counted."""

    def __init__(self, patterns: Sequence["regex.Pattern[str]"], masks: Sequence[str] = ()) -> None:
        """`masks` are the texts that the patterns were made from, where these are others than their own."""
        self.patterns = patterns
        self.masks = masks or [one.pattern for one in patterns]
        self.timeouts = 0
        self.together: Alternation | None = alternation([one.pattern for one in patterns])

    @cached_property
    def patience(self) -> float | None:
        """Seconds for a text without blanks; None when every pattern says by itself that a match is short."""
        from ncash.bundled.markedgoods.masks.brevity import brief

        return None if all(brief(one.pattern) for one in self.patterns) else MATCH_SECONDS

    def first(self, text: str, patience: float | None = MATCH_SECONDS) -> Fit | None:
        """The first pattern that fits the whole text."""
        if self.together is not None:
            try:
                return self.together.first(text, patience)
            except TimeoutError:
                self.together = None
        for number, pattern in enumerate(self.patterns):
            try:
                match = pattern.fullmatch(text, timeout=MATCH_SECONDS)
            except TimeoutError:
                self.timeouts += 1
                continue
            if match:
                names = pattern.groupindex
                return Fit(number, *(match[name] if name in names else None for name in CAPTURES))
        return None

    def wanting(self, text: str) -> tuple[int, ...]:
        """Numbers of all patterns that fit the text, from 0."""
        return tuple(number for number, pattern in enumerate(self.patterns) if self._fits(pattern, text))

    def _fits(self, pattern: "regex.Pattern[str]", text: str) -> bool:
        try:
            return pattern.fullmatch(text, timeout=MATCH_SECONDS) is not None
        except TimeoutError:
            self.timeouts += 1
            return False
