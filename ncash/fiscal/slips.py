"""What stands on the paper of a fiscal document (FFD tag names in short Russian, as registers print them)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from ncash.fiscal.emulated.tape import WIDTH, foot, row
from ncash.fiscal.tags import letter
from ncash.model.money import rubles

TITLES: Final = {"open": "ОТЧЁТ ОБ ОТКРЫТИИ СМЕНЫ", "close": "ОТЧЁТ О ЗАКРЫТИИ СМЕНЫ"}


def totals(title: str, counts: Mapping[str, Any]) -> list[str]:
    """A report of a shift."""
    sides = (("ПРИХОД", counts["sales"]), ("ВОЗВРАТ ПРИХОДА", counts["returns"]))
    head = [title, row("СМЕНА", str(counts["shift"]))]
    return [*head, *(row(f"{name}: {side['count']}", rubles(side["sum"])) for name, side in sides)]


def document(told: Mapping[str, Any]) -> list[str]:
    """A fiscal document as the emulated drive keeps it; its foot is the last line."""
    if told.get("type", "receipt") == "receipt":
        lines = _receipt(told)
    elif told["type"] == "close":
        lines = totals(TITLES["close"], told)
    else:
        lines = [TITLES["open"], row("СМЕНА", str(told["shift"]))]
    own = row(f"ФН {told['drive']}", f"ФП {told['sign']}")
    return ["", *lines, row(told["time"], str(told.get("operator", ""))), own, foot(told["number"])]


def _receipt(told: Mapping[str, Any]) -> list[str]:
    lines = ["КАССОВЫЙ ЧЕК", "ВОЗВРАТ ПРИХОДА" if told.get("returned") else "ПРИХОД"]
    for line in told["lines"]:
        sign = f"{letter(line.get('result') or 0)} " if line["mark"] is not None else ""
        count = f"{Decimal(line['quantity']).normalize():f} x {rubles(line['price'])}"
        lines += [f"{sign}{line['name']}"[:WIDTH], row(count, rubles(line["amount"]))]
    return [*lines, row("ИТОГ", rubles(told["total"]))]
