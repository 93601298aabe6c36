"""A fiscal drive without hardware: numbered documents, one JSON line each, never rewritten.

A document that was made for a receipt is handed out again for the same receipt: a till that died between the fiscal
document and its own books closes the receipt without a second document.
"""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from ncash.errors import UserError
from ncash.model.fiscal import FiscalLine
from ncash.model.receipt import Payment, Receipt

FILE: Final = "fiscal-emulator.jsonl"
SERIAL: Final = "9999078900000001"


class EmulatedDrive:
    """Documents are numbered from 1 in the order they are made."""

    serial: Final = SERIAL

    def __init__(self, path: Path) -> None:
        """Raises UserError when the file cannot be read."""
        self._path = path
        self._last = _last_of(path)

    @property
    def last(self) -> Mapping[str, Any] | None:
        """The document made last."""
        return _told(self._last) if self._last else None

    def register(
        self, receipt: Receipt, lines: Sequence[FiscalLine], payments: Sequence[Payment], time: str
    ) -> Mapping[str, Any]:
        """One fiscal document: number (tag 1040), drive (1041), sign (1077). Raises UserError when the disk fails."""
        if self._last and self._last["receipt"] == receipt.id:
            return _told(self._last)
        document = {
            "number": (self._last["number"] if self._last else 0) + 1,
            "drive": SERIAL,
            "receipt": receipt.id,
            "kind": receipt.kind.value,
            "time": time,
            "total": receipt.total,
            "lines": [{**line._asdict(), "quantity": str(line.quantity), "tags": dict(line.tags)} for line in lines],
            "payments": [payment._asdict() for payment in payments],
        }
        text = json.dumps(document, ensure_ascii=True, sort_keys=True)
        from hashlib import sha256

        document["sign"] = str(int(sha256(text.encode()).hexdigest()[:8], 16)).zfill(10)
        try:
            _appended(self._path, json.dumps(document, ensure_ascii=True) + "\n")
        except OSError as error:
            raise UserError(f"the fiscal drive cannot write: {error.strerror}", code="fiscal") from error
        self._last = document
        return _told(document)


def _told(document: Mapping[str, Any]) -> dict[str, Any]:
    return {name: document[name] for name in ("number", "drive", "sign", "time")}


def _appended(path: Path, line: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        os.write(handle, line.encode("ascii"))
        os.fsync(handle)
    finally:
        os.close(handle)


def _last_of(path: Path) -> dict[str, Any] | None:
    if not path.exists():
        return None
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - 1_000_000, 0))
        tail = file.read().splitlines()
    try:
        last: dict[str, Any] | None = json.loads(tail[-1]) if tail else None
    except ValueError as error:
        hint = "the emulated drive was cut while writing; restore the file from a copy"
        raise UserError(f"{path.name} does not end with a whole document", code="fiscal", hint=hint) from error
    return last


def open_drive(data: Path) -> EmulatedDrive:
    """The drive of this data folder."""
    return EmulatedDrive(data / FILE)
