"""KKM Server (kkmserver.ru): a local service that has the register and CRPT check a code (neighbours.md §5).

It answers 200 to everything and says in words what went wrong. Words and numbers become rulings by the tables here.
"""

import json
import logging
from collections.abc import Mapping
from functools import partial
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from ncash.bundled.markedgoods.checks.ruling import ACCEPTED, OFFLINE, REJECTED, Ruling
from ncash.bundled.markedgoods.facts import evidence, fields, strict_json
from ncash.bundled.markedgoods.facts.online import NotChecked, trouble_in
from ncash.language import recorded
from ncash.model.mark import cis, plain, wire
from ncash.model.ports import HttpError, HttpRequest, Surroundings, World
from ncash.plugin import THREADS, Party, Quiet, Ways
from ncash.settings.secret_file import SecretFile, basic

EXECUTE: Final = "/Execute"
REASON: Final = "kkmserver"
"""The word of NotChecked: the service, or the register behind it, could not be asked."""
OK, RUNNING, FAILED, NOT_RUN = 0, 1, 2, 4
POLL: Final = 0.25
"""Seconds between two questions about a command that still runs."""
THERE: Final = 5.0
"""Seconds for a question whether it is back."""
SPOKEN: Final = ("protocol", "too_large")
"""Reasons of HttpError after which somebody has spoken."""
SHORTEST: Final = 2
"""Least `Timeout` of a command; 1 would make it asynchronous."""
CRYPTO_CHECKED, CRYPTO_GOOD, STATUS_CHECKED, STATUS_GOOD = 1, 2, 4, 8
"""Bits of tag 2106."""


class RulingPhrase(NamedTuple):
    """Phrase in a text of KKM Server, and the ruling that it stands for."""

    kind: str
    words: tuple[str, ...]


ERRORS: Final = (
    RulingPhrase("duplicate", ("уже добавлен", "уже есть в чеке", "уже в чеке", "повторн", "дубл", "duplicate")),
    RulingPhrase(
        "settings", ("разрешительн", "не настроен", "токен", "не указан инн", "группы товаров", "отключена в настр")
    ),
    RulingPhrase("format", ("формат", "не распозн", "разобрать", "структур", "пустой код", "некорректный код")),
)
"""In the order in which they are looked for. Any other text is about the service or the register."""


def _lowered(value: Any) -> Any:
    """Names in lower case: `BarCode` is `Barcode` elsewhere."""
    if isinstance(value, Mapping):
        return {str(name).lower(): _lowered(each) for name, each in value.items()}
    return [_lowered(each) for each in value] if isinstance(value, list) else value


def ruling_of_text(text: str) -> str | None:
    """The kind of ruling an error text stands for; None: no code was checked."""
    small = text.lower()
    return next((row.kind for row in ERRORS if any(word in small for word in row.words)), None)


def _flag(value: Any, against: bool) -> bool | None:
    """What speaks against the code counts in any spelling, what speaks for it as JSON's own true or false only."""
    try:
        return fields.flag(value, against)
    except ValueError:
        return None


def _number(value: Any) -> Any:
    """A number that may be written as a text; anything else as it is."""
    try:
        return fields.count(value)
    except ValueError:
        return value


def _result(element: Mapping[str, Any]) -> int | None:
    register = element.get("validationkkt")
    value = register.get("validationresult") if isinstance(register, Mapping) else element.get("validationresult")
    bits = _number(value)
    if type(bits) is not int or not 0 <= bits < 64:
        return None
    return bits if type(value) is int or _wrong(bits) else None


def _wrong(bits: int) -> bool:
    """The code is wrong for the drive, or its status for the registry."""
    wrong_crypto = bool(bits & CRYPTO_CHECKED) and not bits & CRYPTO_GOOD
    return wrong_crypto or (bool(bits & STATUS_CHECKED) and not bits & STATUS_GOOD)


def rule(element: Mapping[str, Any]) -> Ruling | None:
    """What one validated code came to; None when the element says nothing. Names are in lower case.

    The permissive mode decides when it was asked; else tag 2106, where a register that could not ask the registry
    accepts offline.
    """
    mode = element.get("validationpr")
    mode = mode if isinstance(mode, Mapping) else {}
    permitted, disabled = _flag(mode.get("validationresult"), False), _flag(mode.get("validationdisabled"), True)
    result = _result(element)
    said = str(mode.get("decryptionresult") or element.get("decryptionresult") or "")[:200]
    if disabled:
        return Ruling("settings", said, result)
    if permitted is False:
        return Ruling("settings" if ruling_of_text(said) == "settings" else REJECTED, said, result)
    if result is None:
        return Ruling(ACCEPTED, said) if permitted else None
    if _wrong(result):
        return Ruling(REJECTED, str(element.get("decryptionresult") or said)[:200], result)
    known = permitted or bool(result & STATUS_CHECKED)
    return Ruling(ACCEPTED if known else OFFLINE, said, result)


