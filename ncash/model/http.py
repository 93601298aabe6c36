"""The port to the network: requests, answers, and why there is none."""

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple, Protocol

from ncash.language import recorded
from ncash.model.decision import NOTHING


@lru_cache(256)
def loopback(host: str | None) -> bool:
    """Whether a host, as it stands in an address, is this very computer: localhost, or an address of the loopback.

    A name that only begins like one, and an address in any other notation, is another machine's.
    """
    from ipaddress import ip_address

    if (host or "").lower() == "localhost":
        return True
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return False


class HttpRequest(NamedTuple):
    """One HTTP request; `secrets` are the values that no error text may show."""

    method: str
    url: str
    headers: Mapping[str, str] = NOTHING
    body: bytes | None = None
    secrets: tuple[str, ...] = ()
    keep_alive: bool = True
    pinned: Path | None = None
    """A PEM file with the only certificate the server may show, whoever signed it and whatever name stands in it."""
    in_place: bool = False
    """Run in the calling thread, where nobody waits: cheaper, and over with the budget or as soon after it as the
    system gives up looking for the host."""
    patience: float | None = None
    """Seconds that the calling thread itself may wait, over a connection that is open already; HttpLate says that they
    did not suffice."""
    plain: bool = False
    """The shop allows by name that this goes over plain http to another computer."""
    uncut: bool = False
    """`abandon` leaves this call alone: an order to a fiscal register, a message of the queue, whatever no person waits
    for at the till."""

    def __repr__(self) -> str:
        shown = self.url
        for secret in self.secrets:
            shown = shown.replace(secret, "****") if secret else shown
        return f"HttpRequest({self.method} {shown})"


class HttpAnswer(NamedTuple):
    """What came back in time and in size."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes


LONGEST_SAID: Final = 300
"""Characters that are kept of what a server says of itself."""


def answered(status: int, body: bytes) -> str:
    """That a server answered with this status, and what its body says is wrong, where it says so as ours does:
    `{"error": {"text": …}}`."""
    try:
        found = json.loads(body)
        said = found["error"]["text"]
    except (ValueError, KeyError, TypeError, RecursionError):
        said = ""
    said = "".join(one for one in said if one.isprintable())[:LONGEST_SAID] if isinstance(said, str) else ""
    text = recorded("the server answered {status}", status=status)
    return f"{text}: {said}" if said else text


class HttpError(Exception):
    """No usable answer; the text names no secret.

    `reason` is one of timeout, connect, tls, too_large, protocol, refused, cut. `cut` says nothing about the server:
    `abandon` ended the call.
    """

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(text)
        self.reason = reason


class HttpLate(Exception):
    """A request with `patience` has no answer yet, or has not even a connection.

    `rest` does what is left of it within the budget, in any thread; it returns or raises what `send` does.
    """

    def __init__(self, rest: Callable[[], HttpAnswer]) -> None:
        super().__init__("no answer yet")
        self.rest = rest


class Http(Protocol):
    """The network. One wall-clock budget per call, redirects off, TLS verified, plain http to
    loopback only, and where a request says that the shop allows it."""

    def send(self, request: HttpRequest, budget: float, limit: int = 1_000_000) -> HttpAnswer:
        """Send and wait at most `budget` seconds in all for at most `limit` bytes. Raises HttpError, and HttpLate."""
        ...

    def abandon(self) -> None:
        """Cut the calls under way, from any thread: each raises HttpError("cut") where it is waited for.

        Calls that begin later are made as ever, and those with `uncut` go on.
        """
        ...

    def release(self, url: str) -> None:
        """Close the kept connections to the host of this address; calls under way go on."""
        ...

    def close(self) -> None:
        """Close kept connections."""
        ...
