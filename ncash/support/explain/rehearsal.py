"""A room of the till in which decisions are made to be looked at: its code and plugins, no network, no writing.

The databases are opened for reading only; what the network would have said is given, or is not known.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from ncash import __version__
from ncash.errors import UserError
from ncash.hosting import loader
from ncash.hosting.configuration import grounds_of
from ncash.hosting.worlds import Premises, world_of
from ncash.language import phrase, recorded
from ncash.model.decision import Decision, Step
from ncash.model.fiscal.register import FiscalOrder, Made, MarkCheck, MarkResult, RegisterRefused, RegisterStatus
from ncash.model.goods import Goods
from ncash.model.ports import (
    Clock,
    HttpAnswer,
    HttpError,
    HttpRequest,
    MarkTaken,
    Rehearsal,
    Saving,
)
from ncash.plugin import UNSEEN
from ncash.settings.config import Config
from ncash.settings.host import Cash, Databases, Fiscal, Host
from ncash.store import kegs
from ncash.store.dictionaries.dictionaries import SqliteDictionaries
from ncash.store.dictionaries.schema import DICTIONARIES
from ncash.store.documents import SqliteDocuments
from ncash.store.sqlite.migrations import opened
from ncash.system.clock import SystemClock, SystemRandom
from ncash.till.goods.kinds import kinds_of, served
from ncash.till.view import Room

_HELD: Final = "SELECT 1 FROM openmark WHERE cis = ? AND uuid <> ?"
_ABSENT: Final = RegisterRefused("a rehearsal makes no fiscal document")
_HINT: Final = "give the folders of the shop with --conf and --data"


class StoppedClock:
    """Implements ports.Clock: the wall clock shows one moment, durations are real."""

    def __init__(self, moment: datetime) -> None:
        self._moment = moment
        self._real = SystemClock()

    def now(self) -> datetime:
        """The moment."""
        return self._moment

    def monotonic(self) -> float:
        """Seconds, for durations."""
        return self._real.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        self._real.sleep(seconds)


class SealedHttp:
    """Implements ports.Http: nothing leaves this computer."""

    def send(self, request: HttpRequest, budget: float, limit: int = 1_000_000) -> HttpAnswer:
        """Raises HttpError."""
        raise HttpError("refused", "a rehearsal asks nobody")

    def abandon(self) -> None:
        """There is no call."""

    def release(self, url: str) -> None:
        """There is no connection."""

    def close(self) -> None:
        """There is no connection."""


class AbsentRegister:
    """Implements register.FiscalRegister: there is none."""

    serial = ""

    def status(self) -> RegisterStatus:
        """Raises RegisterRefused."""
        raise _ABSENT

    def last(self) -> Made | None:
        """Raises RegisterRefused."""
        raise _ABSENT

    def find(self, order_id: str) -> Made | None:
        """Raises RegisterRefused."""
        raise _ABSENT

    def register(self, order: FiscalOrder) -> Made:
        """Raises RegisterRefused."""
        raise _ABSENT

    def check_mark(self, check: MarkCheck) -> MarkResult:
        """Raises RegisterRefused."""
        raise _ABSENT

    def accept_mark(self, check: MarkCheck) -> None:
        """Raises RegisterRefused."""
        raise _ABSENT

    def decline_mark(self, check: MarkCheck) -> None:
        """Raises RegisterRefused."""
        raise _ABSENT

    def forget_marks(self) -> None:
        """No code is remembered."""

    def open_shift(self, operator: str) -> int:
        """Raises RegisterRefused."""
        raise _ABSENT

    def close_shift(self, operator: str) -> Mapping[str, Any]:
        """Raises RegisterRefused."""
        raise _ABSENT

    def report_x(self, operator: str) -> Mapping[str, Any]:
        """Raises RegisterRefused."""
        raise _ABSENT

    def print_lines(self, lines: Sequence[str]) -> None:
        """Raises RegisterRefused."""
        raise _ABSENT

    def print_copy(self) -> None:
        """Raises RegisterRefused."""
        raise _ABSENT


class ReadOnlyDocuments(SqliteDocuments):
    """The books, looked at only."""

    def save_receipt(self, saving: Saving) -> None:
        """Writes nothing. Raises MarkTaken and KegShort as the till's books would."""
        for cis in saving.take:
            used = self.last_use(cis)
            if used and used.opcode == saving.opcode:
                raise MarkTaken(
                    cis,
                    recorded(
                        "the mark was registered in document {docnum} of till {cashcode}",
                        docnum=used.docnum,
                        cashcode=used.cashcode,
                    ),
                )
            held = self.connection.one(_HELD, (cis, saving.receipt.id))
            if held is not None:
                raise MarkTaken(cis, "the mark stands in another receipt that is open")
        kegs.looked_at(self.connection, saving.receipt)


