"""Where a server is, and who asks."""

import base64
from collections.abc import Callable
from typing import TypeAlias
from urllib.parse import urlsplit

Auth: TypeAlias = tuple[str, str] | str | Callable[[], str] | None
"""A name and a password; the value of the header ``Authorization``, or a function that answers it; None for nobody."""


def server_address(server: str) -> str:
    """Write a server's address with its version and without a slash at the end.

    Raises:
        ValueError: it is no address of HTTP.
    """
    parts = urlsplit(server)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ValueError(f"no address of a server: {server!r}; it looks like https://example.org/v1")
    path = parts.path.rstrip("/")
    return f"{parts.scheme}://{parts.netloc}{path if path.endswith('/v1') else path + '/v1'}"


def authorization(auth: Auth) -> str | None:
    """Write the value of the header ``Authorization``."""
    if isinstance(auth, tuple):
        return "Basic " + base64.b64encode(":".join(auth).encode()).decode()
    return auth() if callable(auth) else auth
