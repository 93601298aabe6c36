"""What `ncash doctor` finds about the queue to the cash server: what waits, why, and whether the broker answers."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

from ncash.language import phrase
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
                text = phrase(
                    "{route}: {trouble}, tries: {attempts}", route=one.route, trouble=one.trouble, attempts=one.attempts
                )
                yield Finding(NAME, WARN, text, hint)
        yield from _set_aside(aside)
    if backlog.refused:
        hint = "ncash queue list --refused; compare with the history of the mark at the server"
        yield Finding(NAME, WARN, phrase("{refused} messages are refused for good", refused=backlog.refused), hint)
    if ask and config.section(ArtixQueue).transport != HTTP:
        yield from _broker(config)


def _waiting(backlog: Backlog, sent: str | None, config: Config, clock: Clock) -> Finding:
    since = phrase(", the oldest since {oldest}", oldest=backlog.oldest) if backlog.oldest else ""
    text = phrase(
        "unsent: {unsent}{since}; last acknowledged: {sent}",
        unsent=backlog.unsent,
        since=since,
        sent=sent or phrase("never"),
    )
    if not notices(backlog._replace(refused=0, aside=0), config, clock):
        return Finding(NAME, OK, text)
    hint = "see that the cash server is up and a till runs; ncash queue status"
    return Finding(NAME, WARN, phrase("{text}; more or older than [ArtixQueue] allows", text=text), hint)


def _set_aside(aside: Aside) -> Iterator[Finding]:
    waiting, unreadable = len(aside.waiting()), aside.unreadable()
    if waiting:
        hint = "make room or mend the database; a till brings them in by itself"
        yield Finding(
            NAME,
            FAIL,
            phrase(
                "{waiting} files lie in {folder}: the database did not take messages",
                waiting=waiting,
                folder=aside.folder,
            ),
            hint,
        )
    if unreadable:
        hint = "keep the files and send them to the developers"
        yield Finding(
            NAME,
            FAIL,
            phrase("{unreadable} files in {folder} cannot be read", unreadable=unreadable, folder=aside.folder),
            hint,
        )


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
            yield Finding(NAME, OK, phrase("the broker {url} answers", url=broker.url))
