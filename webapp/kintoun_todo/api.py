"""What the pages ask of the server that mounts them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Answer:
    """What the API answered: the status, the headers by their names as HTTP writes them, and the JSON body or None."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: object = None


class Api(Protocol):
    """The HTTP API, called within the process."""

    @property
    def session_cookie(self) -> str:
        """The name of the cookie that carries a session."""

    async def request(
        self,
        method: str,
        path: str,
        *,
        body: object = None,
        headers: Mapping[str, str] = {},
        session: str | None = None,
    ) -> Answer:
        """Send a request.

        `path` is below ``/v1`` and includes the query; `session` is the value of the caller's session cookie.
        """
