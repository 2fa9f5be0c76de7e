"""The callers whose passwords were verified a short time ago, in memory only."""

import hashlib
import hmac
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable

from kintoun_server.domain.principals import Caller

from .credentials import BasicCredentials

MAX_CALLERS = 10_000
"""Callers that are remembered; the one remembered longest is forgotten first."""


class VerifiedCallers:
    """Remembers callers by a digest of their credentials, under a key that this process alone has and never tells."""

    def __init__(self, ttl_seconds: int, bound: int = MAX_CALLERS, clock: Callable[[], float] = time.monotonic) -> None:
        """Remember each for ``ttl_seconds``, by a ``clock`` in seconds."""
        self._ttl = ttl_seconds
        self._bound = bound
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._callers: OrderedDict[bytes, tuple[Caller, float]] = OrderedDict()

    def digest(self, credentials: BasicCredentials) -> bytes:
        """Answer the key of the credentials: HMAC-SHA256; a name has no colon, so no two pairs are the same text."""
        text = f"{credentials.user}:{credentials.password}".encode()
        return hmac.digest(self._key, text, hashlib.sha256)

    def get(self, digest: bytes) -> Caller | None:
        """Answer the caller; None when it is not known, or was verified too long ago."""
        caller, expires = self._callers.get(digest, (None, 0.0))
        if caller is not None and expires <= self._clock():
            self.forget(digest)
            return None
        return caller

    def remember(self, digest: bytes, caller: Caller) -> None:
        """Remember a caller whose password has just been verified."""
        if self._ttl > 0:
            self.forget(digest)
            self._callers[digest] = (caller, self._clock() + self._ttl)
            self._forget_oldest()

    def forget(self, digest: bytes) -> None:
        """Forget a caller, known or not."""
        self._callers.pop(digest, None)

    def forget_account(self, name: str) -> None:
        """Forget all whose identity rests on an account."""
        found = [key for key, (caller, _) in self._callers.items() if _rests_on(caller, name)]
        for digest in found:
            self.forget(digest)

    def forget_everybody(self) -> None:
        """Forget all."""
        self._callers.clear()

    def _forget_oldest(self) -> None:
        """Keep to the bound, and keep nothing that is over: all live equally long, so the oldest stand first."""
        now = self._clock()
        while self._callers:
            digest, (_, expires) = next(iter(self._callers.items()))
            if expires > now and len(self._callers) <= self._bound:
                break
            self.forget(digest)


def _rests_on(caller: Caller, name: str) -> bool:
    return caller.credential is not None and caller.credential.account == name
