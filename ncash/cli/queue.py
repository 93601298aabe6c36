"""The queue of messages to the cash server: what waits and why, and a hand to send it.

status   how much waits for which server, since when, and what stood in the way last
list     the messages that wait, oldest first; with --refused those that the server will never take
send     send what waits now; with --loop go on until SIGTERM, as a service beside tills that come and go
consume  feed the cash server with what shops have published to NATS, until SIGTERM

A running till sends by itself. Nothing that waits is ever deleted.

examples:
  ncash queue status --conf shop/conf --data shop/data
  ncash queue send --conf shop/conf --data shop/data

exit code: 0 nothing is stuck, 1 messages wait too long, were refused or could not be sent, 2 it could not be done
"""

import argparse
import json
import signal
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from ncash.cli.journal import documents
from ncash.cli.parsers import number
from ncash.errors import UserError
from ncash.language import phrase
from ncash.model.ports import Clock
from ncash.queue.loop import Loop, lock_of
from ncash.queue.notices import notices
from ncash.queue.sender import Round
from ncash.settings.config import Config
from ncash.store.documents_schema import DOCUMENTS
from ncash.store.outbox import outbox
from ncash.store.outbox.outgoing import look
from ncash.store.outbox.spill import FOLDER, Aside
from ncash.store.sqlite.connection import Connection
from ncash.store.sqlite.migrations import opened


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the actions."""
    parser.add_argument("action", choices=["status", "list", "send", "consume"])
    parser.add_argument("--refused", action="store_true", help="list: what the server will never take")
    parser.add_argument("--limit", type=number, metavar="N", default=100, help="list: so many at most")
    parser.add_argument("--loop", action="store_true", help="send: go on until SIGTERM")
    parser.add_argument("--ca", type=Path, metavar="FILE", help="PEM file of certificate authorities to trust")


def run(args: argparse.Namespace) -> int:
    """Do it. Raises UserError."""
    if args.action == "consume":
        return _consume(args)
    path = documents(args.conf, args.data)
    if not path.is_file():
        raise UserError(
            phrase("there are no books at {path}", path=path),
            code="documents",
            hint="give the folders with --conf, --data",
        )
    if args.action == "send":
        return _send(args, path)
    with closing(opened(path, DOCUMENTS, read_only=True)) as connection:
        return _status(args, connection) if args.action == "status" else _list(args, connection)


def _config(args: argparse.Namespace) -> Config:
    from ncash.shop.shop import configuration

    return configuration(args.conf)


def _clock() -> Clock:
    from ncash.system.clock import SystemClock

    return SystemClock()


def _status(args: argparse.Namespace, connection: Connection) -> int:
    aside = Aside(connection.path.parent / FOLDER)
    backlog = look(connection, aside)
    stuck = [one.text for one in notices(backlog, _config(args), _clock())]
    receivers = outbox.receivers(connection)
    told: dict[str, Any] = {
        "unsent": backlog.unsent,
        "oldest": backlog.oldest,
        "last_sent": outbox.last_sent(connection),
        "refused": backlog.refused,
        "files": [str(path) for path in aside.waiting()],
        "unreadable_files": aside.unreadable(),
        "sender": _running(connection.path),
        "receivers": [one._asdict() for one in receivers],
        "notices": stuck,
    }
    if args.json:
        sys.stdout.write(json.dumps({"ok": not stuck, **told}, ensure_ascii=False) + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in _told(told, receivers))
    return 1 if stuck else 0


def _running(path: Path) -> bool:
    """Whether a till or a service sends right now."""
    from ncash.system.locks import alone

    try:
        with alone(lock_of(path)) as ours:
            return not ours
    except OSError:
        return False


def _told(told: dict[str, Any], receivers: list[outbox.Receiver]) -> Iterator[str]:
    yield phrase(
        "unsent: {unsent}, refused: {refused}, files: {count}",
        unsent=told["unsent"],
        refused=told["refused"],
        count=len(told["files"]),
    )
    yield phrase("last acknowledged: {last_sent}", last_sent=told["last_sent"] or phrase("never"))
    yield phrase(
        "sender: {state}",
        state="running" if told["sender"] else "not running; a till sends while it runs, or ncash queue send",
    )
    for one in receivers:
        yield phrase(
            "{route}: {unsent} since {oldest}, tries: {attempts}",
            route=one.route,
            unsent=one.unsent,
            oldest=one.oldest,
            attempts=one.attempts,
        )
        if one.trouble:
            yield f"  {one.trouble}"
    yield from told["notices"]


def _list(args: argparse.Namespace, connection: Connection) -> int:
    rows = outbox.listed(connection, args.refused, args.limit)
    for row in rows:
        if args.json:
            sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
        else:
            why = f", {row['trouble']}" if row["trouble"] else ""
            place = phrase("receipt {documentid}", documentid=row["documentid"]) + (
                f" ({row['docnum']})" if row["docnum"] else ""
            )
            sys.stdout.write(
                phrase(
                    "{number}: {created} till {cashcode} {op} {cis!a}, {place}, tries: {attempts}{why}\n",
                    number=row["number"],
                    created=row["created"],
                    cashcode=row["cashcode"],
                    op=row["op"],
                    cis=row["cis"],
                    place=place,
                    attempts=row["attempts"],
                    why=why,
                )
            )
    return 1 if rows else 0


def _send(args: argparse.Namespace, path: Path) -> int:
    from ncash.shop import sending
    from ncash.shop.shop import real_outside

    outside = real_outside(args.ca)
    config = _config(args)
    make = sending.desks(path, lambda: config, outside.http, outside.clock, outside.random)
    try:
        if args.loop:
            return _serve(Loop(make, _say))
        with closing(make()) as desk:
            told = desk.sender.drain()
    finally:
        outside.http.close()
    with closing(opened(path, DOCUMENTS, read_only=True)) as connection:
        left = outbox.unsent(connection)
    if args.json:
        sys.stdout.write(json.dumps({"ok": not left, "sent": told.sent, "refused": told.refused, "unsent": left,
                                     "trouble": told.trouble}, ensure_ascii=False) + "\n")  # fmt: skip
    else:
        trouble = f", {told.trouble}" if told.trouble else ""
        sys.stdout.write(
            phrase(
                "sent: {sent}, refused: {refused}, unsent: {left}{trouble}\n",
                sent=told.sent,
                refused=told.refused,
                left=left,
                trouble=trouble,
            )
        )
    return 1 if left or told.refused else 0


def _serve(loop: Loop) -> int:
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda signum, frame: loop.stop(0))
    loop.run()
    return 0


def _say(one: Round) -> None:
    if one.sent or one.refused:
        sys.stderr.write(phrase("ncash: queue: sent {sent}, refused {refused}\n", sent=one.sent, refused=one.refused))
    elif one.trouble:
        sys.stderr.write(phrase("ncash: queue: {trouble}\n", trouble=one.trouble))


def _consume(args: argparse.Namespace) -> int:
    from ncash.queue.consumer import Consumer
    from ncash.queue.http import HttpTransport
    from ncash.queue.opening import broker_of
    from ncash.queue.transport import DeliveryFailure
    from ncash.settings.host import ArtixQueue
    from ncash.shop import sending
    from ncash.shop.shop import real_outside

    config, outside = _config(args), real_outside(args.ca)
    servers = sending.receivers(config)
    if len(servers) != 1:
        hint = "enableMarkVerify = true and one markVerifyUrl"
        raise UserError(
            phrase("the settings name {count} cash servers, not one", count=len(servers)), code="server", hint=hint
        )
    stopped: list[int] = []
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda signum, frame: stopped.append(signum))
    transport = HttpTransport(outside.http, lambda route: sending.account_of(config, route))
    subject = config.section(ArtixQueue).natsSubject
    consumer = Consumer(broker_of(config), subject, transport, servers[0], outside.clock, outside.random)
    try:
        while not stopped:
            try:
                consumer.step()
            except DeliveryFailure as error:
                consumer.rest(error)
    finally:
        consumer.close()
        outside.http.close()
    return 0
