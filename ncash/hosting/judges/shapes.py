"""Shapes of what plugins answer: texts that UTF-8 can carry, JSON values, tuples of one class."""

import math
from collections.abc import Mapping
from typing import Any, Final

from ncash.language import Phrase
from ncash.model.decision import NOTHING, Text
from ncash.settings.ini import MAX_LINE

LONGEST: Final = 4 * MAX_LINE
"""Characters of one text: one that quotes the longest settings is none too long."""
MOST: Final = 64
"""Texts, steps or buttons in one answer."""
VALUES: Final = 4_000
"""JSON values in one fact."""
DEPTH: Final = 16
_KINDS: Final = frozenset({"error", "warning", "info", "notice"})


def is_text(value: Any) -> bool:
    """Whether this is a text that UTF-8 can carry, none too long."""
    if (type(value) is not str and type(value) is not Phrase) or len(value) > LONGEST:
        return False
    if value.isascii():
        return True
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def is_optional_text(value: Any) -> bool:
    """Whether this is a text, or None."""
    return value is None or is_text(value)


def json_values(value: Any, depth: int = 0) -> int:
    """How many JSON values these are; more than VALUES for what JSON cannot say."""
    if value is None or type(value) in (bool, int) or is_text(value):
        return 1
    if type(value) is float:
        return 1 if math.isfinite(value) else VALUES + 1
    if depth > DEPTH or not isinstance(value, list | tuple | Mapping) or len(value) > VALUES:
        return VALUES + 1
    if isinstance(value, Mapping):
        if not all(is_text(name) for name in value):
            return VALUES + 1
        value = value.values()
    return 1 + sum(json_values(one, depth + 1) for one in value)


def is_json_object(value: Any) -> bool:
    """Whether this is a mapping of JSON values."""
    return value is NOTHING or (isinstance(value, Mapping) and json_values(value) <= VALUES)


def is_tuple_of(value: Any, kind: type, most: int = MOST) -> bool:
    """Whether this is a tuple of so many at most of this very class."""
    return type(value) is tuple and len(value) <= most and all(type(one) is kind for one in value)


def is_texts(value: Any) -> bool:
    """Whether this is a tuple of texts."""
    return type(value) is tuple and len(value) <= MOST and all(map(is_text, value))


def is_shown(text: Any) -> bool:
    """Whether this is a text for the screen."""
    return type(text) is Text and text.kind in _KINDS and is_text(text.key) and is_text(text.text)
