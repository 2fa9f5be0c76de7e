"""A store: collections in one file on this device, and the server that they are synchronised with."""

import asyncio
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Generic, Self, TypeVar

from .client import AsyncClient, AsyncTransport, Client, Transport
from .collection import AsyncCollection, Collection, LocalCollection
from .conflict import Conflict
from .engine.ask import Line, Patience
from .engine.exchange import Steps
from .engine.sharing import Talk
from .engine.sync import Hello, Wish, check_credentials, greet, synchronise
from .errors import NoServerError, StoreError, SyncError, UnavailableError, WrongAccountError
from .groups import AsyncGroups, Groups
from .journal import JournalEntry, entries
from .reconcile import Strategy
from .report import ProgressCallback, SyncReport
from .server import Auth, server_address
from .sharing import AsyncSharing, Sharing
from .sqlite.changes import ChangeKind, ChangeRow
from .sqlite.database import Database
from .sqlite.replica import SqliteReplica
from .watch import AsyncWatch, Change, Watch

C = TypeVar("C", bound=LocalCollection)
T = TypeVar("T")
_ATTEMPTS_OF_A_QUESTION = 3
"""A person waits for the answer, and can ask again: who has no network is told so within two seconds."""


class LocalStore(Generic[C]):
    """What a store is without a network."""

    _make: type[C]

    def __init__(
        self,
        path: str | os.PathLike[str],
        server: str | None = None,
        auth: Auth = None,
        *,
        strategy: Strategy = "merge",
        patience: Patience | None = None,
    ) -> None:
        self._server = None if server is None else server_address(server)
        self._auth = auth
        self._strategy = strategy
        self._strategies: dict[tuple[str, str], Strategy] = {}
        self._patience = patience or Patience()
        self._hello: Hello | None = None
        self._database = Database(path)

    def collection(self, name: str, *, bucket: str = "default", strategy: Strategy | None = None) -> C:
        """Answer a collection of one's own bucket or another one; it takes part in every sync from now on.

        ``strategy`` says how its conflicts are decided in this program, the store's own when it is None.
        """
        if strategy is not None:
            self._strategies[bucket, name] = strategy
        return self._make(self._database, self._replica(self._database, bucket, name))

    def collections(self) -> list[C]:
        """List the collections that are in the file."""
        return [self._make(self._database, replica) for replica in self._replicas(self._database).values()]

    def transaction(self) -> AbstractContextManager[None]:
        """Make several edits one: all of them are in the file at the end, or none when an exception ends the block.

        It is also the way to write thousands of records in a second. Nobody else writes meanwhile, and no sync can run
        within.
        """
        return self._database.transaction()

    def forget(self, name: str, *, bucket: str = "default") -> None:
        """Remove a collection from the file, with what was not sent; the server is not told."""
        with self._database.transaction():
            number = self._replica(self._database, bucket, name).number
            for table in ("records", "changes", "journal"):
                self._database.write(f"DELETE FROM {table} WHERE collection = ?", number)  # noqa: S608 - names of ours
            self._database.write("DELETE FROM collections WHERE number = ?", number)

    def conflicts(self) -> list[Conflict]:
        """List what a person has to decide, in all collections."""
        return [conflict for collection in self.collections() for conflict in collection.conflicts()]

    def journal(self) -> list[JournalEntry]:
        """List what was done without a person, in all collections, the newest first."""
        return entries(self._database, self._replicas(self._database), None)

    @property
    def waiting(self) -> int:
        """How many changes are to be sent."""
        return sum(replica.pending_count() for replica in self._replicas(self._database).values())

    @property
    def user_id(self) -> str | None:
        """Whose store it is, as the server says; None before the first sync, and for nobody."""
        user: str | None = self._database.meta("user")
        return user

    @property
    def own_bucket(self) -> str | None:
        """The real id of the bucket ``default``, under which others reach it; None before the first sync."""
        bucket: str | None = self._database.meta("bucket")
        return bucket

    def _known_server(self) -> str:
        if self._server is None:
            raise NoServerError("the store was opened without a server")
        return self._server

    def _described(self, row: ChangeRow) -> Change:
        replicas = self._replicas(self._database)
        if row.collection not in replicas:
            return Change("", "", row.id, ChangeKind.MANY, row.origin, None)
        return self._make(self._database, replicas[row.collection]).described(row)

    def _replica(self, database: Database, bucket: str, name: str, strategy: Strategy | None = None) -> SqliteReplica:
        return SqliteReplica(database, bucket, name, strategy or self._strategies.get((bucket, name), self._strategy))

    def _replicas(self, database: Database, strategy: Strategy | None = None) -> dict[int, SqliteReplica]:
        rows = database.rows("SELECT number, bucket, name FROM collections ORDER BY number")
        return {number: self._replica(database, bucket, name, strategy) for number, bucket, name in rows}

    def _sync(
        self, wish: Wish, *, only: Sequence[LocalCollection] | None, strategy: Strategy | None, force: bool
    ) -> Steps[SyncReport]:
        """One sync of this store: who we are, whether the server wants to be left alone, and the round."""
        line = Line(self._patience, SyncReport(dry_run=wish.dry_run))
        self._check_pause(force=force)
        with self._heeding(line):
            hello = yield from self._greet(line)
            names = None if only is None else {(collection.bucket, collection.name) for collection in only}
            with self._database_for(wish) as database:
                replicas = self._replicas(database, strategy).values()
                chosen = [replica for replica in replicas if names is None or (replica.bucket, replica.name) in names]
                return (yield from synchronise(line, chosen, hello, wish))

    def _talk(self, question: Callable[[Talk], Steps[T]]) -> Steps[T]:
        """Ask the server something that is no sync."""
        attempts = min(self._patience.attempts, _ATTEMPTS_OF_A_QUESTION)
        line = Line(replace(self._patience, attempts=attempts))
        self._check_pause(force=False)
        with self._heeding(line):
            hello = yield from self._greet(line)
            return (yield from question(Talk(line, hello)))

    @contextmanager
    def _heeding(self, line: Line) -> Iterator[None]:
        """Remember the pause that the server asks for."""
        try:
            yield
        except SyncError as error:
            error.report = error.report or line.report
            if isinstance(error, UnavailableError):
                line.backoff = max(line.backoff, error.retry_after)
            raise
        finally:
            if line.backoff:
                self._database.set_meta("pause_until", time.time() + line.backoff)

    def _check_free(self) -> None:
        if self._database.in_transaction:
            raise StoreError("a sync cannot run within a transaction")

    def _check_pause(self, *, force: bool) -> None:
        left = float(self._database.meta("pause_until") or 0.0) - time.time()
        if left > 0 and not force:
            raise UnavailableError(f"the server asked to be left alone for {left:.0f} s more", left)

    def _greet(self, line: Line) -> Steps[Hello]:
        """Ask who we are, once for each program; a file is of one user of one server."""
        if self._hello is not None:
            return self._hello
        hello = yield from greet(line)
        check_credentials(hello, given=self._auth is not None)
        owner = (self._server, hello.user_id)
        with self._database.transaction():
            known = self._database.meta("server"), self._database.meta("user")
            if known[0] is not None and known != owner:
                raise WrongAccountError(
                    f"{self._database.path} is of {known[1]} at {known[0]}, not of {owner[1]} at {owner[0]}"
                )
            for name, value in zip(("server", "user", "bucket"), (*owner, hello.bucket), strict=True):
                self._database.set_meta(name, value)
        self._hello = hello
        return hello

    @contextmanager
    def _database_for(self, wish: Wish) -> Iterator[Database]:
        """Give the file; for a dry run a copy that goes away again."""
        if not wish.dry_run:
            yield self._database
            return
        with tempfile.TemporaryDirectory(prefix="kintoun-sync-") as folder:
            path = str(Path(folder) / "copy.db")
            self._database.copy_to(path)
            copy = Database(path)
            try:
                yield copy
            finally:
                copy.close()


