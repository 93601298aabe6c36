"""What happens at the emulated fiscal register of a case: faults, other people's documents, a supervisor's decision."""

from collections.abc import Mapping
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

from ncash.fiscal.emulator import EmulatedRegister
from ncash.model.fiscal.intent import Ruling
from ncash.model.fiscal.register import FiscalLine, FiscalOrder, RegisterSilent
from ncash.model.ports import Clock
from ncash.model.receipt import Kind, Payment
from ncash.store.documents import open_documents


def set_register(data: Path, clock: Clock, given: Mapping[str, Any]) -> None:
    """`{kind: …, value: …, times: …}` plants a fault, `{mended: KIND}` ends it, `{foreign: SUM}` makes a document by
    another program, `{shift: closed}` closes the shift of the register, `{ruling: adopt}` is the supervisor."""
    register = EmulatedRegister(data, clock)
    if "foreign" in given:
        with suppress(RegisterSilent):
            register.register(_foreign(int(Decimal(given["foreign"]) * 100), clock.now().isoformat(timespec="seconds")))
    elif "shift" in given:
        register.close_shift("somebody")
    elif "mended" in given:
        register.faults.remove(given["mended"])
    elif "ruling" in given:
        _rule(data, given["ruling"])
    else:
        times = int(given["times"]) if "times" in given else None
        register.faults.add(given["kind"], given.get("value"), times=times)


def _foreign(total: int, time: str) -> FiscalOrder:
    line = FiscalLine("Чужое", "1", Decimal("1.000"), 0, total, total, "1", 1)
    return FiscalOrder("foreign", Kind.SALE, "", (line,), (Payment("cash", total),), time)


def _rule(data: Path, what: str) -> None:
    books = open_documents(data / "Documents.sqlite", "1", "1")
    try:
        intent = books.intent()
        assert intent is not None
        assert books.rule_intent(intent.uuid, Ruling(what, "Старший кассир", "сверено с лентой", intent.time))
    finally:
        books.close()
