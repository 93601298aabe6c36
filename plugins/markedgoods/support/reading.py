"""How a scan is read, category by category: which mask fits, and where the others stop (till.md §3)."""

from collections.abc import Iterator, Sequence
from typing import Final

import regex

from ncash.bundled.markedgoods.masks.matching import MATCH_SECONDS, MaskError, Masks, compiled, translated
from ncash.bundled.markedgoods.masks.structure import bare as without_gaps
from ncash.bundled.markedgoods.settings import MarkedGoods
from ncash.language import phrase
from ncash.model.codes.diagnosis import diagnosis
from ncash.model.mark import GS, SEPARATOR, plain
from ncash.model.scan import Scan
from ncash.plugin import Candidate, Reading

_CALLED: Final = {GS: "GS", " ": "blank", "\t": "tab", "\r": "CR", "\n": "LF"}


def reading(sections: Sequence[MarkedGoods], masks: Masks, scan: Scan) -> Reading:
    """What was done to the text, and every category that has a mask."""
    mark = masks.read(scan)
    notes = list(_separators(scan.data))
    damage = diagnosis(scan.data) if mark is None else None
    if damage is not None:
        notes.append(
            " ".join(
                filter(
                    None,
                    (
                        phrase("damaged: {damage}", damage=damage.damage),
                        damage.piece and repr(damage.piece),
                        damage.fault,
                    ),
                )
            )
        )
    text = scan.data if mark is None else mark.raw
    if mark is not None:
        notes += [phrase("repaired: {step}", step=step) for step in mark.repairs]
        bare = plain(text)
        notes.append(
            phrase("compared {how}", how="without separators" if _fits(masks, mark.category, bare) else "as scanned")
        )
        if mark.scanned is None and text != scan.data:
            notes.append(phrase("goes out as {text!r}", text=text))
        if mark.text != text:
            notes.append(phrase("stored as {text!r}", text=mark.text))
        notes.append(f"GTIN {mark.gtin or 'not named by the mask'}, CIS {mark.cis!r}")
        if mark.weight is not None:
            notes.append(phrase("weight {weight} kg", weight=mark.weight))
    given = [section for section in sections if section.mask]
    rows = tuple(_candidate(section, given, text, mark.category if mark else None) for section in given)
    return Reading(tuple(notes), rows)


def _fits(masks: Masks, name: str | None, text: str) -> bool:
    number = next(number for number, one in enumerate(masks.categories) if one.name == name)
    return _whole(masks.bare.patterns[number], text)


def _separators(text: str) -> Iterator[str]:
    for found in SEPARATOR.finditer(text):
        written = found[0]
        yield phrase(
            "{separator} at {number} taken out for the comparison",
            separator=_CALLED.get(written, written),
            number=found.start() + 1,
        )


def _whole(pattern: "regex.Pattern[str]", text: str) -> bool:
    try:
        return pattern.fullmatch(text, timeout=MATCH_SECONDS) is not None
    except TimeoutError:
        return False


def _candidate(section: MarkedGoods, given: Sequence[MarkedGoods], text: str, taken: str | None) -> Candidate:
    name = section.category or ""
    place = f"{section.place.file}:{section.place.line}" if section.place else None
    twins = [one.category for one in given if one.mask == section.mask and one is not section]
    if twins:
        return Candidate(
            name,
            place,
            fits=False,
            chosen=False,
            why=phrase("idle: [MarkedGoods.{twins}] has the same mask", twins=twins[0]),
        )
    try:
        pattern = compiled(section.mask)
    except MaskError as error:
        return Candidate(name, place, fits=False, chosen=False, why=phrase("idle: {error}", error=error))
    bare = plain(text)
    narrow = without_gaps(translated(section.mask)) or pattern
    fits = _whole(narrow, bare) or (bare != text and _whole(pattern, text))
    if name == taken:
        return Candidate(name, place, fits=True, chosen=True, why="the first whose mask fits the whole code")
    if fits:
        return Candidate(
            name,
            place,
            fits=True,
            chosen=False,
            why=phrase("its mask fits too, but [MarkedGoods.{taken}] goes before", taken=taken),
        )
    return Candidate(name, place, fits=False, chosen=False, why=_stop(narrow, bare))


def _stop(pattern: "regex.Pattern[str]", text: str) -> str:
    """Where the mask gives up: what begins well can still be cut short, or be too long."""
    try:
        if pattern.fullmatch(text, partial=True, timeout=MATCH_SECONDS) is not None:
            return phrase("does not fit: the code of {count} characters ends before the mask does", count=len(text))
        low, high = 0, len(text)
        while high - low > 1:
            middle = (low + high) // 2
            fine = pattern.fullmatch(text[:middle], partial=True, timeout=MATCH_SECONDS) is not None
            low, high = (middle, high) if fine else (low, middle)
    except TimeoutError:
        return phrase("does not answer within {seconds} s, and so does not fit", seconds=MATCH_SECONDS)
    whole = next((length for length in range(low, 0, -1) if _whole(pattern, text[:length])), 0)
    if whole:
        return phrase(
            "does not fit: {count} characters too many after character {last}", count=len(text) - whole, last=whole
        )
    return phrase(
        "does not fit: character {number} is {text!r}, the mask wants another one", number=high, text=text[low]
    )
