"""What the tests of the store share: each runs on all three adapters, on an empty database of its own."""

import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from kintoun_server.domain.principals import AUTHENTICATED, EVERYONE
from kintoun_server.settings import Settings
from kintoun_server.store import motor_driver, pymongo_driver
from kintoun_server.store.connection import Store
from kintoun_server.store.driver import Driver
from kintoun_server.store.mongomock_driver import MongomockDriver
from tests.store.person import Person, StartStore

ADAPTERS = ("pymongo", "motor", "mongomock")
PATIENCE = 30.0
"""Seconds that a call to the database may take: ample, for machines that are busy with other things."""

settings.register_profile("kintoun", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("kintoun")

_numbers = itertools.count()


@pytest.fixture(params=ADAPTERS)
def adapter(request: pytest.FixtureRequest) -> str:
    """The name of the adapter that the test runs on."""
    return str(request.param)


@pytest.fixture
def database() -> str:
    """The name of a database that no other test has."""
    return f"store_{next(_numbers)}"


@pytest.fixture
async def connect(adapter: str, database: str, request: pytest.FixtureRequest) -> AsyncIterator[Callable[[], Driver]]:
    """Opens another connection to the database of the test, as another server process would."""
    async with AsyncExitStack() as stack:
        if adapter == "mongomock":  # lives in this process, so all processes that there can be share it
            memory = MongomockDriver()
            stack.push_async_callback(memory.close)
            yield lambda: memory
            return
        uri = request.getfixturevalue("mongod")
        module = {"pymongo": pymongo_driver, "motor": motor_driver}[adapter]

        def open_driver() -> Driver:
            driver: Driver = module.open_driver(uri, database, PATIENCE)
            stack.push_async_callback(driver.close)
            return driver

        yield open_driver


@pytest.fixture
def driver(connect: Callable[[], Driver]) -> Driver:
    """The database of the test through the seam; nothing is in it, not even an index."""
    return connect()


@pytest.fixture
async def start(connect: Callable[[], Driver], driver: Driver) -> AsyncIterator[StartStore]:  # noqa: ARG001 - closed later
    """Opens a store on a driver, as a server process does, with settings by keyword; it is closed before the driver."""
    async with AsyncExitStack() as stack:

        async def open_store(driver: Driver, **options: Any) -> Store:  # noqa: ANN401 - as the settings
            times = {"write_timeout_seconds": int(PATIENCE), "read_timeout_seconds": int(PATIENCE)}
            site = {"bucket_create": frozenset({AUTHENTICATED, EVERYONE})}
            store = Store(driver, Settings(**{"principals": site, **times, **options}), ephemeral=False)
            await store.prepare()
            stack.push_async_callback(store.close)
            return store

        yield open_store


@pytest.fixture
async def store(start: StartStore, driver: Driver) -> Store:
    """A store on the database of the test."""
    return await start(driver)


@pytest.fixture
async def alice(store: Store) -> Person:
    """Someone who owns the bucket `b` with the empty collection `c`."""
    person = Person(store, "alice")
    await person.put("/buckets/b")
    await person.put("/buckets/b/collections/c")
    return person


@pytest.fixture
def bob(store: Store) -> Person:
    """Someone who owns nothing."""
    return Person(store, "bob")
