"""Fields of an AIF command as values of a column: texts, numbers, switches; each with its own clear refusal."""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

DIGITS: Final = 10
"""Money and quantities have at most so many before the point, so that a float gives their decimals back exactly."""
_ON: Final = frozenset({"1", "true", "yes", "on"})
_SCALARS: Final = frozenset({str, int, Decimal})
_OFF: Final = frozenset({"0", "false", "no", "off", ""})


class Malformed(ValueError):
    """The command cannot be loaded; the text names the field and what is accepted."""


class Fields:
    """One object of a command; it remembers which of its names were asked for."""

    def __init__(self, values: Mapping[str, Any], place: str) -> None:
        self._values = values
        self._place = place
        self._asked: set[str] = set()
        self._parts: list[Fields] = []

    def _value(self, name: str, *spellings: str) -> Any:
        self._asked.add(name)
        value = self._values.get(name)
        for other in spellings:
            self._asked.add(other)
            value = self._values.get(other) if value is None else value
        return value

    def _refuse(self, name: str, value: Any, accepted: str) -> Malformed:
        shown = ascii(value)
        return Malformed(f"{self._place}.{name} is {shown[:60]}: accepted is {accepted}")

    def optional(self, *names: str) -> str | None:
        """A text or a number as text; None when absent or empty. Several names are spellings of one field."""
        value = self._value(*names)
        if value is None or value == "":
            return None
        if type(value) not in _SCALARS:
            raise self._refuse(names[0], value, "a text or a number")
        text = str(value)
        if not text.isascii():
            try:
                text.encode("utf-8")
            except UnicodeEncodeError as error:
                raise self._refuse(names[0], value, "a text without lone surrogates") from error
        return text

    def text(self, *names: str) -> str:
        """A text that must be there."""
        found = self.optional(*names)
        if found is None:
            raise Malformed(f"{self._place}.{names[0]} is missing")
        return found

    def number(self, name: str) -> float | None:
        """A decimal, written as number or text; None when absent or empty."""
        value = self._value(name)
        if value is None or value == "":
            return None
        if type(value) not in _SCALARS:
            raise self._refuse(name, value, "a number")
        try:
            exact = Decimal(value.strip().replace(",", ".") if isinstance(value, str) else value)
        except ArithmeticError as error:
            raise self._refuse(name, value, "a number") from error
        if not exact.is_finite() or exact.adjusted() >= DIGITS:
            raise self._refuse(name, value, f"a number of at most {DIGITS} digits before the point")
        return float(exact)

    def money(self, name: str) -> float | None:
        """Rubles with at most two digits after the point, not negative."""
        found = self.number(name)
        if found is not None and (found < 0 or round(found, 2) != found):
            raise self._refuse(name, self._values[name], "an amount in rubles with at most two digits after the point")
        return found

    def pieces(self, name: str) -> float | None:
        """A quantity with at most three digits after the point; None when absent or 0."""
        found = self.number(name)
        if found is not None and (found < 0 or round(found, 3) != found):
            raise self._refuse(name, self._values[name], "a quantity with at most three digits after the point")
        return found or None

    def whole(self, name: str) -> int | None:
        """A whole number, not negative; None when absent or empty."""
        found = self.number(name)
        if found is None:
            return None
        if found < 0 or found != int(found):
            raise self._refuse(name, self._values[name], "a whole number")
        return int(found)

    def flag(self, *names: str) -> int:
        """A switch: true, false, 1, 0; absent is 0."""
        value = self._value(*names)
        if value is None:
            return 0
        word = str(value).strip().lower()
        if word in _OFF:
            return 0
        if word in _ON:
            return 1
        raise self._refuse(names[0], value, "true or false")

    def part(self, name: str) -> "Fields":
        """An object inside; an absent one is empty."""
        value = self._value(name)
        if value is not None and not isinstance(value, dict):
            raise self._refuse(name, value, "an object")
        return self._inner(value or {}, f"{self._place}.{name}")

    def required(self, name: str) -> "Fields":
        """An object inside that must be there."""
        if self._value(name) is None:
            raise Malformed(f"{self._place}.{name} is missing")
        return self.part(name)

    def parts(self, name: str) -> Iterator["Fields"]:
        """A list of objects inside; an absent one is empty."""
        value = self._value(name)
        if value is not None and not isinstance(value, list):
            raise self._refuse(name, value, "a list")
        for one in value or ():
            if not isinstance(one, dict):
                raise self._refuse(name, one, "a list of objects")
            yield self._inner(one, f"{self._place}.{name}")

    def json(self, name: str) -> str | None:
        """The value as JSON text, for what is kept and not read."""
        value = self._value(name)
        return None if value is None else json.dumps(value, default=str)

    def drop(self, *names: str) -> bool:
        """Known fields that are not read one by one; whether one was there."""
        self._asked.update(names)
        return any(name in self._values for name in names)

    def unknown(self) -> Iterator[str]:
        """Places of the fields that nobody asked for."""
        for name in self._values:
            if name not in self._asked:
                yield f"{self._place}.{name}"
        for part in self._parts:
            yield from part.unknown()

    def _inner(self, values: Mapping[str, Any], place: str) -> "Fields":
        inner = Fields(values, place)
        self._parts.append(inner)
        return inner
