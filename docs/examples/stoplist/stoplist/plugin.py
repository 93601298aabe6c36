"""stoplist: units of batches that were called back are not sold.

Uses: a review after every check, with the facts of CRPT's answer that the reader of the mark publishes; a file that is
read again when it changes; rules of `ncash check` of its own.
"""

from datetime import date
from pathlib import Path

from ncash.model.decision import Decision, Setting, Step, Text, Verdict
from ncash.model.ports import World
from ncash.model.receipt import Kind
from ncash.model.request import AddItem
from ncash.plugin import Advice, Started, hookimpl
from ncash.settings.config import Config
from stoplist.batches import Batch, batches
from stoplist.messages import CALLED_BACK, MESSAGES, UNKNOWN, UNREAD
from stoplist.settings import StopList

CHECK = "stoplist"


class Plugin:
    """Refuses what was called back."""

    api = "2.0"

    def __init__(self) -> None:
        self._rules = StopList.defaults()
        self._path = Path()
        self._stamp: tuple[int, int] | None = None
        self._batches: tuple[Batch, ...] | None = None
        self._unread = False

    @hookimpl
    def on_start(self, config: Config, world: World) -> Started:
        """Read the list."""
        self._rules = config.section(StopList)
        self._path = Path(config.folder, self._rules.batches)
        self._look()
        return Started(version="1.0")

    def _look(self) -> None:
        """Read the file when it is another one than before; one that cannot be read leaves the list as it was."""
        try:
            told = self._path.stat()
            stamp = told.st_mtime_ns, told.st_size
            if stamp == self._stamp:
                return
            self._batches, self._stamp, self._unread = batches(self._path), stamp, False
        except (OSError, ValueError):
            self._unread = True

    @hookimpl
    def on_notices(self) -> tuple[Text, ...]:
        """A list that cannot be read any more."""
        return (UNREAD.fill(),) if self._unread and self._batches is not None else ()

    @hookimpl
    def on_review(self, request: AddItem, decision: Decision) -> Decision | None:
        """Hold the production date of the unit against the list."""
        mark, goods = request.mark, request.goods
        if mark is None or goods is None or request.kind is not Kind.SALE:
            return None
        self._look()
        rule = Setting.of(self._rules, "batches")
        if self._batches is None:
            step = Step(CHECK, Verdict.DENY, UNKNOWN.key, rule=rule)
            return Decision(Verdict.DENY, (step,), (UNKNOWN.fill(name=goods.name),))
        named = [batch for batch in self._batches if batch.gtin == mark.gtin]
        if not named:
            return None
        made = _day(decision.effects.published.get("productionDate"))
        if made is None:
            return Decision(Verdict.ABSTAIN, (Step(CHECK, skipped="no production date", rule=rule),))
        hit = next((batch for batch in named if batch.first <= made <= batch.last), None)
        if hit is None:
            return Decision(Verdict.ABSTAIN, (Step(CHECK, rule=rule),))
        step = Step(CHECK, Verdict.DENY, CALLED_BACK.key, rule=rule, fact={"reason": hit.reason, "made": f"{made}"})
        text = CALLED_BACK.fill(name=goods.name, made=f"{made:%d.%m.%Y}", reason=hit.reason)
        return Decision(Verdict.DENY, (step,), (text,))

    @hookimpl
    def on_advice(self, key: str) -> Advice | None:
        """The next step for a text of ours."""
        return MESSAGES[key].advice if key in MESSAGES else None


def _day(written: object) -> date | None:
    try:
        return date.fromisoformat(str(written)[:10]) if written else None
    except ValueError:
        return None
