"""What the cashier reads about the fiscal register; ours, under keys of our own."""

from typing import Final

from ncash.messages import Advice, Message, table


def _row(key: str, text: str, shown: str, kind: str = "error", *, advice: Advice) -> Message:
    buttons = ("ok",) if kind == "error" else ()
    return Message(key, text, kind=kind, buttons=buttons, shown=shown, own=True, advice=advice)


FISCAL_SILENT: Final = _row(
    "FiscalSilent",
    "Фискальный регистратор не отвечает. Проверьте питание и кабель и повторите",
    "the register does not answer before anything was sent to it; nothing was done",
    advice=Advice(
        "The register does not answer: cable, power, the service in front of it. ncash doctor asks it and names the "
        "address; nothing was sent, the receipt stands at payment.",
        "Проверьте, включён ли фискальный регистратор, и закройте чек ещё раз.",
    ),
)
FISCAL_REFUSED: Final = _row(
    "FiscalRefused",
    "Фискальный регистратор отказал: {reason}. Чек не пробит",
    "the register refused the document, or the question before it",
    advice=Advice(
        "The register said no and made no document; its own words stand in the text, and ncash docs register explains "
        "them.",
        "Прочитайте, что ответил регистратор, и закройте чек ещё раз. Не помогло — позвоните в поддержку.",
    ),
)
FISCAL_BUSY: Final = _row(
    "FiscalBusy",
    "Фискальный регистратор занят. Подождите и закройте чек ещё раз",
    "closing while the register is making another document",
    advice=Advice(
        "Another program has the register in hand, or it still prints; it is asked again at the next close.",
        "Подождите, пока регистратор закончит печать, и закройте чек ещё раз.",
    ),
)
PAPER_OUT: Final = _row(
    "PaperOut",
    "В фискальном регистраторе нет бумаги. Вставьте ленту и закройте чек ещё раз",
    "closing while the register is out of paper",
    advice=Advice(
        "The register reports that it has no paper; nothing was sent to it.",
        "Вставьте ленту и закройте чек ещё раз.",
    ),
)
SHIFT_EXPIRED: Final = _row(
    "ShiftExpired",
    "Смена открыта больше 24 часов. Закройте смену",
    "closing a receipt in a shift of the register that is older than 24 hours",
    advice=Advice(
        "A shift lasts 24 hours at most: close it (the Z report), the next receipt opens a new one.",
        "Отложите чек, закройте смену и восстановите чек.",
    ),
)
UNSENT_TOO_LONG: Final = _row(
    "UnsentTooLong",
    "Чеки не передаются оператору фискальных данных больше 30 дней (с {since}). Продажа невозможна, "
    "позвоните в поддержку",
    "closing while the oldest document that the operator does not have is older than 30 days",
    advice=Advice(
        "The drive is blocked after 30 days without the operator of fiscal data: mend the line of the register to the "
        "operator, it sends by itself; then close again.",
        "Продавать на этой кассе нельзя. Позвоните в поддержку.",
    ),
)
FISCAL_UNKNOWN: Final = _row(
    "FiscalUnknown",
    "Исход неизвестен: фискальный регистратор не ответил, пробит ли чек на {total}. Проверьте регистратор и повторите",
    "the register does not say whether it made the document; every command but state asks it again",
    advice=Advice(
        "The till asks the register at every command and never sends blindly; when the register answers, the receipt "
        "is closed or stands at payment again. ncash docs support tells what an intent is.",
        "Не пробивайте чек на другой кассе. Проверьте регистратор и повторите.",
    ),
)
FISCAL_STOPPED: Final = _row(
    "FiscalStopped",
    "Чек не закрыт: ожидался документ {ordered}, в фискальном накопителе {found}. "
    "Позовите администратора (ncash receipt settle)",
    "the register holds another document where this receipt's should be; a supervisor decides",
    advice=Advice(
        "The drive holds another document than this till ordered: compare both, then ncash receipt settle --adopt or "
        "--drop with a reason; ncash reconcile shows the rest.",
        "Позовите администратора. До его решения касса не продаёт.",
    ),
)
FISCAL_LATE: Final = _row(
    "FiscalLate",
    "Чек от {time} на {total} {where}, но фискальный регистратор пробил его позже: {found}. "
    "Позовите администратора (ncash receipt settle)",
    "the document of a receipt that was annulled or put aside came into being late; a supervisor decides",
    advice=Advice(
        "The document came after the receipt was annulled or put aside: ncash receipt settle shows both; --adopt books "
        "it, --drop leaves the books as they are. ncash docs register says when which.",
        "Позовите администратора. До его решения касса не продаёт.",
    ),
)
FISCAL_FOREIGN: Final = _row(
    "FiscalForeign",
    "В фискальном накопителе {found}, в учёте кассы такого чека нет. Позовите администратора (ncash receipt settle)",
    "the last receipt of the drive is in no book, and of no receipt that waits here; a supervisor decides",
    advice=Advice(
        "The register has a receipt that the books do not have. If they were put back: ncash rebuild. If another "
        "program made it: ncash receipt settle --drop with a reason; ncash reconcile shows the rest.",
        "Позовите администратора. До его решения касса не продаёт.",
    ),
)
FISCAL_NOT_MADE: Final = _row(
    "FiscalNotMade",
    "Чек не пробит: фискальный регистратор документа не создал. Закройте чек ещё раз",
    "the register was asked after it had not answered: there is no document of this receipt",
    "warning",
    advice=Advice(
        "The register was asked and has no document of this receipt: closing again is safe.",
        "Закройте чек ещё раз.",
    ),
)
FISCAL_ADOPTED: Final = _row(
    "FiscalAdopted",
    "Чек пробит и закрыт: фискальный документ № {number}",
    "the register was asked after it had not answered: the document is there, the receipt is closed with it",
    "info",
    advice=Advice(
        "The answer was lost and the document was found in the drive; the books have it, nothing is to be done.",
        "Чек пробит. Отдайте его покупателю.",
    ),
)
FISCAL_UNSETTLED: Final = _row(
    "FiscalUnsettled",
    "Незавершённый чек на {total}: исход будет выяснен у фискального регистратора",
    "a till stopped between the command to the register and its own books; gone when the register was asked",
    "notice",
    advice=Advice(
        "The till stopped in the middle of a close; its next command asks the register what became of it.",
        "Продолжайте работу: касса выяснит исход сама.",
    ),
)
FISCAL_UNPRINTED: Final = _row(
    "FiscalUnprinted",
    "Последний чек не напечатан. Вставьте ленту и напечатайте копию",
    "the document made last is in the drive and not on paper; gone after copy",
    "notice",
    advice=Advice(
        "The document is in the drive and not on paper; the command copy prints it, a second sale would double it.",
        "Вставьте ленту и напечатайте копию. Второй раз чек не пробивайте.",
    ),
)
SHIFT_UNCLOSED: Final = _row(
    "ShiftUnclosed",
    "Смена не закрыта: {reason}. Повторите",
    "the register did not close its shift, or does not say whether it did",
    advice=Advice(
        "The register did not close its shift; closing again asks it first and closes what is still open.",
        "Повторите закрытие смены. Не помогло — позвоните в поддержку.",
    ),
)
CODE_REFUSED: Final = _row(
    "CodeRefused",
    "Товар '{position}' продать нельзя: код маркировки не прошёл проверку в фискальном накопителе",
    "the check of the code by the drive or the operator of fiscal data came out wrong",
    advice=Advice(
        "The drive or the operator of fiscal data found the code wrong (tag 2106 in the step register of ncash "
        "explain); [Fiscal] checkMarks switches the check.",
        "Возьмите другую единицу товара, эту отложите.",
    ),
)
CODE_UNCHECKED: Final = _row(
    "CodeUnchecked",
    "Код маркировки не проверен: фискальный регистратор не ответил ({reason})",
    "the register did not check a code: a warning, or with ignoreCheckMarksErrors = false the refusal of the goods",
    advice=Advice(
        "The register gave no answer about the code; ignoreCheckMarksErrors decides whether it is sold, and the "
        "register is left alone for a minute.",
        "Продолжайте, если товар добавлен. Иначе отложите его и позвоните в поддержку.",
    ),
)

MESSAGES: Final = table(value for value in tuple(globals().values()) if isinstance(value, Message))
