"""The client of the cash server: status and reservation of one mark (cashserver.md, the wire format of ours)."""

import json
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from ncash.bundled.markedgoods.checks.case import Case
from ncash.bundled.markedgoods.checks.cash_server import DOCTYPES, ServerFact, status_url
from ncash.bundled.markedgoods.facts import strict_json
from ncash.bundled.markedgoods.settings import MarkedGoods
from ncash.bundled.markedgoods.settings.vendor_categories import categories
from ncash.language import recorded
from ncash.model.http import answered
from ncash.model.mark import telling
from ncash.model.ports import HttpAnswer, HttpError, HttpRequest, Surroundings, World
from ncash.plugin import LONGEST_BUDGET, THREADS, Account, Party, Quiet, Ways
from ncash.settings.config import Config
from ncash.settings.secret_file import SecretFile, basic

MAX_BODY: Final = 65_536
MAX_ANSWERS: Final = 1_000_000
THERE: Final = 5.0
"""Seconds for a question whether a server is back."""
SPOKEN: Final = ("protocol", "too_large")
"""Reasons of HttpError after which somebody has spoken."""
NOTHING_CARRIES: Final = "010000000000000021doctor"
"""A code with a GTIN that is given to nobody."""


def sibling(url: str, name: str) -> str:
    """Another address beside the status address."""
    return status_url(url).rsplit("/", 1)[0] + "/" + name


class ReservationRequest(NamedTuple):
    """Request to reserve a mark again, with the settings that rule it."""

    mark: str
    barcode: str
    own: MarkedGoods


class CashServer:
    """Client of the cash server; an answer that is none becomes a fact without a status."""

    def __init__(self, world: World, shopcode: str, cashcode: str, folder: Path, ways: Ways = THREADS) -> None:
        """`folder` is the conf folder, where the names of password files begin."""
        self._world = world
        self._folder = folder
        self._shopcode = shopcode
        self._cashcode = cashcode
        self._ways = ways
        self._parties: dict[str, Party] = {}
        """By host and port: one server may be asked under several addresses."""

    def stop(self) -> None:
        """End what asks whether a server is back."""
        for party in self._parties.values():
            party.stop()

    def party(self, own: MarkedGoods) -> Party:
        """The server of these settings."""
        place = urlsplit(own.markVerifyUrl.strip()).netloc.lower()
        known = self._parties.get(place)
        if known is None:
            there = partial(answers_at_all, own, self._folder, self._world)
            known = self._parties.setdefault(place, Party("cashserver", self._world.clock, there, self._ways))
        return known

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
            "mark": telling(case.mark.text, case.mark.cis),
            "barcode": case.goods.barcode,
            "excisetype": "MARKEDGOODS",
            "shopcode": self._shopcode,
            "cashcode": self._cashcode,
            "doctype": DOCTYPES[case.request.kind],
            "documentid": case.request.receipt.id,
        }
        own, receipt = case.own, case.request.receipt.id

        def sent(budget: float) -> ServerFact:
            answer = self._sent(own, url, body, budget, MAX_BODY)
            return answer if isinstance(answer, ServerFact) else _read(answer.status, answer.body, receipt)

        found = self.party(own).ask(sent, float(own.markVerifyTimeout), _useless, _why)
        return (
            ServerFact(None, trouble=recorded("the cash server is {found}", found=found))
            if isinstance(found, Quiet)
            else found
        )

    def _sent(
        self, own: MarkedGoods, url: str, body: Mapping[str, Any], budget: float, limit: int
    ) -> HttpAnswer | ServerFact:
        try:
            headers, secrets = _account(own, self._folder)
            plain = own.markVerifyAllowPlainHttp
            request = HttpRequest(
                "POST", url, headers=headers, body=json.dumps(body).encode(), secrets=secrets, plain=plain
            )
            return self._world.http.send(request, budget, limit)
        except (HttpError, ValueError) as error:
            return ServerFact(None, trouble=f"{type(error).__name__}: {error}")

    def reserve_again(
        self, route: str, doctype: str, receipt: str, marks: Sequence[ReservationRequest], awaited: bool = True
    ) -> list[ServerFact]:
        """Reserve marks of one receipt again in one call: what the server says of each, in their order.

        A call that nobody waits for (`awaited`) is made also while the server is silent."""
        own = marks[0].own
        body = {
            "marks": [{"mark": one.mark, "barcode": one.barcode} for one in marks],
            "excisetype": "MARKEDGOODS",
            "shopcode": self._shopcode,
            "cashcode": self._cashcode,
            "doctype": doctype,
            "documentid": receipt,
        }

        def sent(budget: float) -> list[ServerFact]:
            answer = self._sent(own, sibling(route, "reserve"), body, budget, MAX_ANSWERS)
            return [answer] * len(marks) if isinstance(answer, ServerFact) else _each(answer, len(marks), receipt)

        party, budget = self.party(own), float(own.markVerifyTimeout)
        if not awaited:
            return party.aside(sent, budget, _all_useless, _first_why)
        found = party.ask(sent, budget, _all_useless, _first_why)
        if isinstance(found, Quiet):
            return [ServerFact(None, trouble=recorded("the cash server is {found}", found=found))] * len(marks)
        return found


