"""The command ``flush``: everything in the database of the settings is erased."""

import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, closing

from kintoun_server.database import Database, provide, without_secrets
from kintoun_server.embedded.data_folder import DataFolderInUseError
from kintoun_server.embedded.mongod import DATABASE
from kintoun_server.embedded.socket import MongodSocket
from kintoun_server.errors import Unavailable
from kintoun_server.serve import in_brief, open_database
from kintoun_server.settings import Settings, SettingsError
from kintoun_server.start_error import StartError

Say = Callable[[str], None]


def confirm(settings: Settings) -> bool:
    """Ask the person at the terminal whether everything is to be erased; SettingsError where nobody can be asked."""
    if not sys.stdin.isatty():
        raise SettingsError("Nothing is erased without a yes: run flush at a terminal, or with --yes.")
    place = without_secrets(settings.mongodb_uri) if settings.mongodb_uri else str(settings.data)
    sys.stderr.write(f"This erases EVERYTHING of all users in {place}. Type yes to go on: ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() == "yes"


async def flush(settings: Settings, say: Say) -> None:
    """Erase everything, also beside a server that runs, and say what that was; raises StartError."""
    async with _database(settings) as database:
        store = await open_database(database)
        try:
            counts = await store.flush()
            say(f"Erased from {database.place}: {_in_words(counts)}")
            await store.purge()
        except Unavailable as error:
            raise StartError(f"The database does not answer: {in_brief(error)}.") from error
        finally:
            await store.close()


@asynccontextmanager
async def _database(settings: Settings) -> AsyncIterator[Database]:
    """Provide the database; a private mongod that already runs for a server is used as it is."""
    if not settings.mongodb_uri and not (settings.data / DATABASE).exists():
        raise StartError(f"There is nothing to erase: no database is in {settings.data}.")
    async with AsyncExitStack() as stack:
        try:
            database = await stack.enter_async_context(provide(settings, lambda _: None))
        except DataFolderInUseError:
            uri = stack.enter_context(closing(MongodSocket(settings.data))).uri
            database = Database(uri, settings, str(settings.data))
        yield database


def _in_words(counts: Mapping[str, int]) -> str:
    found = [f"{count} {plural if count != 1 else plural[:-1]}" for plural, count in sorted(counts.items())]
    return ", ".join(found) or "nothing, as it was empty"
