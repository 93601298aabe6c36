"""An emulator of the local module (ЛМ ЧЗ 2.0): a real HTTP server on loopback, for tests and integrators."""

from ncash.emulators.localmodule.emulator import BASE, LOGIN, PASSWORD, Entry, Module
from ncash.emulators.localmodule.state import STATES, State

__all__ = ["BASE", "LOGIN", "PASSWORD", "STATES", "Entry", "Module", "State"]
