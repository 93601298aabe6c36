"""What the service does at its register: receipts, shifts, the drive's documents, plain prints (neighbours.md §5)."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from ncash.emulators.atol.device import SERIAL, WRONG, Device, Document, Trouble

STATES: Final = {"closed": 1, "opened": 2, "expired": 3}
PAID: Final = ("Cash", "ElectronicPayment", "AdvancePayment", "Credit", "CashProvision")


class Register:
    """Commands over one device."""

    def __init__(self, device: Device) -> None:
        self._device = device
        self.ffd = "1.2"
        self.tells_qr = True
        """The answer to a receipt holds its QR code."""
        self._does: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
            "RegisterCheck": self._receipt,
            "GetDataKKT": self._state,
            "GetDataCheck": self._document,
            "OpenShift": lambda body: self._fiscal(device.open(str(body["CashierName"]))),
            "CloseShift": lambda body: self._fiscal(device.close(str(body["CashierName"]))),
            "XReport": self._report,
            "PrintDocument": self._print,
        }

    def knows(self, command: str) -> bool:
        """Whether it is one of its commands."""
        return command in self._does

    def do(self, command: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Carry out a command. Raises Trouble."""
        try:
            return self._does[command](body)
        except (KeyError, TypeError, ValueError) as error:
            raise Trouble(WRONG, f"Неверная команда: {error}") from error

    def _receipt(self, body: Mapping[str, Any]) -> dict[str, Any]:
        lines = [one["Register"] for one in body["CheckStrings"] if "Register" in one]
        if body["IsFiscalCheck"] is not True or not lines:
            raise Trouble(WRONG, "Чек пуст")
        total = _sum(line["Amount"] for line in lines)
        if _sum(body[name] for name in PAID) < total:
            raise Trouble(WRONG, "Сумма оплаты меньше суммы чека")
        marks = [line["GoodCodeData"]["BarCode"] for line in lines if "GoodCodeData" in line]
        ends = self._device.paper_ends
        made = self._device.receipt(body["TypeCheck"] == 1, total, str(body["CashierName"]), marks, lines)
        if ends:
            raise Trouble(WRONG, "Закончилась бумага")
        return self._fiscal(made)

    def _fiscal(self, made: Document) -> dict[str, Any]:
        told: dict[str, Any] = {"CheckNumber": made.number, "SessionNumber": made.shift}
        if made.kind == "receipt":
            told |= {"SessionCheckNumber": made.in_shift, **({"QRCode": made.qr} if self.tells_qr else {})}
        return told

    def _state(self, _: Mapping[str, Any]) -> dict[str, Any]:
        device = self._device
        about = {
            "FnNumber": SERIAL,
            "SessionState": STATES[device.shift],
            "PaperOver": not device.paper,
            "OFD_NumErrorDoc": device.unsent,
            "OFD_DateErrorDoc": device.unsent_since,
            "FFDVersion": self.ffd,
        }
        return {"CheckNumber": device.number, "SessionNumber": device.shift_number, "LineLength": 48, "Info": about}

    def _document(self, body: Mapping[str, Any]) -> dict[str, Any]:
        made = self._device.document(int(body["FiscalNumber"]))
        if body.get("NumberCopies"):
            self._device.go_on()
        if made.kind != "receipt":
            raise Trouble(WRONG, "Документ не является чеком")
        lines = [{"Name": line["Name"], "GoodCodeData": line.get("GoodCodeData")} for line in made.lines]
        check = {"FiscalNumber": str(made.number), "FiscalSign": made.sign, "AllSumm": made.total / 100}
        return {"QRCode": made.qr, "RegisterCheck": {**check, "Register": lines}}

    def _report(self, _: Mapping[str, Any]) -> dict[str, Any]:
        self._device.print("X-ОТЧЁТ")
        return {"SessionNumber": self._device.shift_number}

    def _print(self, body: Mapping[str, Any]) -> dict[str, Any]:
        for one in body["CheckStrings"]:
            self._device.print(str(one["PrintText"]["Text"]))
        return {}


def _sum(amounts: Any) -> int:
    return int(sum(Decimal(str(amount)) for amount in amounts) * 100)
