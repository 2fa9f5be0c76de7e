"""An HTTP server that never keeps more of a body than it is allowed to, and still lets the application answer 413."""

import sys
from collections.abc import Awaitable
from typing import Any

from tornado.http1connection import HTTP1Connection
from tornado.httputil import HTTPConnection, HTTPHeaders, HTTPMessageDelegate, RequestStartLine, ResponseStartLine

from kintoun_server.http.draining_server import DrainingServer

DISCARD_FACTOR = 4
"""A body of up to this many times the bound is read to its end, so that its sender gets to read the answer."""


MAX_DIGITS = 15
"""Digits of a length that are looked at: enough to know that it is too much."""


class BoundedServer(DrainingServer):
    """Hands the application at most one byte more than ``max_body_bytes``, by which it knows that there was more."""

    def initialize(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - what HTTPServer takes, and the bound
        """Take what HTTPServer takes, and ``max_body_bytes``."""
        self._bound = int(options.pop("max_body_bytes"))
        super().initialize(*arguments, **options)

    def start_request(self, server_conn: object, request_conn: HTTPConnection) -> HTTPMessageDelegate:
        """Wait for a request, as Tornado wants it."""
        return _Bounded(super().start_request(server_conn, request_conn), request_conn, self._bound)


class _Bounded(HTTPMessageDelegate):
    """Passes a request on, its body only as far as the bound."""

    def __init__(self, delegate: HTTPMessageDelegate, connection: HTTPConnection, bound: int) -> None:
        self._delegate = delegate
        self._connection = connection
        self._bound = bound
        self._received = 0
        self._hopeless = False

    def headers_received(
        self, start_line: RequestStartLine | ResponseStartLine, headers: HTTPHeaders
    ) -> Awaitable[None] | None:
        announced = headers.get("Content-Length", "")
        length = int(announced[:MAX_DIGITS]) if announced.isascii() and announced.isdecimal() else 0
        if isinstance(self._connection, HTTP1Connection):
            self._connection.set_max_body_size(sys.maxsize)
        started = self._delegate.headers_received(start_line, headers)
        if length > self._bound * DISCARD_FACTOR:
            self._delegate.data_received(bytes(self._bound + 1))
            self._give_up()
        return started

    def data_received(self, chunk: bytes) -> Awaitable[None] | None:
        kept = chunk[: max(self._bound + 1 - self._received, 0)]
        self._received += len(chunk)
        if self._hopeless or not kept:
            if self._received > self._bound * DISCARD_FACTOR:
                self._give_up()
            return None
        return self._delegate.data_received(kept)

    def finish(self) -> None:
        if not self._hopeless:
            self._delegate.finish()

    def _give_up(self) -> None:
        """Let the application answer at once; Tornado closes a connection that was answered before the body's end."""
        if not self._hopeless:
            self._hopeless = True
            self._delegate.finish()

    def on_connection_close(self) -> None:
        self._delegate.on_connection_close()
