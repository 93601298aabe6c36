"""Causes of a call that failed: the exceptions of the libraries as reasons and texts of ours, without secrets."""

from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from ncash.model.ports import HttpError, HttpRequest

_TEXTS: Final = {
    "timeout": "no answer in time",
    "refused": "the connection is refused",
    "connect": "no connection, or it was cut",
    "tls": "no trusted connection",
    "protocol": "not an answer that can be used",
}


def address(request: HttpRequest) -> str:
    """The address for people: without user, query and secrets."""
    parts = urlsplit(request.url)
    shown = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    return _without(shown, request.secrets)


def _without(text: str, secrets: Iterable[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, "****") if secret else text
    return text


def _chain(error: BaseException) -> list[BaseException]:
    """An exception with everything it wraps."""
    found: list[BaseException] = [error]
    for each in found:
        inner = (each.__cause__, each.__context__, getattr(each, "reason", None), *each.args)
        found += [e for e in inner if isinstance(e, BaseException) and not any(e is known for known in found)]
    return found


def explained(request: HttpRequest, error: Exception) -> HttpError:
    """The library's exception as ours; its own text is dropped, because it may quote headers."""
    import ssl

    from requests import RequestException
    from urllib3 import exceptions as urllib3_errors

    chain = [e for e in _chain(error) if not isinstance(e, RequestException)]
    untrusted = next((e for e in chain if isinstance(e, ssl.SSLCertVerificationError)), None)
    if any(isinstance(e, urllib3_errors.SSLError | ssl.SSLError) for e in chain):
        reason = "tls"
    elif any(isinstance(e, ConnectionRefusedError) for e in chain):
        reason = "refused"
    elif any(isinstance(e, urllib3_errors.TimeoutError | TimeoutError) for e in chain):
        reason = "timeout"
    elif any(isinstance(e, OSError) for e in chain):
        reason = "connect"
    else:
        reason = "connect" if _cut(chain) else "protocol"
    text = f"{address(request)}: {_TEXTS[reason]}"
    return HttpError(reason, _without(f"{text}, {untrusted.verify_message}" if untrusted else text, request.secrets))


def _cut(chain: list[BaseException]) -> bool:
    from http.client import HTTPException, IncompleteRead

    from urllib3.exceptions import ClosedPoolError, NewConnectionError, ProtocolError

    spoken = [e for e in chain if isinstance(e, HTTPException)]
    lost = any(isinstance(e, ProtocolError | NewConnectionError | ClosedPoolError) for e in chain)
    return lost and all(isinstance(e, IncompleteRead) for e in spoken)
