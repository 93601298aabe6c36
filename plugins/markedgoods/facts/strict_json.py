"""JSON that leaves nothing to interpretation: no NaN, no infinity, no key twice, no half characters, bounded depth."""

import json
import math
import re
from typing import Any, Final, NoReturn

from ncash.language import recorded

MAX_DEPTH: Final = 16
_HALF: Final = re.compile(rb"\\u[dD][89a-fA-F]")
"""The escape of half a character."""


def _constant(name: str) -> NoReturn:
    raise ValueError(recorded("{name} is not JSON", name=name))


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError("a number is too large")
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _look_through(value: Any) -> None:
    level = [value]
    for _ in range(MAX_DEPTH):
        if not level:
            return
        deeper: list[Any] = []
        for item in level:
            if isinstance(item, str):
                item.encode()
            elif isinstance(item, dict):
                deeper += [*item, *item.values()]
            elif isinstance(item, list):
                deeper += item
        level = deeper
    raise ValueError(recorded("nested deeper than {max_depth} levels", max_depth=MAX_DEPTH))


_DECODER: Final = json.JSONDecoder(parse_constant=_constant, parse_float=_finite, object_pairs_hook=_once)


def parse(body: bytes) -> Any:
    """The value of a UTF-8 JSON text. Raises ValueError."""
    try:
        value = _DECODER.decode(body.decode())
    except RecursionError:
        raise ValueError(recorded("nested deeper than {max_depth} levels", max_depth=MAX_DEPTH)) from None
    if body.count(b"{") + body.count(b"[") > MAX_DEPTH or _HALF.search(body):
        _look_through(value)
    return value


def parse_object(body: bytes) -> dict[str, Any]:
    """As parse, for a text that must be an object. Raises ValueError."""
    value = parse(body)
    if not isinstance(value, dict):
        raise ValueError("not an object")
    return value
