"""Cash servers on other computers that are, or would be, asked over plain http."""

from urllib.parse import urlsplit

from ncash.bundled.markedgoods.settings import MarkedGoods
from ncash.model.http import loopback


def in_clear(own: MarkedGoods) -> str:
    """The other computer, with its port, to which everything about a mark goes over plain http under these settings;
    empty where it does not."""
    parts = urlsplit(own.markVerifyUrl.strip())
    asked = own.enableMarkVerify and parts.scheme == "http" and not loopback(parts.hostname)
    return parts.netloc if asked else ""
