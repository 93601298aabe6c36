"""JSON texts of what is written with every scan; a step that comes again and again is put into words once."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from ncash.model.decision import StepObject, loose

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

    def of(self, value: Any) -> str:
        """Any value."""
        text = self._readable(value)
        return text if sayable(text) else self._escaped(value)

    def with_checks(self, value: Mapping[str, Any], checks: Iterable[Mapping[str, Any]]) -> str:
        """A mapping, and the trail under its key `checks`; never escaped."""
        return self._readable({**value, "checks": 0}).replace(_PLACE, f'"checks":{self.trail(checks)}', 1)

    def trail(self, checks: Iterable[Mapping[str, Any]]) -> str:
        """The steps of a trail; a step that keeps its texts is put into words once."""
        return f"[{','.join([self._step(one) for one in checks])}]"

    def _step(self, step: Mapping[str, Any]) -> str:
        if type(step) is not StepObject:
            return self._readable(step)
        text = step.texts.get(self)
        if text is None:
            text = step.texts[self] = self._readable(step)
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
