"""Operations to NATS JetStream, for chains that run one: a message each, known by its id.

The broker keeps a message once however often it is published (`Nats-Msg-Id`); the cash server knows the id for ever.
"""

import asyncio
import json
import math
import threading
from collections.abc import Coroutine, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from nats.errors import Error as NatsError
from nats.errors import NoServersError

from ncash.language import recorded
from ncash.queue.transport import DeliveryFailure, Operation, Reply
from ncash.store.outbox.outbox import DELIVERED, DUPLICATE

if TYPE_CHECKING:
    from nats.aio.client import Client

STREAM: Final = "NCASH"
ID: Final = "Nats-Msg-Id"
BUDGET: Final = 10.0
"""Seconds for a batch."""
KEPT_IDS: Final = 7 * 24 * 3600.0
"""Seconds the broker knows ids again."""
Result = TypeVar("Result")


class Broker(NamedTuple):
    """Where the broker is, and who we are there."""

    url: str
    user: str = ""
    password: str = ""

    def __repr__(self) -> str:
        return f"Broker({self.url})"


class Link:
    """A connection kept alive by a thread of its own, used from any other one."""

    def __init__(self, broker: Broker, budget: float = BUDGET) -> None:
        self._broker = broker
        self._budget = budget
        self._client: Client | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="ncash-nats", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Do the work on the connection's thread. Raises DeliveryFailure."""
        future = asyncio.run_coroutine_threadsafe(asyncio.wait_for(work, self._budget), self._loop)
        try:
            return future.result()
        except TimeoutError as error:
            raise DeliveryFailure(
                recorded(
                    "the broker {url} did not answer within {budget:g} s", url=self._broker.url, budget=self._budget
                )
            ) from error
        except (NatsError, OSError, ValueError) as error:
            raise DeliveryFailure(
                recorded(
                    "the broker {url}: {kind}: {error}", url=self._broker.url, kind=type(error).__name__, error=error
                )
            ) from error

    async def client(self) -> "Client":
        """The open connection, made when there is none."""
        if self._client is None or not self._client.is_connected:
            await self._drop()
            self._client = await self._connected()
        return self._client

    async def _connected(self) -> "Client":
        from nats.aio.client import Client

        client, troubles = Client(), [""]

        async def heard(error: Exception) -> None:
            troubles.append(f"{type(error).__name__}: {error}")

        try:
            await client.connect(
                self._broker.url, allow_reconnect=False, max_reconnect_attempts=1, reconnect_time_wait=0,
                connect_timeout=math.ceil(self._budget), error_cb=heard, user=self._broker.user or None,
                password=self._broker.password or None,
            )  # fmt: skip
        except NoServersError as error:
            raise NatsError(troubles[-1]) from error
        finally:
            if not client.is_connected:
                await client.close()
        return client

    async def _drop(self) -> None:
        if self._client is not None:
            client, self._client = self._client, None
            await client.close()

    async def _end(self) -> None:
        await self._drop()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        await asyncio.sleep(0)

    def close(self) -> None:
        """Close the connection and end the thread."""
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(self._budget)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(self._budget)
        self._loop.close()


class NatsTransport:
    """Implements Transport. The route does not matter: whoever reads the stream knows its server."""

    def __init__(self, broker: Broker, subject: str, budget: float = BUDGET) -> None:
        """`subject` with the shop's code; `budget` in seconds, for a batch."""
        self._subject = subject
        self._link = Link(broker, budget)

    def send(self, route: str, operations: Sequence[Operation]) -> Sequence[Reply]:
        """Publish in order and wait for the broker's acknowledgements. Raises DeliveryFailure."""
        return self._link.run(self._published(operations))

    async def _published(self, operations: Sequence[Operation]) -> list[Reply]:
        stream = (await self._link.client()).jetstream()
        sent = [
            await stream.publish_async(
                self._subject, json.dumps(one, ensure_ascii=False).encode(), headers={ID: str(one["id"])}
            )
            for one in operations
        ]
        acks = await asyncio.gather(*sent)
        return [
            Reply(str(one["id"]), DUPLICATE if ack.duplicate else DELIVERED)
            for one, ack in zip(operations, acks, strict=True)
        ]

    def close(self) -> None:
        """Close the connection."""
        self._link.close()


def subject_of(prefix: str, shopcode: str) -> str:
    """The subject of a shop; letters that a subject cannot hold are written as numbers."""
    safe = "".join(c if c.isalnum() and c.isascii() else f"_{ord(c):x}" for c in shopcode)
    return f"{prefix}.{safe}"
