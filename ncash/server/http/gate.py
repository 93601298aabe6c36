"""Authentication and rate limit: caches verified secrets by a keyed digest, and counts the calls of each account."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import blake2b
from typing import Final, NamedTuple

from ncash.model.ports import Clock
from ncash.server.database.accounts import Credentials, UserAccount, credentials, is_valid_name, secret_matches

FRESH: Final = 5.0
"""Seconds until the account of a cached secret is looked up again; a deleted account works that much longer."""
REFUSED_FOR: Final = 5.0
"""Seconds that a wrong secret is refused without looking it up again."""
_REMEMBERED: Final = 4096
QUEUE: Final = 32
"""Number of secrets that may wait for the one thread that verifies them."""


class VerifierBusy(Exception):
    """Too many secrets are waiting for verification."""


class _CachedAccount(NamedTuple):
    """Result of a verification, valid until a moment of the monotonic clock."""

    account: UserAccount | None
    until: float


class Gate:
    """Finds the account of an Authorization header, and limits the rate of its calls."""

    def __init__(self, clock: Clock, key: bytes, look_up: Callable[[str], UserAccount | None], rate: int) -> None:
        """`key` is the secret of this process, `look_up` reads an account by name, `rate` is calls a second, or 0."""
        self._clock, self._key, self._look_up, self._rate = clock, key, look_up, rate
        self._seen: OrderedDict[bytes, _CachedAccount] = OrderedDict()
        self._buckets: dict[str, tuple[float, float]] = {}
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="argon2")
        self._pending: dict[bytes, asyncio.Task[UserAccount | None]] = {}

    def close(self) -> None:
        """End the verifying thread."""
        self._thread.shutdown()

    async def account_of(self, header: bytes) -> UserAccount | None:
        """Account that this header belongs to. Raises VerifierBusy, and what the look-up raises."""
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
                raise VerifierBusy
            pending = asyncio.ensure_future(self._verify(digest, given, seen and seen.account))
            self._pending[digest] = pending
        return await asyncio.shield(pending)

    async def _verify(self, digest: bytes, given: Credentials, before: UserAccount | None) -> UserAccount | None:
        try:
            loop = asyncio.get_running_loop()
            account = await loop.run_in_executor(self._thread, self._look_up_and_verify, given, before)
        finally:
            del self._pending[digest]
        until = self._clock.monotonic() + (FRESH if account else REFUSED_FOR)
        self._seen[digest] = _CachedAccount(account, until)
        self._seen.move_to_end(digest)
        while len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        return account

    def seconds_to_wait(self, account: UserAccount) -> float:
        """Seconds that the account must wait before its next call; 0 when it may call now."""
        if not self._rate:
            return 0.0
        now = self._clock.monotonic()
        left, at = self._buckets.get(account.name, (2.0 * self._rate, now))
        left = min(2.0 * self._rate, left + (now - at) * self._rate)
        if left < 1:
            return (1 - left) / self._rate
        self._buckets[account.name] = (left - 1, now)
        return 0.0

    def _look_up_and_verify(self, given: Credentials, before: UserAccount | None) -> UserAccount | None:
        account = self._look_up(given.name) if is_valid_name(given.name) else None
        if before is not None and account == before:
            return account
        return account if secret_matches(account, given) else None
