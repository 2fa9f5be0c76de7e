"""The only module that speaks HTTP: requests of the engine by httpx2, with and without ``await``."""

import base64
from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeAlias
from urllib.parse import urlsplit

import httpx2

from .engine.exchange import Failure, Request, Response
from .json_value import dump

Auth: TypeAlias = tuple[str, str] | str | Callable[[], str] | None
"""A name and a password; the value of the header ``Authorization``, or a function that answers it; None for nobody."""
TIMEOUT = 30.0
"""Seconds for each step of an exchange."""
_AGENT = "kintoun-sync"


class Transport(Protocol):
    """Sends one request and answers what came of it; it raises nothing."""

    def send(self, request: Request) -> Response | Failure:
        """Send it."""

    def close(self) -> None:
        """Close the connections."""


class AsyncTransport(Protocol):
    """The same for ``await``."""

    async def send(self, request: Request) -> Response | Failure:
        """Send it."""

    async def close(self) -> None:
        """Close the connections."""


class HttpTransport:
    """Connections to one server, kept open between requests."""

    def __init__(self, server: str, auth: Auth = None, *, timeout: float = TIMEOUT) -> None:
        self._server = server_address(server)
        self._auth = auth
        self._client = httpx2.Client(timeout=timeout)

    def send(self, request: Request) -> Response | Failure:
        """Send a request; a failure that says why, where no answer came."""
        try:
            answer = self._client.request(**_arguments(self._server, self._auth, request))
        except httpx2.HTTPError as error:
            return _failure(error)
        return _response(answer)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


class AsyncHttpTransport:
    """The same for ``await``."""

    def __init__(self, server: str, auth: Auth = None, *, timeout: float = TIMEOUT) -> None:
        self._server = server_address(server)
        self._auth = auth
        self._client = httpx2.AsyncClient(timeout=timeout)

    async def send(self, request: Request) -> Response | Failure:
        """Send a request; a failure that says why, where no answer came."""
        try:
            answer = await self._client.request(**_arguments(self._server, self._auth, request))
        except httpx2.HTTPError as error:
            return _failure(error)
        return _response(answer)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()


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


def _arguments(server: str, auth: Auth, request: Request) -> dict[str, Any]:
    headers: dict[str, str] = {"Accept": "application/json", "User-Agent": _AGENT, **request.headers}
    if (value := authorization(auth)) is not None:
        headers["Authorization"] = value
    arguments: dict[str, Any] = {"method": request.method, "url": server + request.path}
    if request.body is not None:
        headers.setdefault("Content-Type", "application/json")
        arguments["content"] = dump(request.body).encode()
    return {**arguments, "headers": headers}


def _response(answer: httpx2.Response) -> Response:
    headers: Mapping[str, str] = {name.lower(): value for name, value in answer.headers.items()}
    return Response(answer.status_code, headers, answer.content)


def _failure(error: Exception) -> Failure:
    return Failure(f"{type(error).__name__}: {error}")
