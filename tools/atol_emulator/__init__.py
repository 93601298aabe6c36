"""An emulator of a register behind ATOL's JSON tasks, for tests and integrators."""
