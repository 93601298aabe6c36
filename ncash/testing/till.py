"""A till for tests: a real shop folder, real databases, the line protocol in process."""

import json
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ncash.model.ports import Outside
from ncash.settings.host import Databases
from ncash.shop import sending
from ncash.shop.shop import Shop
from ncash.support.check.check import examine
from ncash.testing.network import FencedHttp
from ncash.till.commands import TICK
from ncash.till.protocol import line_of, parsed
from ncash.till.supervisor import Job, Supervisor
from ncash.till.view import CommandRefusal

Answer = dict[str, Any]
TAPE = "fiscal-emulator*.txt"
"""Files of the paper that emulated registers print on."""


class DrivenTill:
    """One till of a shop folder, driven by the line protocol: `with DrivenTill(conf, data, outside) as till`.

    Lines go through the same parser and writer as those of `ncash till`.
    """

    def __init__(
        self, conf: Path, data: Path, outside: Outside, cash: str | None = None, *, safe: bool = False
    ) -> None:
        """Open the folder, in safe mode without plugins of others. Raises UserError when it cannot be used."""
        self._safe = safe
        self._folders = (conf, data)
        self._outside = outside
        self._cash = cash
        self._open()

    def _open(self) -> None:
        self.shop = Shop(*self._folders, self._outside, self._cash, safe=self._safe)
        self._supervisor = Supervisor(self.shop.till)
        self.greeting: Answer = _read(self._supervisor.greeting())
        self.shop.health.start()

    def line(self, line: bytes) -> Answer:
        """The answer to a line as it comes over standard input."""
        try:
            job: Job = parsed(line)
        except CommandRefusal as refusal:
            job = refusal
        answer = _read(self._supervisor.handle(job))
        if self.shop.till.view.receipt is None and not self._supervisor.busy:
            self.shop.documents.idle()
        return answer

    def tick(self) -> Answer:
        """What a running till does once a second while nobody scans (on_tick)."""
        return _read(self._supervisor.handle({"cmd": TICK}))

    def send(self, cmd: str, **fields: Any) -> Answer:
        """The answer to a command."""
        return self.line(line_of({"cmd": cmd, **fields}))

    @property
    def conf(self) -> Path:
        """The folder of settings."""
        return self._folders[0]

    @property
    def data(self) -> Path:
        """The folder of databases."""
        return self._folders[1]

    def later(self, seconds: float) -> None:
        """Let so much time pass for the till, when its clock can be moved (FrozenClock)."""
        self._outside.clock.sleep(seconds)

    def allow(self, url: str) -> None:
        """Let this server be asked too. Raises TypeError when the network has no fence (FencedHttp)."""
        http = self._outside.http
        if not isinstance(http, FencedHttp):
            raise TypeError("the network of this till has no fence")
        http.allow(url)

    def deliver(self) -> int:
        """Send what is owed to servers, as the till does in the background; how many messages were taken."""
        outside, documents = self._outside, self.data / self.shop.config.section(Databases).documents
        make = sending.desks(documents, lambda: self.shop.config, outside.http, outside.clock, outside.random)
        with closing(make()) as desk:
            return desk.sender.drain().sent

    def paper(self) -> list[str]:
        """Every line that the emulated register has printed."""
        return [line for tape in sorted(self.data.rglob(TAPE)) for line in tape.read_text("utf-8").splitlines()]

    def journal(self) -> list[dict[str, Any]]:
        """The lines of the journal of decisions, oldest first."""
        rows = self.shop.documents.connection.all("SELECT line FROM journal ORDER BY seq")
        return [json.loads(str(line)) for (line,) in rows]

    def check(self) -> list[str]:
        """What `ncash check` says about the settings, a line for each problem."""
        return [str(problem) for problem in examine(self.conf, self.data).problems]

    def plugin(self, name: str) -> Any:
        """The object of a plugin that is loaded. Raises LookupError."""
        for one in self.shop.till.room.plugins.loaded:
            if one.name == name:
                return one.instance
        raise LookupError(f"no plugin {name} is loaded")

    def cut(self) -> bool:
        """Cut the wait of the command in work, from another thread; whether there was one that can be cut."""
        return self._supervisor.cut()

    def restart(self) -> Answer:
        """End the till where it stands and start it again; the greeting."""
        self.close()
        self._open()
        return self.greeting

    def close(self) -> None:
        """End the till; an open receipt stays open on disk."""
        self._supervisor.stop()
        self.shop.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()


def _read(answer: Mapping[str, Any]) -> Answer:
    """The answer as its reader sees it."""
    read: Answer = json.loads(line_of(answer))
    return read
