"""What carries messages: one call for a batch of operations, one reply for each of them."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

Operation = Mapping[str, Any]


class Reply(NamedTuple):
    """What became of one operation at the receiver."""

    id: str
    result: str
    """One of `ncash.store.outbox.outbox.RESULTS`."""
    status: str | None = None
    """The mark's status afterwards, when the receiver names it."""


class DeliveryFailure(Exception):
    """Nobody can say that the batch was taken: all of it is sent again. The text names no secret."""

    def __init__(self, text: str, rejected: bool = False) -> None:
        """`rejected`: the receiver understood the call and refuses its content; a smaller batch may pass."""
        super().__init__(text)
        self.rejected = rejected


class Transport(Protocol):
    """HTTP to the cash server, or a broker."""

    def send(self, route: str, operations: Sequence[Operation]) -> Sequence[Reply]:
        """Send a batch; a reply for each operation that was taken. Raises Undelivered."""
        ...

    def close(self) -> None:
        """Close kept connections."""
        ...
