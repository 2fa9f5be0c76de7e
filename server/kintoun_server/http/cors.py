"""Cross-origin resource sharing (protocol section 27)."""

from collections.abc import Sequence
from fnmatch import fnmatchcase

ALWAYS = ("Backoff", "Retry-After", "Alert", "Content-Length", "Content-Type")
VALIDATORS = ("ETag", "Last-Modified")
READ_OBJECT = (*ALWAYS, *VALIDATORS, "Cache-Control", "Expires", "Pragma")
READ_LIST = (*READ_OBJECT, "Next-Page", "Total-Records", "Total-Objects")
WRITE = (*ALWAYS, *VALIDATORS, "Location")


def allowed_origin(origin: str, origins: Sequence[str]) -> str | None:
    """Answer the value of Access-Control-Allow-Origin; None when pages of ``origin`` may not call the API."""
    if "*" in origins:
        return "*"
    return origin if any(fnmatchcase(origin, pattern) for pattern in origins) else None


def preflight_headers(requested: str, methods: Sequence[str], exposed: Sequence[str]) -> dict[str, str]:
    """Answer what a preflight may know: every header that it asks for is allowed."""
    return {
        "Access-Control-Allow-Methods": ",".join(methods),
        "Access-Control-Allow-Headers": ",".join(filter(None, (*exposed, "Authorization", requested))),
    }
