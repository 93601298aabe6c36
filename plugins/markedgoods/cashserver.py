"""The client of the cash server: status and reservation of one mark (cashserver.md, the wire format of ours)."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from markedgoods.case import Case
from markedgoods.neighbours import categories
from markedgoods.settings import MarkedGoods
from markedgoods.store_server import DOCTYPES, ServerFact, status_url
from ncash.model.ports import HttpError, HttpRequest, Surroundings, World
from ncash.plugin import Account
from ncash.settings.config import Config
from ncash.settings.secret_file import SecretFile, basic

MAX_BODY: Final = 65_536
MAX_ANSWERS: Final = 1_000_000
NOTHING_CARRIES: Final = "010000000000000021doctor"
"""A code with a GTIN that is given to nobody."""


def sibling(url: str, name: str) -> str:
    """Another address beside the status address."""
    return status_url(url).rsplit("/", 1)[0] + "/" + name


class Reserved(NamedTuple):
    """A mark that is to be reserved again, with the settings that rule it."""

    mark: str
    barcode: str
    own: MarkedGoods


class CashServer:
    """Asks the server; an answer that is none becomes a fact without a status."""

    def __init__(self, world: World, shopcode: str, cashcode: str, folder: Path) -> None:
        """`folder` is the conf folder, where the names of password files begin."""
        self._world = world
        self._folder = folder
        self._shopcode = shopcode
        self._cashcode = cashcode

    def route(self, case: Case) -> str:
        """The status address that rules the case: the name of its server in the queue."""
        return status_url(case.own.markVerifyUrl)

    def status(self, case: Case) -> ServerFact:
        """The mark's state before CRPT is asked."""
        return self._asked(case, status_url(case.own.markVerifyUrl))

    def reserve(self, case: Case) -> ServerFact:
        """Reserve the mark for this receipt; asking again for the same receipt renews the lease."""
        return self._asked(case, sibling(case.own.markVerifyUrl, "reserve"))

    def _asked(self, case: Case, url: str) -> ServerFact:
        body = {
            "mark": case.mark.text,
            "barcode": case.goods.barcode,
            "excisetype": "MARKEDGOODS",
            "shopcode": self._shopcode,
            "cashcode": self._cashcode,
            "doctype": DOCTYPES[case.request.kind],
            "documentid": case.request.receipt.id,
        }
        try:
            headers, secrets = _account(case.own, self._folder)
            request = HttpRequest("POST", url, headers, json.dumps(body).encode(), secrets)
            answer = self._world.http.send(request, float(case.own.markVerifyTimeout), MAX_BODY)
        except (HttpError, ValueError) as error:
            return ServerFact(None, trouble=f"{type(error).__name__}: {error}")
        return _read(answer.status, answer.body, case.request.receipt.id)

    def reserve_again(self, route: str, doctype: str, receipt: str, marks: Sequence[Reserved]) -> list[ServerFact]:
        """Reserve marks of one receipt again in one call: what the server says of each, in their order."""
        own = marks[0].own
        body = {
            "marks": [{"mark": one.mark, "barcode": one.barcode} for one in marks],
            "excisetype": "MARKEDGOODS",
            "shopcode": self._shopcode,
            "cashcode": self._cashcode,
            "doctype": doctype,
            "documentid": receipt,
        }
        try:
            headers, secrets = _account(own, self._folder)
            request = HttpRequest("POST", sibling(route, "reserve"), headers, json.dumps(body).encode(), secrets)
            answer = self._world.http.send(request, float(own.markVerifyTimeout), MAX_ANSWERS)
            found: Any = json.loads(answer.body) if answer.status == 200 else None
            results = found["results"] if isinstance(found, dict) else None
        except (HttpError, ValueError, KeyError, RecursionError) as error:
            return [ServerFact(None, trouble=f"{type(error).__name__}: {error}")] * len(marks)
        if not isinstance(results, list) or len(results) != len(marks):
            return [ServerFact(None, trouble=f"the server answered {answer.status}, without a result each")] * len(
                marks
            )
        return [_heard(one, True, receipt) for one in results]


def servers_of(config: Config) -> tuple[str, ...]:
    """Status addresses of the cash servers of these settings, each once."""
    profiles = (*categories(config), config.section(MarkedGoods))
    return tuple(dict.fromkeys(status_url(own.markVerifyUrl) for own in profiles if own.enableMarkVerify))


def account_of(config: Config, route: str) -> Account | None:
    """How the sender of the queue presents itself at a cash server of these settings; None for any other address.

    Raises ValueError when the password file cannot be read.
    """
    for own in (*categories(config), config.section(MarkedGoods)):
        if own.enableMarkVerify and status_url(own.markVerifyUrl) == route:
            headers, secrets = _account(own, config.folder)
            return Account(headers, secrets, float(own.markVerifyTimeout))
    return None


def _account(own: MarkedGoods, folder: Path) -> tuple[dict[str, str], tuple[str, ...]]:
    """Headers and their secrets. Raises ValueError when the password file cannot be read."""
    headers = {"Content-Type": "application/json; charset=utf-8", "Accept": "application/json"}
    user = own.markVerifyUser
    if not user:
        return headers, ()
    password = SecretFile(folder, own.markVerifyPasswordFile).read()
    authorization = basic(user, password)
    return {**headers, "Authorization": authorization}, tuple(s for s in (password, authorization) if s)


def ask_about_nothing(own: MarkedGoods, folder: Path, around: Surroundings, budget: float) -> tuple[str, str]:
    """Ask for the status of a code that nothing carries: what is wrong with the server, and its `Date` header.

    Both are empty texts when there is nothing to say; the server keeps nothing of it.
    """
    body = {"mark": NOTHING_CARRIES, "barcode": "", "excisetype": "MARKEDGOODS", "shopcode": "", "cashcode": "",
            "doctype": "sale", "documentid": ""}  # fmt: skip
    try:
        headers, secrets = _account(own, folder)
        request = HttpRequest("POST", status_url(own.markVerifyUrl), headers, json.dumps(body).encode(), secrets, False)
        answer = around.http.send(request, budget, MAX_BODY)
    except (HttpError, ValueError) as error:
        return f"{type(error).__name__}: {error}", ""
    return _read(answer.status, answer.body, "").trouble, answer.headers.get("date", "")


def _read(status: int, body: bytes, receipt: str) -> ServerFact:
    if status not in (200, 409):
        return ServerFact(None, trouble=f"the server answered {status}")
    try:
        answer: Any = json.loads(body)
    except (ValueError, RecursionError):
        return ServerFact(None, trouble="the answer is not JSON")
    return _heard(answer, status == 200, receipt)


def _heard(answer: Any, taken: bool, receipt: str) -> ServerFact:
    if not isinstance(answer, dict) or not isinstance(answer.get("status"), str):
        return ServerFact(None, trouble="the answer names no status")
    owner = answer.get("owner")
    holder = owner.get("documentid") if isinstance(owner, dict) else None
    granted = taken and "lease" in answer
    return ServerFact(answer["status"], mine=granted or holder == receipt)
