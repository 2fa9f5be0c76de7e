"""What the doctor finds, and advises."""

from collections.abc import Callable

from kintoun_sync import Response
from kintoun_sync.todo.server_view import _ahead
from tests.todo.person import NOWHERE, Person

People = Callable[..., Person]
Findings = dict[str, dict[str, str]]


def found_by(person: Person, *words: str, status: int = 0) -> Findings:
    """The worst finding of each subject."""
    worst = ("ok", "warning", "wrong")
    found: Findings = {}
    for one in person.reads("doctor", *words, status=status):
        before = found.get(one["subject"])
        if before is None or worst.index(one["verdict"]) > worst.index(before["verdict"]):
            found[one["subject"]] = one
    return found


def test_all_well(people: People) -> None:
    """After a sync everything is well: the file, the server, the password, the clock."""
    alice = people("alice")
    alice.types("add", "Milk")
    alice.signs_up()
    alice.types("sync")
    found = found_by(alice)
    assert set(found) >= {
        "versions",
        "keyring",
        "files",
        "tasks",
        "waiting",
        "last sync",
        "server",
        "password",
        "clock",
    }
    assert {one["verdict"] for one in found.values()} == {"ok"}
    assert f"account:{alice.name}" in found["password"]["found"]
    assert alice.types("doctor").startswith("ok ")


def test_before_anything(person: Person) -> None:
    """Where there is nothing yet the doctor says how to begin, and it is no failure."""
    found = found_by(person)
    assert "add" in found["tasks"]["advice"]
    assert "login" in found["server"]["advice"]
    assert not list(person.home.rglob("tasks.db"))


def test_a_password_that_others_can_read(people: People) -> None:
    """A file of passwords that others may read is wrong, and the advice puts it right."""
    alice = people("alice")
    alice.signs_up()
    path = alice.config / "credentials.json"
    path.chmod(0o644)
    found = found_by(alice, status=1)["files"]
    assert (found["verdict"], found["advice"]) == ("wrong", f"chmod 600 '{path}'")


def test_no_server_there(people: People) -> None:
    """A server that does not answer is said; with --offline it is not asked."""
    alice = people("alice")
    alice.signs_up()
    alice.environ |= NOWHERE
    assert found_by(alice, status=1)["server"]["verdict"] == "wrong"
    assert "server" not in found_by(alice, "--offline")


def test_a_wrong_password(people: People) -> None:
    """A password that the server does not take is said."""
    alice = people("alice")
    alice.signs_up()
    alice.environ["KTODO_PASSWORD"] = "wrong-secret"
    assert "login" in found_by(alice, status=1)["password"]["advice"]


def test_how_far_a_clock_is_ahead() -> None:
    """It is told by the header Date, and not at all where that is none."""
    answer = Response(200, {"date": "Tue, 24 Nov 2026 12:00:00 GMT"})
    assert _ahead(answer, 1795521600.5 + 3600) == 3600
    assert _ahead(Response(200, {"date": "yesterday"}), 0.0) is None


def test_what_waits_for_a_person(people: People) -> None:
    """Open conflicts and changes that were not sent are told, with the command that helps."""
    phone, laptop = people("alice", "phone"), people("alice", "laptop")
    phone.types("add", "Milk")
    phone.signs_up()
    laptop.logs_in()
    for device in (phone, laptop):
        device.types("sync")
        device.types("list")
        device.types("edit", "1", f"of {device.home.name}")
    phone.types("sync")
    laptop.types("sync", status=3)
    laptop.types("add", "Bread")
    found = found_by(laptop)
    assert (found["conflicts"]["verdict"], found["conflicts"]["advice"]) == ("warning", "`kintoun-todo conflicts`")
    assert found["waiting"]["found"] == "1 to be sent"
