"""The parts of the emulated register: its memory, its paper, its faults."""
