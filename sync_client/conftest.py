"""What the tests of the sync client share: a real server on a real mongod, and devices that use it."""

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import kintoun_sync
import pytest
from hypothesis import settings
from kintoun_sync import Patience, Store, Transport
from tests.people import People
from tests.small_server import small_server

settings.register_profile("thorough", max_examples=300)
_numbers = itertools.count()
EAGER = Patience(first_pause=0.0)
"""Nobody waits in a test."""


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that the tests share."""
    with small_server(tmp_path_factory.mktemp("server")) as address:
        yield address


@pytest.fixture
def alice() -> str:
    """The name of somebody whom the server has never seen."""
    return f"alice-{next(_numbers)}"


@pytest.fixture
def bob() -> str:
    """The name of somebody else."""
    return f"bob-{next(_numbers)}"


Devices = Callable[..., Store]


@pytest.fixture
def device(server: str, tmp_path: Path) -> Iterator[Devices]:
    """Open stores of people: the same name of a device is the same file."""
    opened: list[Store] = []

    def open_device(
        name: str, user: str, *, transport: Transport | None = None, password: str = "long-secret"
    ) -> Store:
        store = kintoun_sync.open(
            tmp_path / f"{name}.db", server, (user, password), patience=EAGER, transport=transport
        )
        opened.append(store)
        return store

    yield open_device
    for store in opened:
        store.close()


@pytest.fixture
def http(server: str) -> Iterator[Callable[[str], httpx2.Client]]:
    """Speak to the server as somebody, past all stores; paths are below `/v1`."""
    opened: list[httpx2.Client] = []

    def connect(user: str) -> httpx2.Client:
        opened.append(httpx2.Client(base_url=server, auth=(user, "long-secret"), timeout=30))
        return opened[-1]

    yield connect
    for client in opened:
        client.close()


@pytest.fixture
def people(device: Devices, http: Callable[[str], httpx2.Client]) -> People:
    """Alice, Bob and Mary have accounts, and Alice a bucket with a list of three tasks."""
    number = next(_numbers)
    names = {name: f"{name}.{number}" for name in ("alice", "bob", "mary")}
    for name in names.values():
        body = {"data": {"password": "long-secret"}}
        http(name).put(f"/accounts/{name}", json=body, auth=httpx2.Auth()).raise_for_status()
    stores = {name: device(name, account) for name, account in names.items()}
    made = People(**stores, names=names, bucket=f"list-{number}")
    made.alice.sharing.create(made.tasks)
    made.alice.sharing.create(made.tasks)  # what is there is no error
    for name in ("one", "two", "three"):
        made.tasks.create({"title": name}, id=name)
    made.alice.sync()
    return made
