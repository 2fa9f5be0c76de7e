"""The token of the next page.

Where the last one ended, signed so that nobody can make one up (protocol section 16.5).
"""

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass

from .order import SortValue
from .refusals import Invalid

_SIGNATURE_BYTES = 16


@dataclass(frozen=True, slots=True)
class PageToken:
    """Where a page ended.

    ``position`` is the timestamp (ms) of the last object shown, ``values`` are those by which it was sorted, and the
    next page begins behind it. ``timestamp`` is the list's timestamp when the first page was read: later pages repeat
    it as ETag, so that nothing written meanwhile is missed (protocol section 15.3). ``nonce`` and ``expires`` (ms) make
    the token of a deletion usable once.
    """

    position: int
    timestamp: int
    nonce: str = ""
    expires: int = 0
    values: tuple[SortValue, ...] = ()

    def encode(self, secret: str, place: str) -> str:
        """Write and sign the token for ``place``: the list and the order that it belongs to."""
        fields = [self.position, self.timestamp, self.nonce, self.expires, *self.values]
        content = json.dumps(fields, separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(_sign(secret, place, content) + content).rstrip(b"=").decode()

    @classmethod
    def decode(cls, text: str, secret: str, place: str) -> "PageToken":
        """Read a token.

        Raises:
            Invalid: not one of ours, altered, or made for another list or order.
        """
        try:
            raw = base64.b64decode(text.encode() + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            raise _invalid() from None
        signature, content = raw[:_SIGNATURE_BYTES], raw[_SIGNATURE_BYTES:]
        if not hmac.compare_digest(signature, _sign(secret, place, content)):
            raise _invalid()
        position, timestamp, nonce, expires, *values = json.loads(content)
        return cls(position, timestamp, nonce, expires, tuple((rank, value) for rank, value in values))


def _sign(secret: str, place: str, content: bytes) -> bytes:
    message = place.encode() + b"\0" + content
    return hmac.new(secret.encode(), message, hashlib.sha256).digest()[:_SIGNATURE_BYTES]


def _invalid() -> Invalid:
    return Invalid("querystring", None, "_token has invalid content")