def _useless(fact: ServerFact) -> bool:
    return fact.status is None


def _why(fact: ServerFact) -> str:
    return fact.trouble


def _all_useless(facts: Sequence[ServerFact]) -> bool:
    return all(fact.status is None for fact in facts)


def _first_why(facts: Sequence[ServerFact]) -> str:
    return facts[0].trouble


def _each(answer: HttpAnswer, count: int, receipt: str) -> list[ServerFact]:
    """A fact for every mark that was asked about."""
    try:
        found: Any = strict_json.parse(answer.body) if answer.status == 200 else None
        results = found["results"] if isinstance(found, dict) else None
    except (ValueError, KeyError) as error:
        return [ServerFact(None, trouble=f"{type(error).__name__}: {error}")] * count
    if not isinstance(results, list) or len(results) != count:
        said = recorded("{status}, without a result each", status=answered(answer.status, answer.body))
        return [ServerFact(None, trouble=said)] * count
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
        if own.enableMarkVerify and status_url(own.markVerifyUrl) == status_url(route):
            headers, secrets = _account(own, config.folder)
            budget = min(float(own.markVerifyTimeout), LONGEST_BUDGET)
            return Account(headers, secrets, budget, own.markVerifyAllowPlainHttp)
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


def _about_nothing(own: MarkedGoods, folder: Path, around: World | Surroundings, budget: float) -> HttpAnswer:
    """The status of a code that nothing carries; the server keeps nothing of it. Raises HttpError or ValueError."""
    body = {"mark": NOTHING_CARRIES, "barcode": "", "excisetype": "MARKEDGOODS", "shopcode": "", "cashcode": "",
            "doctype": "sale", "documentid": ""}  # fmt: skip
    headers, secrets = _account(own, folder)
    sent, plain = json.dumps(body).encode(), own.markVerifyAllowPlainHttp
    request = HttpRequest(
        "POST",
        status_url(own.markVerifyUrl),
        headers=headers,
        body=sent,
        secrets=secrets,
        keep_alive=False,
        plain=plain,
    )
    return around.http.send(request, budget, MAX_BODY)


def answers_at_all(own: MarkedGoods, folder: Path, around: World | Surroundings) -> bool:
    """Whether anybody answers at the server's address, whatever it says."""
    try:
        _about_nothing(own, folder, around, min(float(own.markVerifyTimeout), THERE))
    except HttpError as error:
        return error.reason in SPOKEN
    except ValueError:
        return True
    return True


def ask_about_nothing(own: MarkedGoods, folder: Path, around: Surroundings, budget: float) -> tuple[str, str]:
    """What is wrong with the server, asked about a code that nothing carries, and its `Date` header.

    Both are empty texts when there is nothing to say.
    """
    try:
        answer = _about_nothing(own, folder, around, budget)
    except (HttpError, ValueError) as error:
        return f"{type(error).__name__}: {error}", ""
    return _read(answer.status, answer.body, "").trouble, answer.headers.get("date", "")


def _read(status: int, body: bytes, receipt: str) -> ServerFact:
    if status not in (200, 409):
        return ServerFact(None, trouble=answered(status, body))
    try:
        answer: Any = strict_json.parse(body)
    except ValueError:
        return ServerFact(None, trouble="the answer is not JSON")
    return _heard(answer, status == 200, receipt)


def _heard(answer: Any, taken: bool, receipt: str) -> ServerFact:
    if not isinstance(answer, dict) or not isinstance(answer.get("status"), str):
        return ServerFact(None, trouble="the answer names no status")
    owner = answer.get("owner")
    holder = str(owner.get("documentid")).lower() if isinstance(owner, dict) else None
    granted = taken and answer.get("lease") is not None
    return ServerFact(answer["status"].strip().upper(), mine=granted or holder == receipt.lower())
