"""What the tests of `kintoun-todo` share: people with devices."""

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.small_server import small_server
from tests.todo.person import Person

_numbers = itertools.count()
People = Callable[..., Person]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server of their own: on the other one there are things that are shared with everybody."""
    with small_server(tmp_path_factory.mktemp("server")) as address:
        yield address


@pytest.fixture
def person(tmp_path: Path) -> Person:
    """Somebody without a server."""
    return Person(tmp_path / "home", "alice", "http://127.0.0.1:9/v1")


@pytest.fixture
def people(server: str, tmp_path: Path) -> People:
    """Make devices of people whom the server has never seen; the same name is the same account."""
    suffix = f".todo.{next(_numbers)}"

    def make(name: str, device: str = "phone") -> Person:
        return Person(tmp_path / f"{name}-{device}", name + suffix, server)

    return make
