"""Serves the application by uvicorn until SIGTERM or SIGINT; running requests are finished."""

import asyncio
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NamedTuple

import uvicorn

from ncash.errors import UserError
from ncash.language import phrase
from ncash.server.http.client_limits import KEEP_ALIVE, TimedProtocol, close_overdue
from ncash.server.service import Service
from ncash.server.systemd import ALIVE, READY, STOPPING, Notifier

GRACE: Final = 15
"""Seconds that running requests may take after SIGTERM."""
BACKLOG: Final = 1024
SWITCH: Final = 0.0005
"""Switch interval of the interpreter in seconds, short so that a database thread need not wait for the loop."""


class ListenAddress(NamedTuple):
    """Host, port and TLS files to listen with."""

    host: str
    port: int
    certificate: Path | None = None
    key: Path | None = None

    @property
    def scheme(self) -> str:
        """Scheme: http, or https with a certificate."""
        return "https" if self.certificate else "http"


def host_and_port(text: str) -> tuple[str, int]:
    """Parse HOST:PORT, with brackets for IPv6 as in [::1]:8080. Raises UserError."""
    host, colon, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not colon or not host or not (port.isascii() and port.isdigit() and int(port) < 65_536):
        raise UserError(
            phrase("{text!a} is no place to listen at", text=text),
            code="listen",
            hint="HOST:PORT, as in 127.0.0.1:8080",
        )
    return host, int(port)


class HttpServer(uvicorn.Server):
    """uvicorn server that tells its port when it is ready, and closes connections of clients that stall."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[int], None], service: Service) -> None:
        super().__init__(config)
        self._ready, self._service = ready, service

    async def startup(self, sockets: list[Any] | None = None) -> None:
        """Start to listen, then tell the port."""
        await super().startup(sockets)
        self._ready(self.servers[0].sockets[0].getsockname()[1])

    async def on_tick(self, counter: int) -> bool:
        """Close overdue connections; uvicorn calls this ten times a second."""
        now = asyncio.get_running_loop().time()
        closed = close_overdue(self.server_state.connections, now, self._service.patience)
        if closed:
            self._service.log.say("info", "slow", closed=closed)
        return await super().on_tick(counter)


def http_server(service: Service, place: ListenAddress, ready: Callable[[int], None], notifier: Notifier) -> HttpServer:
    """Make the server, not running yet; `ready` is called with the port."""

    async def alive() -> None:
        notifier.say(ALIVE)

    config = uvicorn.Config(
        service.app, place.host, place.port, loop="uvloop", http=TimedProtocol, ws="none", lifespan="off",
        interface="asgi3", log_config=None, access_log=False, server_header=False, proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE, timeout_graceful_shutdown=GRACE, backlog=BACKLOG,
        ssl_certfile=place.certificate, ssl_keyfile=place.key,
        callback_notify=alive if notifier.interval else None, timeout_notify=max(1, int(notifier.interval)),
    )  # fmt: skip
    for name in ("uvicorn", "uvicorn.error", "asyncio"):
        service.log.take_over(name)
    return HttpServer(config, ready, service)


def run(service: Service, place: ListenAddress, announce: Callable[[str], None], notifier: Notifier) -> None:
    """Serve until a signal; `announce` is called with the address. Raises UserError when it cannot listen."""
    address = f"{place.scheme}://{f'[{place.host}]' if ':' in place.host else place.host}"

    def ready(port: int) -> None:
        announce(f"{address}:{port}")
        notifier.say(READY)
        service.log.say("info", "ready", address=f"{address}:{port}")

    serving = http_server(service, place, ready, notifier)
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
            error=_reason(error),
        )
        raise UserError(text, code="tls", hint=hint) from error
    finally:
        notifier.say(STOPPING)
        service.log.say("info", "stopped")


def _why_not(error: SystemExit) -> str:
    """Reason of the system why uvicorn could not listen."""
    cause = error.__context__
    return f": {_reason(cause)}" if isinstance(cause, OSError) else ""


def _reason(error: OSError) -> str:
    """Reason of the system, or the one word of OpenSSL."""
    reason = getattr(error, "reason", None)
    return str(reason or error.strerror or type(error).__name__)
