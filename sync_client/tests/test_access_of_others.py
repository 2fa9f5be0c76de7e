"""Rights to somebody else's list that come and go without a change of any record, and leaving."""

from collections.abc import Callable

import httpx2
import pytest
from kintoun_sync import MINE, InvalidSharingError, RecordNotFoundError
from tests.devices import check_converged, held
from tests.people import People

Http = Callable[[str], httpx2.Client]


def test_rights_that_come_and_go_in_equal_number(people: People) -> None:
    """One group lets Bob in to one task as another lets him out of one: the number is the same, the tasks are not."""
    bob = people.names["bob"]
    first, second = (people.alice.groups.create(name, bucket=people.bucket) for name in ("first", "second"))
    people.alice.groups.add(first, bob)
    people.alice.sharing.share(people.tasks, first, "reader", record="one")
    people.alice.sharing.share(people.tasks, second, "reader", record="two")
    of_bob = people.list_of(people.bob)
    people.bob.sync()
    assert set(held(of_bob)) == {"one"}
    people.alice.groups.remove(first, bob)
    people.alice.groups.add(second, bob)
    report = people.bob.sync()
    assert set(held(of_bob)) == {"two"}
    assert report.resynced == [f"{people.bucket}/tasks"]
    assert people.bob.sync().resynced == [], "and only once"


def test_a_group_loses_its_right_to_a_record(people: People) -> None:
    """The task leaves Bob's device, and his unsent edit of it becomes a question."""
    bob = people.names["bob"]
    friends = people.alice.groups.create("friends", [bob], bucket=people.bucket)
    for name in ("one", "two"):
        people.alice.sharing.share(people.tasks, friends, "editor", record=name)
    of_bob = people.list_of(people.bob)
    people.bob.sync()
    of_bob.update("one", title="by Bob")
    people.alice.sharing.remove(people.tasks, friends, record="one")
    people.bob.sync()
    assert set(held(of_bob)) == {"two"}
    (conflict,) = people.bob.conflicts()
    assert conflict.mine == {"title": "by Bob"}


def test_access_withdrawn_and_given_again(people: People, http: Http) -> None:
    """The whole list leaves with its group, what was typed is kept, and it can be sent when access is back."""
    bob = people.names["bob"]
    friends = people.alice.groups.create("friends", [bob], bucket=people.bucket)
    people.alice.sharing.share(people.tasks, friends, "editor")
    of_bob = people.list_of(people.bob)
    people.bob.sync()
    of_bob.update("one", title="by Bob")
    of_bob.create({"title": "new"}, id="new")
    people.alice.groups.remove(friends, bob)
    report = people.bob.sync()
    assert [problem.status for problem in report.withdrawn] == [403]
    assert held(of_bob) == {}
    people.alice.groups.add(friends, bob)
    for conflict in people.bob.conflicts():
        conflict.resolve(MINE)
    people.bob.sync()
    check_converged([people.bob, people.alice], http(people.names["alice"]), bucket=people.bucket)


def test_leaving(people: People) -> None:
    """What Bob leaves is gone here and stays so when others write to it; he can come back."""
    bob = people.names["bob"]
    for name in ("one", "two"):
        people.alice.sharing.share(people.tasks, bob, "editor", record=name)
    of_bob = people.list_of(people.bob)
    people.bob.sync()
    of_bob.update("one", title="typed")
    with pytest.raises(InvalidSharingError):
        people.bob.sharing.leave(of_bob, record="one")
    people.bob.sync()
    people.bob.sharing.leave(of_bob, record="one")
    assert [one.record for one in people.with_me(people.bob)] == ["two"]
    people.alice.sync()
    people.tasks.update("one", title="news")
    people.alice.sync()
    people.bob.sync()
    assert set(held(of_bob)) == {"two"}
    assert people.bob.sync().resynced == []
    people.bob.sharing.rejoin(of_bob, record="one")
    assert of_bob["one"] == {"title": "news"}
    with pytest.raises(RecordNotFoundError):
        people.bob.sharing.leave(of_bob, record="three")
    people.bob.sharing.leave(of_bob)
    assert people.bob.collections() == []
    with pytest.raises(InvalidSharingError):
        people.alice.sharing.leave(people.alice.collection("own"))
