"""The sites on disk: their list for a day when it cannot be had (R17 §1.4.2), and their blocks across a restart."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from ncash.bundled.markedgoods.crpt.sites import BLOCKED_FOR, Site
from ncash.bundled.markedgoods.facts import strict_json
from ncash.model.http import loopback
from ncash.model.ports import Clock
from ncash.plugin import replace_file

FOLDER: Final = "markedgoods"
"""In the data folder."""
FILE: Final = "crpt_sites.json"
MOST_SITES: Final = 64


class SavedList(NamedTuple):
    """What an earlier run left."""

    sites: tuple[Site, ...] = ()
    source: str = ""
    """Where that run had the list from."""
    fetched: str | None = None
    """When CRPT last gave the list; ISO 8601."""
    next_list: str | None = None
    """When that run meant to ask for the next one; ISO 8601."""
    tokens: tuple[Mapping[str, Any], ...] = ()
    """Masked tokens with what CRPT said of them, as the status shows them."""


def site_url(text: object) -> str | None:
    """An address of a site without its closing slash: https, or http on this very computer; None for anything else."""
    if not isinstance(text, str):
        return None
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError:
        return None
    plain_http = parts.scheme == "http" and loopback(parts.hostname)
    if not parts.hostname or parts.username or parts.query or parts.fragment or port == 0:
        return None
    return text.strip().rstrip("/") if parts.scheme == "https" or plain_http else None


def read(folder: Path, roots: Sequence[str], clock: Clock) -> SavedList:
    """What is kept of these very roots; nothing when there is none or the file cannot be used."""
    try:
        kept = strict_json.parse_object((folder / FILE).read_bytes())
        if kept.get("roots") != list(roots):
            return SavedList()
        sites = tuple(_site(entry, clock) for entry in kept["sites"][:MOST_SITES])
        tokens = tuple(entry for entry in kept.get("tokens", ()) if isinstance(entry, dict))
    except (OSError, ValueError, KeyError, TypeError):
        return SavedList()
    texts = {name: kept[name] for name in ("source", "fetched", "next_list") if isinstance(kept.get(name), str)}
    return SavedList(tuple(site for site in sites if site is not None), tokens=tokens, **texts)


def _site(entry: Mapping[str, Any], clock: Clock) -> Site | None:
    url = site_url(entry["url"])
    silences = entry.get("silences")
    if url is None:
        return None
    return Site(
        url,
        _number(entry["latency"]),
        _monotonic(entry.get("blocked_until"), clock),
        max(silences, 0) if type(silences) is int else 0,
        _number(entry.get("avgTimeMs")),
    )


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _monotonic(wall: object, clock: Clock) -> float | None:
    """A kept end of a block; never further away than a fresh one, whatever the wall clock did meanwhile."""
    if not isinstance(wall, str):
        return None
    until = datetime.fromisoformat(wall)
    left = (until - clock.now()).total_seconds()
    return clock.monotonic() + min(max(left, 0.0), BLOCKED_FOR)


def wall(moment: float, clock: Clock) -> str:
    """A moment of the monotonic clock on the wall clock; ISO 8601."""
    return (clock.now() + timedelta(seconds=moment - clock.monotonic())).isoformat(timespec="seconds")


def write(folder: Path, roots: Sequence[str], kept: SavedList, clock: Clock) -> None:
    """Replace what is kept, whole or not at all. Raises OSError."""
    sites = [
        {
            "url": site.url,
            "latency": site.latency,
            "avgTimeMs": site.avg_ms,
            "silences": site.silences,
            "blocked_until": None if site.blocked_until is None else wall(site.blocked_until, clock),
        }
        for site in kept.sites
    ]
    content = {**kept._asdict(), "roots": list(roots), "sites": sites, "tokens": list(kept.tokens)}
    folder.mkdir(parents=True, exist_ok=True)
    replace_file(folder / FILE, json.dumps(content, indent=1).encode())
