"""Who asks: user ids, principals and the personal bucket (protocol sections 6 and 12)."""

import hashlib
import hmac
import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from . import account_name
from .credential import Credential

EVERYONE = "system.Everyone"
AUTHENTICATED = "system.Authenticated"

_PERSONAL_BUCKET = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
MAX_PRINCIPAL_LENGTH = 4200
"""Characters of a principal: the URI of a group with the longest ids fits."""

_BASICAUTH = re.compile(r"basicauth[:_]([0-9a-f]{64})")


def canonical(principal: str) -> str:
    """Write a principal in the one form that is stored and shown.

    ``basicauth:<64 hex>`` (the protocol of today) and ``basicauth_<64 hex>`` (the tutorial of 2015) name the same
    user; the second is the form that is kept (protocol section 33). Names of accounts have no case.
    """
    match = _BASICAUTH.fullmatch(principal)
    return f"basicauth_{match[1]}" if match else account_name.canonical(principal)


def canonical_set(principals: Iterable[str]) -> tuple[str, ...]:
    """Write principals in their one form, each once, in the order given."""
    return tuple(dict.fromkeys(canonical(principal) for principal in principals))


def derived_key(secret: str, purpose: str) -> str:
    """Derive a key for one purpose: the same text must never mean two things under one key."""
    return hmac.new(secret.encode(), purpose.encode(), hashlib.sha256).hexdigest()


def basicauth_id(secret: str, user: str, password: str) -> str:
    """Derive the user id of a Basic authentication pair: HMAC-SHA256 of ``user:password`` (protocol section 6.1)."""
    digest = hmac.new(secret.encode(), f"{user}:{password}".encode(), hashlib.sha256).hexdigest()
    return f"basicauth_{digest}"


def personal_bucket_id(secret: str, user_id: str) -> str:
    """Derive the id of a user's own bucket.

    32 hex digits of an HMAC-SHA256, written as a UUID (protocol section 12) of version 8 (RFC 9562 section 5.8), which
    tells them from all ids that people and programs choose.
    """
    digest = hmac.new(secret.encode(), user_id.encode(), hashlib.sha256).hexdigest()
    digits = f"{digest[:12]}8{digest[13:16]}{'89ab'[int(digest[16], 16) % 4]}{digest[17:32]}"
    return str(uuid.UUID(digits))


def is_personal_bucket_id(text: str) -> bool:
    """Tell whether an id is of the form that only users' own buckets have."""
    return _PERSONAL_BUCKET.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sends the request; ``user_id`` is None for an anonymous caller.

    ``credential`` is the account that this rests on, None where it rests on none.
    """

    user_id: str | None = None
    credential: Credential | None = None

    @property
    def memberships(self) -> tuple[str, ...]:
        """The group members that stand for this caller: none for an anonymous one."""
        return (self.user_id, AUTHENTICATED) if self.user_id else ()

    def principals(self, groups: Iterable[str] = ()) -> frozenset[str]:
        """All that the caller is.

        The user id, the system principals and the URIs of its groups (protocol section 6.2).
        """
        if self.user_id is None:
            return frozenset((EVERYONE,))
        return frozenset((self.user_id, EVERYONE, AUTHENTICATED, *groups))

    @property
    def editor(self) -> str:
        """The principal that a write adds to the ``write`` list (protocol section 11.4)."""
        return self.user_id or EVERYONE
