"""Messages to servers of the plugins' own: a route that is no address begins with the name of the plugin that takes it.

Such a message is written with the receipt, waits, rests after a failure and is sent again like one to a cash server.
"""

from collections.abc import Callable, Sequence

from ncash.language import recorded
from ncash.model.outbox import Message
from ncash.plugin import DeliveryResult
from ncash.queue.transport import DeliveryFailure, Operation, Reply, Transport
from ncash.store.outbox.outbox import DELIVERED, REFUSED

Deliver = Callable[[str, Message], DeliveryResult | None]
"""Has a plugin deliver a message. Raises UserError when it cannot be asked."""
RESULTS = {"delivered": DELIVERED, "refused": REFUSED}


def is_address(route: str) -> bool:
    """Whether a route is the address of a cash server."""
    return "://" in route


class PluginRoutes:
    """Implements Transport: what goes to an address is sent by another transport, the rest by the plugins."""

    def __init__(self, inner: Transport, deliver: Deliver) -> None:
        self._inner = inner
        self._deliver = deliver

    def send(self, route: str, operations: Sequence[Operation]) -> Sequence[Reply]:
        """One message after the other, up to the first that has to be tried again. Raises DeliveryFailure."""
        if is_address(route):
            return self._inner.send(route, operations)
        replies: list[Reply] = []
        for operation in operations:
            try:
                replies.append(self._one(route, operation))
            except DeliveryFailure:
                if not replies:
                    raise
                break
        return replies

    def _one(self, route: str, operation: Operation) -> Reply:
        message = Message(operation["id"], route, operation["op"], key=operation.get("key", ""), body=operation)
        name = route.partition("/")[0]
        try:
            said = self._deliver(name, message)
        except Exception as error:
            raise DeliveryFailure(str(error)) from error
        if said is None:
            raise DeliveryFailure(recorded("no plugin {name} delivers to {route}", name=name, route=route))
        if said.result not in RESULTS:
            raise DeliveryFailure(said.text or recorded("plugin {name} will try again", name=name))
        return Reply(message.id, RESULTS[said.result], said.text or None)

    def close(self) -> None:
        """Close kept connections."""
        self._inner.close()
