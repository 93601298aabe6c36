"""An emulator of CRPT (GIS MT): a real HTTP server on loopback, for tests, demonstrations and integrators."""

from ncash.emulators.crpt.catalogue import OFFICIAL_CODES
from ncash.emulators.crpt.emulator import CHECK, HEALTH, INFO, INN, TOKEN, Emulator, Entry

__all__ = ["CHECK", "HEALTH", "INFO", "INN", "OFFICIAL_CODES", "TOKEN", "Emulator", "Entry"]
