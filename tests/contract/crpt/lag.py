"""What a crowded machine adds to any wait: the promises about time are kept to the program, not to the machine."""

import threading
import time


class Lag:
    """How much longer than it asks for a thread sleeps: what a crowded machine adds to any wait."""

    def __init__(self) -> None:
        self.worst = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._measure, daemon=True)

    def _measure(self) -> None:
        while not self._over.is_set():
            begun = time.monotonic()
            time.sleep(0.01)
            self.worst = max(self.worst, time.monotonic() - begun - 0.01)

    def __enter__(self) -> "Lag":
        self._thread.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self._over.set()
        self._thread.join()
