"""Opening the store, and what it says of the database."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

import pymongo
import pytest
from kintoun_server.settings import Settings
from kintoun_server.store.connection import INDEXES, DatabaseStatus, StoreError, open_store
from pymongo import AsyncMongoClient
from tests.store.person import Person
from tests.store.wire import wire_to

PATIENCE = 30.0


@pytest.fixture
def uri(adapter: str, mongod: str) -> str | None:
    """Where the store of the test is: none for the database in memory."""
    return None if adapter == "mongomock" else mongod


@pytest.fixture
def settings(adapter: str, database: str) -> Settings:
    """The settings of a server on the database of the test."""
    driver = "pymongo" if adapter == "mongomock" else adapter
    return Settings(mongodb_driver=driver, mongodb_database=database, read_timeout_seconds=5, write_timeout_seconds=5)


async def test_a_store_is_opened_and_closed(settings: Settings, uri: str | None) -> None:
    """An open store takes writes, and says whether they outlive the process."""
    store = await open_store(settings, uri)
    assert store.ephemeral is (uri is None)
    assert (await Person(store, "alice").put("/buckets/b")).created
    assert await store.answers(PATIENCE)
    await store.close()


@pytest.mark.parametrize("adapter", ["pymongo", "motor"], indirect=True)
async def test_what_was_stored_is_there_after_a_restart(settings: Settings, uri: str) -> None:
    """Objects and clocks outlive the process; those of the database in memory end with it, as its warning says."""
    store = await open_store(settings, uri)
    made = await Person(store, "alice").put("/buckets/b", {"a": 1})
    await store.close()
    store = await open_store(settings, uri)
    alice = Person(store, "alice")
    assert await alice.get("/buckets/b") == made.stored
    assert await alice.clock("/buckets") == made.stored.last_modified
    assert await alice.total("/buckets") == 1
    await store.close()


async def test_closing_waits_for_what_was_submitted(settings: Settings, uri: str | None) -> None:
    """Writes that were submitted when the store is closed are made and answered."""
    store = await open_store(settings, uri)
    alice = Person(store, "alice")
    *answers, _ = await asyncio.gather(*(alice.put(f"/buckets/b{number}") for number in range(5)), store.close())
    assert all(answer.created for answer in answers if answer)


async def test_status(settings: Settings, uri: str | None) -> None:
    """It tells the version, the replica set and that all indexes are there; or that the data end with the process."""
    store = await open_store(settings, uri)
    status = await store.status()
    await store.close()
    assert status.version
    assert (status.reachable, status.missing_indexes) == (True, ())
    assert (status.ephemeral, status.replica_set) == ((True, None) if uri is None else (False, "rs0"))


@pytest.mark.parametrize("adapter", ["pymongo", "motor"], indirect=True)
async def test_a_missing_index_is_named(settings: Settings, uri: str, database: str) -> None:
    """An index that someone dropped is named, and made again at the next start; in memory there are none to miss."""
    store = await open_store(settings, uri)
    async with AsyncMongoClient[dict[str, object]](uri) as client:
        await client[database].objects.drop_index("audience")
    assert (await store.status()).missing_indexes == ("audience",)
    await store.close()
    store = await open_store(settings, uri)
    assert (await store.status()).missing_indexes == ()
    await store.close()


@pytest.mark.parametrize("adapter", ["pymongo", "motor"], indirect=True)
async def test_an_index_that_cannot_be_made(settings: Settings, uri: str, database: str) -> None:
    """Where an index of the same name is something else, the start fails with one line; in memory nothing can be."""
    async with AsyncMongoClient[dict[str, object]](uri) as client:
        await client[database].objects.create_index("other", name="audience")
    with pytest.raises(StoreError, match=r"^the database cannot be prepared: [^\n]+$"):
        await open_store(settings, uri)


def test_index_names_are_unique() -> None:
    """Each index has its own name in its collection, as `check` names the missing ones by it."""
    names = [(index.collection, index.name) for index in INDEXES]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("adapter", ["pymongo", "motor"], indirect=True)
async def test_a_database_that_is_away(settings: Settings, tmp_path: Path) -> None:
    """Where nothing listens the start fails in time with one line that says so; memory is never away."""
    absent = f"mongodb://{quote(str(tmp_path / 'absent.sock'), safe='')}/"
    with pytest.raises(StoreError, match=r"^MongoDB does not answer: [^\n]+$"):
        await open_store(replace(settings, read_timeout_seconds=1), absent)


@pytest.mark.parametrize("adapter", ["pymongo", "motor"], indirect=True)
async def test_a_database_that_goes_away(settings: Settings, mongod: str) -> None:
    """A database that no longer answers is not reachable, and the heartbeat fails; memory never goes away."""
    with wire_to(mongod) as wire:
        store = await open_store(replace(settings, read_timeout_seconds=1), wire.uri)
        wire.mute()
        assert not await store.answers(0.1)
        assert await store.status() == DatabaseStatus(reachable=False)
        wire.cut()
        assert (await store.status()).reachable
        await store.close()


@pytest.fixture
def standalone(mongod_binary: Path) -> Iterator[str]:
    """The URI of a mongod that is no replica set."""
    with TemporaryDirectory(prefix="mongod-") as folder:
        path = Path(folder) / "mongod.sock"
        command = [str(mongod_binary), "--dbpath", folder, "--bind_ip", str(path), "--port", "27999"]
        command += ["--logpath", f"{folder}/log", "--noscripting"]
        with subprocess.Popen(command, stdin=subprocess.DEVNULL) as process:
            try:
                uri = f"mongodb://{quote(str(path), safe='')}/?directConnection=true"
                with pymongo.MongoClient[dict[str, object]](
                    uri, serverSelectionTimeoutMS=int(PATIENCE * 1000)
                ) as client:
                    client.admin.command("ping")
                yield uri
            finally:
                process.terminate()


@pytest.mark.parametrize("adapter", ["pymongo", "motor"], indirect=True)
async def test_a_standalone_server_is_refused(settings: Settings, standalone: str) -> None:
    """A MongoDB without transactions is refused with one line that says how to make it a replica set."""
    with pytest.raises(
        StoreError, match=r"^this MongoDB is a standalone server[^\n]+--replSet[^\n]+rs\.initiate\(\)[^\n]+$"
    ):
        await open_store(settings, standalone)


@pytest.mark.parametrize(
    ("driver", "package", "extra"), [("motor", "motor.motor_asyncio", "motor"), (None, "mongomock", "demo")]
)
async def test_a_missing_extra_is_named(
    monkeypatch: pytest.MonkeyPatch, driver: str | None, package: str, extra: str
) -> None:
    """Where the package of an adapter is not installed the error says how to install it."""
    module = f"kintoun_server.store.{driver or 'mongomock'}_driver"
    monkeypatch.delitem(sys.modules, module, raising=False)
    monkeypatch.setitem(sys.modules, package, None)
    settings = Settings(mongodb_driver=driver or "pymongo")
    with pytest.raises(StoreError, match=rf"^[\w.]+ is not installed: pip install 'kintoun-server\[{extra}\]'$"):
        await open_store(settings, "mongodb://nowhere.invalid/" if driver else None)
