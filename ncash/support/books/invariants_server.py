"""What the cash server must know of what this shop sold: its side of I1 and I2 (cashserver.md)."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from ncash.errors import UserError
from ncash.language import phrase
from ncash.model.http import answered
from ncash.model.ports import Http, HttpError, HttpRequest
from ncash.plugin import Account
from ncash.shop.sending import account_of
from ncash.shop.shop import configuration
from ncash.support.books.evidence import Evidence, Story, Violation

NEWEST: Final = 200
"""So many of the latest acknowledged messages are looked for at the server."""
LIMIT: Final = 1_000_000
"""Bytes of a mark's history."""
_ACKNOWLEDGED: Final = (
    "SELECT uuid, route, op, key, json_extract(body, '$.documentid') FROM outbox "
    "WHERE result IN ('applied', 'duplicate') AND op IN ('sold', 'returned') ORDER BY id DESC LIMIT ?"
)
_CONFLICTS: Final = (
    "SELECT op, key, json_extract(body, '$.documentid'), status FROM outbox "
    "WHERE result = 'conflict' AND op IN ('sold', 'returned') ORDER BY id"
)
"""A reservation that was another's when it was given up harmed nobody: the server left it alone."""


def asking(conf: Path, http: Http) -> Story:
    """The question to cash servers, with the accounts that the plugins know."""
    accounts: dict[str, Account | None] = {}

    def story(route: str, cis: str) -> dict[str, Any]:
        if route not in accounts:
            accounts[route] = account_of(configuration(conf), route)
        account = accounts[route] or Account({})
        url = f"{route.rstrip('/').rsplit('/', 1)[0]}/marks?mark={quote(cis, safe='')}"
        hint = "look at the server, or leave it out with --offline"
        try:
            request = HttpRequest("GET", url, account.headers, None, secrets=account.secrets, plain=account.plain)
            answer = http.send(request, account.budget, LIMIT)
            told = json.loads(answer.body) if answer.status == 200 else None
        except (HttpError, ValueError, RecursionError) as error:
            raise UserError(
                phrase("the cash server gives no answer: {error}", error=error), code="cashserver", hint=hint
            ) from error
        if not isinstance(told, dict) or not isinstance(told.get("history"), list):
            raise UserError(
                phrase("asked about a mark, {status}", status=answered(answer.status, answer.body)),
                code="cashserver",
                hint=hint,
            )
        return told

    return story


def conflicts(seen: Evidence) -> Iterator[Violation]:
    """I1. What the server took although it stood in its way: the unit was sold or returned somewhere else as well."""
    for op, cis, receipt, status in seen.rows(_CONFLICTS):
        yield Violation(
            "I1",
            phrase(
                "the mark {cis} was {op} here against what the cash server knew (now {now})", cis=cis, op=op, now=status
            ),
            receipt or "", "Documents, outbox",
            next="ncash server conflicts shows both receipts; one of the units carries another's mark",
        )  # fmt: skip


def known_there(seen: Evidence) -> Iterator[Violation]:
    """I2. What the server acknowledged stands in its history."""
    if seen.story is None:
        return
    for uuid, route, op, cis, receipt in list(seen.rows(_ACKNOWLEDGED, (NEWEST,))):
        steps = seen.story(route, cis)["history"]
        if not any(step.get("operation") == op and step.get("documentid") == receipt for step in steps):
            yield Violation(
                "I2",
                phrase(
                    "the cash server acknowledged the message {uuid} ({op} {cis}) and does not know it",
                    uuid=uuid, op=op, cis=cis,
                ),
                receipt,
                phrase("cash server {route}", route=route),
                next="the server was put back to an older copy: restore its newest one; "
                "ncash queue list shows what it took",
            )  # fmt: skip
