"""The shift of the till and that of its register: opened together, closed together (ADR 0027)."""

from collections.abc import Mapping
from typing import Any, Final

from ncash.errors import UserError
from ncash.fiscal import texts
from ncash.messages import EXPORT_FAILED
from ncash.model.decision import Text
from ncash.model.fiscal.register import RegisterError, RegisterRefused, RegisterSilent, RegisterStatus, ShiftState
from ncash.system.failpoints import declare, failpoint
from ncash.till.fiscal import shift_slip
from ncash.till.fiscal.late_documents import look_for_late_document
from ncash.till.fiscal.readiness import ensure_shift_open, operator, register_trouble
from ncash.till.view import CommandRefusal, Outcome, Room, View

_BEGUN: Final = declare("shift.closing", "it is on the disk that the shift is being closed, the register knows nothing")
_REGISTER_CLOSED: Final = declare("shift.register_closed", "the register has closed its shift, the till has not")
_CLOSED: Final = declare("shift.closed", "both shifts are closed, the sales are not written for the back office")
_OPENED: Final = declare("shift.opened", "the shift of the till is open, the receipt is not")


def open_shift(room: Room, view: View, cashier: str | None, fiscal: bool) -> tuple[int, tuple[Text, ...]]:
    """The open shift, opened when there is none, and what the register says to it.

    A register that cannot open its own now is asked again before the first document. Raises CommandRefusal while the
    last shift is half closed and the register does not say whether it closed its own.
    """
    documents = room.premises.documents
    report = finish_close(room, view)
    said = _export(room, view, report).screen if report is not None else ()
    open_one = documents.shift()
    if open_one is not None:
        return open_one, said
    if fiscal:
        try:
            ensure_shift_open(room, view, room.register.status())
        except RegisterError as error:
            said = (*said, register_trouble(error)._replace(kind="warning"))
    number = documents.open_shift(_now(room), cashier)
    failpoint(_OPENED)
    return number, said


def shift_command(room: Room, view: View, what: str) -> Outcome:
    """Report of the shift, or report and close. Raises CommandRefusal while a receipt is open or no shift is."""
    documents = room.premises.documents
    if documents.shift() is None:
        raise CommandRefusal("no shift is open; the first receipt opens one", code="shift")
    if what == "x":
        return _report_x(room, view)
    if view.receipt is not None:
        raise CommandRefusal("a receipt is open; close, defer or cancel it first", code="receipt_open")
    report = finish_close(room, view)
    if report is None:
        documents.begin_shift_close(_now(room))
        failpoint(_BEGUN)
        report = _close_books(room, _register_closed(room, view))
    return _export(room, view, report)


def finish_close(room: Room, view: View) -> Mapping[str, Any] | None:
    """Finish a close of the shift that was begun: its report, if the register had closed. Raises CommandRefusal."""
    if room.premises.documents.shift_closing() is None:
        return None
    try:
        status = room.register.status()
    except RegisterError as error:
        raise _unclosed(error) from error
    if status.shift is ShiftState.CLOSED:
        return _close_books(room, None)
    room.premises.documents.begin_shift_close(None)
    return None


def _close_books(room: Room, counted: Mapping[str, Any] | None) -> Mapping[str, Any]:
    failpoint(_REGISTER_CLOSED)
    report = dict(room.premises.documents.close_shift(_now(room)))
    failpoint(_CLOSED)
    return {**report, "register": dict(counted)} if counted is not None else report


def _register_closed(room: Room, view: View) -> Mapping[str, Any] | None:
    """What the register counted; None when its shift was closed already. Raises CommandRefusal while it is open."""
    register = room.register
    try:
        if register.status().shift is ShiftState.CLOSED:
            return None
        return register.close_shift(operator(view))
    except RegisterSilent as error:
        _ask_again(room, error)
        return None
    except RegisterError as error:
        room.premises.documents.begin_shift_close(None)
        raise _unclosed(error) from error


def _ask_again(room: Room, error: RegisterError) -> None:
    """The register is asked whether it closed its shift. Raises CommandRefusal when it did not, or does not say."""
    try:
        status = room.register.status()
    except RegisterError as again:
        raise _unclosed(again) from again
    if status.shift is not ShiftState.CLOSED:
        room.premises.documents.begin_shift_close(None)
        raise _unclosed(error) from error


def _unclosed(error: RegisterError) -> CommandRefusal:
    reason = str(error) if isinstance(error, RegisterRefused) else "фискальный регистратор не отвечает"
    text = texts.SHIFT_UNCLOSED.fill(reason=reason)
    return CommandRefusal("the register did not close its shift", code="register", hint=error.hint, screen=(text,))


def _report_x(room: Room, view: View) -> Outcome:
    """The report without closing; a register that does not answer keeps nobody from reading the till's own."""
    report = dict(room.premises.documents.shift_report())
    try:
        status = room.register.status()
        said = _late_document_texts(room, view, status)
        if status.shift is not ShiftState.CLOSED:
            report["register"] = dict(room.register.report_x(operator(view)))
    except RegisterError as error:
        return Outcome(view, (register_trouble(error)._replace(kind="warning"),), result={"report": report})
    return Outcome(view, (*said, *_print_report(room, report)), result={"report": report})


def _late_document_texts(room: Room, view: View, status: RegisterStatus) -> tuple[Text, ...]:
    """What the supervisor has to hear of the drive's documents; the report is given all the same."""
    try:
        look_for_late_document(room, view, status)
    except CommandRefusal as error:
        return error.screen
    return ()


def _print_report(room: Room, report: Mapping[str, Any]) -> tuple[Text, ...]:
    """The till's own report on the paper of the register; what the register says when it does not print it."""
    try:
        room.register.print_lines(shift_slip.slip_lines(report))
    except RegisterError as error:
        return (register_trouble(error)._replace(kind="warning"),)
    return ()


def _export(room: Room, view: View, report: Mapping[str, Any]) -> Outcome:
    said = _print_report(room, report)
    try:
        written = list(room.export())
    except UserError as error:
        told = EXPORT_FAILED.fill("error", shift=str(report["shift"]))
        result = {"report": dict(report), "exported": [], "export_error": error.json()}
        return Outcome(view, (*said, told), result=result)
    return Outcome(view, said, result={"report": dict(report), "exported": written})


def _now(room: Room) -> str:
    return room.premises.clock.now().isoformat(timespec="seconds")
