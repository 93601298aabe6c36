"""What the till owes somebody else: written with the receipt it belongs to, sent later, never twice in effect."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from ncash.model.fixed import NOTHING


class Message(NamedTuple):
    """One message on its way out. The id is the key by which the receiver knows it again for ever."""

    id: str
    """UUID."""
    route: str
    """Who gets it: the address of the cash server's status call, as markVerifyUrl names it."""
    op: str
    """unreserve, sold or returned."""
    key: str
    """Messages of one key are sent in the order they were written: the CIS."""
    body: Mapping[str, Any] = NOTHING
    """The operation as JSON values (cashserver.md); document number and time are filled in when it is written."""
