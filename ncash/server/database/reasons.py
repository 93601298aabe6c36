"""Reasons of database errors in the driver's own words, without secrets and values of rows."""

import os
import re
from typing import Final

from sqlalchemy import URL, make_url
from sqlalchemy.exc import DBAPIError, StatementError

from ncash.model.address import without_passwords

LONGEST: Final = 500
SHORTEST: Final = 3
"""Length of the shortest password that is covered."""
_MASK: Final = "****"
_VALUES: Final = re.compile(r"^\s*(?:DETAIL|LINE \d+|CONTEXT|QUERY|STATEMENT|WHERE|\^|\[SQL|\[parameters|\(Background)")
"""Lines in which a driver repeats the statement or its values, such as a mark or the hash of a secret."""
_NAMES: Final = re.compile(r"""(?:"[^"]*"|'[^']*')(?: \([0-9A-Fa-f:.]+\))?""")
"""Names of hosts, users and databases, with their addresses in brackets."""
_PORT: Final = re.compile(r",? port \d+")


def shown(url: URL) -> str:
    """Address of a database without its password."""
    return without_passwords(url.render_as_string(hide_password=True))


def reason_of(error: BaseException, url: URL | str = "") -> str:
    """Reason of an error of the database at `url`; the error's type where its driver says nothing."""
    said = error.orig if isinstance(error, DBAPIError | StatementError) and error.orig is not None else error
    lines = [" ".join(line.split()) for line in str(said).splitlines() if line.strip() and not _VALUES.match(line)]
    text = "; ".join(lines) or type(said).__name__
    for secret in _secrets(url):
        text = text.replace(secret, _MASK)
    text = "".join(one for one in without_passwords(text) if one.isprintable())
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def for_anybody(reason: str) -> str:
    """Reason without names and addresses, for callers that have shown no account."""
    return _PORT.sub("", _NAMES.sub("…", reason))


def driver_of(error: BaseException) -> str:
    """Reason why an address has no driver."""
    return str(error).splitlines()[0] if isinstance(error, ImportError) else "its name is not known"


def _secrets(url: URL | str) -> list[str]:
    address = make_url(url) if isinstance(url, str) and url else url
    found = [os.environ.get("PGPASSWORD", "")]
    if isinstance(address, URL):
        found += [str(address.password or "")]
        found += [str(value) for name, value in address.query.items() if "pass" in name.lower() and "file" not in name]
    return sorted((one for one in found if len(one) >= SHORTEST), key=len, reverse=True)
