"""An HTTP server that can be stopped without breaking off a request."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

from tornado.http1connection import HTTP1ServerConnection
from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPConnection, HTTPHeaders, HTTPMessageDelegate, RequestStartLine, ResponseStartLine


class DrainingServer(HTTPServer):
    """Tornado's HTTP server, which also knows the connections whose requests are not answered yet.

    A connection is busy from the moment when the head of a request has arrived until its answer is sent in full.
    """

    def initialize(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - what HTTPServer takes
        """Take what HTTPServer takes; Tornado calls this in the place of ``__init__``."""
        super().initialize(*arguments, **options)
        self._is_busy: dict[object, bool] = {}
        self._answered = asyncio.Event()

    async def drain(self, seconds: float) -> None:
        """Accept no more connections, let the requests that have arrived be answered, and close all connections.

        A request that takes longer than ``seconds`` is broken off.
        """
        self.stop()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self._is_busy:
                    await self._close_idle()
                    await self._answered.wait()
                    self._answered.clear()
        await self.close_all_connections()

    async def _close_idle(self) -> None:
        for connection, is_busy in tuple(self._is_busy.items()):
            if not is_busy and isinstance(connection, HTTP1ServerConnection):
                await connection.close()

    def start_request(self, server_conn: object, request_conn: HTTPConnection) -> HTTPMessageDelegate:
        """Wait for a request; Tornado calls this when the one before on the connection has been answered in full."""
        self._is_busy[server_conn] = False
        self._answered.set()
        delegate = super().start_request(server_conn, request_conn)
        return _Arrival(delegate, lambda: self._is_busy.update({server_conn: True}))

    def on_close(self, server_conn: object) -> None:
        """Forget a connection; Tornado calls this when it is closed."""
        self._is_busy.pop(server_conn, None)
        self._answered.set()
        super().on_close(server_conn)


class _Arrival(HTTPMessageDelegate):
    """Tells when the head of a request has arrived, and hands everything on."""

    def __init__(self, delegate: HTTPMessageDelegate, arrived: Callable[[], None]) -> None:
        self._delegate = delegate
        self._arrived = arrived

    def headers_received(
        self, start_line: RequestStartLine | ResponseStartLine, headers: HTTPHeaders
    ) -> Awaitable[None] | None:
        self._arrived()
        return self._delegate.headers_received(start_line, headers)

    def data_received(self, chunk: bytes) -> Awaitable[None] | None:
        return self._delegate.data_received(chunk)

    def finish(self) -> None:
        self._delegate.finish()

    def on_connection_close(self) -> None:
        self._delegate.on_connection_close()