class OtherDept(SqliteDictionaries):
    """The same goods, all of one department."""

    dept: str | None = None

    def goods(self, barcode: str) -> Goods | None:
        """Goods by a barcode as scanned."""
        return self._moved(super().goods(barcode))

    def goods_by_gtin(self, gtin: str) -> Goods | None:
        """Goods by the GTIN in a mark."""
        return self._moved(super().goods_by_gtin(gtin))

    def _moved(self, goods: Goods | None) -> Goods | None:
        return goods._replace(dept=self.dept) if goods is not None and self.dept is not None else goods


@dataclass(frozen=True, slots=True)
class Scene:
    """Where and when a rehearsal plays; None of a member leaves what is there."""

    rehearsal: Rehearsal
    clock: Clock | None = None
    dept: str | None = None
    cash: str | None = None


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise UserError(phrase("there is no database at {path}", path=path), code="database", hint=_HINT)
    return path


@contextmanager
def rehearsed(config: Config, data: Path, scene: Scene) -> Iterator[Room]:
    """The room, closed again at the end. Raises UserError when a database is not there or cannot be read."""
    names, own = config.section(Databases), config.section(Cash)
    cashcode = scene.cash or own.cashcode
    with ExitStack() as stack:
        path = _existing(data / names.documents)
        documents = ReadOnlyDocuments(path, cashcode, own.shopcode, read_only=True)
        stack.callback(documents.close)
        dictionaries = OtherDept(opened(_existing(data / names.dictionaries), DICTIONARIES, read_only=True))
        stack.callback(dictionaries.close)
        dictionaries.dept = scene.dept
        premises = Premises(
            clock=scene.clock or SystemClock(), random=SystemRandom(), http=SealedHttp(), dictionaries=dictionaries,
            documents=documents, data=data, shopcode=own.shopcode, cashcode=cashcode, rehearsal=scene.rehearsal,
        )  # fmt: skip
        found = grounds_of(config)
        plugins = loader.Plugins.start(found.config, world_of(premises), found.installed.folders, bounds=True)
        stack.callback(plugins.stop)
        kinds = kinds_of(plugins)
        premises = premises._replace(dictionaries=served(dictionaries, kinds))
        yield Room(
            plugins=plugins, premises=premises, rules=found.rules, register=AbsentRegister(), cashcode=cashcode,
            shopcode=own.shopcode, blocked=lambda: found.refusal,
            version=__version__, fiscal=config.section(Fiscal), host=config.section(Host), kinds=kinds,
        )  # fmt: skip


def answers(plugins: loader.Plugins, hook: str, given: object) -> Iterator[Any]:
    """What the plugins answer to a hook that decides nothing; one that fails is named in `trouble`."""
    yield from plugins.answers(hook, given)


def trouble(room: Room) -> tuple[str, ...]:
    """Plugins that did not answer, with their errors."""
    return tuple(
        phrase("plugin {name}: {error}", name=one.name, error=one.error)
        for one in (*room.plugins.broken, *room.plugins.failing)
    )


def unseen(decision: Decision) -> Step | None:
    """The check whose fact is missing; None for a decision that is one."""
    return next((step for step in decision.steps if (step.skipped or "").startswith(UNSEEN)), None)
