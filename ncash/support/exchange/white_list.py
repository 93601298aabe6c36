"""The white list of the cash server brought to the till: what is new since the last time, or all of it anew."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from ncash.errors import UserError
from ncash.language import phrase
from ncash.model.codes import code
from ncash.model.http import answered
from ncash.model.mark import cis, trimmed
from ncash.model.ports import Http, HttpError, HttpRequest
from ncash.plugin import Account
from ncash.queue.http import PLAIN
from ncash.settings.config import Config
from ncash.shop import sending
from ncash.store.dictionaries import whitelist
from ncash.store.imports.report import SHOWN
from ncash.store.sqlite.connection import Row
from ncash.system import files

PAGE: Final = 5_000
LIMIT: Final = 16_000_000
"""Bytes of one page."""


class PulledList(NamedTuple):
    """Report of a white list that was fetched from a server."""

    marks: int
    servers: tuple[str, ...]
    whole: bool
    faulty: int = 0
    """Entries of the server that are no marks; they are passed over."""
    faults: tuple[str, ...] = ()
    """The first of them."""


def state_file(data: Path) -> Path:
    """Where the till keeps how far it has read the list of each server."""
    return data / "whitelist.json"


def pull(config: Config, http: Http, dictionaries: Path, data: Path, whole: bool) -> PulledList:
    """Bring the marks in one transaction; with `whole` they replace those that were there. Raises UserError."""
    servers = sending.receivers(config)
    if not servers:
        hint = "enableMarkVerify = true and markVerifyUrl name a cash server"
        raise UserError("the settings name no cash server", code="server", hint=hint)
    read = {} if whole else _state(data)
    pages = _Pages(config, http, read)
    rows = (row for server in servers for row in pages.of(server))
    count = whitelist.bring(dictionaries, rows, whole)
    try:
        files.replace(state_file(data), json.dumps(pages.read).encode())
    except OSError as error:
        hint = "the marks are there; the next pull reads them once more"
        raise UserError(
            phrase("{path} cannot be written: {reason}", path=state_file(data), reason=error.strerror),
            code="data",
            hint=hint,
        ) from error
    return PulledList(count, servers, whole, pages.faulty, faults=tuple(pages.faults))


def _state(data: Path) -> dict[str, int]:
    try:
        found: Any = json.loads(state_file(data).read_bytes())
    except (OSError, ValueError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {server: read for server, read in found.items() if type(read) is int and read >= 0}


class _Pages:
    """The list of a server, page by page."""

    def __init__(self, config: Config, http: Http, read: Mapping[str, int]) -> None:
        self._config, self._http = config, http
        self.read = dict(read)
        self.faulty = 0
        self.faults: list[str] = []

    def of(self, server: str) -> Iterator[Row]:
        """Rows of Excisemarkwhite that the till has not got yet."""
        account = sending.account_of(self._config, server) or Account(PLAIN)
        while True:
            after = self.read.get(server, 0)
            marks = self._page(server, account, after)
            for one in marks:
                mark = trimmed(one["mark"])
                if code.form_of(mark) is None:
                    self._pass(server, one)
                else:
                    yield (mark, *(one.get(name) or None for name in ("barcode", "shopcode", "excisetype")), cis(mark))
                self.read[server] = max(self.read.get(server, 0), one["number"])
            if self.read.get(server, 0) <= after:
                return

    def _pass(self, server: str, one: dict[str, Any]) -> None:
        self.faulty += 1
        if len(self.faults) < SHOWN:
            self.faults.append(
                phrase(
                    "{server}: number {number}: {mark!r} is no mark",
                    server=server,
                    number=one["number"],
                    mark=one["mark"][:40],
                )
            )

    def _page(self, server: str, account: Account, after: int) -> list[dict[str, Any]]:
        url = f"{server.rstrip('/').rsplit('/', 1)[0]}/whitelist?after={after}&limit={PAGE}"
        request = HttpRequest("GET", url, account.headers, None, secrets=account.secrets, plain=account.plain)
        try:
            answer = self._http.send(request, account.budget, LIMIT)
        except HttpError as error:
            raise UserError(str(error), code="server", hint="is the cash server up?") from error
        try:
            found: Any = json.loads(answer.body) if answer.status == 200 else None
            marks = found["marks"] if isinstance(found, dict) else None
        except (ValueError, KeyError, RecursionError):
            marks = None
        if not isinstance(marks, list) or not all(map(_entry, marks)):
            hint = "markVerifyUser and markVerifyPasswordFile name the account" if answer.status in (401, 403) else ""
            text = phrase(
                "{url}: {status}, and no page of a white list", url=url, status=answered(answer.status, answer.body)
            )
            raise UserError(text, code="server", hint=hint)
        return marks


def _entry(one: Any) -> bool:
    texts = ("barcode", "shopcode", "excisetype")
    return (
        isinstance(one, dict) and isinstance(one.get("mark"), str) and type(one.get("number")) is int
        and all(isinstance(one.get(name, ""), str) for name in texts)
    )  # fmt: skip
