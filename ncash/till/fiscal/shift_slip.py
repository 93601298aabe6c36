"""The report of a shift as a text for the paper of the register: 40 characters a line, every word a row."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from ncash.model.fiscal.payments import PAYMENT_TYPES

WIDTH: Final = 40
RULE: Final = "-" * WIDTH
WORDS: Final[Mapping[str, str]] = {
    "x": "X-ОТЧЁТ ПО СМЕНЕ",
    "z": "Z-ОТЧЁТ ПО СМЕНЕ",
    "shift": "Смена",
    "cash": "Касса",
    "shop": "Магазин",
    "cashier": "Кассир",
    "opened": "Открыта",
    "closed": "Закрыта",
    "sales": "Продажи, чеков",
    "returns": "Возвраты, чеков",
    "sum": "на сумму",
    "annulled": "Аннулировано чеков",
    "inventories": "Инвентаризаций",
    "marked": "Маркированных позиций",
    "unchecked": "Продано без проверки",
    "refused": "Отказано в продаже",
    "unsent": "Не отправлено сообщений",
}
"""The lines of the report."""
PAYMENTS: Final[Mapping[str, str]] = {one.name: one.slip for one in PAYMENT_TYPES}
"""Kinds of payment; one of an older program stands by its own name."""
REASONS: Final[Mapping[str, str]] = {
    "crpt: connection": "нет связи",
    "crpt: tls": "нет защищённой связи",
    "crpt: timeout": "нет ответа вовремя",
    "crpt: http": "ошибка сервера",
    "crpt: external": "ошибка сервера",
    "crpt: malformed": "непонятный ответ",
    "crpt: token": "нет действующего токена",
    "crpt: emergency": "аварийный режим",
    "without_mark": "без кода маркировки",
    "rebuilt": "чек восстановлен",
}
"""Why a position was not checked; another reason stands by its own name."""


def slip_lines(report: Mapping[str, Any]) -> tuple[str, ...]:
    """The report of a shift (store.shifts), closed or open."""
    return (*_head(report), RULE, *_sums(report), RULE, *_marks(report), RULE)


def _head(report: Mapping[str, Any]) -> Iterator[str]:
    yield WORDS["z" if report["closed"] else "x"].center(WIDTH).rstrip()
    yield row(f"{WORDS['shift']} {report['shift']}", f"{WORDS['cash']} {report['cashcode']}")
    for name, key in (("shop", "shopcode"), ("cashier", "cashier")):
        if report.get(key):
            yield row(WORDS[name], str(report[key]))
    for name in ("opened", "closed"):
        if report[name]:
            yield row(WORDS[name], _moment(report[name]))


def _moment(time: str) -> str:
    try:
        return datetime.fromisoformat(time).strftime("%d.%m.%Y %H:%M")
    except ValueError:
        return time


def _sums(report: Mapping[str, Any]) -> Iterator[str]:
    for side in ("sales", "returns"):
        yield row(WORDS[side], str(report[side]["count"]))
        yield row(f"  {WORDS['sum']}", report[side]["sum"])
        for kind, sums in report["payments"].items():
            if sums[side] != "0.00":
                yield row(f"    {PAYMENTS.get(kind, kind)}", sums[side])
    for name in ("annulled", "inventories"):
        if report[name]["count"]:
            yield row(WORDS[name], str(report[name]["count"]))


def _marks(report: Mapping[str, Any]) -> Iterator[str]:
    yield row(WORDS["marked"], str(report["marked"]))
    for name, words in (("unchecked", REASONS), ("refused", {})):
        counts: Mapping[str, int] = report[name]
        yield row(WORDS[name], str(sum(counts.values())))
        for reason, count in _named(counts, words).items():
            yield row(f"  {reason}", str(count))
    if "unsent" in report:
        yield row(WORDS["unsent"], str(report["unsent"]))


def _named(counts: Mapping[str, int], words: Mapping[str, str]) -> dict[str, int]:
    """The counts by the words for their reasons; reasons that are said alike are counted together."""
    found: dict[str, int] = {}
    for reason, count in counts.items():
        word = words.get(reason, reason) or "–"
        found[word] = found.get(word, 0) + count
    return found


def row(left: str, right: str) -> str:
    """Two words at the two edges of the paper; the left one gives way."""
    room = WIDTH - len(right) - 1
    shown = left if len(left) <= room else f"{left[: room - 1]}…"
    return f"{shown}{right:>{WIDTH - len(shown)}}"