class KkmServer:
    """The check through KKM Server; see crpt.verifier.Verifier."""

    def __init__(
        self, url: str, user: str, password: SecretFile, world: World | Surroundings, ways: Ways = THREADS
    ) -> None:
        self._url = url.rstrip("/")
        self._host = urlsplit(url).hostname or url
        self._user = user
        self._password = password
        self._world = world
        self.trouble = ""
        """Why the latest check came to nothing."""
        self.party = Party("kkmserver", world.clock, self._there, ways)

    def start(self) -> None:
        """Nothing runs in the background while it answers."""

    def stop(self) -> None:
        """End what asks whether it is back."""
        self.party.stop()

    def inform(self, budget: float) -> dict[str, Any]:
        """Whether it answers, and whether it takes our account, which a question about a command of nobody's shows."""
        nothing = {"Command": "GetRezult", "IdCommand": self._world.random.uuid()}
        found = self._sent(nothing, self._world.clock.monotonic() + budget, [])
        if isinstance(found, Ruling):
            return {"answers": True, "account": False, "trouble": found.reason}
        if isinstance(found, NotChecked):
            return {"answers": found.status is not None, "account": None, "trouble": found.text}
        return {"answers": True, "account": True}

    def _there(self) -> bool:
        """Whether anybody answers at its address."""
        try:
            self._world.http.send(HttpRequest("GET", self._url, keep_alive=False), THERE)
        except HttpError as error:
            return error.reason in SPOKEN
        return True

    @property
    def token_error(self) -> bool:
        """The token is in KKM Server; it says so with its rulings."""
        return False

    @property
    def refused(self) -> tuple[str, ...]:
        """None of ours is asked for."""
        return ()

    def check(self, code: str, dept: str, budget: float) -> Ruling | NotChecked:
        """Ask about one mark, as scanned, within `budget` seconds in all."""
        found = self.party.ask(partial(self._heard, wire(code)), budget, _useless, trouble_in)
        if isinstance(found, Quiet):
            found = self._silent(str(found))
        self.trouble = found.text if isinstance(found, NotChecked) else ""
        if isinstance(found, NotChecked):
            logging.getLogger(__name__).warning("%s", found.text)
        return found

    def _heard(self, code: str, budget: float) -> Ruling | NotChecked:
        begun = self._world.clock.monotonic()
        said: list[bytes] = []
        found = self._asked(code, begun + budget, said)
        found = found._replace(raw=evidence.shown(said[-1], code) if said else "")
        took = round((self._world.clock.monotonic() - begun) * 1000, 3)
        return found if isinstance(found, NotChecked) else found._replace(host=self._host, latency_ms=took)

    def _asked(self, code: str, deadline: float, said: list[bytes]) -> Ruling | NotChecked:
        clock, number = self._world.clock, self._world.random.uuid()
        seconds = max(SHORTEST, int(deadline - clock.monotonic()))
        goods = {"BarCode": code, "Quantity": 1, "MeasureOfQuantity": 0}
        command = {"Command": "ValidationMarkingCode", "NumDevice": 0, "IdCommand": number, "Timeout": seconds}
        heard = self._sent({**command, "TypeCheck": 0, "GoodCodeDatas": [goods]}, deadline, said)
        while isinstance(heard, dict) and _number(heard.get("status")) in (RUNNING, NOT_RUN):
            if deadline - clock.monotonic() <= POLL:
                return self._silent("still at work when the time for a check was over")
            clock.sleep(POLL)
            heard = self._sent({"Command": "GetRezult", "IdCommand": number}, deadline, said)
            inner = heard.get("rezult") if isinstance(heard, dict) else None
            heard = inner if isinstance(inner, dict) else heard
        return self._ruled(heard, code) if isinstance(heard, dict) else heard

    def _ruled(self, answer: Mapping[str, Any], code: str) -> Ruling | NotChecked:
        text = str(answer.get("error") or answer.get("message") or "").strip()[:200]
        if _number(answer.get("status")) != OK or answer.get("error"):
            kind = ruling_of_text(text)
            return (
                Ruling(kind, text)
                if kind
                else self._silent(text or recorded("status {status}", status=answer.get("status")))
            )
        listed = answer.get("markingcodevalidation")
        forms = {plain(code), cis(code)}
        for element in listed if isinstance(listed, list) else ():
            if isinstance(element, Mapping) and plain(str(element.get("barcode", ""))) in forms:
                ruling = rule(element)
                return ruling if ruling is not None else self._silent("the answer has no result for the code")
        return self._silent("the answer is not about the code that was asked for")

    def _silent(self, text: str, status: int | None = None) -> NotChecked:
        return NotChecked(REASON, recorded("KKM Server {host}: {text}", host=self._host, text=text), self._host, status)

    def _sent(
        self, content: Mapping[str, Any], deadline: float, said: list[bytes]
    ) -> dict[str, Any] | Ruling | NotChecked:
        """The answer with its names in lower case, or what else came of it; its body is added to `said`."""
        try:
            password = self._password.read()
        except ValueError as error:
            return Ruling("account", str(error))
        account = basic(self._user, password)
        headers = {"Content-Type": "application/json; charset=utf-8", "Authorization": account}
        body = json.dumps(content, separators=(",", ":")).encode()
        secrets = tuple(secret for secret in (password, account, account.partition(" ")[2]) if secret)
        request = HttpRequest("POST", self._url + EXECUTE, headers=headers, body=body, secrets=secrets)
        try:
            answer = self._world.http.send(request, deadline - self._world.clock.monotonic())
        except HttpError as error:
            return self._silent(str(error))
        said.append(evidence.masked(answer.body, secrets))
        if answer.status in (401, 403):
            return Ruling("account", f"HTTP {answer.status}")
        if answer.status != 200:
            return self._silent(f"HTTP {answer.status}", answer.status)
        try:
            lowered: dict[str, Any] = _lowered(strict_json.parse_object(answer.body))
        except ValueError as error:
            return self._silent(recorded("the answer cannot be used: {error}", error=error)[:200], 200)
        return lowered

    def status(self) -> dict[str, Any]:
        """Address and account."""
        quiet = self.party.mistrusted
        since = quiet.since if quiet else None
        return {"url": self._url, "user": self._user, "trouble": self.trouble or None, "silent_since": since}


def _useless(found: Ruling | NotChecked) -> bool:
    return isinstance(found, NotChecked)
