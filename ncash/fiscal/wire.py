"""JSON over HTTP with the service in front of a register: one account, one time limit, no secret in a text."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Any, Final, NamedTuple
from uuid import NAMESPACE_OID, uuid5

from ncash.fiscal.place import Place
from ncash.language import recorded
from ncash.model.fiscal.register import Made, RegisterError, RegisterRefused, RegisterSilent
from ncash.model.ports import HttpError, HttpRequest
from ncash.settings.secret_file import SecretFile, basic

NEVER_SENT: Final = ("refused",)
"""Reasons of HttpError after which nothing can have been done. A failure of TLS may also come with the answer."""
THERE: Final = 5.0
"""Seconds for the question whether anybody answers."""
SPOKEN: Final = ("protocol", "too_large")
"""Reasons of HttpError after which somebody has."""
ACCOUNT: Final = (401, 403)
ASKING: Final = 10.0
"""Seconds for a question, where `[Fiscal] timeout` leaves so many; a command has all of them."""
LOOKED_BACK: Final = 12
"""So many documents before the last one are asked for when the last ones are no receipts."""
ATTEMPTS: Final = 50
"""So often one receipt may be refused."""


class NotSent(RegisterRefused):
    """The command did not get to the service."""


class NoAnswer(RegisterSilent):
    """No usable answer came over the wire."""


class WireAnswer(NamedTuple):
    """An answer with its status."""

    status: int
    content: dict[str, Any]


class Wire:
    """The conversation. Every call raises NoAnswer when no usable answer comes.

    With `doing` it raises NotSent when the call cannot have reached the service, or was not let in.
    """

    def __init__(self, place: Place, usual: str, name: str) -> None:
        """`usual` is the address of a service on this machine, `name` what the service is called."""
        self._place = place
        self._url = (place.settings.url or usual).rstrip("/")
        self._name = name

    def post(self, path: str, content: Mapping[str, Any], budget: float, doing: bool = False) -> WireAnswer:
        """Send an object."""
        body = json.dumps(content, separators=(",", ":")).encode("ascii")
        return self._send("POST", path, body, budget, doing)

    def get(self, path: str, budget: float) -> WireAnswer:
        """Ask."""
        return self._send("GET", path, None, budget, doing=False)

    def there(self, path: str) -> bool:
        """Whether anybody answers at all, whatever it says; asks nothing of the register."""
        try:
            self._place.http.send(HttpRequest("GET", self._url + path, keep_alive=False, uncut=True), THERE)
        except HttpError as error:
            return error.reason in SPOKEN
        return True

    def _send(self, method: str, path: str, body: bytes | None, budget: float, doing: bool) -> WireAnswer:
        headers = {"Content-Type": "application/json; charset=utf-8"} if body is not None else {}
        try:
            account, secrets = self._account()
        except NotSent as error:
            raise error if doing else NoAnswer(str(error), error.hint) from None
        request = HttpRequest(
            method, self._url + path, headers={**headers, **account}, body=body, secrets=secrets, keep_alive=False,
            uncut=True,
        )  # fmt: skip
        try:
            answer = self._place.http.send(request, budget)
        except HttpError as error:
            hint = recorded("does {name} run at {url}? [Fiscal] url", name=self._name, url=self._url)
            if doing and error.reason in NEVER_SENT:
                raise NotSent(f"{self._name}: {error}", hint) from None
            raise NoAnswer(f"{self._name}: {error}", hint) from None
        if answer.status in ACCOUNT:
            text, hint = (
                recorded("{name}: HTTP {status}, the account is not accepted", name=self._name, status=answer.status),
                "[Fiscal] user, passwordFile",
            )
            raise NotSent(text, hint) if doing else NoAnswer(text, hint)
        try:
            return WireAnswer(answer.status, _object(answer.body))
        except (ValueError, RecursionError):
            raise NoAnswer(
                recorded("{name}: HTTP {status} and no JSON object", name=self._name, status=answer.status)
            ) from None

    def _account(self) -> tuple[dict[str, str], tuple[str, ...]]:
        own = self._place.settings
        if not own.user:
            return {}, ()
        hint = "write the password into this file"
        secret = SecretFile(self._place.conf, own.passwordFile)
        password = secret.taken(lambda why: NotSent(recorded("[Fiscal] passwordFile: {why}", why=why), hint))
        authorization = basic(own.user, password)
        return {"Authorization": authorization}, tuple(one for one in (password, authorization.split()[1]) if one)


def _object(body: bytes) -> dict[str, Any]:
    """A JSON object; a name that comes twice and a number that is none are refused. Raises ValueError."""
    found = json.loads(body or b"{}", object_pairs_hook=_once, parse_constant=_no_number, parse_float=Decimal)
    if not isinstance(found, dict):
        raise ValueError("not an object")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name comes twice")
    return found


def _no_number(text: str) -> Any:
    raise ValueError(text)


def attempts(order_id: str) -> Iterator[str]:
    """Identifiers for the commands of one order: its own first; after a refusal, which uses an identifier up, the next
    one. They follow from the order alone, so that what came of each can be asked for at any time."""
    yield order_id
    for number in range(1, ATTEMPTS):
        yield str(uuid5(NAMESPACE_OID, f"{order_id}/{number}"))


def latest(name: str, number: int, document: Callable[[int], Made | None]) -> Made | None:
    """The receipt made last: document `number`, or one before it where the last ones are reports."""
    for one in range(number, max(number - LOOKED_BACK, 0), -1):
        if made := document(one):
            return made
    if number <= LOOKED_BACK:
        return None
    raise RegisterSilent(
        recorded(
            "{name}: the last {looked_back} documents are no receipts that it can tell of",
            name=name,
            looked_back=LOOKED_BACK,
        )
    )


@contextmanager
def asking() -> Iterator[None]:
    """Questions: every failure of one is silence."""
    try:
        yield
    except NotSent as error:
        raise NoAnswer(str(error), error.hint) from error
    except RegisterRefused as error:
        raise RegisterSilent(str(error), error.hint) from error


@contextmanager
def nothing_sent() -> Iterator[None]:
    """What is asked before an order is given: without an answer the order was not sent."""
    try:
        yield
    except NoAnswer as error:
        raise NotSent(str(error), error.hint) from error


def unless_moved(refusal: RegisterRefused, before: int, number: Callable[[], int]) -> RegisterError:
    """What a refused receipt came to: the refusal, or silence when the drive holds more than `before`, or does not
    say. An error that the register reports after it made the document must not be taken for a refusal."""
    if isinstance(refusal, NotSent):
        return refusal
    hint = "the till asks the register for its last document"
    try:
        now = number()
    except RegisterError as error:
        return RegisterSilent(
            recorded("{refusal}; and whether a document was made is not known: {error}", refusal=refusal, error=error),
            hint,
        )
    return (
        refusal
        if now == before
        else RegisterSilent(
            recorded(
                "{refusal}; and the last document is {now}, not {before}", refusal=refusal, now=now, before=before
            ),
            hint,
        )
    )


def moment(value: object, zone: tzinfo | None) -> str | None:
    """A time as services write it, ISO 8601 with an offset; None for anything else."""
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return at.replace(tzinfo=at.tzinfo or zone).isoformat(timespec="seconds") if at is not None else None


def decimal(value: int | Decimal) -> int | float:
    """A quantity as JSON writes it best: without a point where there is no fraction."""
    return int(value) if value == int(value) else float(value)


def money(amount: int) -> int | float:
    """Kopecks as rubles of JSON."""
    return decimal(Decimal(amount) / 100)


def whole(value: object) -> int | None:
    """A number of documents, shifts and the like, also where it comes as text; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    return int(value) if isinstance(value, str) and value.isascii() and value.isdecimal() else None
