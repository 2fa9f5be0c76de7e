"""What the tests with real clients share: one real server for all of them, set up as the comparison has it."""

import asyncio
import uuid
from collections.abc import Callable, Iterator

import pytest

from e2e.compat.settings import OURS
from e2e.servers import Server


@pytest.fixture(scope="session")
def remote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a server on a private mongod, with the version."""
    with asyncio.Runner() as runner:
        server = Server(tmp_path_factory.mktemp("compat") / "server", settings=OURS)
        try:
            runner.run(server.start())
            assert server.url is not None
            yield server.url
            runner.run(server.stop())
        finally:
            runner.run(server.kill())


@pytest.fixture
def fresh() -> Callable[[str], str]:
    """Makes ids that no other test uses."""
    return lambda prefix: f"{prefix}-{uuid.uuid4().hex}"
