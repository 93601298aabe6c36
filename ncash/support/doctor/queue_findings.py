"""What `ncash doctor` finds about the queue to the cash server: what waits, why, and whether the broker answers."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

from ncash.model.finding import FAIL, OK, WARN, Finding
from ncash.model.ports import Clock
from ncash.queue.notices import notices
from ncash.queue.opening import HTTP, broker_of
from ncash.queue.transport import DeliveryFailure
from ncash.settings.config import Config
from ncash.settings.host import ArtixQueue
from ncash.store.outbox import outbox
from ncash.store.outbox.outgoing import Backlog, look
from ncash.store.outbox.spill import FOLDER, Aside
from ncash.store.sqlite.connection import Connection

NAME: Final = "queue"
_PATIENCE: Final = 5.0
"""Seconds that the broker may take."""


def findings(documents: Path, config: Config, clock: Clock, ask: bool) -> Iterator[Finding]:
    """Look at the outbox beside `documents`; `ask`: the broker may be asked. Raises UserError."""
    with closing(Connection(documents)) as connection:
        aside = Aside(documents.parent / FOLDER)
        backlog = look(connection, aside)
        yield _waiting(backlog, outbox.last_sent(connection), config, clock)
        for one in outbox.receivers(connection):
            if one.trouble:
                hint = "ncash queue status; ncash docs queue has a row for each answer"
                text = f"{one.route}: {one.trouble}, tries: {one.attempts}"
                yield Finding(NAME, WARN, text, hint)
        yield from _set_aside(aside)
    if backlog.refused:
        hint = "ncash queue list --refused; compare with the history of the mark at the server"
        yield Finding(NAME, WARN, f"{backlog.refused} messages are refused for good", hint)
    if ask and config.section(ArtixQueue).transport != HTTP:
        yield from _broker(config)


def _waiting(backlog: Backlog, sent: str | None, config: Config, clock: Clock) -> Finding:
    since = f", the oldest since {backlog.oldest}" if backlog.oldest else ""
    text = f"unsent: {backlog.unsent}{since}; last acknowledged: {sent or 'never'}"
    if not notices(backlog._replace(refused=0, aside=0), config, clock):
        return Finding(NAME, OK, text)
    hint = "see that the cash server is up and a till runs; ncash queue status"
    return Finding(NAME, WARN, f"{text}; more or older than [ArtixQueue] allows", hint)


def _set_aside(aside: Aside) -> Iterator[Finding]:
    waiting, unreadable = len(aside.waiting()), aside.unreadable()
    if waiting:
        hint = "make room or mend the database; a till brings them in by itself"
        yield Finding(NAME, FAIL, f"{waiting} files lie in {aside.folder}: the database did not take messages", hint)
    if unreadable:
        hint = "keep the files and send them to the developers"
        yield Finding(NAME, FAIL, f"{unreadable} files in {aside.folder} cannot be read", hint)


def _broker(config: Config) -> Iterator[Finding]:
    broker = broker_of(config)
    from ncash.queue.nats import Link

    with closing(Link(broker, _PATIENCE)) as link:
        try:
            link.run(link.client())
        except DeliveryFailure as error:
            hint = "messages wait; see that the broker is up, then [ArtixQueue] natsUrl, natsUser, natsPasswordFile"
            yield Finding(NAME, FAIL, str(error), hint)
        else:
            yield Finding(NAME, OK, f"the broker {broker.url} answers")
