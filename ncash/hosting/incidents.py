"""What went wrong with plugins, for the journal, for support on standard error, and the trace of every call."""

import os
import sys
import traceback
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from ncash.language import phrase
from ncash.model.decision import Decision

TRACE: Final = "NCASH_TRACE"
KIND: Final = "plugin"
"""`kind` of a line of the journal about a plugin that failed."""


class Incident(NamedTuple):
    """One failure of a plugin: in which hook, and the cause by type and place."""

    plugin: str
    hook: str
    cause: str

    def line(self, time: str) -> dict[str, Any]:
        """The line of the journal as of this time."""
        return {"time": time, "kind": KIND, "verdict": None, "key": "PluginFailing", **self._asdict()}


class IncidentBook:
    """The incidents of one till: each is written once for its cause, however often it comes."""

    def __init__(self) -> None:
        self._known: set[Incident] = set()
        self._fresh: list[Incident] = []

    def add(self, plugin: str, hook: str, cause: str) -> None:
        """Note an incident."""
        one = Incident(plugin, hook, cause)
        if one not in self._known:
            self._known.add(one)
            self._fresh.append(one)

    def take(self) -> list[Incident]:
        """What nobody has taken yet."""
        fresh, self._fresh = self._fresh, []
        return fresh

    def put_back(self, incidents: list[Incident]) -> None:
        """They could not be written."""
        self._fresh = [*incidents, *self._fresh]


def tracing(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether support wants to see every call of a plugin."""
    return "plugins" in environ.get(TRACE, "").split(",")


def show_frames(plugin: str, hook: str, error: BaseException) -> None:
    """Say on standard error where a plugin failed; the text of the error may hold a secret and is not shown."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    told = "ncash: {plugin}.{hook}: {kind}\n{frames}"
    sys.stderr.write(phrase(told, plugin=plugin, hook=hook, kind=type(error).__name__, frames=frames))


def traced(plugin: str, hook: str, function: Callable[..., Any], now: Callable[[], float]) -> Callable[..., Any]:
    """A hook whose every call is told on standard error."""

    def called(*given: Any) -> Any:
        begun = now()
        try:
            answer = function(*given)
        except BaseException as error:
            _show_call(plugin, hook, now() - begun, error)
            raise
        _show_call(plugin, hook, now() - begun, answer)
        return answer

    return called


def _show_call(plugin: str, hook: str, seconds: float, answer: Any) -> None:
    """The verdict or the kind of an answer, and nothing of it."""
    said = answer.verdict.word if type(answer) is Decision else type(answer).__name__
    told = "ncash: call of {plugin} {hook} {ms:.2f} ms {said}\n"
    sys.stderr.write(phrase(told, plugin=plugin, hook=hook, ms=seconds * 1000, said=said))
