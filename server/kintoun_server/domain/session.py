"""Sessions: who has signed in with a browser, and for how long."""

import hashlib
import secrets
from dataclasses import dataclass, field, replace
from typing import Self

from .account_name import principal
from .credential import Credential
from .principals import Caller

_TOKEN_BYTES = 32


def new_token() -> str:
    """Make the token of a session: 256 random bits."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def digest(token: str) -> str:
    """Answer what is kept of a token: its SHA-256, of which nobody can make the token again."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Session:
    """A session by the ``digest`` of its token; it ``expires`` at a time in ms.

    It rests on an account by the version of its secret, so that a new password ends it.
    """

    digest: str = field(repr=False)
    credential: Credential
    expires: int

    @classmethod
    def begin(cls, token: str, credential: Credential, now: int, lifetime: int) -> Self:
        """Begin a session that lasts for ``lifetime`` ms."""
        return cls(digest(token), credential, now + lifetime)

    @property
    def caller(self) -> Caller:
        """Who sends a request with its token."""
        return Caller(principal(self.credential.account), self.credential)

    def is_over(self, now: int) -> bool:
        """Tell whether it has expired."""
        return self.expires <= now

    def is_due(self, now: int, lifetime: int) -> bool:
        """Tell whether half of its life is gone, so that it is renewed."""
        return self.expires - now < lifetime / 2

    def renewed(self, now: int, lifetime: int) -> Self:
        """Let it last for another ``lifetime`` ms."""
        return replace(self, expires=now + lifetime)
