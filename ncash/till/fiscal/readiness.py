"""Whether the fiscal register can make a document now; its shift is opened when it is closed."""

from datetime import datetime, timedelta
from typing import Final

from ncash.fiscal import texts
from ncash.model.decision import Text
from ncash.model.fiscal.register import RegisterError, RegisterRefused, RegisterStatus, ShiftState
from ncash.system.failpoints import declare, failpoint
from ncash.till.view import Room, View

LONGEST_UNSENT: Final = timedelta(days=30)
"""After so long the drive makes no more documents."""
_SHIFT_OPENED: Final = declare("shift.register_opened", "the register has opened its shift, nothing else was done")


def operator(view: View) -> str:
    """Tag 1021."""
    return view.cashier.name if view.cashier else ""


def ready(room: Room, view: View) -> tuple[RegisterStatus | None, tuple[Text, ...]]:
    """How the register is, ready for a document; else None and why not. Raises RegisterError."""
    status = room.register.status()
    why = hindrance(room, status)
    if why is not None:
        return None, (why,)
    return ensure_shift_open(room, view, status), ()


def ensure_shift_open(room: Room, view: View, status: RegisterStatus) -> RegisterStatus:
    """How the register is after its shift was opened, if it was closed. Raises RegisterError."""
    if status.shift is not ShiftState.CLOSED:
        return status
    room.register.open_shift(operator(view))
    failpoint(_SHIFT_OPENED)
    return room.register.status()


def register_trouble(error: RegisterError) -> Text:
    """A register that refused a question, or did not answer."""
    if isinstance(error, RegisterRefused):
        return texts.FISCAL_REFUSED.fill(reason=str(error))
    return texts.FISCAL_SILENT.fill()


def hindrance(room: Room, status: RegisterStatus) -> Text | None:
    """Why the register would make no document, before one is ordered."""
    if status.busy:
        return texts.FISCAL_BUSY.fill()
    if not status.paper:
        return texts.PAPER_OUT.fill()
    if status.shift is ShiftState.EXPIRED:
        return texts.SHIFT_EXPIRED.fill()
    since = status.unsent_since
    if since is not None and room.premises.clock.now() - _moment(room, since) > LONGEST_UNSENT:
        return texts.UNSENT_TOO_LONG.fill(since=since[:10])
    return None


def _moment(room: Room, text: str) -> datetime:
    """A time as the register tells it; without an offset it is the time of the outlet."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=room.premises.clock.now().tzinfo)
