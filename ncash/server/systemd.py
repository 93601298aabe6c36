"""Notifications to systemd: ready, alive, stopping (sd_notify(3)); none outside systemd."""

import socket
from collections.abc import Mapping
from typing import Final

READY: Final = "READY=1"
ALIVE: Final = "WATCHDOG=1"
STOPPING: Final = "STOPPING=1"


class Notifier:
    """Sends notifications to the socket named in NOTIFY_SOCKET."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        place = environment.get("NOTIFY_SOCKET", "")
        self._place = "\0" + place[1:] if place.startswith("@") else place
        every = environment.get("WATCHDOG_USEC", "")
        self.interval = int(every) / 2_000_000 if every.isascii() and every.isdigit() else 0.0
        """Seconds between two watchdog notifications; 0 when systemd wants none."""

    def say(self, word: str) -> bool:
        """Send one notification; whether systemd received it."""
        if not self._place:
            return False
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
                line.sendto(word.encode(), self._place)
        except OSError:
            return False
        return True
