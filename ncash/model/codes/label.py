"""Labels of weighed goods: the rules of bcode.ini.

A rule is `mask=template`, as in `21???????????=BBBBBBBQQ.QQQX`. In the mask `?` stands for any character and every
other character for itself. In the template each letter says what the character at its place is: B belongs to the
barcode, Q to the quantity, X is skipped; `.` is the decimal point of the quantity and takes no character. A check
digit is never verified (till.md §2).
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final, NamedTuple

from ncash.language import phrase, said
from ncash.model.money import GRAM

POINT: Final = "."
LETTERS: Final = "BQX" + POINT
DECIMALS: Final = 3


class Label(NamedTuple):
    """What a label says."""

    barcode: str
    quantity: Decimal | None
    """None when the rule has no Q, and when the label says zero."""
    weighed: bool = False
    """The quantity has digits behind a decimal point: a scale wrote kilograms, or litres."""


class LabelRule(NamedTuple):
    """One rule, ready to be tried."""

    mask: str
    template: str
    literals: tuple[tuple[int, str], ...]
    """Places of the mask that must hold this very character."""
    barcode: tuple[int, ...]
    whole: tuple[int, ...]
    """Places of the quantity's digits before the point."""
    part: tuple[int, ...]

    def read(self, text: str) -> Label | None:
        """The label, or None when the text does not fit this rule."""
        if len(text) != len(self.mask) or any(text[at] != character for at, character in self.literals):
            return None
        barcode = "".join([text[at] for at in self.barcode])
        if not (self.whole or self.part):
            return Label(barcode, None)
        whole, part = "".join([text[at] for at in self.whole]), "".join([text[at] for at in self.part])
        digits = whole + part
        if not (digits.isascii() and digits.isdigit()):
            return None
        value = Decimal(f"{whole or 0}.{part or 0}").quantize(GRAM)
        return Label(barcode, value or None, bool(self.part))


class LabelFault(NamedTuple):
    """A line that is no rule. `at` counts the lines that were given from 0."""

    at: int
    text: str


def rule(line: str) -> LabelRule:
    """Read one line, quotes around it optional. Raises ValueError with a text that says what is accepted."""
    text = line.strip().strip("\"'").strip()
    mask, equals, template = (part.strip() for part in text.rpartition("="))
    if not equals or not mask or not template:
        raise ValueError(
            phrase("{text!r} is no rule: write MASK=TEMPLATE, as in 21???????????=BBBBBBBQQ.QQQX", text=text)
        )
    unknown = sorted(set(template) - set(LETTERS))
    if unknown:
        text = "template {template!r} has {others}: accepted are B, Q, X and one point"
        raise ValueError(phrase(text, template=template, others=" ".join(unknown)))
    _check_point(template)
    letters = template.replace(POINT, "")
    if len(letters) != len(mask):
        lengths = {"length": len(mask), "letters": len(letters)}
        text = (
            "mask {mask!r} has {length} characters and template {template!r} {letters} letters: "
            "each character needs its letter (the point takes none)"
        )
        raise ValueError(phrase(text, mask=mask, template=template, **lengths))
    if "B" not in letters:
        raise ValueError(
            phrase("template {template!r} has no B: without a barcode no goods are found", template=template)
        )
    before = template.split(POINT)[0]
    quantity = [at for at, letter in enumerate(letters) if letter == "Q"]
    point = len(before) if POINT in template else len(letters)
    return LabelRule(
        mask,
        template,
        literals=tuple((at, character) for at, character in enumerate(mask) if character != "?"),
        barcode=tuple(at for at, letter in enumerate(letters) if letter == "B"),
        whole=tuple(at for at in quantity if at < point),
        part=tuple(at for at in quantity if at >= point),
    )


def _check_point(template: str) -> None:
    if template.count(POINT) > 1:
        raise ValueError(
            phrase(
                "template {template!r} has {points} points: accepted is one at most",
                template=template,
                points=template.count(POINT),
            )
        )
    whole, _, part = template.partition(POINT)
    if POINT in template and not part.startswith("Q") and not whole.endswith("Q"):
        raise ValueError(
            phrase(
                "the point of template {template!r} stands at no Q: it is the quantity's decimal point",
                template=template,
            )
        )
    if part.count("Q") > DECIMALS:
        raise ValueError(
            phrase(
                "template {template!r} has {digits} Q after the point: a quantity has {most}",
                template=template,
                digits=part.count("Q"),
                most=DECIMALS,
            )
        )


def rules_from(lines: Iterable[str]) -> tuple[tuple[LabelRule, ...], tuple[LabelFault, ...]]:
    """The rules in the order of the file, and the lines that are none or are never reached. Blank lines are skipped."""
    rules: dict[str, LabelRule] = {}
    faults = []
    for index, line in enumerate(lines):
        if not line.strip():
            continue
        try:
            found = rule(line)
        except ValueError as error:
            faults.append(LabelFault(index, said(error)))
            continue
        if found.mask in rules:
            faults.append(
                LabelFault(
                    index, phrase("mask {mask!r} stands above already: this rule is never tried", mask=found.mask)
                )
            )
        else:
            rules[found.mask] = found
    return tuple(rules.values()), tuple(faults)


def apply(rules: Iterable[LabelRule], text: str) -> Label | None:
    """The label read by the first rule that fits, or None."""
    for one in rules:
        label = one.read(text)
        if label is not None:
            return label
    return None
