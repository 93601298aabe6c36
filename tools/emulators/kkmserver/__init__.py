"""An emulator of KKM Server: a real HTTP server on loopback, for tests and integrators."""

from ncash.emulators.kkmserver.emulator import AFTER, BEFORE, EXECUTE, PASSWORD, USER, Entry, KkmServer

__all__ = ["AFTER", "BEFORE", "EXECUTE", "PASSWORD", "USER", "Entry", "KkmServer"]
