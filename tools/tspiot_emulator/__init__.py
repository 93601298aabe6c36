"""An emulator of ТС ПИоТ (ЕСМ): a real HTTPS server on loopback, for tests and integrators."""

from tspiot_emulator.emulator import CHECK, INFO, Entry, Esm
from tspiot_emulator.selfsigned import self_signed

__all__ = ["CHECK", "INFO", "Entry", "Esm", "self_signed"]
