"""Any sequence of commands, and what must hold after each."""
