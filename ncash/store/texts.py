"""JSON texts of what is written with every scan; what is written again and again is put into words once."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from ncash.model.decision import Fixed, loose

_MOST: Final = 1_024
_PLACE: Final = '"checks":0'
"""Where the trail belongs. Inside a JSON string its quotation marks would have backslashes before them."""


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return loose(value)
    raise TypeError(f"no JSON value: {type(value).__name__}")


class Texts:
    """JSON in one fixed spelling: short and readable, escaped where it holds what UTF-8 cannot (lone surrogates)."""

    def __init__(self, ordered: bool = False) -> None:
        """`ordered`: keys are sorted, so that equal values have equal texts."""
        self._readable = json.JSONEncoder(
            separators=(",", ":"), ensure_ascii=False, sort_keys=ordered, default=_plain, check_circular=False
        ).encode
        self._escaped = json.JSONEncoder(separators=(",", ":"), sort_keys=ordered, default=_plain).encode
        self._trails: dict[int, tuple[Iterable[Mapping[str, Any]], str]] = {}
        """Texts of whole trails, and of steps, that are the same objects again and again, by identity."""
        self._checks: dict[int, tuple[Fixed, str]] = {}

    def of(self, value: Any) -> str:
        """Any value."""
        text = self._readable(value)
        return text if sayable(text) else self._escaped(value)

    def with_checks(self, value: Mapping[str, Any], checks: Iterable[Mapping[str, Any]]) -> str:
        """A mapping, and the trail under its key `checks`; never escaped."""
        return self._readable({**value, "checks": 0}).replace(_PLACE, f'"checks":{self.trail(checks)}', 1)

    def trail(self, checks: Iterable[Mapping[str, Any]]) -> str:
        """The steps of a trail."""
        known = self._trails.get(id(checks))
        if known is not None and known[0] is checks:
            return known[1]
        text = f"[{','.join([self._check(one) for one in checks])}]"
        if type(checks) is tuple and all(type(one) is Fixed for one in checks):
            if len(self._trails) >= _MOST:
                self._trails.clear()
            self._trails[id(checks)] = (checks, text)
        return text

    def _check(self, check: Mapping[str, Any]) -> str:
        known = self._checks.get(id(check))
        if known is not None and known[0] is check:
            return known[1]
        text = self._readable(check)
        if type(check) is Fixed:
            if len(self._checks) >= _MOST:
                self._checks.clear()
            self._checks[id(check)] = (check, text)
        return text


def sayable(text: str) -> bool:
    """Whether UTF-8 can hold the text."""
    if text.isascii():
        return True
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
