"""Which service carries the check today: markVerifyCrptService and its dated changes, kept for a whole receipt."""

import threading
from collections.abc import Callable, Mapping
from typing import Any

from ncash.bundled.markedgoods.facts.online import NotChecked
from ncash.bundled.markedgoods.settings.plan import CRPT, Plan
from ncash.bundled.markedgoods.settings.tokens import NoToken, Tokens
from ncash.bundled.markedgoods.sources.source import Heard, Verifier
from ncash.language import recorded
from ncash.model.ports import Clock


class Transport:
    """Choice of the service in force. A receipt stays with the one that carried its first check; the next receipt may
    have another one, without a restart."""

    def __init__(
        self, plan: Plan, makers: Mapping[str, Callable[[], Verifier]], clock: Clock, tokens: Tokens | None
    ) -> None:
        """`makers` build the services by name; one is built when its day has come."""
        self.plan = plan
        self._makers = makers
        self._clock = clock
        self._tokens = tokens
        self._lock = threading.Lock()
        self._running: dict[str, Verifier] = {}
        self._bound = ("", "")

    @property
    def today(self) -> str:
        """The service a receipt begun now is checked with."""
        return self.plan.on(self._clock.now().date())

    @property
    def service(self) -> str:
        """The service of the latest receipt, or today's."""
        return self._bound[1] or self.today

    def start(self) -> None:
        """Have today's service at work; called again, it begins the one whose day has come meanwhile."""
        self._at_work(self.today)

    def stop(self) -> None:
        """End every service."""
        with self._lock:
            running, self._running = self._running, {}
        for verifier in running.values():
            verifier.stop()

    def check(self, receipt: str, code: str, dept: str, budget: float) -> Heard:
        """Ask the receipt's service about one mark."""
        service = self._service_of(receipt)
        if service != CRPT and self._tokens and self._tokens.for_dept(dept) is NoToken.UNCHECKED:
            return NotChecked(
                NoToken.UNCHECKED.value, recorded("department {dept} is not checked, says xapikey", dept=dept)
            )
        return self._at_work(service).check(code, dept, budget)

    def running(self, service: str) -> Verifier | None:
        """The service of this name, when it is at work."""
        return self._running.get(service)

    @property
    def token_error(self) -> bool:
        """No check can be made until somebody mends a token."""
        verifier = self._running.get(self.service)
        return verifier is not None and verifier.token_error

    @property
    def refused(self) -> tuple[str, ...]:
        """Departments whose token the service in force refuses."""
        verifier = self._running.get(self.service)
        return verifier.refused if verifier is not None else ()

    def status(self) -> dict[str, Any]:
        """The service in force, what is planned, and how the services fare."""
        planned = [{"from": since.isoformat(), "service": service} for since, service in self.plan.changes]
        running = {name: verifier.status() for name, verifier in sorted(self._running.items())}
        return {"service": self.service, "today": self.today, "planned": planned, "services": running}

    def _service_of(self, receipt: str) -> str:
        with self._lock:
            if self._bound[0] == receipt:
                return self._bound[1]
            before, service = self._bound[1], self.today
            self._bound = (receipt, service)
            gone = self._running.pop(before, None) if before != service else None
        if gone is not None:
            gone.stop()
        return service

    def _at_work(self, service: str) -> Verifier:
        with self._lock:
            known = self._running.get(service)
            if known is not None:
                return known
            made = self._running[service] = self._makers[service]()
        made.start()
        return made
