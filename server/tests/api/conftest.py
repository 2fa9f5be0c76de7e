"""What the tests of the API share: a running server, people who use it, and fresh objects for each test."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from tests.api.account_service import AccountService, administered
from tests.api.tasks import TASKS, fill

_numbers = itertools.count()


def _client(root: str, name: str | None) -> httpx.Client:
    return httpx.Client(base_url=f"{root}/v1", auth=(name, "secret") if name else None, timeout=30, trust_env=False)


@pytest.fixture(scope="session")
def root(serve: Callable[..., str]) -> str:
    """The address of a server with default settings, such as `http://127.0.0.1:1234`."""
    return serve()


@pytest.fixture(scope="session")
def alice(root: str) -> Iterator[httpx.Client]:
    """Someone who owns the objects of the tests; paths are below `/v1`."""
    with _client(root, "alice") as client:
        yield client


@pytest.fixture(scope="session")
def bob(root: str) -> Iterator[httpx.Client]:
    """Someone who owns nothing."""
    with _client(root, "bob") as client:
        yield client


@pytest.fixture(scope="session")
def anonymous(root: str) -> Iterator[httpx.Client]:
    """Someone who does not say who they are."""
    with _client(root, None) as client:
        yield client


@pytest.fixture
def newcomer(root: str) -> Iterator[httpx.Client]:
    """Someone whom the server has never seen."""
    with _client(root, f"newcomer-{next(_numbers)}") as client:
        yield client


def _id_of(client: httpx.Client) -> str:
    user_id = client.get("/").json()["user"]["id"]
    assert isinstance(user_id, str)
    return user_id


@pytest.fixture(scope="session")
def alice_id(alice: httpx.Client) -> str:
    """The user id of Alice."""
    return _id_of(alice)


@pytest.fixture(scope="session")
def bob_id(bob: httpx.Client) -> str:
    """The user id of Bob."""
    return _id_of(bob)


@pytest.fixture
def bucket(alice: httpx.Client) -> str:
    """The path of a fresh bucket of Alice."""
    path = f"/buckets/bucket-{next(_numbers)}"
    assert alice.put(path).status_code == 201
    return path


@pytest.fixture
def collection(alice: httpx.Client, bucket: str) -> str:
    """The path of a fresh collection in a fresh bucket."""
    path = f"{bucket}/collections/tasks"
    assert alice.put(path).status_code == 201
    return path


@pytest.fixture
def records(collection: str) -> str:
    """The path of the empty list of records of a fresh collection."""
    return f"{collection}/records"


@pytest.fixture
def tasks(alice: httpx.Client, records: str) -> str:
    """The path of a list that holds `TASKS`, the first of them the oldest."""
    fill(alice, records, TASKS)
    return records


@pytest.fixture
def record(alice: httpx.Client, records: str) -> str:
    """The path of a fresh record with the attributes `title` and `done`."""
    path = f"{records}/first"
    assert alice.put(path, json={"data": {"title": "write", "done": False}}).status_code == 201
    return path


@pytest.fixture(params=["bucket", "group", "collection", "record"])
def each_object(request: pytest.FixtureRequest, alice: httpx.Client, bucket: str) -> str:
    """The path of a fresh object, of each kind in turn, in a bucket that has one of each."""
    paths: dict[str, Any] = {
        "bucket": bucket,
        "group": f"{bucket}/groups/friends",
        "collection": f"{bucket}/collections/tasks",
        "record": f"{bucket}/collections/tasks/records/first",
    }
    for path in paths.values():
        assert alice.put(path).status_code in {200, 201}
    path = paths[request.param]
    assert isinstance(path, str)
    return path


@pytest.fixture
def each_list(each_object: str) -> str:
    """The path of the list in which a fresh object is, of each kind in turn."""
    return each_object.rpartition("/")[0]


@pytest.fixture(scope="module")
def service(serve: Callable[..., str]) -> Iterator[AccountService]:
    """A server with an administrator of accounts."""
    with administered(serve) as made:
        yield made


@pytest.fixture
def name() -> str:
    """A name that no account has."""
    return f"someone-{next(_numbers)}"


@pytest.fixture
def zoe(service: AccountService, name: str) -> str:
    """The name of a fresh account."""
    service.sign_up(name)
    return name
