"""ATOL registers through the web server of their driver, version 10.

A request is a list of JSON tasks under a UUID: `POST /api/v2/requests`, then `GET /api/v2/requests/UUID` until every
task is ready. The server takes a UUID once only, so that the UUID of the receipt is what keeps it single; and what has
come of it can be asked for later.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final

from ncash.fiscal import atol_tasks as tasks
from ncash.fiscal.atol_tasks import TaskReport, part
from ncash.fiscal.place import Place
from ncash.fiscal.rest import Rest
from ncash.fiscal.tags import FFD_105, NOT_IN_105, letter
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

USUAL: Final = "http://127.0.0.1:16732"
REQUESTS: Final = "/api/v2/requests"
NAME: Final = "ATOL"
NOBODY: Final = "00000000-0000-0000-0000-000000000000"
"""No request has this UUID; that the server does not know it is an answer."""
POLL: Final = 0.25
RUNS_ALREADY: Final = 401
"""Another check runs: it is cancelled, and this one begins again."""
COME_AGAIN: Final = frozenset({403, 407, 410})
"""The module of the registry was interrupted, is closed for a moment, or is in another state."""
UNHEARD: Final = frozenset({402, 421})
"""The registry was not reached: the drive's own answer stands."""
TRIES: Final = 5
PAUSES: Final = (1.0, 3.0)
"""Seconds before the check is tried again, the least and the most."""


