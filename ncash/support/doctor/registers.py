"""What doctor finds at the fiscal register: is it there, may it sell, what does it owe."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from ncash.fiscal import EMULATOR, open_register
from ncash.fiscal.place import Place
from ncash.language import phrase
from ncash.model.finding import FAIL, OK, WARN, Finding
from ncash.model.fiscal.register import RegisterError, RegisterStatus, ShiftState
from ncash.settings.host import Fiscal
from ncash.settings.secret_file import SecretFile

PATIENCE: Final = 5
"""Seconds for one question; a till waits as long as `[Fiscal] timeout` says."""
OWED_LONG: Final = timedelta(days=1)
OWED_TOO_LONG: Final = timedelta(days=30)


def findings(place: Place, ask: bool) -> Iterator[Finding]:
    """Look at the register of this till. Raises UserError for a driver that is not there."""
    own = place.settings
    yield from _secret(place)
    hasty = Fiscal({**{row.name: getattr(own, row.name) for row in own.rows()}, "timeout": min(own.timeout, PATIENCE)})
    register = open_register(place._replace(settings=hasty))
    if own.driver != EMULATOR and not ask:
        yield Finding("fiscal", OK, phrase("{driver}: was not asked", driver=own.driver))
        return
    try:
        status, last = register.status(), register.last()
    except RegisterError as error:
        yield Finding("fiscal", FAIL, f"{own.driver}: {error}", error.hint)
        return
    made = phrase("last receipt {number} of {time}", number=last.number, time=last.time) if last else "no receipt yet"
    kind = "emulated, nothing is fiscal" if own.driver == EMULATOR else f"FFD {status.ffd}"
    told = phrase(
        "{driver} ({kind}), drive {drive}, shift {value}, {made}",
        driver=own.driver,
        kind=kind,
        drive=status.drive or "of unknown number",
        value=phrase(status.shift.value),
        made=made,
    )
    yield Finding("fiscal", OK, told)
    yield from _state(status, own, place.clock.now())


def _state(status: RegisterStatus, own: Fiscal, now: datetime) -> Iterator[Finding]:
    if not status.paper:
        yield Finding("fiscal", WARN, "the register has no paper", "put in a new roll")
    if status.unprinted:
        yield Finding(
            "fiscal",
            WARN,
            phrase("document {last_number} is in the drive and not on paper", last_number=status.last_number),
            "print a copy",
        )
    if status.shift is ShiftState.EXPIRED:
        yield Finding("fiscal", WARN, "the shift has run for more than 24 hours: nothing is sold", "close the shift")
    if status.unsent and status.unsent_since:
        waits = now - datetime.fromisoformat(status.unsent_since)
        level = FAIL if waits > OWED_TOO_LONG else WARN if waits > OWED_LONG else OK
        text = phrase(
            "{unsent} documents since {unsent_since} were not sent to the operator of fiscal data",
            unsent=status.unsent,
            unsent_since=status.unsent_since,
        )
        yield Finding("fiscal", level, text, "" if level == OK else "after 30 days the drive stops: mend its network")
    if status.ffd != own.ffd:
        text = phrase(
            "the register makes documents of FFD {ffd}, [Fiscal] ffd is {own_ffd}", ffd=status.ffd, own_ffd=own.ffd
        )
        yield Finding("fiscal", WARN, text, phrase("ffd = {ffd}", ffd=status.ffd))


def _secret(place: Place) -> Iterator[Finding]:
    secret = SecretFile(place.conf, place.settings.passwordFile)
    if secret.open_to_others:
        text = phrase("[Fiscal] passwordFile: others may read {name}", name=secret.name)
        yield Finding("fiscal", WARN, text, phrase("chmod 600 {name}", name=secret.name))
