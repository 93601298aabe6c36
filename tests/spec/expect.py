"""Whether what is seen fits what is written in a case."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any


def scalar(value: Any) -> str:
    """A JSON value or a column as the text it is compared by."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _same_number(expected: str, seen: int | float) -> bool:
    try:
        return Decimal(expected) == Decimal(str(seen))
    except InvalidOperation:
        return False


def fits(expected: Any, seen: Any) -> bool:
    """A mapping names some members (an empty one: there are none), a list all items, `/…/` is a regular expression."""
    if isinstance(expected, Mapping):
        if not isinstance(seen, Mapping):
            return False
        if not expected:
            return not seen
        return all(
            fits(value, seen.get(key)) if key in seen or value in ("null", {}) else False
            for key, value in expected.items()
        )
    if isinstance(expected, list):
        return isinstance(seen, list) and len(seen) == len(expected) and all(map(fits, expected, seen))
    if expected == "none":
        return seen is None or seen in ([], {}, "")
    if isinstance(seen, list | Mapping):
        return False
    if len(expected) > 1 and expected[0] == expected[-1] == "/":
        return re.fullmatch(expected[1:-1], scalar(seen), re.DOTALL) is not None
    if isinstance(seen, int | float) and not isinstance(seen, bool):
        return _same_number(expected, seen)
    return bool(expected == scalar(seen))


def entries(expected: Any, key: str = "key") -> list[Any]:
    """What is expected as a list of mappings: `X`, `[X, Y]` and `{…}` are short forms; `none` is nothing."""
    if expected in ("none", "", None):
        return []
    items = expected if isinstance(expected, list) else [expected]
    return [{key: item} if isinstance(item, str) else item for item in items]


def decided(expected: str) -> dict[str, str]:
    """`CHECK [SETTING[=VALUE]] [FILE:LINE|default]` as members of one entry of the trail."""
    words = expected.split()
    found = {"check": words[0]}
    for word in words[1:]:
        name, equals, value = word.partition("=")
        if re.fullmatch(r"[\w.-]+\.ini:\d+", word):
            found["source"] = word
        elif word == "default":
            found["source"] = "null"
        else:
            found["setting"] = name
            if equals:
                found["value"] = value
    return found