class Store(LocalStore[Collection]):
    """Collections in one file, and their server. Threads and other processes may use the same file."""

    _make = Collection

    def __init__(  # noqa: PLR0913 - each but the first has a default
        self,
        path: str | os.PathLike[str],
        server: str | None = None,
        auth: Auth = None,
        *,
        strategy: Strategy = "merge",
        patience: Patience | None = None,
        transport: Transport | None = None,
    ) -> None:
        super().__init__(path, server, auth, strategy=strategy, patience=patience)
        self._client = None if transport is None else Client(transport)
        self._one_at_a_time = threading.Lock()

    @property
    def client(self) -> Client:
        """The way to the server, for other parts of the engine.

        Raises:
            NoServerError: the store was opened without a server.
        """
        if self._client is None:
            from .transport import HttpTransport  # noqa: PLC0415 - a tenth of a second that offline programs save

            self._client = Client(HttpTransport(self._known_server(), self._auth))
        return self._client

    def sync(
        self,
        *collections: LocalCollection,
        full: bool = False,
        dry_run: bool = False,
        force: bool = False,
        strategy: Strategy | None = None,
        progress: ProgressCallback | None = None,
    ) -> SyncReport:
        """Pull what others wrote and push what was written here, of these collections or all.

        ``full`` reads the lists whole. ``dry_run`` only says what would be done. ``force`` ignores a pause that the
        server asked for earlier. ``strategy`` decides conflicts in this sync. ``progress`` is told of each page.

        Raises:
            SyncError: nobody is there, or nobody knows us; nothing is lost, and ``report`` says how far it got.
            WrongAccountError: the file is of another user, or of another server.
        """
        self._check_free()
        wish = Wish(full=full, dry_run=dry_run)
        with self._one_at_a_time:
            steps = self._sync(wish, only=collections or None, strategy=strategy, force=force)
            return self.client.run(steps, progress)

    def ask(self, question: Callable[[Talk], Steps[T]]) -> T:
        """Carry out a part of the engine that is no sync: what ``sharing`` and ``groups`` do."""
        self._check_free()
        with self._one_at_a_time:
            return self.client.run(self._talk(question))

    @property
    def sharing(self) -> Sharing:
        """Who has access to what."""
        return Sharing(self._database, self.forget, self.ask)

    @property
    def groups(self) -> Groups:
        """Groups of people, to share with."""
        return Groups(self.ask)

    def watch(self, *, timeout: float | None = None) -> Watch:
        """Follow the changes of all collections from now on; end after ``timeout`` seconds without any."""
        return Watch(self._database, None, self._described, timeout)

    def close(self) -> None:
        """Close the connections and the file."""
        if self._client is not None:
            self._client.close()
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncStore(LocalStore[AsyncCollection]):
    """The same for ``await``: reads and writes are those of the file, without waiting; ``sync`` and ``watch`` wait."""

    _make = AsyncCollection

    def __init__(  # noqa: PLR0913 - each but the first has a default
        self,
        path: str | os.PathLike[str],
        server: str | None = None,
        auth: Auth = None,
        *,
        strategy: Strategy = "merge",
        patience: Patience | None = None,
        transport: AsyncTransport | None = None,
    ) -> None:
        super().__init__(path, server, auth, strategy=strategy, patience=patience)
        self._client = None if transport is None else AsyncClient(transport)
        self._one_at_a_time = asyncio.Lock()

    @property
    def client(self) -> AsyncClient:
        """The way to the server, for other parts of the engine.

        Raises:
            NoServerError: the store was opened without a server.
        """
        if self._client is None:
            from .transport import AsyncHttpTransport  # noqa: PLC0415 - a tenth of a second that offline programs save

            self._client = AsyncClient(AsyncHttpTransport(self._known_server(), self._auth))
        return self._client

    async def sync(
        self,
        *collections: LocalCollection,
        full: bool = False,
        dry_run: bool = False,
        force: bool = False,
        strategy: Strategy | None = None,
        progress: ProgressCallback | None = None,
    ) -> SyncReport:
        """Pull what others wrote and push what was written here: see ``Store.sync``."""
        self._check_free()
        wish = Wish(full=full, dry_run=dry_run)
        async with self._one_at_a_time:
            steps = self._sync(wish, only=collections or None, strategy=strategy, force=force)
            return await self.client.run(steps, progress)

    async def ask(self, question: Callable[[Talk], Steps[T]]) -> T:
        """Carry out a part of the engine that is no sync: what ``sharing`` and ``groups`` do."""
        self._check_free()
        async with self._one_at_a_time:
            return await self.client.run(self._talk(question))

    @property
    def sharing(self) -> AsyncSharing:
        """Who has access to what."""
        return AsyncSharing(self._database, self.forget, self.ask)

    @property
    def groups(self) -> AsyncGroups:
        """Groups of people, to share with."""
        return AsyncGroups(self.ask)

    def watch(self, *, timeout: float | None = None) -> AsyncWatch:
        """Follow the changes of all collections from now on; end after ``timeout`` seconds without any."""
        return AsyncWatch(self._database, None, self._described, timeout)

    async def close(self) -> None:
        """Close the connections and the file."""
        if self._client is not None:
            await self._client.close()
        self._database.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
