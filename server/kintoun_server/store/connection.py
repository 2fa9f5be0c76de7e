"""Opening and closing the store."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module

from kintoun_server.domain.permissions import Rules
from kintoun_server.errors import Unavailable
from kintoun_server.settings import Settings

from . import access_query
from .access import Accesses
from .accounts import Accounts
from .commit import Committer
from .documents import root_completion, root_document
from .driver import OBJECTS, SESSIONS, USED_TOKENS, Adjust, Driver, Index, StoreError
from .flush import Flusher
from .gate import Gate
from .objects import Objects
from .purge import Purger
from .sessions import Sessions
from .user_data import UserData
from .writer import WriteLimits, Writer

INDEXES: Sequence[Index] = (
    Index(OBJECTS, "list", (("parent", 1), ("last_modified", 1)), unique=True),
    Index(OBJECTS, "audience", (("parent", 1), ("audience", 1), ("last_modified", 1))),
    # The kind stands first: with the audience there, MongoDB takes it for pages of lists as well, and sorts in memory.
    Index(OBJECTS, access_query.INDEX, (("kind", 1), ("audience", 1), ("_id", 1))),
    Index(OBJECTS, "members", (("members", 1), ("_id", 1)), sparse=True),
    Index(USED_TOKENS, "expires", (("expires", 1),), expire_after=0),
    Index(SESSIONS, "expires", (("expires", 1),), expire_after=0),
    Index(SESSIONS, "account", (("account", 1),)),
)
"""Every query of the store is served by one of these or by ``_id``."""


@dataclass(frozen=True, slots=True)
class DatabaseStatus:
    """What ``kintoun-server check`` tells: ``replica_set`` is its name, None for what is none."""

    reachable: bool
    version: str = ""
    replica_set: str | None = None
    missing_indexes: tuple[str, ...] = ()
    ephemeral: bool = False


class Store:
    """The database, open: ``objects`` and ``accounts`` read, and ``writer`` writes."""

    def __init__(self, driver: Driver, settings: Settings, *, ephemeral: bool) -> None:
        """Use an open driver; ``ephemeral`` tells that the data end with the process."""
        self.ephemeral = ephemeral
        self._driver = driver
        self._seconds = settings.read_timeout_seconds
        self._purger = Purger(driver, settings.write_timeout_seconds)
        rules = _rules(settings)
        self.accounts = Accounts(driver, settings.read_timeout_seconds)
        self.sessions = Sessions(driver, settings.read_timeout_seconds, settings.write_timeout_seconds)
        self.objects = Objects(driver, rules, settings.read_timeout_seconds)
        self.accesses = Accesses(driver, self.objects, rules, settings.read_timeout_seconds)
        committer = Committer(driver, rules, settings.write_timeout_seconds, self._purger.wake)
        gate = Gate()
        self.writer = Writer(committer, WriteLimits(settings.write_queue_length, settings.write_batch_size), gate)
        self._user_data = UserData(driver, self.writer, self.sessions, settings.read_timeout_seconds)
        self._flusher = Flusher(driver, gate, self._purger.wake)

    async def prepare(self) -> None:
        """Make the indexes and the root, and begin to purge.

        Raises:
            StoreError: the database answers that it cannot.
        """
        root = root_document(time.time_ns() // 1_000_000)
        try:
            await self._driver.ensure_indexes(INDEXES)
            fields = {name: value for name, value in root.items() if name != "_id"}
            await self._driver.write(
                [
                    Adjust(OBJECTS, root["_id"], {"$setOnInsert": fields}, upsert=True),
                    Adjust(OBJECTS, root["_id"], root_completion()),
                ],
                self._seconds,
            )
        except Unavailable as error:
            raise StoreError(f"the database cannot be prepared: {error}") from error
        self._purger.start()

    async def status(self) -> DatabaseStatus:
        """Ask the database how it is."""
        try:
            info = await self._driver.info(self._seconds)
            collections = {index.collection for index in INDEXES}
            present = {name: await self._driver.index_names(name) for name in sorted(collections)}
        except Unavailable:
            return DatabaseStatus(reachable=False)
        missing = tuple(index.name for index in INDEXES if index.name not in present[index.collection])
        return DatabaseStatus(
            reachable=True,
            version=info.version,
            replica_set=info.replica_set or ("sharded cluster" if info.sharded else None),
            missing_indexes=() if info.ephemeral else missing,
            ephemeral=info.ephemeral,
        )

    async def answers(self, seconds: float) -> bool:
        """Tell whether the database answers within ``seconds``: the heartbeat."""
        try:
            await self._driver.info(seconds)
        except Unavailable:
            return False
        return True

    async def flush(self) -> Mapping[str, int]:
        """Erase everything, at one instant, and answer how many objects there were of each kind.

        Raises:
            Unavailable: the database did not answer; either everything is erased or nothing.
        """
        return await self._flusher.flush(time.time_ns() // 1_000_000)

    async def delete_user_data(self, principal: str) -> None:
        """Delete what only ``principal`` may write, and take it off all other lists; raises ``Unavailable``."""
        await self._user_data.delete(principal)

    async def purge(self) -> None:
        """Remove from the database what was erased or deleted with its container; raises ``Unavailable``."""
        await self._purger.purge()

    async def close(self) -> None:
        """Answer what was submitted, then close."""
        await self.writer.drain()
        await self._purger.stop()
        await self._driver.close()


async def open_store(settings: Settings, uri: str | None) -> Store:
    """Open the store: the MongoDB at ``uri``, or one in memory for None.

    Raises:
        StoreError: it cannot be reached, or is a standalone server; one line that says what to do.
    """
    driver = _driver(settings, uri)
    try:
        await _refuse_standalone(driver, settings.read_timeout_seconds)
        store = Store(driver, settings, ephemeral=uri is None)
        await store.prepare()
    except BaseException:
        await driver.close()
        raise
    return store


def _rules(settings: Settings) -> Rules:
    """Answer the operator's part of the rules; where there are no accounts, nobody may create one."""
    site = {
        name: given
        for name, given in settings.principals.items()
        if settings.has_accounts or not name.startswith("account_")
    }
    return Rules(site, explicit=settings.explicit_permissions)


def _driver(settings: Settings, uri: str | None) -> Driver:
    name = settings.mongodb_driver if uri else "mongomock"
    try:
        module = import_module(f"kintoun_server.store.{name}_driver")
    except ImportError as error:
        extra = {"mongomock": "demo", "motor": "motor"}.get(name, name)
        raise StoreError(f"{error.name} is not installed: pip install 'kintoun-server[{extra}]'") from error
    if uri is None:
        demo: Driver = module.MongomockDriver()
        return demo
    seconds = min(settings.read_timeout_seconds, settings.write_timeout_seconds)
    opened: Driver = module.open_driver(uri, settings.mongodb_database, seconds)
    return opened


async def _refuse_standalone(driver: Driver, seconds: float) -> None:
    try:
        info = await driver.info(seconds)
    except Unavailable as error:
        raise StoreError(f"MongoDB does not answer: {error}") from error
    if not (info.replica_set or info.sharded or info.ephemeral):
        raise StoreError(
            "this MongoDB is a standalone server, which has no transactions: start it with --replSet rs0 and run"
            " rs.initiate() once in mongosh, which makes it a one-member replica set"
        )


__all__ = ["INDEXES", "DatabaseStatus", "Store", "StoreError", "open_store"]
