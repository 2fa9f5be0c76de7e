"""Who sends a request, by its Authorization header (protocol section 6.1)."""

import base64
import binascii

from kintoun_server.domain.principals import Caller, basicauth_id

CHALLENGE = 'Basic realm="Realm"'


def authenticate(header: str | None, secret: str) -> Caller:
    """Answer the caller that the header names.

    Anonymous for none, or for one that cannot be read (protocol section 1.2).
    """
    scheme, _, encoded = (header or "").strip().partition(" ")
    if scheme.lower() != "basic":
        return Caller()
    try:
        user, colon, password = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return Caller()
    return Caller(basicauth_id(secret, user, password)) if user and colon else Caller()