class TaskFailure(RegisterRefused):
    """A task that the driver says has failed, with its code."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(f"{NAME}: {text or 'an error without a text'} ({code})")
        self.code = code


class Atol:
    """Implements ncash.model.fiscal.register.FiscalRegister."""

    def __init__(self, place: Place) -> None:
        self.serial = ""
        self._place = place
        self._settings = place.settings
        self._wire = Wire(place, USUAL, NAME)
        self._patience = min(float(place.settings.timeout), ASKING)
        self._rest = Rest(place.clock, NAME, partial(self._wire.there, f"{REQUESTS}/{NOBODY}"))
        self._known: int | None = None
        self._unprinted = False

    def status(self) -> RegisterStatus:
        """getShiftStatus, getFnStatus, getDeviceStatus, ofdExchangeStatus; getFnInfo as long as it is not known."""
        asked = ["getShiftStatus", "getFnStatus", "getDeviceStatus", "ofdExchangeStatus", "getFnInfo"]
        answers = self._asked(*({"type": name} for name in asked))
        shift, drive, device = (
            part(answers[at], name) for at, name in ((0, "shiftStatus"), (1, "fnStatus"), (2, "deviceStatus"))
        )
        exchange, about = part(answers[3], "status"), part(answers[4], "fnInfo")
        number, state = whole(drive.get("fiscalDocumentNumber")), shift.get("status")
        if number is None or state not in ("opened", "closed", "expired"):
            raise RegisterSilent(recorded("{name}: the answer does not say how the register is", name=NAME))
        self.serial = str(about.get("serial") or self.serial).strip()
        self._known = number
        unsent = whole(exchange.get("notSentCount")) or 0
        return RegisterStatus(
            shift={"opened": ShiftState.OPEN, "closed": ShiftState.CLOSED, "expired": ShiftState.EXPIRED}[state],
            shift_number=whole(shift.get("number")) or 0,
            last_number=number,
            drive=self.serial,
            paper=device.get("paperPresent") is not False,
            unsent=unsent,
            unsent_since=moment(exchange.get("notSentFirstDocDateTime"), self._zone) if unsent else None,
            ffd="1.05" if about.get("ffdVersion") == "1.05" else "1.2",
            unprinted=self._unprinted,
        )

    def last(self) -> Made | None:
        """getFnDocument of the last number, or of one before it where the last ones are reports."""
        (answer,) = self._asked({"type": "getFnStatus"})
        number = whole(part(answer, "fnStatus").get("fiscalDocumentNumber"))
        if number is None:
            raise RegisterSilent(recorded("{name}: the drive does not tell its last number", name=NAME))
        return latest(NAME, number, self._document)

    def find(self, order_id: str) -> Made | None:
        """The request of this UUID, and the document that it made."""
        return self._past(order_id)[1]

    def _past(self, order_id: str) -> tuple[str, Made | None]:
        """A UUID that no request of this order had, or the document that one of them made."""
        for number in attempts(order_id):
            reports = self._reports(number, self._patience)
            if not reports:
                return number, None
            report = reports[0]
            if report.status in ("wait", "inProgress", "blocked"):
                text = recorded("{name}: the receipt is {status}", name=NAME, status=report.status)
                raise RegisterSilent(text, "wait, then ask again")
            made = whole(part(report.result, "fiscalParams").get("fiscalDocumentNumber"))
            if report.status == "ready" and made:
                return number, self._found(report.result, made)._replace(receipt=order_id)
        text = recorded("{name} refused this receipt {attempts} times", name=NAME, attempts=ATTEMPTS)
        raise RegisterRefused(text, "cancel it")

    def _found(self, result: Mapping[str, Any], number: int) -> Made:
        made = self._document(number)
        if made is None:
            text = recorded("{name} made document {number} and does not tell of it", name=NAME, number=number)
            raise RegisterSilent(text)
        self._note_paper(result)
        return made

    def register(self, order: FiscalOrder) -> Made:
        """`sell` or `sellReturn` under the UUID of the order. After an error the drive's number tells whether something
        was made all the same."""
        with nothing_sent():
            before = self._known if self._known is not None else self._number()
            free, made_before = self._past(order.id)
        if made_before is not None:
            return made_before
        try:
            (result,) = self._run([tasks.receipt(order, self._settings)], free)
        except RegisterRefused as refusal:
            self._known = None
            raise unless_moved(refusal, before, self._number) from None
        made = tasks.made(result.get("fiscalParams"), order, self._zone)
        if made is None:
            raise RegisterSilent(recorded("{name}: the answer holds no document number", name=NAME))
        self._known = made.number
        self._note_paper(result)
        return made._replace(unprinted=self._unprinted)

    def check_mark(self, check: MarkCheck) -> MarkResult:
        """One code at a time: begin, ask until it is ready. What the drive alone said stands when the registry cannot
        be reached."""
        if self._settings.ffd == FFD_105:
            return MarkResult(0, NOT_IN_105)
        with self._rest:
            return self._tried(check)

    def _tried(self, check: MarkCheck) -> MarkResult:
        clock = self._place.clock
        deadline = clock.monotonic() + self._patience
        for left in reversed(range(TRIES)):
            offline = 0
            try:
                begun = self._one(tasks.check(check), limit=self._patience)
                offline = tasks.offline_bits(begun.get("offlineValidation"))
                return self._checked(offline, deadline)
            except TaskFailure as error:
                if error.code in UNHEARD:
                    return MarkResult(offline, f"{letter(offline)} {error}")
                if error.code not in COME_AGAIN | {RUNS_ALREADY} or not left or clock.monotonic() >= deadline:
                    raise
                self._one({"type": "cancelMarkingCodeValidation"}, quietly=True, limit=self._patience)
                if error.code in COME_AGAIN:
                    clock.sleep(self._place.random.uniform(*PAUSES))
        raise RegisterSilent(recorded("{name}: the check of the code came to no end", name=NAME))

    def accept_mark(self, check: MarkCheck) -> None:
        """acceptMarkingCode."""
        if self._settings.ffd != FFD_105:
            self._settled("acceptMarkingCode")

    def decline_mark(self, check: MarkCheck) -> None:
        """declineMarkingCode."""
        if self._settings.ffd != FFD_105:
            self._settled("declineMarkingCode")

    def forget_marks(self) -> None:
        """clearMarkingCodeValidationResult, and the end of a check that runs. A service that rests is not asked: a
        register makes a document of the codes that are in it."""
        if self._settings.ffd != FFD_105:
            self._rest.guard()
            self._settled("cancelMarkingCodeValidation", quietly=True)
            self._settled("clearMarkingCodeValidationResult")

    def _settled(self, task: str, quietly: bool = False) -> None:
        """What belongs to the check of a code; a service that is silent about it is not asked about the next one."""
        try:
            self._one({"type": task}, quietly, self._patience)
        except RegisterSilent:
            self._rest.silent()
            raise

    def open_shift(self, operator: str) -> int:
        """openShift."""
        self._known = None
        told = part(
            self._one({"type": "openShift", "operator": {"name": operator or self._settings.operator}}), "fiscalParams"
        )
        return whole(told.get("shiftNumber")) or 0

    def close_shift(self, operator: str) -> Mapping[str, Any]:
        """closeShift. The driver tells no sums with it."""
        self._known = None
        told = part(
            self._one({"type": "closeShift", "operator": {"name": operator or self._settings.operator}}), "fiscalParams"
        )
        return {"shift": whole(told.get("shiftNumber")) or 0}

    def report_x(self, operator: str) -> Mapping[str, Any]:
        """reportX. The driver tells no sums with it."""
        self._one({"type": "reportX", "operator": {"name": operator or self._settings.operator}})
        return {"shift": self.status().shift_number}

    def print_lines(self, lines: Sequence[str]) -> None:
        """nonFiscal."""
        self._one({"type": "nonFiscal", "items": [{"type": "text", "text": line} for line in lines]})

    def print_copy(self) -> None:
        """continuePrint after the paper ended in a document, else a copy of the last receipt."""
        self._one({"type": "continuePrint" if self._unprinted else "printLastReceiptCopy"})
        self._unprinted = False

    @property
    def _zone(self) -> Any:
        return self._place.clock.now().tzinfo

    def _number(self) -> int:
        return self.status().last_number

    def _note_paper(self, result: Mapping[str, Any]) -> None:
        self._unprinted = part(result, "warnings").get("notPrinted") is True

    def _checked(self, offline: int, deadline: float) -> MarkResult:
        """Ask until the check is ready. Raises TaskFailure with the registry's error."""
        clock = self._place.clock
        while True:
            left = max(deadline - clock.monotonic(), POLL)
            told = self._one({"type": "getMarkingCodeValidationStatus"}, limit=left)
            if told.get("ready") is True:
                break
            if clock.monotonic() + POLL >= deadline:
                raise RegisterSilent(recorded("{name}: the check of the code was not ready in time", name=NAME))
            clock.sleep(POLL)
        error = part(told, "driverError")
        if code := whole(error.get("code")):
            if code not in UNHEARD:
                raise TaskFailure(code, str(error.get("description") or error.get("error") or "")[:200])
            return MarkResult(
                offline, f"{letter(offline)} {NAME}: {str(error.get('description') or '')[:200]} ({code})"
            )
        bits = tasks.bits_of(part(told, "onlineValidation").get("itemInfoCheckResult"))
        bits = offline if bits is None else bits
        return MarkResult(bits, letter(bits))

    def _document(self, number: int) -> Made | None:
        """A receipt of the drive; None for another document."""
        try:
            task = {"type": "getFnDocument", "fiscalDocumentNumber": number, "withRawData": False}
            (answer,) = self._run([task], limit=self._patience)
        except TaskFailure:
            return None
        made = tasks.document(answer.get("documentTLV"), self._zone)
        return made if made is not None and made.number == number else None

    def _asked(self, *asked: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """Questions: every failure of one is silence."""
        with asking():
            return self._run(list(asked), limit=self._patience)

    def _one(self, task: Mapping[str, Any], quietly: bool = False, limit: float | None = None) -> Mapping[str, Any]:
        """One task; `quietly` when it does not matter that it fails."""
        try:
            (result,) = self._run([task], limit=limit)
        except TaskFailure:
            if not quietly:
                raise
            return {}
        return result

    def _run(
        self, asked: list[Mapping[str, Any]], number: str | None = None, limit: float | None = None
    ) -> list[Mapping[str, Any]]:
        """Results of the tasks in their order. Raises TaskFailure for the first one that failed."""
        clock, limit = self._place.clock, limit or float(self._settings.timeout)
        deadline = clock.monotonic() + limit
        number = number or self._place.random.uuid()
        heard = self._wire.post(REQUESTS, {"uuid": number, "request": asked}, limit, doing=True)
        if heard.status in (400, 404):
            raise RegisterRefused(
                f"{NAME}: HTTP {heard.status}: {tasks.text_of(heard.content)}", "[Fiscal] url, device"
            )
        if heard.status not in (200, 201, 409):
            raise RegisterSilent(f"{NAME}: HTTP {heard.status}")
        while True:
            reports = self._reports(number, max(deadline - clock.monotonic(), POLL))
            if reports and all(report.status not in ("wait", "inProgress") for report in reports):
                results = [_result(report) for report in reports]
                if len(results) != len(asked):
                    counts = {"results": len(results), "tasks": len(asked)}
                    raise RegisterSilent(recorded("{name}: {results} results for {tasks} tasks", name=NAME, **counts))
                return results
            if clock.monotonic() + POLL >= deadline:
                text = recorded("{name}: the task was still at work after {limit:.0f} s", name=NAME, limit=limit)
                raise RegisterSilent(text)
            clock.sleep(POLL)

    def _reports(self, number: str, budget: float) -> list[TaskReport] | None:
        """What the server tells of a request; None for one that it does not know."""
        heard = self._wire.get(f"{REQUESTS}/{number}", budget)
        if heard.status == 404:
            return None
        told = heard.content.get("results")
        if heard.status != 200 or not isinstance(told, list):
            raise RegisterSilent(recorded("{name}: HTTP {status} without results", name=NAME, status=heard.status))
        return [tasks.report(one) for one in told]


def _result(report: TaskReport) -> Mapping[str, Any]:
    if report.status == "ready" and not report.code:
        return report.result
    if report.status in ("ready", "error", "interrupted", "canceled"):
        raise TaskFailure(report.code, report.text or report.status)
    unknown = "{name}: the task is {status!r}, what came of it is not known"
    raise RegisterSilent(recorded(unknown, name=NAME, status=report.status))


def open_register(place: Place) -> Atol:
    """The register behind the web server of the ATOL driver."""
    return Atol(place)
