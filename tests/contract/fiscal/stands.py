"""One face over the three registers that the suite runs on: what a test does to them and sees in them."""

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any, Final, Protocol

from ncash.emulators.atol import AtolServer
from ncash.emulators.kkmserver import KkmServer
from ncash.fiscal import open_register
from ncash.fiscal.emulator import EmulatedRegister
from ncash.fiscal.place import Place
from ncash.model.fiscal.register import FiscalLine, FiscalOrder, FiscalRegister, MarkCheck, PlannedStatus
from ncash.model.ports import Http
from ncash.model.receipt import Kind, Payment
from ncash.settings.host import Fiscal
from ncash.testing import SeededRandom

MILK: Final = "0104670540176099215zzzzz\x1d93dGVz"
CHEESE: Final = "0104670540176099215yyyyy\x1d93dGVz\x1d3103000545"
UUID: Final = "0c7d0b54-5f0e-4e0f-8a70-000000000001"
OTHER: Final = "0c7d0b54-5f0e-4e0f-8a70-000000000002"
EVIDENCE: Final = {
    "1262": "030",
    "1263": "21.11.2023",
    "1264": "1944",
    "1265": "UUID=b0f5c1de-0000-4000-8000-000000000001&Time=1790000000000",
}


_SEEDS: Final = count(1)
"""Two tills never have the same chance: their commands would have the same identifiers."""


class QuickClock:
    """Sleeping costs nothing; the wall clock goes with it."""

    def __init__(self) -> None:
        self.at = datetime.fromisoformat("2027-01-15T12:00:00+03:00")
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.move(seconds)

    def move(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


def line(mark: str | None = MILK, **fields: Any) -> FiscalLine:
    told: dict[str, Any] = {
        "name": "Test milk", "barcode": "4670540176099", "quantity": Decimal(1), "unit": 0, "price": 8990,
        "amount": 8990, "dept": "1", "object": 33 if mark else 1, "tax": "vat10", "mark": mark,
        "status": PlannedStatus.PIECE_SOLD if mark else None,
    }  # fmt: skip
    return FiscalLine(**{**told, **fields})


def order(*lines: FiscalLine, name: str = UUID, kind: Kind = Kind.SALE) -> FiscalOrder:
    kept = lines or (line(),)
    total = sum(one.amount for one in kept)
    return FiscalOrder(name, kind, "Cashier 1", kept, (Payment("cash", total),), "2027-01-15T12:00:00+03:00")


def weighed(status: PlannedStatus, quantity: str, amount: int) -> FiscalLine:
    return line(CHEESE, name="Cheese", quantity=Decimal(quantity), unit=11, price=69900, amount=amount, status=status)


def check(mark: str = MILK, status: PlannedStatus = PlannedStatus.PIECE_SOLD) -> MarkCheck:
    return MarkCheck(mark, status, Decimal(1), 0)


class Stand(Protocol):
    """A register on the test bench."""

    clock: QuickClock
    register: FiscalRegister

    def again(self) -> FiscalRegister: ...

    def numbers(self) -> list[int]: ...

    def receipts(self) -> int: ...

    def operators(self) -> list[str]: ...

    def lose(self, when: str) -> None: ...

    def catch_up(self) -> None: ...

    def end_paper(self) -> None: ...

    def load_paper(self) -> None: ...

    def set_bits(self, code: str, bits: int) -> None: ...

    def refuse_code(self, code: str) -> None: ...

    def refuse_receipt(self) -> None: ...

    def hold_back(self, polls: int) -> None: ...


def place(driver: str, folder: Path, clock: QuickClock, http: Http, **settings: Any) -> Place:
    chance = SeededRandom(next(_SEEDS))
    return Place(Fiscal.defaults(driver=driver, **settings), folder, clock, http, folder, random=chance)


class EmulatorStand:
    """The register of ncash itself."""

    def __init__(self, folder: Path, http: Http) -> None:
        self.clock = QuickClock()
        self.place = place("emulator", folder, self.clock, http)
        self.own = EmulatedRegister(folder, self.clock)
        self.register: FiscalRegister = self.again()

    def again(self) -> FiscalRegister:
        return open_register(self.place)

    def numbers(self) -> list[int]:
        return [document["number"] for document in self.own.memory.documents()]

    def operators(self) -> list[str]:
        return [document["operator"] for document in self.own.memory.documents()]

    def receipts(self) -> int:
        return sum(document["type"] == "receipt" for document in self.own.memory.documents())

    def lose(self, when: str) -> None:
        if when == "late":
            self.own.faults.add("late", 1000, times=1)
        else:
            self.own.faults.add(f"silent_{when}", times=1)

    def catch_up(self) -> None:
        self.own.catch_up()

    def end_paper(self) -> None:
        self.own.faults.add("paper_middle", times=1)

    def load_paper(self) -> None:
        self.own.load_paper()

    def set_bits(self, code: str, bits: int) -> None:
        self.own.faults.add("bits", bits)

    def refuse_code(self, code: str) -> None:
        self.own.faults.add("check_refused", "the code is of no known form")

    def refuse_receipt(self) -> None:
        self.own.faults.add("refuse", "the code is not accepted", times=1)

    def hold_back(self, polls: int) -> None:
        self.own.faults.add("slow", 1, times=polls)


class ServiceStand:
    """A driver and the emulated service behind it, with its register."""

    def __init__(self, place: Place, server: KkmServer | AtolServer, clock: QuickClock) -> None:
        self.clock, self.device = clock, server.device
        self.place, self._polled = place, server
        self.register: FiscalRegister = self.again()

    def again(self) -> FiscalRegister:
        return open_register(self.place)

    def catch_up(self) -> None:
        self._polled.catch_up()

    def numbers(self) -> list[int]:
        return [document.number for document in self.device.documents]

    def receipts(self) -> int:
        return len(self.device.receipts)

    def operators(self) -> list[str]:
        return [document.operator for document in self.device.documents]

    def end_paper(self) -> None:
        self.device.paper_ends = True

    def load_paper(self) -> None:
        self.device.paper = True

    def set_bits(self, code: str, bits: int) -> None:
        self.device.bits[code] = bits

    def refuse_code(self, code: str) -> None:
        self.device.refused[code] = "Код маркировки не распознан"

    def refuse_receipt(self) -> None:
        self.device.refused[MILK] = "Код маркировки не принят"

    def hold_back(self, polls: int) -> None:
        self._polled.polls = polls


class KkmStand(ServiceStand):
    """The driver of KKM Server and an emulated one."""

    def __init__(self, folder: Path, http: Http, server: KkmServer, clock: QuickClock, **settings: Any) -> None:
        self.server = server
        account = {"user": "User", "passwordFile": "kkm.password"}
        super().__init__(
            place("kkmserver", folder, clock, http, url=server.url, **{**account, **settings}), server, clock
        )

    def lose(self, when: str) -> None:
        self.server.lose("RegisterCheck", when)


class AtolStand(ServiceStand):
    """The driver of ATOL and an emulated web server."""

    def __init__(self, folder: Path, http: Http, server: AtolServer, clock: QuickClock, **settings: Any) -> None:
        self.server = server
        super().__init__(place("atol", folder, clock, http, url=server.url, **settings), server, clock)

    def lose(self, when: str) -> None:
        for task in ("sell", "sellReturn"):
            self.server.lose(task, when)
