"""`share` and `groups`: two people with accounts."""

from collections.abc import Callable

import pytest
from tests.todo.person import NOWHERE, Person

People = Callable[..., Person]


@pytest.fixture
def two(people: People) -> tuple[Person, Person]:
    """Alice, who has two tasks on the server, and Bob."""
    alice, bob = people("alice"), people("bob")
    for somebody in (alice, bob):
        somebody.signs_up()
    alice.types("add", stdin="Milk\nBread\n")
    alice.types("sync")
    alice.types("list")
    return alice, bob


def test_a_list_is_shared_and_withdrawn(two: tuple[Person, Person]) -> None:
    """Bob opens Alice's list, finishes a task, and loses it when she takes his access away."""
    alice, bob = two
    alice.types("share", "with", bob.name, "--role", "editor")
    (shared,) = alice.reads("share")["by_me"]
    assert [(one["name"], one["role"]) for one in shared["others"]] == [(bob.name, "editor")]
    (mine,) = bob.reads("share")["with_me"]
    assert (mine["collection"], mine["role"]) == ("tasks", "editor")
    (opened,) = bob.reads("share", "open")
    bob.types("sync")
    bob.types("list")
    bob.types("done", "1")
    bob.types("sync")
    alice.types("sync")
    assert alice.listed == [("Milk", "done"), ("Bread", "todo")]
    assert {task["list"] for task in bob.reads("list")} == {opened}
    alice.types("share", "remove", bob.name)
    bob.types("sync", status=3)
    assert bob.listed == []
    assert alice.reads("share")["by_me"] == []


def test_one_task_is_shared_with_a_group(two: tuple[Person, Person]) -> None:
    """A group that Bob is in gets one task, and he has that one and no other."""
    alice, bob = two
    assert alice.reads("groups", "create", "friends")["members"] == []
    alice.types("groups", "add", "friends", bob.name)
    alice.types("share", "with", "@friends", "--task", "2", "--role", "reader")
    assert "friends" in alice.types("share", "who", "--task", "2")
    assert bob.reads("groups")["joined"][0]["title"] == "friends"
    bob.types("share", "open")
    bob.types("sync")
    assert bob.listed == [("Bread", "todo")]
    bob.types("list")
    bob.types("done", "1")
    report = bob.reads("sync", status=3)
    assert [one["status"] for one in report["put_back"]] == [403]
    assert bob.listed == [("Bread", "todo")]
    bob.types("undo")  # what was lost is in the log
    assert bob.listed == [("Bread", "done")]


def test_groups_change(two: tuple[Person, Person]) -> None:
    """People are put out of groups; groups get other names, and go."""
    alice, bob = two
    alice.types("groups", "create", "friends", bob.name)
    assert alice.types("groups", "remove", "@friends", bob.name) == "@friends: nobody\n"
    alice.types("groups", "rename", "friends", "colleagues")
    assert alice.types("groups").startswith("@colleagues  yours")
    alice.types("groups", "delete", "colleagues")
    assert alice.reads("groups") == {"own": [], "joined": []}
    assert "no group" in alice.fails("share", "with", "@colleagues", status=1)


def test_leaving(two: tuple[Person, Person]) -> None:
    """Bob lets go of what Alice shares: it leaves his device, and is not offered again."""
    alice, bob = two
    alice.types("share", "with", bob.name)
    (opened,) = bob.reads("share", "open")
    bob.types("sync")
    bob.types("share", "leave", opened)
    assert bob.listed == []
    assert bob.reads("share")["with_me"] == []
    assert "your own" in alice.fails("share", "leave", "tasks", status=1)


def test_stopping(two: tuple[Person, Person]) -> None:
    """Nobody but Alice has access after she has stopped sharing."""
    alice, bob = two
    alice.types("share", "with", bob.name)
    alice.types("share", "stop")
    assert {one["name"] for one in alice.reads("share", "who")["access"]} == {alice.name}
    assert bob.reads("share")["with_me"] == []


def test_a_task_that_the_server_does_not_have(two: tuple[Person, Person]) -> None:
    """A task must have been sent before it is shared, and the command says so."""
    alice, bob = two
    alice.types("add", "Salt")
    assert "sync" in alice.fails("share", "with", bob.name, "--task", "3", status=1)


def test_without_a_network(two: tuple[Person, Person]) -> None:
    """Sharing needs the server, and says so with a status of its own."""
    alice, _ = two
    assert "no answer" in alice.fails("share", status=4, environ=NOWHERE)
    assert "no answer" in alice.fails("groups", status=4, environ=NOWHERE)
