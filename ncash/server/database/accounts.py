"""Accounts of tills and admins, stored as argon2 hashes; there is none by default."""

import base64
import re
import uuid
from typing import Any, Final, NamedTuple

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, delete, insert, select

from ncash.errors import UserError
from ncash.language import phrase
from ncash.model.ports import Random
from ncash.server.database.tables import ACCOUNT

TILL, ADMIN = "till", "admin"
ROLES: Final = (TILL, ADMIN)
KEY, PASSWORD = "key", "password"
_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
NOBODY: Final = _HASHER.hash("nobody")
"""Hash that secrets of unknown names are verified against, so that they take as long as those of known ones."""


class UserAccount(NamedTuple):
    """Account of a till or an admin; `hash` must not be shown."""

    name: str
    role: str
    kind: str
    hash: str

    def __repr__(self) -> str:
        return f"UserAccount({self.name}, {self.role}, {self.kind})"


class Credentials(NamedTuple):
    """Name and secret from an Authorization header."""

    name: str
    kind: str
    secret: str

    def __repr__(self) -> str:
        return f"Credentials({self.name!a}, {self.kind}, ****)"


def fresh_secret(random: Random) -> str:
    """Fresh secret of 244 random bits, 43 characters long."""
    raw = uuid.UUID(random.uuid()).bytes + uuid.UUID(random.uuid()).bytes
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def is_valid_name(name: str) -> bool:
    """Whether an account may have this name."""
    return _NAME.fullmatch(name) is not None


def add(connection: Connection, name: str, role: str, kind: str, secret: str, now: int) -> None:
    """Create an account. Raises UserError for a name that is taken or cannot be one."""
    if not is_valid_name(name):
        hint = "up to 64 of A-Z a-z 0-9 _ -"
        raise UserError(phrase("{name!a} cannot be the name of an account", name=name), code="account", hint=hint)
    if find(connection, name) is not None:
        hint = "ncash server user remove takes it away"
        raise UserError(phrase("there is an account {name} already", name=name), code="account", hint=hint)
    row = {"name": name, "role": role, "kind": kind, "hash": _HASHER.hash(secret), "created": now}
    connection.execute(insert(ACCOUNT), [row])


def remove(connection: Connection, name: str) -> None:
    """Delete an account. Raises UserError when there is none."""
    if not connection.execute(delete(ACCOUNT).where(ACCOUNT.c.name == name)).rowcount:
        hint = "ncash server user list shows them"
        raise UserError(phrase("there is no account {name}", name=name), code="account", hint=hint)


def find(connection: Connection, name: str) -> UserAccount | None:
    """Account with this name, or None."""
    columns = (ACCOUNT.c.name, ACCOUNT.c.role, ACCOUNT.c.kind, ACCOUNT.c.hash)
    row = connection.execute(select(*columns).where(ACCOUNT.c.name == name)).first()
    return UserAccount(*row) if row else None


def list_accounts(connection: Connection) -> list[dict[str, Any]]:
    """All accounts without their hashes, ordered by name."""
    columns = (ACCOUNT.c.name, ACCOUNT.c.role, ACCOUNT.c.kind, ACCOUNT.c.created)
    return [dict(row) for row in connection.execute(select(*columns).order_by(ACCOUNT.c.name)).mappings()]


def credentials(header: str) -> Credentials | None:
    """Parse `Basic …` or `Bearer NAME.SECRET` into a name and a secret; None for anything else."""
    scheme, _, rest = header.partition(" ")
    if scheme.lower() == "bearer":
        name, dot, secret = rest.strip().partition(".")
        return Credentials(name, KEY, secret) if dot else None
    if scheme.lower() != "basic":
        return None
    try:
        name, colon, secret = base64.b64decode(rest.strip(), validate=True).decode().partition(":")
    except ValueError:
        return None
    return Credentials(name, PASSWORD, secret) if colon else None


def secret_matches(account: UserAccount | None, given: Credentials) -> bool:
    """Whether the secret belongs to the account; takes tens of milliseconds on purpose."""
    usable = account is not None and account.kind == given.kind
    try:
        return _HASHER.verify(account.hash if account is not None and usable else NOBODY, given.secret) and usable
    except (VerificationError, InvalidHashError, UnicodeEncodeError):
        return False
