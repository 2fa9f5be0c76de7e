"""A request with placeholders, and what each of the two servers answers to it."""

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request as the generator makes it.

    ``number`` counts within its sequence; ``path`` is whole, with version and query. Path, headers and ``body`` may
    hold placeholders, which each server fills in from its own answers.
    """

    number: int
    category: str
    method: str
    path: str
    user: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None

    @property
    def writes(self) -> bool:
        """Whether it may change what the server holds."""
        return self.method not in {"GET", "HEAD", "OPTIONS"} or "/buckets/default" in self.path

    def __str__(self) -> str:
        """One line, as in a shell's history."""
        headers = "".join(f" -H {name + ': ' + value!r}" for name, value in self.headers.items())
        body = "" if self.body is None else f" -d {self.body!r}"
        return f"#{self.number} {self.user or '(nobody)'}: {self.method} {self.path}{headers}{body}"


@dataclass(frozen=True)
class Response:
    """What a server answers; the names of ``headers`` are in lower case, the values of one that comes twice joined."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @cached_property
    def json(self) -> Any:  # noqa: ANN401 - whatever JSON holds
        """The body as JSON; as text when it is none, None when there is no body."""
        if not self.body:
            return None
        try:
            return json.loads(self.body)
        except ValueError:
            return self.body.decode(errors="replace")

    @property
    def ok(self) -> bool:
        """Whether it did what was asked."""
        return self.status < 400


class Wire:
    """A connection to one server that sends requests to the letter, the malformed ones too."""

    def __init__(self, url: str) -> None:
        self.base = url.rstrip("/").removesuffix("/v1")
        self._host = urlsplit(self.base).netloc
        self._connection = http.client.HTTPConnection(self._host, timeout=_SECONDS)

    def ask(self, method: str, path: str, headers: Mapping[str, str], body: str | None) -> Response:
        """Send one request; a connection that the server closed meanwhile is opened again."""
        content = None if body is None else body.encode("utf-8", "surrogatepass")
        for is_last in (False, True):
            try:
                return self._ask(method, path, headers, content)
            except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
                self._connection.close()
                if is_last:
                    raise
        raise AssertionError

    def _ask(self, method: str, path: str, headers: Mapping[str, str], content: bytes | None) -> Response:
        self._connection.putrequest(method, path, skip_accept_encoding=True)
        for name, value in headers.items():
            self._connection.putheader(name, value.encode())
        if content is not None or method in {"POST", "PUT", "PATCH"}:
            self._connection.putheader("Content-Length", str(len(content or b"")))
        self._connection.endheaders(content)
        answer = self._connection.getresponse()
        found: dict[str, str] = {}
        for name, value in answer.getheaders():
            key = name.lower()
            found[key] = f"{found[key]}, {value}" if key in found else value
        return Response(answer.status, found, answer.read())

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
