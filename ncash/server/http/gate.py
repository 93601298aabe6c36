"""Who comes in and how often: verified secrets are remembered by a keyed digest, calls are counted by account."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import blake2b
from typing import Final, NamedTuple

from ncash.model.ports import Clock
from ncash.server.database.accounts import Account, Credentials, credentials, possible, verified

FRESH: Final = 5.0
"""Seconds until the account of a remembered secret is looked up again: so long a removed one lives on."""
REFUSED_FOR: Final = 5.0
"""Seconds that a wrong secret stays wrong without another look."""
_REMEMBERED: Final = 4096
QUEUE: Final = 32
"""Secrets that may wait for the one thread that verifies them."""


class Crowded(Exception):
    """Too many secrets wait to be verified."""


class _Seen(NamedTuple):
    account: Account | None
    until: float


class Gate:
    """Knows accounts by their Authorization header."""

    def __init__(self, clock: Clock, key: bytes, look_up: Callable[[str], Account | None], rate: int) -> None:
        """`key` is the process's own, `look_up` reads an account by name, `rate` is calls a second, 0 for no limit."""
        self._clock, self._key, self._look_up, self._rate = clock, key, look_up, rate
        self._seen: OrderedDict[bytes, _Seen] = OrderedDict()
        self._buckets: dict[str, tuple[float, float]] = {}
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="argon2")
        self._pending: dict[bytes, asyncio.Task[Account | None]] = {}

    def close(self) -> None:
        """End the thread."""
        self._thread.shutdown()

    async def account(self, header: bytes) -> Account | None:
        """Whose header this is. Raises Crowded, and what looking up raises."""
        digest = blake2b(header, digest_size=16, key=self._key).digest()
        seen = self._seen.get(digest)
        if seen is not None and seen.until > self._clock.monotonic():
            return seen.account
        pending = self._pending.get(digest)
        if pending is None:
            given = credentials(header.decode("latin-1"))
            if given is None:
                return None
            if len(self._pending) >= QUEUE:
                raise Crowded
            pending = asyncio.ensure_future(self._verified(digest, given, seen and seen.account))
            self._pending[digest] = pending
        return await asyncio.shield(pending)

    async def _verified(self, digest: bytes, given: Credentials, before: Account | None) -> Account | None:
        try:
            loop = asyncio.get_running_loop()
            account = await loop.run_in_executor(self._thread, self._looked, given, before)
        finally:
            del self._pending[digest]
        until = self._clock.monotonic() + (FRESH if account else REFUSED_FOR)
        self._seen[digest] = _Seen(account, until)
        self._seen.move_to_end(digest)
        while len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        return account

    def wait(self, account: Account) -> float:
        """Seconds this account has to wait before its next call; 0 when it may call now."""
        if not self._rate:
            return 0.0
        now = self._clock.monotonic()
        left, at = self._buckets.get(account.name, (2.0 * self._rate, now))
        left = min(2.0 * self._rate, left + (now - at) * self._rate)
        if left < 1:
            return (1 - left) / self._rate
        self._buckets[account.name] = (left - 1, now)
        return 0.0

    def _looked(self, given: Credentials, before: Account | None) -> Account | None:
        account = self._look_up(given.name) if possible(given.name) else None
        if before is not None and account == before:
            return account
        return account if verified(account, given) else None
