"""What a database says is wrong, in its driver's own words, without secrets and without what stands in the rows."""

import os
import re
from typing import Final

from sqlalchemy import URL, make_url
from sqlalchemy.exc import DBAPIError, StatementError

from ncash.model.address import without_passwords

LONGEST: Final = 500
SHORTEST: Final = 3
"""Characters of the shortest password that is looked for."""
_MASK: Final = "****"
_VALUES: Final = re.compile(r"^\s*(?:DETAIL|LINE \d+|CONTEXT|QUERY|STATEMENT|WHERE|\^|\[SQL|\[parameters|\(Background)")
"""Lines in which a driver repeats the statement, or values of it: a mark, the hash of a secret."""
_NAMES: Final = re.compile(r"""(?:"[^"]*"|'[^']*')(?: \([0-9A-Fa-f:.]+\))?""")
"""Names of hosts, users and databases, with their addresses in brackets."""
_PORT: Final = re.compile(r",? port \d+")


def shown(url: URL) -> str:
    """The address of a database as anybody may see it."""
    return without_passwords(url.render_as_string(hide_password=True))


def reason_of(error: BaseException, url: URL | str = "") -> str:
    """Why the database at `url` did not do it; the name of the error where its driver says nothing."""
    said = error.orig if isinstance(error, DBAPIError | StatementError) and error.orig is not None else error
    lines = [" ".join(line.split()) for line in str(said).splitlines() if line.strip() and not _VALUES.match(line)]
    text = "; ".join(lines) or type(said).__name__
    for secret in _secrets(url):
        text = text.replace(secret, _MASK)
    text = "".join(one for one in without_passwords(text) if one.isprintable())
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def for_anybody(reason: str) -> str:
    """A reason as a caller may read it who has shown no account: without names and places."""
    return _PORT.sub("", _NAMES.sub("…", reason))


def driver_of(error: BaseException) -> str:
    """Why there is no driver for an address."""
    return str(error).splitlines()[0] if isinstance(error, ImportError) else "its name is not known"


def _secrets(url: URL | str) -> list[str]:
    address = make_url(url) if isinstance(url, str) and url else url
    found = [os.environ.get("PGPASSWORD", "")]
    if isinstance(address, URL):
        found += [str(address.password or "")]
        found += [str(value) for name, value in address.query.items() if "pass" in name.lower() and "file" not in name]
    return sorted((one for one in found if len(one) >= SHORTEST), key=len, reverse=True)
