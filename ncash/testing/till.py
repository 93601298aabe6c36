"""A till for tests: a real shop folder, real databases, the line protocol in process."""

import json
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ncash.model.ports import Outside
from ncash.shop.shop import Shop
from ncash.till.commands import TICK
from ncash.till.protocol import line_of, parsed
from ncash.till.supervisor import Job, Supervisor
from ncash.till.view import CommandRefusal

Answer = dict[str, Any]


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
