"""What `ncash check` says about the addresses of cash servers: those that the till refuses to ask, or asks in clear."""

from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import urlsplit

from ncash.bundled.markedgoods.checks.cash_server import status_url
from ncash.bundled.markedgoods.settings import MarkedGoods
from ncash.bundled.markedgoods.settings.vendor_categories import setting_problem
from ncash.bundled.markedgoods.support.in_clear import in_clear
from ncash.language import phrase
from ncash.settings.problems import Problem

STATUS: Final = "/status"


def server_problems(profiles: Sequence[MarkedGoods]) -> Iterator[Problem]:
    """Warnings, one for each place; `profiles` are those that may ask a cash server."""
    told: set[tuple[str, int, str]] = set()
    for own in profiles:
        for problem in _about(own):
            place = problem.file, problem.line, problem.code
            if place not in told:
                told.add(place)
                yield problem


def _about(own: MarkedGoods) -> Iterator[Problem]:
    if not own.enableMarkVerify:
        return
    host = in_clear(own)
    if host and not own.markVerifyAllowPlainHttp:
        meanwhile = "sold without its word" if own.ignoreMarkVerifyErrors else "refused"
        text = phrase(
            "{host} is never asked: plain http is spoken to this computer only, goods are "
            "{meanwhile} and the queue keeps its messages. Write https://, or allow it by name "
            "with markVerifyAllowPlainHttp = true",
            host=host,
            meanwhile=meanwhile,
        )
        yield _problem(own, "markVerifyUrl", "MG075", text)
    elif host:
        text = phrase(
            "marks, receipts and the account go in clear to {host}; https:// in markVerifyUrl would protect them",
            host=host,
        )
        yield _problem(own, "markVerifyAllowPlainHttp", "MG076", text)
    url = status_url(own.markVerifyUrl)
    if not urlsplit(url).path.endswith(STATUS):
        beside = url.rsplit("/", 1)[0]
        text = phrase(
            "its path does not end in {status}: marks are reserved at {beside}/reserve, "
            "the queue goes to {beside}/operations",
            status=STATUS,
            beside=beside,
        )
        yield _problem(own, "markVerifyUrl", "MG077", text)


def _problem(own: MarkedGoods, key: str, code: str, text: str) -> Problem:
    return setting_problem(own.origin(key) or own.place, code, key, text)
