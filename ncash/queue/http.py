"""Operations to the cash server itself: `POST …/exciseMark/operations` (cashserver.md)."""

import json
from collections.abc import Callable, Sequence
from typing import Any, Final

from ncash.language import recorded
from ncash.model.http import answered
from ncash.model.ports import Http, HttpError, HttpRequest
from ncash.plugin import Account
from ncash.queue.transport import DeliveryFailure, Operation, Reply
from ncash.store.outbox.outbox import APPLIED, CONFLICT, DUPLICATE, REFUSED

PLAIN: Final = {"Content-Type": "application/json; charset=utf-8", "Accept": "application/json"}
LIMIT: Final = 4_000_000
"""Bytes of an answer."""
REJECTED: Final = frozenset({400, 413, 422})
UNKNOWN: Final = frozenset({401, 403})
OTHER_BODY: Final = 409
AccountOf = Callable[[str], Account | None]
"""How to present oneself at a receiver. Raises ValueError or UserError when that cannot be said."""


class HttpTransport:
    """Implements Transport."""

    def __init__(self, http: Http, account_of: AccountOf) -> None:
        self._http = http
        self._account_of = account_of
        self._accounts: dict[str, Account] = {}

    def send(self, route: str, operations: Sequence[Operation]) -> Sequence[Reply]:
        """One call. Raises DeliveryFailure for everything but an answer with results."""
        account = self._account(route)
        body = json.dumps({"operations": list(operations)}, ensure_ascii=False).encode()
        request = HttpRequest(
            "POST", operations_url(route), headers=account.headers, body=body, secrets=account.secrets,
            plain=account.plain, uncut=True,
        )  # fmt: skip
        try:
            answer = self._http.send(request, account.budget, LIMIT)
        except HttpError as error:
            self._accounts.pop(route, None)
            raise DeliveryFailure(str(error)) from error
        if answer.status in UNKNOWN:
            self._accounts.pop(route, None)
        if answer.status != 200:
            raise DeliveryFailure(answered(answer.status, answer.body), rejected=answer.status in REJECTED)
        return replies(answer.body)

    def _account(self, route: str) -> Account:
        known = self._accounts.get(route)
        if known is None:
            try:
                known = self._account_of(route) or Account(PLAIN)
            except Exception as error:
                raise DeliveryFailure(
                    recorded("the account for {route} is not known: {error}", route=route, error=error)
                ) from error
            self._accounts[route] = known
        return known

    def close(self) -> None:
        """The network belongs to somebody else."""


def operations_url(route: str) -> str:
    """The call beside the status address."""
    return route.rstrip("/").rsplit("/", 1)[0] + "/operations"


def replies(body: bytes) -> list[Reply]:
    """The results in an answer. Raises DeliveryFailure for anything else."""
    try:
        found: Any = json.loads(body)
        results = found["results"] if isinstance(found, dict) else None
    except (ValueError, KeyError, RecursionError) as error:
        raise DeliveryFailure("the answer is no JSON object with results") from error
    if not isinstance(results, list):
        raise DeliveryFailure("the answer is no JSON object with results")
    return [_reply(one) for one in results]


def _reply(one: Any) -> Reply:
    if not isinstance(one, dict) or not isinstance(one.get("id"), str):
        raise DeliveryFailure("a result in the answer names no id")
    result, status = one.get("result"), one.get("status")
    if one.get("code") == OTHER_BODY:
        result = REFUSED
    elif result not in (APPLIED, DUPLICATE, CONFLICT):
        raise DeliveryFailure(recorded("a result in the answer is {result!r}", result=str(result)[:40]))
    return Reply(one["id"], result, status if isinstance(status, str) else None)
