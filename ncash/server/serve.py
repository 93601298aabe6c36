"""Serve the application by uvicorn until SIGTERM or SIGINT; running requests are finished."""

import asyncio
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NamedTuple

import uvicorn

from ncash.errors import UserError
from ncash.language import phrase
from ncash.server.http.slow import KEEP_ALIVE, Waiting, close_overdue
from ncash.server.service import Service
from ncash.server.systemd import ALIVE, READY, STOPPING, Notifier

GRACE: Final = 15
"""Seconds that running requests get after SIGTERM."""
BACKLOG: Final = 1024
SWITCH: Final = 0.0005
"""Seconds after which the thread of the database may take its turn from the loop."""


class Place(NamedTuple):
    """Where to listen."""

    host: str
    port: int
    certificate: Path | None = None
    key: Path | None = None

    @property
    def scheme(self) -> str:
        """http, or https with a certificate."""
        return "https" if self.certificate else "http"


def place_of(text: str) -> tuple[str, int]:
    """HOST:PORT; [::1]:8080 for IPv6. Raises UserError."""
    host, colon, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not colon or not host or not (port.isascii() and port.isdigit() and int(port) < 65_536):
        raise UserError(
            phrase("{text!a} is no place to listen at", text=text),
            code="listen",
            hint="HOST:PORT, as in 127.0.0.1:8080",
        )
    return host, int(port)


class Server(uvicorn.Server):
    """uvicorn that says when it is ready, and where, and waits for no request for ever."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[int], None], service: Service) -> None:
        super().__init__(config)
        self._ready, self._service = ready, service

    async def startup(self, sockets: list[Any] | None = None) -> None:
        """Listen, then tell the port."""
        await super().startup(sockets)
        self._ready(self.servers[0].sockets[0].getsockname()[1])

    async def on_tick(self, counter: int) -> bool:
        """Ten times a second: end connections whose clients let it wait."""
        now = asyncio.get_running_loop().time()
        closed = close_overdue(self.server_state.connections, now, self._service.patience)
        if closed:
            self._service.log.say("info", "slow", closed=closed)
        return await super().on_tick(counter)


def server(service: Service, place: Place, ready: Callable[[int], None], notifier: Notifier) -> Server:
    """The server, not running yet; `ready` is told the port."""

    async def alive() -> None:
        notifier.say(ALIVE)

    config = uvicorn.Config(
        service.app, place.host, place.port, loop="uvloop", http=Waiting, ws="none", lifespan="off",
        interface="asgi3", log_config=None, access_log=False, server_header=False, proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE, timeout_graceful_shutdown=GRACE, backlog=BACKLOG,
        ssl_certfile=place.certificate, ssl_keyfile=place.key,
        callback_notify=alive if notifier.interval else None, timeout_notify=max(1, int(notifier.interval)),
    )  # fmt: skip
    for name in ("uvicorn", "uvicorn.error", "asyncio"):
        service.log.take_over(name)
    return Server(config, ready, service)


def run(service: Service, place: Place, announce: Callable[[str], None], notifier: Notifier) -> None:
    """Serve until a signal ends it; `announce` is told the address. Raises UserError when it cannot listen."""
    address = f"{place.scheme}://{f'[{place.host}]' if ':' in place.host else place.host}"

    def ready(port: int) -> None:
        announce(f"{address}:{port}")
        notifier.say(READY)
        service.log.say("info", "ready", address=f"{address}:{port}")

    serving = server(service, place, ready, notifier)
    sys.setswitchinterval(SWITCH)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, frame: None)
    try:
        serving.run()
    except SystemExit as error:
        hint = "another program may listen there; give another place with --listen"
        text = phrase("cannot listen on {host}:{port}{why}", host=place.host, port=place.port, why=_why_not(error))
        raise UserError(text, code="listen", hint=hint) from error
    except OSError as error:
        hint = "two PEM files that belong together"
        text = phrase(
            "the certificate {certificate} with the key {key} cannot be used: {error}",
            certificate=place.certificate,
            key=place.key or "in it",
            error=_said(error),
        )
        raise UserError(text, code="tls", hint=hint) from error
    finally:
        notifier.say(STOPPING)
        service.log.say("info", "stopped")


def _why_not(error: SystemExit) -> str:
    """What the system said before uvicorn gave up."""
    cause = error.__context__
    return f": {_said(cause)}" if isinstance(cause, OSError) else ""


def _said(error: OSError) -> str:
    """The reason of the system, or of OpenSSL, which says it in one word."""
    reason = getattr(error, "reason", None)
    return str(reason or error.strerror or type(error).__name__)
