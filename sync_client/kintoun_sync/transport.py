"""The only module that speaks HTTP: requests of the engine by httpx2, with and without ``await``."""

from collections.abc import Mapping
from typing import Any

import httpx2

from .engine.exchange import Failure, Request, Response
from .json_value import dump
from .server import Auth, authorization, server_address

TIMEOUT = 30.0
"""Seconds for each step of an exchange."""
_AGENT = "kintoun-sync"


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
