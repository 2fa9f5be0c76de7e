"""Passwords: hashed and verified by argon2id, in threads of their own.

The parameters are those that OWASP's Password Storage Cheat Sheet names first: 19 MiB, two passes, one lane; about
20 ms of one processor. The event loop goes on meanwhile: argon2 releases Python's lock.
"""

import asyncio
import os
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from kintoun_server.domain.accounts import normalised
from kintoun_server.domain.credential import Secret
from kintoun_server.errors import Unavailable

T = TypeVar("T")

THREADS = min(4, os.cpu_count() or 1)
"""Passwords that are hashed at once; each takes 19 MiB of memory."""
MAX_WAITING = 100
"""Passwords that wait to be hashed: one or two seconds of work."""

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, hash_len=32, salt_len=16)
_NOBODY = _HASHER.hash(secrets.token_hex(32))
"""Verified in the place of the hash of an account that does not exist, so that both take the same time."""


class TooManyPasswords(Unavailable):
    """Too many passwords wait to be hashed: 503."""


class Passwords:
    """Hashes and verifies, ``threads`` at a time; at most ``waiting`` more wait for their turn."""

    def __init__(self, threads: int = THREADS, waiting: int = MAX_WAITING) -> None:
        """Start no thread yet: they come with the first passwords."""
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="argon2")
        self._bound = threads + waiting
        self._pending = 0

    async def hash(self, password: str) -> Secret:
        """Make the secret of an account.

        Raises:
            TooManyPasswords: too many wait already.
        """
        hashed = await self._run(lambda: _HASHER.hash(normalised(password)))
        return Secret(hashed, secrets.token_hex(8))

    async def match(self, secret: Secret | None, password: str) -> bool:
        """Tell whether the password is that of the secret; it takes the same time when there is no secret.

        Raises:
            TooManyPasswords: too many wait already.
        """
        found = await self._run(lambda: _matches(secret.hash if secret else _NOBODY, normalised(password)))
        return found and secret is not None

    async def _run(self, work: Callable[[], T]) -> T:
        if self._pending >= self._bound:
            raise TooManyPasswords("too many passwords wait to be verified")
        self._pending += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._executor, work)
        finally:
            self._pending -= 1


def _matches(hashed: str, password: str) -> bool:
    try:
        return _HASHER.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False
