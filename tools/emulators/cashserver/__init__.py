"""An emulator of the cash server: a real HTTP server on loopback, for tests, demonstrations and integrators."""

from ncash.emulators.cashserver.emulator import OPERATIONS, RESERVE, STATUS, CashServer, Entry

__all__ = ["OPERATIONS", "RESERVE", "STATUS", "CashServer", "Entry"]
