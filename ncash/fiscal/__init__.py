"""Fiscal drivers by the name that `[Fiscal] driver` gives them. A driver is a module with `open_drive(data)`."""

import importlib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from ncash.errors import UserError
from ncash.model.fiscal import FiscalDrive

DRIVERS: Final[Mapping[str, str]] = {"emulator": "ncash.fiscal.emulator"}


def open_drive(driver: str, data: Path) -> FiscalDrive:
    """The fiscal drive of this till. Raises UserError for a driver that is not there."""
    if driver not in DRIVERS:
        hint = f"drivers of this version: {', '.join(DRIVERS)}"
        raise UserError(f"ncash.ini names no fiscal driver of ours: {driver!r}", code="fiscal", hint=hint)
    drive: FiscalDrive = importlib.import_module(DRIVERS[driver]).open_drive(data)
    return drive
