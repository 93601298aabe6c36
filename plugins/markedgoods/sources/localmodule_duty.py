"""What the till does for a local module in the background: watch its state, bind it anew, tell it what was sold."""

import logging
import threading
from collections.abc import Callable, Iterable
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any, Final

from ncash.bundled.markedgoods.checks.offline import OfflineAnswer
from ncash.bundled.markedgoods.facts.online import NotChecked, trouble_in
from ncash.bundled.markedgoods.settings.tokens import Token
from ncash.bundled.markedgoods.sources.localmodule import (
    NOT_CONFIGURED,
    READY,
    SYNC_ERROR,
    SYNC_LIFE,
    Delivery,
    LocalModule,
    ModuleStatus,
    identifying,
)
from ncash.bundled.markedgoods.sources.sold_files import RETURNED, SOLD, Parcel, SoldQueue
from ncash.bundled.markedgoods.texts.messages import MESSAGES
from ncash.language import recorded
from ncash.model.decision import Text
from ncash.model.keg import KEG
from ncash.model.ports import World
from ncash.model.receipt import Kind, Receipt
from ncash.plugin import THREADS, Party, Quiet, Ways

TICK: Final = 1.0
"""Seconds between two looks at what is due."""
LOOK: Final = 60.0
LOOK_AGAIN: Final = 10.0
"""Seconds between two questions about the state: while it is ready, and while it is not; of a module that does not
answer the pause grows up to the longer one."""
INIT_PAUSE: Final = 600.0
"""Seconds between two attempts to bind the module."""
STATUS_BUDGET: Final = 3.0
WRITE_BUDGET: Final = 6.0
"""Seconds; the module itself works on a call for at most five."""
LONGEST_PAUSE: Final = 60.0
SILENT: Final = ("timeout", "connection", "tls")

STATES: Final = {
    NOT_CONFIGURED: "не настроен",
    "initialization": "загружает данные",
    SYNC_ERROR: "давно не получал данные из Честного знака",
    "failure": "сбой",
    "service": "на обслуживании",
    "stale": "больше 72 часов не получал данные из Честного знака",
    "account": "не принимает имя, пароль или токен кассы",
    "timeout": "не отвечает",
    "connection": "не отвечает",
    "tls": "нет доверенного соединения",
}
"""What the cashier reads; other reasons are an answer that cannot be used."""


def parcel_of(receipt: Receipt, documentid: int, whole: Callable[[str | None], bool]) -> Parcel:
    """What a closed receipt means for the module. `whole` says of a category that its units are sold as a whole:
    a unit that may be sold in parts is not told, for the module would refuse its next part."""
    op = RETURNED if receipt.kind in (Kind.RETURN, Kind.RETURN_BY_SALE) else SOLD
    marked = [p for p in receipt.positions if p.marked and p.cis and whole(p.category) and KEG not in p.extra]
    if receipt.kind is Kind.INVENTORY:
        marked = []
    codes = (identifying(p.code_told or p.cis or "") for p in marked)
    return Parcel(documentid, op, tuple(dict.fromkeys(codes)))


