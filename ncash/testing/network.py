"""The real network with a fence around it: only the servers that a test has started can be reached."""

from urllib.parse import urlsplit

from ncash.model.ports import HttpAnswer, HttpError, HttpRequest
from ncash.network.causes import address
from ncash.network.http import RequestsHttp


def origin(url: str) -> str:
    """Scheme, host and port of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


class FencedHttp(RequestsHttp):
    """Implements ncash.model.ports.Http. A call to anywhere else is refused without a single packet, and remembered."""

    def __init__(self, *urls: str) -> None:
        """`urls`: any address of each server that may be asked."""
        super().__init__()
        self._allowed = {origin(url) for url in urls}
        self.strays: list[str] = []
        """Addresses that were refused."""

    def allow(self, url: str) -> None:
        """Let this server be asked too."""
        self._allowed.add(origin(url))

    def send(self, request: HttpRequest, budget: float, limit: int = 1_000_000) -> HttpAnswer:
        """As RequestsHttp. Raises HttpError for a server outside the fence."""
        if origin(request.url) not in self._allowed:
            self.strays.append(address(request))
            raise HttpError("refused", f"{address(request)}: outside the fence of this test")
        return super().send(request, budget, limit)
