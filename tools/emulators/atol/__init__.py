"""An emulator of a register behind ATOL's JSON tasks, for tests and integrators."""

from ncash.emulators.atol.device import SERIAL, Device, Trouble
from ncash.emulators.atol.emulator import AFTER, BEFORE, PASSWORD, REQUESTS, AtolServer, Entry

__all__ = ["AFTER", "BEFORE", "PASSWORD", "REQUESTS", "SERIAL", "AtolServer", "Device", "Entry", "Trouble"]
