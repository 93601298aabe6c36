"""What the cashier reads of the queue while its cause lasts."""

from datetime import datetime, timedelta

from ncash.messages import QUEUE_LONG, QUEUE_OLD, QUEUE_REFUSED, QUEUE_UNAVAILABLE
from ncash.model.decision import Text
from ncash.model.ports import Clock
from ncash.settings.config import Config
from ncash.settings.host import ArtixQueue
from ncash.store.outbox.outgoing import Backlog


def notices(backlog: Backlog, config: Config, clock: Clock) -> tuple[Text, ...]:
    """What the cashier reads of the queue while its cause lasts."""
    own, found = config.section(ArtixQueue), []
    if backlog.aside:
        found.append(QUEUE_UNAVAILABLE.fill())
    if backlog.unsent > own.messagesCountWarning:
        found.append(QUEUE_LONG.fill(count=str(backlog.unsent)))
    written = _moment(backlog.oldest, clock)
    if written is not None and clock.now() - written > timedelta(days=own.firstMessageDaysWarning):
        found.append(QUEUE_OLD.fill(date=f"{written:%d.%m.%Y}"))
    if backlog.refused:
        found.append(QUEUE_REFUSED.fill(count=str(backlog.refused)))
    return tuple(found)


def _moment(text: str | None, clock: Clock) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return moment.replace(tzinfo=clock.now().tzinfo) if moment and moment.tzinfo is None else moment
