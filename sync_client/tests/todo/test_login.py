"""Logging in, signing up, and where the password is."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.todo.person import PASSWORD, Person

People = Callable[..., Person]
KEYRING = '''
import json, os, pathlib
from keyring.backend import KeyringBackend

class Keyring(KeyringBackend):
    """Keeps everything in a file, as a system would in its keyring."""

    priority = 5
    path = pathlib.Path(os.environ["KEYRING_FILE"])

    def _all(self):
        return json.loads(self.path.read_text()) if self.path.exists() else {}

    def set_password(self, service, username, password):
        self.path.write_text(json.dumps({**self._all(), f"{service}|{username}": password}))

    def get_password(self, service, username):
        return self._all().get(f"{service}|{username}")

    def delete_password(self, service, username):
        kept = self._all()
        del kept[f"{service}|{username}"]
        self.path.write_text(json.dumps(kept))
'''


@pytest.fixture
def keyring(tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """The file of a keyring, and the environment in which the library `keyring` uses it."""
    (tmp_path / "modules").mkdir()
    (tmp_path / "modules" / "a_keyring.py").write_text(KEYRING)
    kept = tmp_path / "keyring.json"
    environ = {"PYTHON_KEYRING_BACKEND": "a_keyring.Keyring", "PYTHONPATH": str(tmp_path / "modules")}
    return kept, {**environ, "KEYRING_FILE": str(kept)}


def test_the_password_is_in_a_file_for_its_owner_only(people: People) -> None:
    """Without a keyring it is in a file of mode 600, in a folder of mode 700, and nowhere else."""
    alice = people("alice")
    alice.signs_up()
    alice.types("sync")
    holding = [found for found in alice.home.rglob("*") if found.is_file() and PASSWORD.encode() in found.read_bytes()]
    assert holding == [alice.config / "credentials.json"]
    assert holding[0].stat().st_mode & 0o777 == 0o600
    assert alice.config.stat().st_mode & 0o777 == 0o700


def test_the_password_is_in_the_keyring(people: People, keyring: tuple[Path, dict[str, str]]) -> None:
    """With a keyring it is there and in no file of ours; logging out removes it."""
    kept, environ = keyring
    alice = people("alice")
    alice.environ.update(environ)
    alice.signs_up()
    alice.types("add", "Milk")
    assert alice.reads("sync")["pushed"]["created"] == 1
    assert PASSWORD in kept.read_text()
    assert not (alice.config / "credentials.json").exists()
    alice.types("logout")
    assert PASSWORD not in kept.read_text()
    assert "no server is known" in alice.fails("sync", status=1)


def test_a_keyring_that_has_gone(people: People, keyring: tuple[Path, dict[str, str]]) -> None:
    """When the keyring is not there any more a sync says so; the environment may give the password."""
    alice = people("alice")
    alice.environ.update(keyring[1])
    alice.signs_up()
    alice.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    assert "keyring" in alice.fails("sync", status=1)
    alice.types("sync", environ={"KTODO_PASSWORD": PASSWORD})


def test_everything_from_the_environment(people: People) -> None:
    """Server, name and password may come from the environment, and nothing is saved."""
    alice = people("alice")
    alice.signs_up()
    other = people("alice", "server")
    other.environ |= {"KTODO_SERVER": alice.server, "KTODO_USER": alice.name, "KTODO_PASSWORD": PASSWORD}
    other.types("add", "Milk")
    assert other.reads("sync")["pushed"]["created"] == 1
    assert not list(other.home.rglob("credentials.json"))
    assert not list(other.home.rglob("profiles.json"))


def test_a_wrong_password(people: People) -> None:
    """It is said, with a status of its own, and nothing is saved."""
    alice = people("alice")
    alice.signs_up()
    other = people("alice", "laptop")
    words = ("login", alice.server, "--user", alice.name, "--password-stdin")
    assert "does not take" in other.fails(*words, stdin="wrong-secret", status=5)
    assert not list(other.home.rglob("profiles.json"))
    alice.types("add", "Milk")
    assert "login" in alice.fails("sync", status=5, environ={"KTODO_PASSWORD": "wrong-secret"})
    assert alice.reads("status")["waiting"] == 1


def test_a_name_without_an_account_must_be_meant(people: People) -> None:
    """A mistyped name is not taken for a new person: signing up, or going on without an account, is said."""
    alice = people("alice")
    words = ("login", alice.server, "--user", alice.name, "--password-stdin")
    assert "--sign-up" in alice.fails(*words, stdin=PASSWORD, status=5)
    alice.types(*words, "--no-account", stdin=PASSWORD)
    alice.types("sync")
    assert alice.reads("status")["user_id"].startswith("basicauth")


def test_the_password_goes_to_no_other_server(people: People) -> None:
    """A password is kept for one server: an address from elsewhere does not get it."""
    alice = people("alice")
    alice.signs_up()
    line = alice.fails("sync", status=5, environ={"KTODO_SERVER": "http://127.0.0.1:9"})
    assert "no password" in line


def test_signing_up_twice(people: People) -> None:
    """A name that is taken cannot be taken again."""
    people("alice").signs_up()
    other = people("alice", "laptop")
    words = ("login", other.server, "--user", other.name, "--password-stdin", "--sign-up")
    assert "taken" in other.fails(*words, stdin="other-secret", status=5)


def test_tasks_of_one_person_are_not_given_to_another(people: People) -> None:
    """Who logs in as somebody else is told to use another profile, in which it works."""
    alice, bob = people("alice"), people("bob")
    alice.types("add", "secret of Alice")
    alice.signs_up()
    alice.types("sync")
    words = ("login", alice.server, "--user", bob.name, "--password-stdin", "--sign-up")
    assert "--profile" in alice.fails(*words, stdin=PASSWORD, status=1)
    alice.types("--profile", "bob", *words[:-1], stdin=PASSWORD)
    alice.types("--profile", "bob", "sync")
    assert [one["user"] for one in alice.reads("profiles")] == [bob.name, alice.name]
    assert alice.reads("--profile", "bob", "list") == []


def test_logging_out(people: People) -> None:
    """The tasks stay; with --remove-tasks they go, but not what was not sent."""
    alice = people("alice")
    alice.signs_up()
    alice.types("add", "Milk")
    assert "not sent" in alice.fails("logout", "--remove-tasks", status=1)
    alice.types("logout")
    assert alice.listed == [("Milk", "todo")]
    assert PASSWORD not in (alice.config / "credentials.json").read_text()
    alice.types("logout", "--remove-tasks", "--yes")
    assert alice.listed == []


def test_no_server_there(person: Person) -> None:
    """An address where nobody answers, one that is none, and one of another program are told apart."""
    words = ("--user", "alice", "--password-stdin")
    assert "no answer" in person.fails("login", "http://127.0.0.1:9", *words, stdin=PASSWORD, status=4)
    assert "no address" in person.fails("login", "ftp://example.org", *words, stdin=PASSWORD, status=2)
    assert "server" in person.fails("login", "--user", "alice", status=2)


def test_a_server_without_encryption_elsewhere(person: Person) -> None:
    """Whoever sends a password over the network in the clear is told before it is asked for."""
    words = ("login", "http://0.0.0.0:9", "--user", "alice", "--password-stdin")
    assert "encryption" in person.run(*words, stdin=PASSWORD, status=4).stderr
