"""Money in integer kopecks, quantities as exact decimals with three digits (FFD tags 1079 and 1023)."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from ncash.language import phrase

GRAM = Decimal("0.001")
ONE = Decimal("1.000")
_CENTS = tuple(f"{rest:02d}" for rest in range(100))


def kopecks(text: str | int | Decimal) -> int:
    """Rubles as written (`"89.90"`) to kopecks. Raises ValueError for anything but a decimal with two digits."""
    try:
        amount = Decimal(str(text)) * 100
    except InvalidOperation as error:
        raise ValueError(phrase("not an amount of money: {text!r}", text=text)) from error
    if not amount.is_finite() or amount != amount.to_integral_value():
        raise ValueError(phrase("not an amount of money with at most two digits after the point: {text!r}", text=text))
    return int(amount)


def rubles(amount: int) -> str:
    """Kopecks to the text every face shows: `8990` is `"89.90"`."""
    if amount < 0:
        return "-" + rubles(-amount)
    return f"{amount // 100}.{_CENTS[amount % 100]}"


def pieces(count: Decimal) -> str:
    """A quantity to the text every face shows, with three digits after the point."""
    return "1.000" if count is ONE else f"{count:.3f}"


def quantity(text: str | int | Decimal) -> Decimal:
    """A quantity with at most three digits after the point. Raises ValueError otherwise, and for zero or less."""
    if text is ONE:
        return ONE
    try:
        value = text if type(text) is Decimal else Decimal(str(text))
    except InvalidOperation as error:
        raise ValueError(phrase("not a quantity: {text!r}", text=text)) from error
    if not value.is_finite() or value <= 0 or value >= 1_000_000:
        raise ValueError(phrase("a quantity is more than 0 and less than 1000000: {text!r}", text=text))
    exact = value.quantize(GRAM)
    if exact != value:
        raise ValueError(phrase("a quantity has at most three digits after the point: {text!r}", text=text))
    return exact


def amount(price: int, count: Decimal) -> int:
    """Kopecks of one position: price times quantity, halves up (FFD tag 1043)."""
    if count is ONE or count == ONE:
        return price
    return int((price * count).quantize(Decimal(1), rounding=ROUND_HALF_UP))
