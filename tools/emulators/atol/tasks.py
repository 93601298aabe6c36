"""What the register does for each JSON task, and the answer to it (driver version 10)."""

from base64 import b64decode
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from ncash.emulators.atol.device import SERIAL, WRONG, Device, Document, Trouble

FLAGS: Final = ("imcCheckFlag", "imcCheckResult", "imcStatusInfo", "imcEstimatedStatusCorrect", "ecrStandAloneFlag")
OFFLINE: Final = 3
"""Bits that the drive alone can tell."""
RUNS: Final = 401
WARNED: Final = (402, 421)
"""The registry was not reached: told with the state of the check, not by failing."""


class Tasks:
    """The tasks over one device."""

    def __init__(self, device: Device) -> None:
        self._device = device
        self.codes: list[int] = []
        """Errors of the next checks of codes, one each."""
        self.polls = 0
        """A check is ready after so many questions."""
        self.accepted: list[str] = []
        self.cancelled = 0
        self.ffd = "1.2"
        self._checked: tuple[str, int, int] | None = None
        self._left = 0
        self._does: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
            "sell": lambda task: self._receipt(task, returned=False),
            "sellReturn": lambda task: self._receipt(task, returned=True),
            "openShift": lambda task: self._fiscal(device.open(_operator(task))),
            "closeShift": lambda task: self._fiscal(device.close(_operator(task))),
            "reportX": self._report,
            "getShiftStatus": lambda _: {"shiftStatus": {"status": device.shift, "number": device.shift_number}},
            "getFnStatus": lambda _: {"fnStatus": {"fiscalDocumentNumber": device.number}},
            "getDeviceStatus": lambda _: {"deviceStatus": {"paperPresent": device.paper, "blocked": False}},
            "getFnInfo": lambda _: {"fnInfo": {"serial": SERIAL, "ffdVersion": self.ffd}},
            "ofdExchangeStatus": self._exchange,
            "getFnDocument": self._document,
            "beginMarkingCodeValidation": self._begin,
            "getMarkingCodeValidationStatus": self._state,
            "acceptMarkingCode": self._accept,
            "declineMarkingCode": self._forget,
            "cancelMarkingCodeValidation": self._cancel,
            "clearMarkingCodeValidationResult": self._clear,
            "continuePrint": self._go_on,
            "printLastReceiptCopy": lambda _: self._printed(["КОПИЯ"]),
            "nonFiscal": lambda task: self._printed([str(item["text"]) for item in task["items"]]),
        }

    def do(self, task: Mapping[str, Any]) -> dict[str, Any]:
        """Carry out one task. Raises Trouble."""
        does = self._does.get(str(task.get("type")))
        if does is None:
            raise Trouble(WRONG, f"неизвестное задание {task.get('type')}")
        try:
            return does(task)
        except (KeyError, TypeError, ValueError) as error:
            raise Trouble(WRONG, f"неверное задание: {error}") from error

    def _receipt(self, task: Mapping[str, Any], returned: bool) -> dict[str, Any]:
        positions = [item for item in task["items"] if item["type"] == "position"]
        marks = [b64decode(item["imcParams"]["imc"]).decode() for item in positions if "imcParams" in item]
        if not positions:
            raise Trouble(WRONG, "чек пуст")
        total = int(sum(Decimal(str(item["amount"])) for item in positions) * 100)
        if int(Decimal(str(task["total"])) * 100) != total:
            raise Trouble(WRONG, "неверный итог")
        return self._fiscal(self._device.receipt(returned, total, _operator(task), marks, positions))

    def _fiscal(self, made: Document) -> dict[str, Any]:
        params: dict[str, Any] = {
            "fiscalDocumentNumber": made.number,
            "fiscalDocumentSign": made.sign,
            "fiscalDocumentDateTime": made.time,
            "shiftNumber": made.shift,
            "fnNumber": SERIAL,
            "registrationNumber": "0000000001002292",
        }
        if made.kind == "receipt":
            params |= {"fiscalReceiptNumber": made.in_shift, "total": made.total / 100}
        return {"fiscalParams": params, **({"warnings": {"notPrinted": True}} if self._device.unprinted else {})}

    def _report(self, _: Mapping[str, Any]) -> dict[str, Any]:
        return self._printed(["X-ОТЧЁТ"])

    def _exchange(self, _: Mapping[str, Any]) -> dict[str, Any]:
        device = self._device
        told = {"notSentCount": device.unsent}
        return {"status": {**told, "notSentFirstDocDateTime": device.unsent_since} if device.unsent else told}

    def _document(self, task: Mapping[str, Any]) -> dict[str, Any]:
        made = self._device.document(int(task["fiscalDocumentNumber"]))
        told: dict[str, Any] = {
            "fiscalDocumentType": made.kind,
            "1040": made.number,
            "1041": SERIAL,
            "1038": made.shift,
        }
        if made.kind == "receipt":
            told |= {"1054": 1 + made.returned, "1020": made.total / 100, "1042": made.in_shift, "qr": made.qr}
        return {"documentTLV": told}

    def _begin(self, task: Mapping[str, Any]) -> dict[str, Any]:
        code = self.codes.pop(0) if self.codes else 0
        if self._checked is not None or code == RUNS:
            raise Trouble(RUNS, "Процедура проверки кода маркировки уже запущена")
        if code and code not in WARNED:
            raise Trouble(code, "Модуль проверки не готов")
        mark = b64decode(task["params"]["imc"]).decode()
        bits = self._device.check(mark)
        self._checked, self._left = (mark, bits, code), self.polls
        return {
            "offlineValidation": {
                "fmCheck": bool(bits & 1),
                "fmCheckResult": bool(bits & 2),
                "fmCheckErrorReason": "checked",
            }
        }

    def _state(self, _: Mapping[str, Any]) -> dict[str, Any]:
        if self._checked is None:
            raise Trouble(WRONG, "проверка не начата")
        if self._left > 0:
            self._left -= 1
            return {"ready": False, "sentImcRequest": True}
        bits, code = self._checked[1:]
        if code:
            error = {"code": code, "error": "OISM", "description": "Сервер ОИСМ недоступен"}
            return {"ready": True, "sentImcRequest": True, "driverError": error}
        told = {"itemInfoCheckResult": _flags(bits)}
        return {"ready": True, "sentImcRequest": True, "driverError": {"code": 0}, "onlineValidation": told}

    def _accept(self, _: Mapping[str, Any]) -> dict[str, Any]:
        if self._checked is None:
            raise Trouble(WRONG, "проверка не начата")
        (mark, bits, code), self._checked = self._checked, None
        self.accepted.append(mark)
        return {"itemInfoCheckResult": _flags(bits & OFFLINE if code else bits)}

    def _forget(self, _: Mapping[str, Any]) -> dict[str, Any]:
        self._checked = None
        return {}

    def _cancel(self, _: Mapping[str, Any]) -> dict[str, Any]:
        self.cancelled += 1
        return self._forget({})

    def _clear(self, _: Mapping[str, Any]) -> dict[str, Any]:
        self.accepted.clear()
        return {}

    def _go_on(self, _: Mapping[str, Any]) -> dict[str, Any]:
        self._device.go_on()
        return {}

    def _printed(self, lines: list[str]) -> dict[str, Any]:
        for line in lines:
            self._device.print(line)
        return {}


def _operator(task: Mapping[str, Any]) -> str:
    return str(task["operator"]["name"])


def _flags(bits: int) -> dict[str, bool]:
    return {name: bool(bits & 1 << place) for place, name in enumerate(FLAGS)}
