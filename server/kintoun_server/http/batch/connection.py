"""The connection of a request within a batch: Tornado's interface for connections, with the answer kept in memory."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from tornado.httputil import HTTPConnection, HTTPHeaders, RequestStartLine, ResponseStartLine

from kintoun_server.domain.session import Session
from kintoun_server.http.backend import Writes


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a request of a batch.

    For the log of a batch that fails with it: ``errno``, and ``failure``, what went wrong on our side.
    """

    status: int
    headers: HTTPHeaders
    body: bytes
    errno: int | None = None
    failure: str = ""


class CapturedConnection(HTTPConnection):
    """Keeps the answer of a handler for the batch."""

    def __init__(
        self, outer: HTTPConnection | None, writes: Writes | None = None, session: Session | None = None
    ) -> None:
        """Take the place of ``outer``, the connection of the batch.

        ``writes`` gather the changes of its requests; ``session`` is that of its sender.
        """
        # Tornado reads the scheme and the address of the client from it.
        self.context = getattr(outer, "context", None)
        self.writes = writes
        self.session = session
        self._errno: int | None = None
        self._failure = ""
        self._status = 0
        self._headers = HTTPHeaders()
        self._chunks: list[bytes] = []
        self._finished = asyncio.Event()

    async def answer(self) -> Answer:
        """Wait until the handler has finished, and answer what it sent."""
        await self._finished.wait()
        return Answer(self._status, self._headers, b"".join(self._chunks), self._errno, self._failure)

    def note(self, errno: int | None, failure: str) -> None:
        """Keep what the log says of the answer; the handler tells it after its end."""
        self._errno = errno
        self._failure = failure

    def set_close_callback(self, callback: Callable[[], None] | None) -> None:
        """Do nothing: a client that goes away does not take back what it asked for."""

    def write_headers(
        self, start_line: RequestStartLine | ResponseStartLine, headers: HTTPHeaders, chunk: bytes | None = None
    ) -> "asyncio.Future[None]":
        """Keep the status, the headers and the beginning of the body."""
        if isinstance(start_line, ResponseStartLine):
            self._status = start_line.code
        self._headers = headers
        return self.write(chunk or b"")

    def write(self, chunk: bytes) -> "asyncio.Future[None]":
        """Keep a part of the body."""
        self._chunks.append(chunk)
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        written.set_result(None)
        return written

    def finish(self) -> None:
        """Let the batch go on."""
        self._finished.set()
