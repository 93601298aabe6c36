"""Ways to misbehave: what a faulty server writes instead of its answer."""

import gzip
import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

PORTAL: Final = b"<!DOCTYPE html><html><body><h1>Welcome to the free network</h1></body></html>"
HUGE: Final = 100_000_000
CHUNK: Final = b" " * 65_536


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to misbehave; `value` is a status, seconds, a field name, a URL or bytes, as the kind wants.

    `code`, `site` (place in the list, 0 is the root) and `path` (end of the path) narrow it; `times` ends it.
    """

    kind: str
    value: Any = None
    code: str | None = None
    site: int | None = None
    path: str | None = None
    times: int | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no fault {self.kind!r}; there are: {', '.join(KINDS)}")


@dataclass(slots=True)
class Response:
    """What is to be sent; faults change it before it goes."""

    status: int
    body: bytes
    headers: dict[str, str]
    delay: float = 0.0
    drip: float | None = None
    """Seconds between two bytes, headers included."""
    end: str = "answer"
    """`answer`, `drop` (close without an answer), `silent` (keep the connection, never answer), `cut` (half a body)."""
    stream: Iterator[bytes] | None = None
    """A body of unknown length, sent until the client hangs up."""


def answer(status: int, value: Any) -> Response:
    """A JSON answer."""
    body = json.dumps(value, ensure_ascii=True).encode()
    return Response(status, body, {"Content-Type": "application/json;charset=UTF-8"})


def _status(response: Response, value: Any) -> None:
    response.status = int(value)
    if response.status == 200:
        return
    response.body = json.dumps({"code": response.status, "description": "as asked for"}).encode()


def _body(response: Response, value: Any) -> None:
    response.body = value if isinstance(value, bytes) else str(value).encode()


def _html(response: Response, _: Any) -> None:
    response.body, response.headers = PORTAL, {"Content-Type": "text/html"}


def _cut_json(response: Response, _: Any) -> None:
    response.body = response.body[: len(response.body) // 2]


def _nan(response: Response, _: Any) -> None:
    response.body = response.body.replace(b'"codes": [{', b'"codes": [{"smp": NaN, ', 1)


def _huge(response: Response, value: Any) -> None:
    count = int(value or HUGE) // len(CHUNK)
    response.stream = (CHUNK for _ in range(count))


def _bomb(response: Response, value: Any) -> None:
    response.body = gzip.compress(bytes(int(value or HUGE // 10)), compresslevel=9)
    response.headers["Content-Encoding"] = "gzip"


def _gzip(response: Response, _: Any) -> None:
    response.body = gzip.compress(response.body)
    response.headers["Content-Encoding"] = "gzip"


def _redirect(response: Response, value: Any) -> None:
    response.status, response.body = 307, b""
    response.headers["Location"] = str(value)


def _elements(change: Callable[[list[dict[str, Any]], Any], list[Any]]) -> Callable[[Response, Any], None]:
    def apply(response: Response, value: Any) -> None:
        top = json.loads(response.body)
        if top.get("codes"):
            top["codes"] = change(top["codes"], value)
            response.body = json.dumps(top).encode()

    return apply


def _other_code(elements: list[dict[str, Any]], value: Any) -> list[Any]:
    other = value or "0104600000000008215other!\x1d93dGVz"
    return [{**element, "cis": other} for element in elements]


def _reordered(elements: list[dict[str, Any]], _: Any) -> list[Any]:
    strangers = [{**element, "cis": f"0104600000000008215strn{n}\x1d93dGVz"} for n, element in enumerate(elements)]
    return [*strangers, *reversed(elements)]


def _missing(elements: list[dict[str, Any]], value: Any) -> list[Any]:
    return [{name: kept for name, kept in element.items() if name != value} for element in elements]


def _laid(elements: list[dict[str, Any]], value: Any) -> list[Any]:
    """Fields in place of those of every element: an object, or its JSON; without any, a flag that is none."""
    fields = json.loads(value) if isinstance(value, str) else dict(value or {"found": "perhaps"})
    return [{**element, **fields} for element in elements]


def _top_missing(response: Response, value: Any) -> None:
    top = json.loads(response.body)
    top.pop(value, None)
    response.body = json.dumps(top).encode()


def _set(name: str, as_type: Callable[[Any], Any]) -> Callable[[Response, Any], None]:
    def apply(response: Response, value: Any) -> None:
        setattr(response, name, as_type(value))

    return apply


def _end(how: str) -> Callable[[Response, Any], None]:
    def apply(response: Response, _: Any) -> None:
        response.end = how

    return apply


KINDS: Final[Mapping[str, Callable[[Response, Any], None]]] = {
    "status": _status,
    "body": _body,
    "delay": _set("delay", float),
    "drip": _set("drip", float),
    "drop": _end("drop"),
    "silent": _end("silent"),
    "cut_body": _end("cut"),
    "html": _html,
    "cut_json": _cut_json,
    "nan": _nan,
    "huge": _huge,
    "gzip_bomb": _bomb,
    "gzip": _gzip,
    "redirect": _redirect,
    "other_code": _elements(_other_code),
    "reordered": _elements(_reordered),
    "missing": _elements(_missing),
    "laid": _elements(_laid),
    "top_missing": _top_missing,
}


def pieces(raw: bytes, seconds: float) -> Iterator[bytes]:
    """Single bytes with pauses between them."""
    for at in range(len(raw)):
        yield raw[at : at + 1]
        time.sleep(seconds)
