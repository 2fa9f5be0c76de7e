"""What the stories share: the house for all of them, and a stage for each."""

import shutil
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from e2e.stories.person import Person
from e2e.stories.stage import House, Stage

ARTIFACTS = Path(__file__).parent.parent.parent / ".artifacts"
STAGE = pytest.StashKey[Stage]()


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Server, mongod and browsers, all ended in the end."""
    made = House(tmp_path_factory.mktemp("house"))
    try:
        made.open()
        yield made
    finally:
        made.close()


@pytest.fixture
def stage(house: House, request: pytest.FixtureRequest) -> Iterator[Stage]:
    """A stage with nobody on it."""
    request.node.stash[STAGE] = made = Stage(house)
    yield made
    made.close()


@pytest.fixture
def alice(stage: Stage) -> Person:
    """Alice, who has an account and is signed in."""
    return stage.member("alice")


@pytest.fixture
def bob(stage: Stage) -> Person:
    """Bob, who has an account and is signed in, at another browser."""
    return stage.member("bob")


@pytest.fixture
def mary(stage: Stage) -> Person:
    """Mary, who has an account and is signed in, at a third browser."""
    return stage.member("mary")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, None, None]:
    """What a story begins with can fail too."""
    with _explained(item):
        yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """After each story, look at what must always hold."""
    with _explained(item):
        yield
        if stage := item.stash.get(STAGE, None):
            stage.check()


@contextmanager
def _explained(item: pytest.Item) -> Iterator[None]:
    """What fails leaves what it can be understood by."""
    try:
        yield
    except BaseException as error:
        if stage := item.stash.get(STAGE, None):
            error.add_note(f"pictures and logs: {stage.leave(_folder(item))}")
        raise


def _folder(item: pytest.Item) -> Path:
    # With its file and class: there are stories of the same name.
    name = item.nodeid.rpartition("/")[2]
    folder = ARTIFACTS / "".join(letter if letter.isalnum() else "-" for letter in name)
    shutil.rmtree(folder, ignore_errors=True)
    return folder
