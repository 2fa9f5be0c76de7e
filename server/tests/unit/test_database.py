"""Which database the settings ask for, as far as that can be told without one."""

import asyncio
from pathlib import Path

import pytest
from kintoun_server.database import Database, provide, without_secrets
from kintoun_server.embedded.mongod import DATABASE, MongodError
from kintoun_server.settings import Settings


def provided(settings: Settings) -> tuple[Database, str]:
    """The database that is provided for a moment, and what was said meanwhile."""
    said: list[str] = []

    async def enter() -> Database:
        async with provide(settings, said.append) as database:
            return database

    return asyncio.run(enter()), "\n".join(said)


@pytest.fixture
def no_mongod(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine on which there is no mongod."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sys.path", [])


@pytest.mark.parametrize(
    ("uri", "shown"),
    [
        ("mongodb://127.0.0.1:27017/", "mongodb://127.0.0.1:27017/"),
        ("mongodb://me:s3cret@a:1,b:2/x?replicaSet=rs0&tlsCertificateKeyFilePassword=s3cret", "mongodb://a:1,b:2/x"),
        ("mongodb+srv://me:s3cret@example.org", "mongodb+srv://example.org"),
    ],
)
def test_a_uri_is_shown_without_its_secrets(uri: str, shown: str) -> None:
    """Scheme, hosts and path remain; user, password and options go."""
    assert without_secrets(uri) == shown


def test_a_uri_is_taken_as_it_is() -> None:
    """With `mongodb_uri` nothing is started, and the secrets are those that were given."""
    settings = Settings(mongodb_uri="mongodb://me:s3cret@a/?replicaSet=r", userid_hmac_secret="s")
    database, said = provided(settings)
    assert (database.uri, database.settings, said) == (settings.mongodb_uri, settings, "")
    assert database.place == "the database kintoun at mongodb://a/"


@pytest.mark.usefixtures("no_mongod")
def test_without_a_mongod_there_is_a_demo_in_memory(tmp_path: Path) -> None:
    """It says loudly that nothing is kept, has secrets, and leaves nothing on disk."""
    database, said = provided(Settings(data=tmp_path / "data"))
    assert (database.uri, database.place) == (None, "memory only, and nothing is written to disk")
    assert "ALL DATA IS LOST" in said
    assert database.settings.userid_hmac_secret
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("no_mongod")
def test_a_demo_never_hides_data_that_are_there(tmp_path: Path) -> None:
    """Who has data, and no mongod any more, must not find an empty server."""
    (tmp_path / DATABASE).mkdir()
    with pytest.raises(MongodError, match="No mongod was found to open the database in"):
        provided(Settings(data=tmp_path))
