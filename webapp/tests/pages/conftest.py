"""A real Tornado server with the app on it."""

from collections.abc import AsyncIterator

import pytest
from kintoun_todo import make_rules
from tests.pages.browser import Browser
from tests.pages.memory_api import MemoryApi
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application


@pytest.fixture
def memory_api() -> MemoryApi:
    """The API behind the pages."""
    return MemoryApi()


@pytest.fixture
async def browser(memory_api: MemoryApi) -> AsyncIterator[Browser]:
    """A browser on the app."""
    async for origin in serve(Application(list(make_rules(memory_api)))):
        yield Browser(origin)


@pytest.fixture
async def browser_without_worker(memory_api: MemoryApi) -> AsyncIterator[Browser]:
    """A browser on the app whose service worker is switched off."""
    async for origin in serve(Application(list(make_rules(memory_api, service_worker=False)))):
        yield Browser(origin)


async def serve(app: Application) -> AsyncIterator[str]:
    """Serve an application on a free port."""
    server = HTTPServer(app)
    sockets = bind_sockets(0, "127.0.0.1")
    server.add_sockets(sockets)
    yield f"http://127.0.0.1:{sockets[0].getsockname()[1]}"
    server.stop()
    await server.close_all_connections()
