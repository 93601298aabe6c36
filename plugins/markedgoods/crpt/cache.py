"""The list of sites on disk, for a start on a day when the list cannot be had (R17 §1.4.2)."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from markedgoods.crpt import strict
from markedgoods.crpt.sites import Site
from ncash.plugin import replace_file

FILE: Final = "crpt_sites.json"
MOST_SITES: Final = 64
_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")


def site_url(text: object) -> str | None:
    """An address of a site without its closing slash: https, or http on this very computer; None for anything else."""
    if not isinstance(text, str):
        return None
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError:
        return None
    plain_http = parts.scheme == "http" and parts.hostname in _LOOPBACK
    if not parts.hostname or parts.username or parts.query or parts.fragment or port == 0:
        return None
    return text.strip().rstrip("/") if parts.scheme == "https" or plain_http else None


def read(folder: Path, roots: Sequence[str]) -> tuple[Site, ...]:
    """The kept sites of these very roots; empty when there are none or the file cannot be used."""
    try:
        kept = strict.parse_object((folder / FILE).read_bytes())
        if kept.get("roots") != list(roots):
            return ()
        found = [(site_url(site["url"]), site["latency"]) for site in kept["sites"][:MOST_SITES]]
    except (OSError, ValueError, KeyError, TypeError):
        return ()
    return tuple(Site(url, latency if isinstance(latency, float) else None) for url, latency in found if url)


def write(folder: Path, roots: Sequence[str], sites: Sequence[Site]) -> None:
    """Replace the kept list whole or not at all. Raises OSError."""
    kept = {"roots": list(roots), "sites": [{"url": site.url, "latency": site.latency} for site in sites]}
    folder.mkdir(parents=True, exist_ok=True)
    replace_file(folder / FILE, json.dumps(kept, indent=1).encode())
