"""The name and the password of a request, by its Authorization header (RFC 7617)."""

import base64
import binascii
from dataclasses import dataclass, field
from typing import Self

CHALLENGE = 'Basic realm="Realm"'


@dataclass(frozen=True, slots=True)
class BasicCredentials:
    """What a client sends by the scheme Basic."""

    user: str
    password: str = field(repr=False)

    @classmethod
    def read(cls, header: str | None) -> Self | None:
        """Read the header; None for none, and for one that cannot be read (protocol section 1.2)."""
        scheme, _, encoded = (header or "").strip().partition(" ")
        if scheme.lower() != "basic":
            return None
        try:
            user, colon, password = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
        except (binascii.Error, ValueError):
            return None
        return cls(user, password) if user and colon else None
