"""Units of measure by FFD tag 2108: what they are called, and how much of them stands for a kilogram or a litre."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

NAMES: Final[Mapping[int, str]] = {
    0: "шт", 10: "г", 11: "кг", 12: "т", 20: "см", 21: "дм", 22: "м", 30: "см²", 31: "дм²", 32: "м²", 40: "мл",
    41: "л", 42: "м³", 50: "кВт·ч", 51: "Гкал", 70: "сут", 71: "ч", 72: "мин", 73: "с", 80: "КБ", 81: "МБ", 82: "ГБ",
    83: "ТБ",
}  # fmt: skip
"""As people read them; 255 and anything else have no name."""
GRAMS: Final[Mapping[int, int]] = {10: 1, 11: 1_000, 12: 1_000_000}
"""Grams in one unit of mass."""
MILLILITRES: Final[Mapping[int, int]] = {40: 1, 41: 1_000, 42: 1_000_000}
"""Millilitres in one unit of volume."""
KILOGRAM: Final = 11

_WRITTEN: Final[Mapping[str, int]] = {
    **{name.casefold(): unit for unit, name in NAMES.items()},
    "гр": 10, "грамм": 10, "кило": 11, "килограмм": 11, "тонна": 12, "миллилитр": 40, "литр": 41, "литры": 41, "м3": 42,
    "куб.м": 42, "м2": 32, "кв.м": 32,
}  # fmt: skip


def named(text: str | None) -> int | None:
    """The unit that is written so; None for what names none."""
    return _WRITTEN.get(text.strip().rstrip(".").casefold().replace(" ", "")) if text else None


def name(unit: int | None) -> str:
    """The unit as people read it; empty for one without a name."""
    return NAMES.get(unit, "") if unit is not None else ""


def of_label(amount: Decimal | None, weighed: bool, unit: int | None) -> Decimal | None:
    """What a label says as a quantity in this unit: a scale writes kilograms, whatever mass the goods are sold by."""
    grams = GRAMS.get(unit) if unit is not None else None
    return amount if amount is None or grams is None or not weighed else amount * GRAMS[KILOGRAM] / grams


def in_kilograms(quantity: Decimal, unit: int | None) -> Decimal:
    """A quantity as people weigh it; one in no unit of mass stays as it is."""
    grams = GRAMS.get(unit) if unit is not None else None
    return quantity if grams is None else quantity * grams / GRAMS[KILOGRAM]


def of_kilograms(weight: Decimal, unit: int | None) -> Decimal | None:
    """A weight as a quantity in this unit; None where a weight says nothing about it.

    Goods that are measured in a unit nobody has named (None, 0, 255) are taken to be sold by the kilogram.
    """
    grams = GRAMS.get(unit) if unit is not None else None
    if grams is not None:
        quantity = weight * GRAMS[KILOGRAM] / grams
        return quantity if quantity == quantity.quantize(Decimal("0.001")) else None
    return None if unit in NAMES and unit != 0 else weight
