"""KKM Server (kkmserver.ru): a service on this or another computer that has registers of many makers behind it.

Commands are JSON objects for one address; it answers 200 to everything and says in `Status` and `Error` how it went
(neighbours.md §5). Names are read whatever their case.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final

from ncash.fiscal import kkm_commands as commands
from ncash.fiscal import tags
from ncash.fiscal.kkm_commands import NAME
from ncash.fiscal.place import Place
from ncash.fiscal.rest import Rest
from ncash.fiscal.wire import (
    ASKING,
    ATTEMPTS,
    Wire,
    asking,
    attempts,
    latest,
    moment,
    nothing_sent,
    unless_moved,
    whole,
)
from ncash.language import recorded
from ncash.model.decision import NOTHING
from ncash.model.fiscal.register import (
    FiscalOrder,
    Made,
    MarkCheck,
    MarkResult,
    RegisterRefused,
    RegisterSilent,
    RegisterStatus,
    ShiftState,
)
from ncash.model.mark import plain
from ncash.model.receipt import Kind

USUAL: Final = "http://127.0.0.1:5893"
EXECUTE: Final = "/Execute"
OK, RUNNING, FAILED, NOT_FOUND, WAITING, DONE_BEFORE = range(6)
"""`Status` of an answer."""
POLL: Final = 0.3
SPARE: Final = 3
"""Seconds of the time limit that are left for the answer to come back."""
SHIFTS: Final = {1: ShiftState.CLOSED, 2: ShiftState.OPEN, 3: ShiftState.EXPIRED}


class KkmServer:
    """Implements ncash.model.fiscal.register.FiscalRegister."""

    def __init__(self, place: Place) -> None:
        self.serial = ""
        self._place = place
        self._settings = place.settings
        self._wire = Wire(place, USUAL, NAME)
        self._patience = min(float(place.settings.timeout), ASKING)
        self._rest = Rest(place.clock, NAME, partial(self._wire.there, "/"))
        self._known: int | None = None
        """Tag 1040 of the document that was the last when the service was asked last."""

    def status(self) -> RegisterStatus:
        """GetDataKKT."""
        answer = self._asked("GetDataKKT")
        told = answer.get("info")
        info: Mapping[str, Any] = told if isinstance(told, dict) else {}
        number, state = whole(answer.get("checknumber")), whole(info.get("sessionstate"))
        if number is None or state not in SHIFTS:
            raise RegisterSilent(
                recorded("{name}: the answer does not say how the register is", name=NAME),
                "look at KKM Server's own log",
            )
        self.serial = str(info.get("fnnumber") or self.serial)
        self._known = number
        unsent = whole(info.get("ofd_numerrordoc")) or 0
        since = moment(info.get("ofd_dateerrordoc"), self._place.clock.now().tzinfo)
        return RegisterStatus(
            shift=SHIFTS[state],
            shift_number=whole(answer.get("sessionnumber")) or 0,
            last_number=number,
            drive=self.serial,
            paper=info.get("paperover") is not True,
            unsent=unsent,
            unsent_since=since if unsent else None,
            ffd="1.05" if str(info.get("ffdversion")) in ("1.05", "2") else "1.2",
        )

    def last(self) -> Made | None:
        """GetDataCheck of the last number, or of one before it where the last ones are reports."""
        return latest(NAME, self.status().last_number, self._document)

    def find(self, order_id: str) -> Made | None:
        """GetRezult by the order's UUID, which was the command's."""
        return self._past(order_id)[1]

    def _past(self, order_id: str) -> tuple[str, Made | None]:
        """An identifier that no command of this order had, or the document that one of them made."""
        for number in attempts(order_id):
            answer = self._result(number)
            status, made = answer.get("status"), whole(answer.get("checknumber"))
            if status == NOT_FOUND:
                return number, None
            if status in (RUNNING, WAITING):
                raise RegisterSilent(
                    recorded("{name} is still at work on the receipt", name=NAME), "wait, then ask again"
                )
            if status == OK and made:
                return number, self._found(answer, made)._replace(receipt=order_id)
        raise RegisterRefused(
            recorded("{name} refused this receipt {attempts} times", name=NAME, attempts=ATTEMPTS), "cancel it"
        )

    def _found(self, answer: Mapping[str, Any], number: int) -> Made:
        made = commands.told(answer, self._place.clock.now().tzinfo) or self._document(number)
        if made is None:
            raise RegisterSilent(
                recorded("{name} made document {number} and does not tell of it", name=NAME, number=number)
            )
        return made

    def register(self, order: FiscalOrder) -> Made:
        """RegisterCheck under the UUID of the order. After an error the drive's number tells whether something was
        made all the same."""
        fields = commands.receipt(order, self._settings)
        with nothing_sent():
            before = self._known if self._known is not None else self.status().last_number
            free, made_before = self._past(order.id)
        if made_before is not None:
            return made_before
        try:
            answer = self._done("RegisterCheck", free, fields)
        except RegisterRefused as refusal:
            self._known = None
            raise unless_moved(refusal, before, lambda: self.status().last_number) from None
        number = whole(answer.get("checknumber"))
        if not number:
            raise RegisterSilent(recorded("{name}: the answer holds no document number", name=NAME))
        self._known = number
        told = commands.told(answer, self._place.clock.now().tzinfo)
        if told is None:
            shift, in_shift = whole(answer.get("sessionnumber")) or 0, whole(answer.get("sessionchecknumber")) or 0
            returned = order.kind is not Kind.SALE
            told = Made(
                number=number,
                drive=self.serial,
                sign="",
                time=order.time,
                total=order.total,
                returned=returned,
                shift=shift,
                in_shift=in_shift,
            )
        return told._replace(receipt=order.id, marks=tuple(line.mark for line in order.lines if line.mark is not None))

    def check_mark(self, check: MarkCheck) -> MarkResult:
        """ValidationMarkingCode. The service keeps no buffer: it asks the drive again when the receipt is made."""
        if self._settings.ffd == tags.FFD_105:
            return MarkResult(0, tags.NOT_IN_105)
        with self._rest:
            return self._checked(check)

    def _checked(self, check: MarkCheck) -> MarkResult:
        number = self._place.random.uuid()
        answer = self._done("ValidationMarkingCode", number, commands.check(check), self._patience)
        found = answer.get("markingcodevalidation")
        for element in found if isinstance(found, list) else ():
            if isinstance(element, dict) and plain(str(element.get("barcode", ""))) == plain(check.mark):
                return commands.result_of(element)
        raise RegisterSilent(recorded("{name}: the answer is not about the code that was asked for", name=NAME))

    def accept_mark(self, check: MarkCheck) -> None:
        """The code goes with its position."""

    def decline_mark(self, check: MarkCheck) -> None:
        """There is no buffer."""

    def forget_marks(self) -> None:
        """There is no buffer."""

    def open_shift(self, operator: str) -> int:
        """OpenShift."""
        answer = self._done("OpenShift", self._place.random.uuid(), self._cashier(operator))
        self._known = None
        return whole(answer.get("sessionnumber")) or 0

    def close_shift(self, operator: str) -> Mapping[str, Any]:
        """CloseShift. The service tells no sums."""
        answer = self._done("CloseShift", self._place.random.uuid(), self._cashier(operator))
        self._known = None
        return {"shift": whole(answer.get("sessionnumber")) or 0}

    def report_x(self, operator: str) -> Mapping[str, Any]:
        """XReport. The service tells no sums."""
        answer = self._done("XReport", self._place.random.uuid(), self._cashier(operator))
        return {"shift": whole(answer.get("sessionnumber")) or 0}

    def print_lines(self, lines: Sequence[str]) -> None:
        """PrintDocument."""
        fields = {"IsFiscalCheck": False, "CheckStrings": [{"PrintText": {"Text": line}} for line in lines]}
        self._done("PrintDocument", self._place.random.uuid(), fields)

    def print_copy(self) -> None:
        """GetDataCheck with one copy."""
        number = self.status().last_number
        self._done("GetDataCheck", self._place.random.uuid(), {"FiscalNumber": number, "NumberCopies": 1})

    def _cashier(self, operator: str) -> dict[str, str]:
        return {"CashierName": operator or self._settings.operator, "CashierVATIN": ""}

    def _document(self, number: int) -> Made | None:
        """A receipt of the drive; None for another document."""
        try:
            fields = {"FiscalNumber": number, "NumberCopies": 0}
            answer = self._done("GetDataCheck", self._place.random.uuid(), fields, self._patience)
        except RegisterRefused:
            return None
        made = commands.told(answer, self._place.clock.now().tzinfo)
        return made if made is not None and made.number == number else None

    def _asked(self, command: str) -> dict[str, Any]:
        """A question: every failure of it is silence."""
        with asking():
            return self._done(command, self._place.random.uuid(), NOTHING, self._patience)

    def _done(self, command: str, number: str, fields: Mapping[str, Any], limit: float | None = None) -> dict[str, Any]:
        """The answer to a command that was carried out; waits while it runs. Raises RegisterRefused for an error."""
        clock, limit = self._place.clock, limit or float(self._settings.timeout)
        deadline = clock.monotonic() + limit
        seconds = max(int(limit) - SPARE, 2)
        head = {"Command": command, "NumDevice": self._settings.device, "IdCommand": number, "Timeout": seconds}
        answer = self._sent({**head, **fields}, limit)
        while (status := answer.get("status")) in (RUNNING, WAITING, DONE_BEFORE):
            left = deadline - clock.monotonic()
            if left <= POLL:
                raise RegisterSilent(
                    recorded(
                        "{name}: {command} was still at work after {limit:.0f} s",
                        name=NAME,
                        command=command,
                        limit=limit,
                    )
                )
            clock.sleep(POLL)
            answer = self._result(number, left)
        text = str(answer.get("error") or "").strip()[:300]
        if status == FAILED or (status == OK and text):
            raise RegisterRefused(f"{NAME}: {text or 'an error without a text'}")
        if status != OK:
            raise RegisterSilent(
                recorded("{name}: {command} has the status {status!r}", name=NAME, command=command, status=status)
            )
        return answer

    def _result(self, number: str, left: float | None = None) -> dict[str, Any]:
        """What has come of a command so far."""
        answer = self._sent({"Command": "GetRezult", "IdCommand": number}, left or self._patience)
        inner = answer.get("rezult")
        return inner if isinstance(inner, dict) else answer

    def _sent(self, content: Mapping[str, Any], budget: float) -> dict[str, Any]:
        heard = self._wire.post(EXECUTE, content, budget, doing=content["Command"] != "GetRezult")
        if heard.status != 200:
            raise RegisterSilent(f"{NAME}: HTTP {heard.status}")
        lowered: dict[str, Any] = commands.lowered(heard.content)
        status = whole(lowered.get("status"))
        return lowered if status is None else {**lowered, "status": status}


def open_register(place: Place) -> KkmServer:
    """The register behind KKM Server."""
    return KkmServer(place)
