"""Switches an operator throws while tills run: a file each in the data folder, with the story of who did what and why.

A running till sees a switch at its next command; nothing is restarted.
"""

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from ncash.errors import why_unread
from ncash.language import phrase
from ncash.system.files import replace

CRPT_EMERGENCY: Final = "crpt.emergency"
"""On while the operator of the shop knows of an emergency at Chestny Znak: goods are sold without the online check."""
FOLDER: Final = "switches"
STORY: Final = 500
"""Entries that are kept of the past."""


class Switch(NamedTuple):
    """How a switch stands, and since when."""

    on: bool
    reason: str
    time: str
    """ISO 8601 with offset."""
    story: tuple[tuple[bool, str, str], ...] = ()
    """Earlier positions, oldest first: on, reason, time."""


class SwitchUnreadable(Exception):
    """The file is there and cannot be read as a switch."""


def path(data: Path, name: str) -> Path:
    """The file of a switch."""
    return data / FOLDER / f"{name}.json"


def signature(data: Path, name: str) -> tuple[int, int, int] | None:
    """Changes whenever the switch is thrown; None while there is no such file. Costs one stat."""
    try:
        state = os.stat(f"{data}/{FOLDER}/{name}.json")
    except OSError:
        return None
    return state.st_mtime_ns, state.st_size, state.st_ino


def read_switch(data: Path, name: str) -> Switch | None:
    """How the switch stands; None when it was never thrown. Raises SwitchUnreadable."""
    try:
        entries = [_entry(entry) for entry in json.loads(path(data, name).read_bytes())["thrown"]]
        on, reason, time = entries[-1]
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise SwitchUnreadable(
            phrase("{path} cannot be read: {error}", path=path(data, name), error=why_unread(error))
        ) from error
    return Switch(on, reason, time, tuple(entries[:-1]))


def _entry(entry: Any) -> tuple[bool, str, str]:
    on, reason, time = entry["on"], entry["reason"], entry["time"]
    if type(on) is not bool or not isinstance(reason, str) or datetime.fromisoformat(time).tzinfo is None:
        raise ValueError("no entry of a switch")
    return on, reason, time


def throw_switch(data: Path, name: str, on: bool, reason: str, time: str) -> Switch:
    """Put the switch into this position. Raises SwitchUnreadable or OSError, and then nothing has changed."""
    known = read_switch(data, name)
    past = (*known.story, (known.on, known.reason, known.time))[-STORY:] if known else ()
    thrown = [{"on": o, "reason": r, "time": t} for o, r, t in (*past, (on, reason, time))]
    target = path(data, name)
    target.parent.mkdir(exist_ok=True)
    replace(target, json.dumps({"switch": name, "thrown": thrown}, ensure_ascii=False, indent=1).encode())
    return Switch(on, reason, time, past)
