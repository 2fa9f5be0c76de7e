"""The command ``serve``: from the settings to a server that answers, and back in good order."""

import asyncio
import errno
import gc
import logging
import os
import socket
from collections.abc import Callable
from contextlib import AsyncExitStack

from tornado.netutil import bind_sockets

from kintoun_server import __version__
from kintoun_server.app import make_app, make_server
from kintoun_server.database import Database, provide
from kintoun_server.settings import Settings
from kintoun_server.start_error import StartError
from kintoun_server.stop_signals import StopSignals
from kintoun_server.store.connection import Store, StoreError, open_store
from kintoun_server.webapp import find_webapp

REQUESTS_ANSWERED_WITHIN = 10.0
"""Seconds for the requests that are in flight when the server is told to stop."""
STORE_CLOSED_WITHIN = 15.0
"""Seconds for the writes that such requests leave behind."""
ALLOCATIONS_BETWEEN_COLLECTIONS = 10_000
"""Of the garbage collector: at Python's 700, it takes four fifths of the time in which a body of many parts is read."""
FLUSH_WARNING = """\
*****************************************************************************
*  WARNING: the setting flush_endpoint_enabled is on.                       *
*  Anybody who reaches this server can ERASE EVERYTHING, with one request   *
*  and without a password. This is for servers that run tests.              *
*****************************************************************************"""

logger = logging.getLogger(__name__)


async def serve(settings: Settings, say: Callable[[str], None]) -> None:
    """Serve until SIGINT, SIGTERM or SIGHUP, then stop in good order; ``say`` takes lines for the operator.

    Raises StartError.
    """
    gc.set_threshold(ALLOCATIONS_BETWEEN_COLLECTIONS)
    with StopSignals(say) as signals:
        async with AsyncExitStack() as stack:
            say(f"Kintoun {__version__}")
            listeners = listen(settings.host, settings.port)
            for listener in listeners:
                stack.callback(listener.close)
            database = await stack.enter_async_context(provide(settings, say))
            signals.at_once = database.kill
            store = await open_database(database)
            stack.push_async_callback(_close, store)
            status = await store.status()
            if status.reachable and not status.ephemeral:
                say(f"MongoDB {status.version}, {status.replica_set}: database {settings.mongodb_database} is ready")
            if settings.flush_endpoint_enabled:
                say(FLUSH_WARNING)
            server = make_server(make_app(database.settings, store), database.settings)
            server.add_sockets(listeners)
            stack.push_async_callback(server.drain, REQUESTS_ANSWERED_WITHIN)
            say(f"Kintoun serves {address(settings.host, listeners)}")
            if find_webapp(settings):
                say(f"The app: {address(settings.host, listeners).removesuffix('v1/')}")
            say(f"The data lies in {database.place}")
            say(f"Stop with Ctrl-C, or with: kill {os.getpid()}")
            await asyncio.Event().wait()


async def open_database(database: Database) -> Store:
    """Open the store on a database; raises StartError."""
    try:
        return await open_store(database.settings, database.uri)
    except StoreError as error:
        raise StartError(f"The database cannot be used: {in_brief(error)}.") from error


def in_brief(error: Exception) -> str:
    """Give the text of an error of the driver, without its time-outs and its view of the topology."""
    return str(error).partition(" (configured timeouts")[0].rstrip(".")


async def _close(store: Store) -> None:
    try:
        async with asyncio.timeout(STORE_CLOSED_WITHIN):
            await store.close()
    except TimeoutError:
        logger.warning("The database did not take the last writes in time; they were not acknowledged to anyone.")


def listen(host: str, port: int) -> list[socket.socket]:
    """Take the port on every address of the host, 0 being a free one; raises StartError."""
    try:
        return bind_sockets(port, host)
    except OSError as error:
        raise StartError(_refusal(host, port, error)) from error


def _refusal(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} of {host} is in use: stop what uses it, or choose another with --port (0 = any free one)."
    if error.errno == errno.EACCES:
        return f"Port {port} is not for this user: choose one above 1023 with --port."
    return f"Cannot listen on {host}, port {port}: {error.strerror}."


def address(host: str, listeners: list[socket.socket]) -> str:
    """Give the address of the API, with the port that was really taken."""
    name = f"[{host}]" if ":" in host else host
    return f"http://{name}:{listeners[0].getsockname()[1]}/v1/"
