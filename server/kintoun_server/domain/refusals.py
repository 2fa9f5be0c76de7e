"""Why a request is refused: the answers that the rules can give other than success (protocol section 5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

BRIEF_LENGTH = 200
"""Characters of a user's value in a message."""
Location = Literal["body", "querystring", "header", "path"]


class Refusal(Exception):
    """Any answer of the rules other than success."""


@dataclass(eq=False)
class UnacceptableMedia(Refusal):
    """A media type is not one of ours.

    406 for the header Accept, 415 for Content-Type (protocol sections 3.1 and 3.2).
    """

    header: Literal["Accept", "Content-Type"]
    accepted: tuple[str, ...]


class Forbidden(Refusal):
    """The caller lacks the permission: 401 for an anonymous caller, 403 for any other (protocol section 6.3)."""


class WrongCredentials(Refusal):
    """The password is not that of the account: 401, errno 104, whatever is asked for."""


class StaleCredentials(Refusal):
    """The account is not any more what it was when the caller's password was verified, or it was not there then.

    The request is made again with credentials that are verified anew; 401 where that is not done.
    """


@dataclass(eq=False)
class Missing(Refusal):
    """The object does not exist: 404, errno 110 (protocol section 5.1)."""

    kind: str
    id: str


@dataclass(eq=False)
class ParentMissing(Refusal):
    """The bucket or the collection around the object does not exist: 404, errno 111 (protocol section 5.1)."""

    kind: str
    id: str


@dataclass(eq=False)
class PreconditionFailed(Refusal):
    """If-Match or If-None-Match does not hold: 412 (protocol section 14.4).

    ``timestamp`` (ms) is the object's, or the list's when there is no object; ``existing`` is the object's data, and is
    None when there is no object or when the caller may not read it.
    """

    timestamp: int
    existing: Mapping[str, Any] | None = None


@dataclass(eq=False)
class NotModified(Refusal):
    """If-None-Match names the current ETag of what is read: 304 (protocol section 14.3). ``timestamp`` in ms."""

    timestamp: int


class Unreadable(Refusal):
    """The request's address is not text: 400, errno 107, without details (protocol sections 2 and 16.2)."""


class TooLarge(Refusal):
    """The object would not fit into the database: 413, errno 113."""


class TimestampTaken(Refusal):
    """No free timestamp near the wanted one: 409, errno 122 (protocol section 13)."""


class IdTaken(Refusal):
    """An id that the server made up exists already: 409, errno 122; a retry makes another one."""


@dataclass(frozen=True, slots=True)
class Detail:
    """One entry of ``details`` (protocol section 5.1)."""

    location: Location
    name: str | None
    description: str


def brief(value: object) -> object:
    """Answer a user's value as it may stand in a message: a long one is cut, whatever its type."""
    text = str(value)
    return value if len(text) <= BRIEF_LENGTH else f"{text[:BRIEF_LENGTH]}…"


class Invalid(Refusal):
    """A part of the request is malformed: 400, errno 107, with one detail or more (protocol section 5.1)."""

    def __init__(self, location: Location, name: str | None, description: str, *more: Detail) -> None:
        """Make the refusal; ``name`` is the header, parameter or dotted path of the attribute at fault."""
        super().__init__(description)
        self.details = (Detail(location, name, description), *more)

    @classmethod
    def of(cls, first: Detail, *more: Detail) -> Self:
        """Make the refusal of several things at once."""
        return cls(first.location, first.name, first.description, *more)

    @classmethod
    def json(cls, reason: str) -> Self:
        """Make the refusal of a body that is not acceptable as JSON (protocol section 3.3)."""
        return cls("body", "", f"Invalid JSON: {reason}", Detail("body", "", "Required"))

    @classmethod
    def scalar(cls) -> Self:
        """Make the refusal of a body that is a text, a number, a truth value or null (protocol section 3.3)."""
        return cls("body", "", "Should be a JSON object or an array", Detail("body", "", "Required"))

    @classmethod
    def not_a_mapping(cls, name: str, value: object) -> Self:
        """Make the refusal of something else in the place of a JSON object (protocol section 3.3)."""
        return cls("body", name, f'"{brief(value)}" is not a mapping type: Does not implement dict-like functionality.')
