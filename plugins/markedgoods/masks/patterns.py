"""Masks as patterns: the vendor's PCRE dialect on the `regex` library, and what is wrong with one (till.md §3)."""

from functools import lru_cache
from typing import Final

import regex

from ncash.language import phrase
from ncash.model.scan import MAX_SCAN

MAX_MASK: Final = 1024
"""Characters of the longest mask; compile time is not covered by the match timeout."""
MATCH_SECONDS: Final = 0.05
"""Seconds of processor time for one match of one mask with a scan."""
PATIENT_SECONDS: Final = 8 * MATCH_SECONDS
"""What a mask gets that is suspected to run away: one that does not answer then would not for minutes."""

_HEX: Final = regex.compile(r"\\x\{([0-9A-Fa-f]{1,6})\}")
_BARE_REMOVE: Final = regex.compile(r"\(\?P?<remove>")
_QUANTIFIER: Final = regex.compile(r"\{\d*,?\d*\}")


class MaskError(ValueError):
    """A mask that cannot serve; the text says what is wrong and what is accepted."""


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
        raise MaskError(
            phrase(
                "the mask has {count} characters; at most {max_mask} are accepted", count=len(mask), max_mask=MAX_MASK
            )
        )
    if _BARE_REMOVE.search(mask):
        raise MaskError("the capture (?<remove>…) has no number; write (?<remove1>…), (?<remove2>…)")
    try:
        return regex.compile(translated(mask), regex.ASCII | regex.VERSION0)
    except (regex.error, RecursionError, OverflowError, ValueError) as error:
        raise MaskError(phrase("the mask is not a regular expression: {error}", error=error)) from error


@lru_cache(maxsize=1024)
def checked(mask: str) -> None:
    """Raises MaskError for a mask that does not compile or does not answer in time on probing texts."""
    pattern = compiled(mask)
    for probe in ("0" * MAX_SCAN, "a" * MAX_SCAN + "!", "01" + "0" * 14 + "21" + "a" * 490 + "\x00"):
        if not answers(pattern, probe):
            raise MaskError(
                phrase(
                    "the mask runs away: {seconds} s do not do for {probe!r}… of {count} characters; "
                    "avoid a repeat inside a repeat",
                    seconds=MATCH_SECONDS,
                    probe=probe[:24],
                    count=len(probe),
                )
            )


def answers(pattern: "regex.Pattern[str]", text: str) -> bool:
    """Whether the matcher answers; one that is late is given a second, longer try: the first may have met a stall."""
    return in_time(pattern, text, MATCH_SECONDS) or in_time(pattern, text, PATIENT_SECONDS)


def in_time(pattern: "regex.Pattern[str]", text: str, seconds: float) -> bool:
    """Whether the matcher answers within so many seconds of processor time."""
    try:
        pattern.fullmatch(text, timeout=seconds)
    except TimeoutError:
        return False
    return True
