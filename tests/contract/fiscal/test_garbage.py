"""Whatever a service answers, a driver raises one of its two errors or gives an answer of its type."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ncash.fiscal import open_register
from ncash.model.fiscal.register import FiscalRegister, Made, MarkResult, RegisterError, RegisterStatus
from ncash.model.ports import HttpAnswer, HttpRequest

from .stands import QuickClock, check, line, order, place

DEEP = "[" * 100_000
SHAPES: list[str] = [
    "", "null", "[]", "{}", "5", '"x"', DEEP, '{"Status":0,"Status":2}', '{"Status":NaN}', '{"Status":true}',
    '{"Status":0}', '{"Status":"0","CheckNumber":1}', '{"Status":0,"CheckNumber":true}', '{"Status":1}', '{"Status":5}',
    '{"Status":0,"CheckNumber":7,"QRCode":{}}', '{"Status":0,"CheckNumber":-7,"Info":[]}', '{"Status":9,"Error":[1]}',
    '{"Status":0,"Info":{"SessionState":2},"CheckNumber":"99","MarkingCodeValidation":[{"BarCode":null}]}',
    '{"Status":0,"Rezult":{"Status":0,"CheckNumber":3}}', '{"Status":0,"Rezult":null,"CheckNumber":0}',
    '{"results":null}', '{"results":[]}', '{"results":[null]}', '{"results":[{"status":"ready"}]}',
    '{"results":[{"status":"ready","errorCode":"x","result":5}]}', '{"results":[{"status":"blocked"}]}',
    '{"results":[{"status":"error","errorCode":44,"errorDescription":null}]}',
    '{"results":[{"status":"ready","result":{"fiscalParams":{"fiscalDocumentNumber":2,"total":1.2345}}}]}',
    '{"results":[{"status":"ready","result":{"fnStatus":{"fiscalDocumentNumber":3},"documentTLV":{"1040":3,"1054":1,"1020":0.001}}}]}',
    '{"results":[{"status":"ready","result":{"ready":true,"driverError":{"code":"402"},"onlineValidation":[]}}]}',
]  # fmt: skip
ACTS: dict[str, Callable[[FiscalRegister], Any]] = {
    "status": lambda register: register.status(),
    "last": lambda register: register.last(),
    "find": lambda register: register.find("id"),
    "register": lambda register: register.register(order(line(result=15))),
    "check_mark": lambda register: register.check_mark(check()),
    "accept_mark": lambda register: register.accept_mark(check()),
    "open_shift": lambda register: register.open_shift("A"),
    "close_shift": lambda register: register.close_shift("A"),
    "report_x": lambda register: register.report_x("A"),
    "print_lines": lambda register: register.print_lines(["x"]),
    "print_copy": lambda register: register.print_copy(),
}


class Parrot:
    """Implements ncash.model.ports.Http: one answer to everything."""

    def __init__(self, status: int, body: str) -> None:
        self._answer = HttpAnswer(status, {}, body.encode())

    def send(self, request: HttpRequest, budget: float, limit: int = 1_000_000) -> HttpAnswer:
        return self._answer

    def abandon(self) -> None:
        """No call lasts."""

    def release(self, url: str) -> None:
        """Nothing is kept."""

    def close(self) -> None:
        """Nothing is kept."""


@pytest.mark.parametrize("driver", ["kkmserver", "atol"])
@pytest.mark.parametrize("act", ACTS)
def test_no_answer_breaks_a_driver(tmp_path: Path, driver: str, act: str) -> None:
    for status in (200, 201, 404, 409, 500):
        for body in SHAPES:
            register = open_register(place(driver, tmp_path, QuickClock(), Parrot(status, body), timeout=2))
            try:
                answer = ACTS[act](register)
            except RegisterError:
                continue
            assert answer is None or isinstance(answer, Made | RegisterStatus | MarkResult | int | dict), body[:80]


@pytest.mark.parametrize("driver", ["kkmserver", "atol"])
def test_no_answer_at_random_makes_a_document(tmp_path: Path, driver: str) -> None:
    for body in SHAPES:
        if "CheckNumber" in body or "fiscalDocumentNumber" in body:
            continue
        register = open_register(place(driver, tmp_path, QuickClock(), Parrot(200, body), timeout=2))
        with pytest.raises(RegisterError):
            register.register(order())


def test_the_shapes_are_read_as_they_are_meant() -> None:
    read = 0
    for body in SHAPES[7:]:
        json.loads(body)
        read += 1
    assert read > 20
