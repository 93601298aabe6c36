"""One mark, asked about online and at the local module at the same time (R17 §5, crpt.md §8)."""

from collections.abc import Callable
from queue import Empty
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ncash.bundled.markedgoods.checks.offline import OfflineAnswer
from ncash.bundled.markedgoods.facts.online import NotChecked
from ncash.bundled.markedgoods.sources.source import Heard, Judged
from ncash.language import recorded
from ncash.model.ports import Clock
from ncash.plugin import THREADS, Ways, WorkersBusy

if TYPE_CHECKING:
    from ncash.bundled.markedgoods.sources.localmodule_duty import Duty

ONLINE: Final = 1.5
"""Seconds the online answer has before the local module's may decide (R17 §1.4.3)."""
GRACE: Final = 0.3
"""Seconds a module that has been answering is waited for after the online answer has come: its sold always counts."""
MODULE_BUDGET: Final = 5.0
"""Seconds; the module itself gives up after so many."""
FINAL: Final = ("unchecked", "missing")
"""Reasons of NotChecked that need no second opinion."""
_NO_ANSWER: Final = NotChecked("timeout", "no online answer in time")
_MODULE_SILENT: Final = NotChecked("timeout", "the local module did not answer in time")


class InquiryAnswer(NamedTuple):
    """Answers of CRPT and of the local module; `offline` is None when there is no module, or it was not needed."""

    heard: Judged
    offline: OfflineAnswer | NotChecked | None = None


class Inquiry:
    """Check of one code by CRPT and the local module, whose trouble never delays an online answer by more than
    GRACE, and that only once."""

    def __init__(self, duty: "Duty | None", clock: Clock, ways: Ways = THREADS) -> None:
        self._duty = duty
        self._clock = clock
        self._workers = ways.crew("inquiry")
        self._mailbox = ways.mailbox

    def stop(self) -> None:
        """End the idle threads."""
        self._workers.dismiss()

    def ask(self, online: Callable[[], Heard], code: str, budget: float) -> InquiryAnswer:
        """Have `online` asked, and the module about `code`, within `budget` seconds in all."""
        if self._duty is None:
            return split(online())
        return self._both(self._duty, online, code, budget)

    def _both(self, duty: "Duty", online: Callable[[], Heard], code: str, budget: float) -> InquiryAnswer:
        begun = self._clock.monotonic()
        came = self._mailbox()
        patience = GRACE if duty.lively else 0.0
        self._begin(came, False, lambda: duty.ask(code, min(budget, MODULE_BUDGET)))
        self._begin(came, True, online)
        heard: Heard | None = None
        offline: Heard | None = None
        until = begun + budget
        while (left := until - self._clock.monotonic()) > 0 or heard is None:
            try:
                from_crpt, answer = came.get(timeout=max(left, 0.0))
            except Empty:
                break
            if from_crpt:
                heard = answer
            else:
                offline = answer
            until = self._until(begun, budget, patience, heard, offline)
        module = offline if isinstance(offline, OfflineAnswer | NotChecked) else _MODULE_SILENT
        if isinstance(heard, NotChecked) and heard.reason in FINAL:
            return InquiryAnswer(heard)
        found = split(_NO_ANSWER if heard is None else heard)
        return found if found.offline is not None else InquiryAnswer(found.heard, module)

    def _until(self, begun: float, budget: float, patience: float, heard: Heard | None, offline: Heard | None) -> float:
        """How long to wait on, in monotonic seconds, with what has come so far."""
        now = self._clock.monotonic()
        if heard is None:
            return begun + (min(ONLINE, budget) if isinstance(offline, OfflineAnswer) else budget)
        if offline is not None or (isinstance(heard, NotChecked) and heard.reason in FINAL):
            return now
        if isinstance(heard, NotChecked) and heard.reason != "emergency":
            return begun + min(budget, MODULE_BUDGET)
        return now + patience

    def _begin(self, came: Any, online: bool, ask: Callable[[], Heard]) -> None:
        def job() -> None:
            try:
                came.put((online, ask()))
            except Exception as error:
                came.put(
                    (
                        online,
                        NotChecked("malformed", recorded("the check broke off, {kind}", kind=type(error).__name__)),
                    )
                )

        try:
            self._workers.run(job)
        except WorkersBusy as error:
            came.put((online, NotChecked("connection", str(error))))


def split(heard: Heard) -> InquiryAnswer:
    """An answer that was made offline behind another service stands in the module's place."""
    if isinstance(heard, OfflineAnswer):
        return InquiryAnswer(
            NotChecked("offline", recorded("{host}: checked offline", host=heard.host), heard.host), heard
        )
    return InquiryAnswer(heard)
