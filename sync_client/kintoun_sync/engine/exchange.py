"""What the engine yields and what it is given for it: the only way in which it touches the world."""

import json
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

from kintoun_sync.report import Progress


@dataclass(frozen=True, slots=True)
class Request:
    """One request; ``path`` is below the server's address (``/v1``) and has its query string."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    """JSON; None for a request without a body."""


@dataclass(frozen=True, slots=True)
class Response:
    """One answer; the names of ``headers`` are in lower case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes = b""

    def json(self) -> Any:  # noqa: ANN401 - any JSON
        """Read the body; ValueError when it is no JSON."""
        return json.loads(self.content)


@dataclass(frozen=True, slots=True)
class Failure:
    """No answer: the request may have arrived, or not."""

    message: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Be still for so many seconds; it is answered with None."""

    seconds: float


Effect: TypeAlias = Request | Wait | Progress
"""What is to be done: a request is answered with a ``Response`` or a ``Failure``, the others with None."""
Reply: TypeAlias = Response | Failure | None
T = TypeVar("T")
Steps: TypeAlias = Generator[Effect, Reply, T]
"""A part of the engine: drive it with ``next`` and ``send`` until it returns."""
