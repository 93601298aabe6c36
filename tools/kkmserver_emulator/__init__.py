"""An emulator of KKM Server: a real HTTP server on loopback, for tests and integrators."""

from kkmserver_emulator.emulator import EXECUTE, PASSWORD, USER, Entry, KkmServer

__all__ = ["EXECUTE", "PASSWORD", "USER", "Entry", "KkmServer"]
