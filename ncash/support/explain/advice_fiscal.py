"""What to do when a text about the fiscal register stands on the screen (ncash/fiscal/texts.py)."""

from collections.abc import Mapping
from typing import Final

from ncash.plugin import Advice

ADVICE: Final[Mapping[str, Advice]] = {
    "FiscalSilent": Advice(
        "The register does not answer: cable, power, the service in front of it. ncash doctor asks it and names the "
        "address; nothing was sent, the receipt stands at payment.",
        "Проверьте, включён ли фискальный регистратор, и закройте чек ещё раз.",
    ),
    "FiscalRefused": Advice(
        "The register said no and made no document; its own words stand in the text, and ncash docs register explains "
        "them.",
        "Прочитайте, что ответил регистратор, и закройте чек ещё раз. Не помогло — позвоните в поддержку.",
    ),
    "FiscalBusy": Advice(
        "Another program has the register in hand, or it still prints; it is asked again at the next close.",
        "Подождите, пока регистратор закончит печать, и закройте чек ещё раз.",
    ),
    "PaperOut": Advice(
        "The register reports that it has no paper; nothing was sent to it.",
        "Вставьте ленту и закройте чек ещё раз.",
    ),
    "ShiftExpired": Advice(
        "A shift lasts 24 hours at most: close it (the Z report), the next receipt opens a new one.",
        "Отложите чек, закройте смену и восстановите чек.",
    ),
    "UnsentTooLong": Advice(
        "The drive is blocked after 30 days without the operator of fiscal data: mend the line of the register to the "
        "operator, it sends by itself; then close again.",
        "Продавать на этой кассе нельзя. Позвоните в поддержку.",
    ),
    "FiscalUnknown": Advice(
        "The till asks the register at every command and never sends blindly; when the register answers, the receipt "
        "is closed or stands at payment again. ncash docs support tells what an intent is.",
        "Не пробивайте чек на другой кассе. Проверьте регистратор и повторите.",
    ),
    "FiscalStopped": Advice(
        "The drive holds another document than this till ordered: compare both, then ncash receipt settle --adopt or "
        "--drop with a reason; ncash reconcile shows the rest.",
        "Позовите администратора. До его решения касса не продаёт.",
    ),
    "FiscalLate": Advice(
        "The document came after the receipt was annulled or put aside: ncash receipt settle shows both; --adopt books "
        "it, --drop leaves the books as they are. ncash docs register says when which.",
        "Позовите администратора. До его решения касса не продаёт.",
    ),
    "FiscalForeign": Advice(
        "The register has a receipt that the books do not have. If they were put back: ncash rebuild. If another "
        "program made it: ncash receipt settle --drop with a reason; ncash reconcile shows the rest.",
        "Позовите администратора. До его решения касса не продаёт.",
    ),
    "FiscalNotMade": Advice(
        "The register was asked and has no document of this receipt: closing again is safe.",
        "Закройте чек ещё раз.",
    ),
    "FiscalAdopted": Advice(
        "The answer was lost and the document was found in the drive; the books have it, nothing is to be done.",
        "Чек пробит. Отдайте его покупателю.",
    ),
    "FiscalUnsettled": Advice(
        "The till stopped in the middle of a close; its next command asks the register what became of it.",
        "Продолжайте работу: касса выяснит исход сама.",
    ),
    "FiscalUnprinted": Advice(
        "The document is in the drive and not on paper; the command copy prints it, a second sale would double it.",
        "Вставьте ленту и напечатайте копию. Второй раз чек не пробивайте.",
    ),
    "ShiftUnclosed": Advice(
        "The register did not close its shift; closing again asks it first and closes what is still open.",
        "Повторите закрытие смены. Не помогло — позвоните в поддержку.",
    ),
    "CodeRefused": Advice(
        "The drive or the operator of fiscal data found the code wrong (tag 2106 in the step register of ncash "
        "explain); [Fiscal] checkMarks switches the check.",
        "Возьмите другую единицу товара, эту отложите.",
    ),
    "CodeUnchecked": Advice(
        "The register gave no answer about the code; ignoreCheckMarksErrors decides whether it is sold, and the "
        "register is left alone for a minute.",
        "Продолжайте, если товар добавлен. Иначе отложите его и позвоните в поддержку.",
    ),
}