class Duty:
    """The local module as the rest of the plugin uses it: answers for checks, and the sold codes it must be told."""

    def __init__(
        self, module: LocalModule, queue: SoldQueue, token: Token | None, world: World, ways: Ways = THREADS
    ) -> None:
        """`token` binds the module to its legal entity; None when xapikey does not name exactly one."""
        self.module = module
        self.queue = queue
        self._token = token
        self._clock = world.clock
        self._watch = ways.watch
        self.party = Party("localmodule", world.clock, ways=ways._replace(watch=False))
        self._fresh: SimpleQueue[Parcel] = SimpleQueue()
        self._state: ModuleStatus | NotChecked | None = None
        self._next_look = self._next_init = self._next_delivery = 0.0
        self._pause = TICK
        self._look_pause = LOOK_AGAIN / 2
        self._counts = (0, 0)
        self._failing = ""
        self._stopped = threading.Event()
        self._wake = threading.Event()
        self.lively = True
        """The module answered the latest question: its answer is worth a short wait."""

    def start(self) -> None:
        """Begin the background work."""
        if self._watch:
            threading.Thread(target=self._serve, name="localmodule", daemon=True).start()

    def stop(self) -> None:
        """End it; what was not told yet is on disk."""
        self.party.stop()
        self._stopped.set()
        self._wake.set()
        self._settle()

    def ask(self, code: str, budget: float) -> OfflineAnswer | NotChecked:
        """Ask about one mark, as scanned. A module out of date is not asked at all (72 hours, R17 §2)."""
        if self.stale:
            return NotChecked(
                "stale", recorded("local module {host}: no synchronisation for 72 hours", host=self.module.host)
            )
        found = self.party.ask(partial(self.module.out_check, code), budget, _useless, trouble_in)
        if isinstance(found, Quiet):
            self.lively = False
            return NotChecked(
                "connection",
                recorded("local module {host}: {found}", host=self.module.host, found=found),
                self.module.host,
            )
        reason = found.reason if isinstance(found, NotChecked) else ""
        self.lively = reason not in SILENT
        if reason and not self.trouble:
            self._next_look = 0.0
            self._wake.set()
        return found

    @property
    def stale(self) -> bool:
        """The latest state says that the last synchronisation is more than 72 hours ago."""
        synced = self._state.lastSync if isinstance(self._state, ModuleStatus) else None
        return synced is not None and self._clock.now().timestamp() - synced / 1000 > SYNC_LIFE

    def tell(self, parcels: Iterable[Parcel]) -> None:
        """Have the module told, as soon as possible and for as long as it takes."""
        for parcel in parcels:
            self._fresh.put(parcel)
        self._next_delivery = 0.0
        self._wake.set()

    def _serve(self) -> None:
        while not self._stopped.is_set():
            try:
                self.tick()
            except OSError as error:
                self._failing = recorded("the queue cannot be kept: {reason}", reason=error.strerror)
                logging.getLogger(__name__).error("%s", self._failing)
            self._wake.wait(TICK)
            self._wake.clear()

    def tick(self) -> None:
        """Do what is due. Raises OSError when the queue cannot be written."""
        self._settle()
        now = self._clock.monotonic()
        if self.party.due() or now >= self._next_look:
            self._look(now)
        if now >= self._next_delivery:
            self._deliver(now)
        self._counts = self.queue.counts()

    def _settle(self) -> None:
        """Write fresh parcels to disk in their order."""
        while True:
            try:
                parcel = self._fresh.get_nowait()
            except Empty:
                return
            self.queue.put(parcel)

    def _look(self, now: float) -> None:
        state = self._state = self.module.status(STATUS_BUDGET)
        ready = isinstance(state, ModuleStatus) and state.status == READY and state.operationMode != "service"
        self.party.probed(not _unspoken(state))
        self._look_pause = min(self._look_pause * 2, LOOK) if _unspoken(state) else LOOK_AGAIN
        self._next_look = now + (LOOK if ready else self._look_pause)
        unbound = isinstance(state, ModuleStatus) and state.status in (NOT_CONFIGURED, SYNC_ERROR)
        if unbound and self._token is not None and now >= self._next_init:
            self._next_init = now + INIT_PAUSE
            self._log("init", self.module.init(self._token, WRITE_BUDGET))

    def _deliver(self, now: float) -> None:
        self._failing = ""
        for parcel in self.queue.waiting():
            tell = self.module.sell if parcel.op == SOLD else self.module.take_back
            result = tell(parcel.codes, WRITE_BUDGET)
            if result.done:
                self.queue.acknowledged(parcel)
                continue
            self._log(recorded("document {documentid} {op}", documentid=parcel.documentid, op=parcel.op), result)
            if result.again:
                self._failing = result.text
                self._pause = min(self._pause * 2, LONGEST_PAUSE)
                self._next_delivery = now + self._pause
                return
            self.queue.refused(parcel)
        self._pause = TICK

    def _log(self, what: str, result: Delivery) -> None:
        if not result.done:
            logging.getLogger(__name__).warning("%s: %s", what, result.text)

    @property
    def trouble(self) -> str:
        """Why the module is of no use now, as a key of STATES or another reason; empty when it is ready or unknown."""
        state = self._state
        if isinstance(state, NotChecked):
            return state.reason
        if state is None:
            return ""
        if state.operationMode == "service":
            return "service"
        if state.status != READY:
            return state.status
        return "stale" if self.stale else ""

    def notices(self) -> tuple[Text, ...]:
        """What must stay on the screen; from memory."""
        found: list[Text] = []
        if self.trouble:
            reason = STATES.get(self.trouble, "отвечает непонятно")
            found.append(MESSAGES["LocalModuleTrouble"].fill(reason=reason))
        waiting, aside = self._counts
        if waiting and self._failing:
            found.append(MESSAGES["LocalModuleQueue"].fill(count=str(waiting)))
        if aside:
            found.append(MESSAGES["LocalModuleRefused"].fill(count=str(aside)))
        return tuple(found)

    def status(self) -> dict[str, Any]:
        """State, queue and trouble, as JSON values."""
        state = self._state
        known = state._asdict() if isinstance(state, ModuleStatus) else None
        waiting, aside = self._counts
        return {
            "url": self.module.url,
            "state": known,
            "trouble": self.trouble or None,
            "text": state.text if isinstance(state, NotChecked) else self._failing or None,
            "waiting": waiting,
            "refused": aside,
        }


def _useless(found: OfflineAnswer | NotChecked) -> bool:
    return isinstance(found, NotChecked)


def _unspoken(state: ModuleStatus | NotChecked) -> bool:
    return isinstance(state, NotChecked) and state.reason in SILENT
