"""The one table of errors: errno, status, title and message.

And the error that carries one to its answer (protocol section 5).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class ErrorKind:
    """A row of the table: ``errno`` of the protocol, HTTP ``status``, title and default message."""

    errno: int
    status: int
    title: str
    message: str | None = None


UNAUTHENTICATED = ErrorKind(104, 401, "Unauthorized", "Please authenticate yourself to use this endpoint.")
INVALID = ErrorKind(107, 400, "Invalid parameters")
BAD_REQUEST = ErrorKind(107, 400, "Bad Request")
NOT_ACCEPTABLE = ErrorKind(107, 406, "Invalid parameters")
UNSUPPORTED_MEDIA_TYPE = ErrorKind(107, 415, "Invalid parameters")
UNKNOWN_OBJECT = ErrorKind(110, 404, "Not Found")
UNKNOWN_PARENT = ErrorKind(111, 404, "Not Found")
UNKNOWN_ROUTE = ErrorKind(111, 404, "Not Found", "The resource you are looking for could not be found.")
TOO_LARGE = ErrorKind(113, 413, "Request Entity Too Large", "The request or the object that it makes is too large.")
MODIFIED_MEANWHILE = ErrorKind(114, 412, "Precondition Failed", "Resource was modified meanwhile")
METHOD_NOT_ALLOWED = ErrorKind(115, 405, "Method Not Allowed", "Method not allowed on this endpoint.")
UNKNOWN_VERSION = ErrorKind(116, 404, "Not Found", "The requested API version is not available on this server.")
TOO_MANY_REQUESTS = ErrorKind(117, 429, "Too Many Requests", "Too many requests of this kind, please retry later.")
FORBIDDEN = ErrorKind(121, 403, "Forbidden", "This user cannot access this resource.")
CONFLICT = ErrorKind(122, 409, "Conflict", "Integrity constraint violated, please retry.")
UNAVAILABLE = ErrorKind(
    201,
    503,
    "Service Unavailable",
    "Service temporary unavailable due to overloading or maintenance, please retry later.",
)
GONE = ErrorKind(202, 410, "Gone", "The service you are trying to connect no longer exists at this location.")
ACCOUNTS_UNREADABLE = ErrorKind(999, 401, "Cannot read accounts.")
UNEXPECTED = ErrorKind(
    999, 500, "Internal Server Error", "A programmatic error occurred, developers have been informed."
)

TABLE: tuple[ErrorKind, ...] = (
    UNAUTHENTICATED,
    INVALID,
    BAD_REQUEST,
    NOT_ACCEPTABLE,
    UNSUPPORTED_MEDIA_TYPE,
    UNKNOWN_OBJECT,
    UNKNOWN_PARENT,
    UNKNOWN_ROUTE,
    TOO_LARGE,
    MODIFIED_MEANWHILE,
    METHOD_NOT_ALLOWED,
    UNKNOWN_VERSION,
    TOO_MANY_REQUESTS,
    FORBIDDEN,
    CONFLICT,
    UNAVAILABLE,
    GONE,
    ACCOUNTS_UNREADABLE,
    UNEXPECTED,
)


class Unavailable(Exception):
    """The database did not answer in time, or a write's outcome is not known: 503, and a retry is safe (section 28)."""


@dataclass(eq=False)
class ApiError(Exception):
    """An error answer: a row of the table, with a message and details of its own, and headers to send with it."""

    kind: ErrorKind
    message: str | None = None
    details: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def body(self, info: str | None = None) -> dict[str, Any]:
        """Write the answer's JSON (protocol section 5.1); ``info`` is an address to read more."""
        fields = {
            "code": self.kind.status,
            "errno": self.kind.errno,
            "error": self.kind.title,
            "message": self.message or self.kind.message,
            "info": info,
            "details": self.details,
        }
        return {name: value for name, value in fields.items() if value is not None}
