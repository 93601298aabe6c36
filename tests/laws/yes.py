"""Everybody outside a till who says yes, without a socket: Chestny Znak, services, cash server, register, lists."""

import json
import uuid
from base64 import b64decode
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from ncash.emulators.crpt.catalogue import element
from ncash.emulators.crpt.inside import InsideCrpt, as_json
from ncash.model.fiscal.register import MarkCheck, MarkResult
from ncash.model.ports import HttpAnswer, HttpError, HttpRequest, World
from ncash.store.dictionaries.dictionaries import SqliteDictionaries, open_dictionaries
from ncash.store.documents import SqliteDocuments, open_documents
from ncash.support.explain.rehearsal import AbsentRegister
from ncash.testing import FrozenClock, SeededRandom

CHECKED: Final = 15
SITE: Final = "https://cdn.crpt.example"
_MODE: Final = {"ValidationResult": True, "ValidationDisabled": False, "DecryptionResult": "Продажа разрешена"}


class YesRegister(AbsentRegister):
    """Finds every code right."""

    def check_mark(self, check: MarkCheck) -> MarkResult:
        """Checked in the drive and by the operator, right for both."""
        return MarkResult(CHECKED)

    def accept_mark(self, check: MarkCheck) -> None:
        """Taken."""


class YesDictionaries(SqliteDictionaries):
    """Every mark stands in the white list."""

    def whitelisted(self, cis: str) -> bool:
        """It does."""
        return True


class YesHttp:
    """Implements ports.Http: whoever is asked, and wherever, is there and has nothing against the mark."""

    def __init__(self) -> None:
        self._crpt = InsideCrpt(SITE, lambda number: str(uuid.UUID(int=number, version=4)))

    def send(self, request: HttpRequest, budget: float, limit: int = 1_000_000) -> HttpAnswer:
        """The answer of whom the address means."""
        path = request.url.partition("://")[2].partition("/")[2].partition("?")[0]
        body = json.loads(request.body) if request.body else {}
        if "api/v2/" in path and "client_info" not in body:
            raise HttpError("connect", "there is no local module")
        if path.endswith("Execute"):
            return as_json(_kkm(body))
        if path.endswith("api/v1/info"):
            return as_json({"tspiotId": "1"})
        if "client_info" in body:
            return as_json(self._tspiot(body))
        if path.endswith("/reserve"):
            return as_json({"status": "RESERVED_SALE", "lease": "2027-01-15T13:00:00+03:00"})
        if "excisetype" in body:
            return as_json({"status": "NOT_REGISTERED"})
        return self._crpt.send(request, budget, limit)

    def _tspiot(self, body: Mapping[str, Any]) -> dict[str, Any]:
        sent = [one["cis"] if isinstance(one, dict) else one for one in body["codes"]]
        codes = [element(b64decode(one).decode()) for one in sent]
        top = {
            "code": 0,
            "description": "ok",
            "reqId": str(uuid.UUID(int=1, version=4)),
            "reqTimestamp": 1_800_000_000_000,
        }
        return {"codesResponse": [{**top, "codes": codes}]}

    def abandon(self) -> None:
        """No call lasts."""

    def release(self, url: str) -> None:
        """Nothing is kept."""

    def close(self) -> None:
        """Nothing is open."""


def _kkm(body: Mapping[str, Any]) -> dict[str, Any]:
    register = {"ValidationResult": CHECKED, "DecryptionResult": "[М+]"}
    asked = [one["BarCode"] for one in body.get("GoodCodeDatas", ())]
    said = [{"BarCode": one, **register, "ValidationKKT": register, "ValidationPR": _MODE} for one in asked]
    return {"Status": 0, "Error": "", "IdCommand": body.get("IdCommand"), "MarkingCodeValidation": said}


def world_of(data: Path) -> World:
    """The world of a till whose databases lie in this folder; they are only read."""
    dictionaries = open_dictionaries(data / "Dictionaries.sqlite")
    dictionaries.__class__ = YesDictionaries
    documents: SqliteDocuments = open_documents(data / "Documents.sqlite", "1", "1")
    return World(FrozenClock(), SeededRandom(), YesHttp(), dictionaries, documents, data)
