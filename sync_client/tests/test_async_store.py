"""The same engine in `asyncio`."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import httpx2
import kintoun_sync
import pytest
from kintoun_sync import AuthenticationError, ChangeKind, NoServerError, OfflineError, Patience
from tests.devices import held, stored


async def test_two_devices(server: str, tmp_path: Path, alice: str, http: Callable[[str], httpx2.Client]) -> None:
    """Both sync at once, merge, and a watch tells of it."""
    auth = (alice, "long-secret")
    async with (
        kintoun_sync.open_async(tmp_path / "a.db", server, auth) as phone,
        kintoun_sync.open_async(tmp_path / "b.db", server, auth) as laptop,
    ):
        one, other = phone.collection("tasks"), laptop.collection("tasks")
        record_id = one.create({"a": 1, "b": 1}).id
        await phone.sync()
        changes = other.watch(timeout=30)
        await laptop.sync()
        change = await anext(changes)
        assert (change.id, change.kind, change.record) == (record_id, ChangeKind.CREATED, one[record_id])
        one.update(record_id, a=2)
        other.update(record_id, b=2)
        for _ in range(2):
            await asyncio.gather(phone.sync(), laptop.sync())
        await phone.sync()
        assert held(one)[record_id] == held(other)[record_id] == {"a": 2, "b": 2} == stored(http(alice))[record_id]
        assert phone.waiting == laptop.waiting == 0
        assert [change.kind async for change in laptop.watch(timeout=0.0)] == []


async def test_errors_and_the_end_of_a_sync(tmp_path: Path) -> None:
    """What goes wrong is raised as in the other world, and a sync that is cancelled leaves the outbox."""
    nobody = "http://127.0.0.1:9/v1"
    async with kintoun_sync.open_async(tmp_path / "a.db", nobody, patience=Patience(2, 0.0)) as store:
        store.collection("tasks").create({})
        with pytest.raises(OfflineError) as raised:
            await store.sync()
        assert raised.value.report is not None
        assert raised.value.report.requests == 2
        assert store.waiting == 1
    async with kintoun_sync.open_async(tmp_path / "a.db", nobody, patience=Patience(5, 1000.0, 1000.0)) as store:
        sync = asyncio.create_task(store.sync())
        await asyncio.sleep(0)
        sync.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sync
        assert store.waiting == 1
    async with kintoun_sync.open_async(tmp_path / "b.db") as store:
        with pytest.raises(NoServerError):
            await store.sync()


async def test_a_wrong_password(server: str, tmp_path: Path, alice: str, http: Callable[[str], httpx2.Client]) -> None:
    """The server's silence about who we are is an error of its own."""
    body = {"data": {"password": "long-secret"}}
    http(alice).put(f"/accounts/{alice}", json=body, auth=httpx2.Auth()).raise_for_status()
    async with kintoun_sync.open_async(tmp_path / "a.db", server, (alice, "wrong-secret")) as store:
        with pytest.raises(AuthenticationError):
            await store.sync()
