"""What the cashier reads about the fiscal register; ours, under keys of our own."""

from typing import Final

from ncash.messages import Message, table


def _row(key: str, text: str, shown: str, kind: str = "error") -> Message:
    return Message(key, text, kind=kind, buttons=("ok",) if kind == "error" else (), shown=shown, own=True)


FISCAL_SILENT: Final = _row(
    "FiscalSilent",
    "Фискальный регистратор не отвечает. Проверьте питание и кабель и повторите",
    "the register does not answer before anything was sent to it; nothing was done",
)
FISCAL_REFUSED: Final = _row(
    "FiscalRefused",
    "Фискальный регистратор отказал: {reason}. Чек не пробит",
    "the register refused the document, or the question before it",
)
FISCAL_BUSY: Final = _row(
    "FiscalBusy",
    "Фискальный регистратор занят. Подождите и закройте чек ещё раз",
    "closing while the register is making another document",
)
PAPER_OUT: Final = _row(
    "PaperOut",
    "В фискальном регистраторе нет бумаги. Вставьте ленту и закройте чек ещё раз",
    "closing while the register is out of paper",
)
SHIFT_EXPIRED: Final = _row(
    "ShiftExpired",
    "Смена открыта больше 24 часов. Закройте смену",
    "closing a receipt in a shift of the register that is older than 24 hours",
)
UNSENT_TOO_LONG: Final = _row(
    "UnsentTooLong",
    "Чеки не передаются оператору фискальных данных больше 30 дней (с {since}). Продажа невозможна, "
    "позвоните в поддержку",
    "closing while the oldest document that the operator does not have is older than 30 days",
)
FISCAL_UNKNOWN: Final = _row(
    "FiscalUnknown",
    "Исход неизвестен: фискальный регистратор не ответил, пробит ли чек на {total}. Проверьте регистратор и повторите",
    "the register does not say whether it made the document; every command but state asks it again",
)
FISCAL_STOPPED: Final = _row(
    "FiscalStopped",
    "Чек не закрыт: ожидался документ {ordered}, в фискальном накопителе {found}. "
    "Позовите администратора (ncash receipt settle)",
    "the register holds another document where this receipt's should be; a supervisor decides",
)
FISCAL_LATE: Final = _row(
    "FiscalLate",
    "Чек от {time} на {total} {where}, но фискальный регистратор пробил его позже: {found}. "
    "Позовите администратора (ncash receipt settle)",
    "the document of a receipt that was annulled or put aside came into being late; a supervisor decides",
)
FISCAL_FOREIGN: Final = _row(
    "FiscalForeign",
    "В фискальном накопителе {found}, в учёте кассы такого чека нет. Позовите администратора (ncash receipt settle)",
    "the last receipt of the drive is in no book, and of no receipt that waits here; a supervisor decides",
)
FISCAL_NOT_MADE: Final = _row(
    "FiscalNotMade",
    "Чек не пробит: фискальный регистратор документа не создал. Закройте чек ещё раз",
    "the register was asked after it had not answered: there is no document of this receipt",
    "warning",
)
FISCAL_ADOPTED: Final = _row(
    "FiscalAdopted",
    "Чек пробит и закрыт: фискальный документ № {number}",
    "the register was asked after it had not answered: the document is there, the receipt is closed with it",
    "info",
)
FISCAL_UNSETTLED: Final = _row(
    "FiscalUnsettled",
    "Незавершённый чек на {total}: исход будет выяснен у фискального регистратора",
    "a till stopped between the command to the register and its own books; gone when the register was asked",
    "notice",
)
FISCAL_UNPRINTED: Final = _row(
    "FiscalUnprinted",
    "Последний чек не напечатан. Вставьте ленту и напечатайте копию",
    "the document made last is in the drive and not on paper; gone after copy",
    "notice",
)
SHIFT_UNCLOSED: Final = _row(
    "ShiftUnclosed",
    "Смена не закрыта: {reason}. Повторите",
    "the register did not close its shift, or does not say whether it did",
)
CODE_REFUSED: Final = _row(
    "CodeRefused",
    "Товар '{position}' продать нельзя: код маркировки не прошёл проверку в фискальном накопителе",
    "the check of the code by the drive or the operator of fiscal data came out wrong",
)
CODE_UNCHECKED: Final = _row(
    "CodeUnchecked",
    "Код маркировки не проверен: фискальный регистратор не ответил ({reason})",
    "the register did not check a code: a warning, or with ignoreCheckMarksErrors = false the refusal of the goods",
)

MESSAGES: Final = table(value for value in tuple(globals().values()) if isinstance(value, Message))
