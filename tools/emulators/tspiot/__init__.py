"""An emulator of ТС ПИоТ (ЕСМ): a real HTTPS server on loopback, for tests and integrators."""

from ncash.emulators.tspiot.emulator import CHECK, INFO, Entry, Esm
from ncash.emulators.tspiot.selfsigned import self_signed

__all__ = ["CHECK", "INFO", "Entry", "Esm", "self_signed"]
