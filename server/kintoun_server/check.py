"""The command ``check``: whether the database of the settings answers, and is as the server needs it."""

from collections.abc import Callable
from contextlib import AsyncExitStack, closing

from kintoun_server.database import provide, refuse_malformed, without_secrets
from kintoun_server.embedded.data_folder import DataFolderInUseError
from kintoun_server.embedded.mongod import DATABASE, find_mongod
from kintoun_server.embedded.socket import MongodSocket
from kintoun_server.errors import Unavailable
from kintoun_server.serve import in_brief
from kintoun_server.settings import Settings
from kintoun_server.store.connection import Store
from kintoun_server.store.pymongo_driver import open_driver

Say = Callable[[str], None]


async def check(settings: Settings, say: Say) -> bool:
    """Say what there is to know about the database, a fact a line, and tell whether all is well; nothing is written.

    A private mongod runs for that long, unless a server runs on the data folder: then its mongod is asked. Raises
    StartError for what keeps a server from starting.
    """
    async with AsyncExitStack() as stack:
        uri = await _uri(settings, say, stack)
        return uri is not None and await _database(settings, uri, say)


async def _uri(settings: Settings, say: Say, stack: AsyncExitStack) -> str | None:
    """Find the database, and start it if need be, until the stack is closed; None when there is none."""
    if settings.mongodb_uri:
        refuse_malformed(settings.mongodb_uri)
        say(f"address: {without_secrets(settings.mongodb_uri)}")
        return settings.mongodb_uri
    binary = find_mongod(settings)
    say(f"mongod: {binary or 'none was found; `kintoun-server serve` is an in-memory demo'}")
    if binary is None:
        return None
    if not (settings.data / DATABASE).exists():
        say(f"data folder: {settings.data}, which `kintoun-server serve` has not made yet")
        return None
    try:
        database = await stack.enter_async_context(provide(settings, lambda _: None))
    except DataFolderInUseError:
        say(f"data folder: {settings.data}, on which a server runs")
        return stack.enter_context(closing(MongodSocket(settings.data))).uri
    say(f"data folder: {settings.data}, on which no server runs")
    return database.uri


async def _database(settings: Settings, uri: str, say: Say) -> bool:
    driver = open_driver(uri, settings.mongodb_database, settings.read_timeout_seconds)
    try:
        info = await driver.info(settings.read_timeout_seconds)
        status = await Store(driver, settings, ephemeral=False).status()
    except Unavailable as error:
        say(f"database: does not answer: {in_brief(error)}")
        return False
    finally:
        await driver.close()
    missing = ", ".join(status.missing_indexes)
    say(f"database: {settings.mongodb_database} answers")
    say(f"version: MongoDB {info.version}")
    say(f"replica set: {status.replica_set or 'none, and so no transactions: start mongod with --replSet'}")
    say(f"indexes: {missing + ' missing; `kintoun-server serve` makes them' if missing else 'all there'}")
    return bool(status.replica_set) and not missing
