"""Sharing between Alice, Bob and Mary, who have accounts, on the real server."""

import itertools
from collections.abc import Callable
from pathlib import Path

import httpx2
import kintoun_sync
import pytest
from kintoun_sync import (
    SIGNED_IN,
    AccessError,
    InvalidSharingError,
    Kind,
    NoServerError,
    OfflineError,
    Patience,
    Role,
    Store,
)
from tests.devices import held, stored
from tests.faulty import Fault, FaultyTransport
from tests.people import People

Http = Callable[[str], httpx2.Client]
Devices = Callable[..., Store]
_numbers = itertools.count()


def test_one_record_with_one_person(people: People) -> None:
    """Bob sees the task that Alice shares, and no other; his edit as a reader is put back, and as an editor arrives."""
    bob, share = people.names["bob"], people.alice.sharing.share
    share(people.tasks, bob, "reader", record="one")
    (shared,) = people.with_me(people.bob)
    assert (shared.kind, shared.collection, shared.record, shared.role) == (Kind.RECORD, "tasks", "one", Role.READER)
    assert shared.title == "one"
    of_bob = people.bob.collection("tasks", bucket=shared.bucket)
    people.bob.sync()
    assert held(of_bob) == {"one": {"title": "one"}}
    of_bob.update("one", title="by Bob")
    report = people.bob.sync()
    assert [(lost.id, lost.status, lost.lost) for lost in report.put_back] == [("one", 403, {"title": "by Bob"})]
    share(people.tasks, f"account:{bob.upper()}", Role.EDITOR, record=people.tasks["one"])
    people.bob.sync()
    of_bob.update("one", title="by Bob")
    assert people.bob.sync().ok
    people.alice.sync()
    assert people.tasks["one"] == {"title": "by Bob"}


def test_a_role_is_exactly_its_permissions(people: People, http: Http) -> None:
    """The last role given counts alone, other people keep theirs, and to give it again changes nothing."""
    bob, mary = people.names["bob"], people.names["mary"]
    for who, role in ((mary, "reader"), (bob, "editor"), (bob, "contributor"), (bob, "reader"), (bob, "reader")):
        people.alice.sharing.share(people.tasks, who, role)
    path = f"/buckets/{people.bucket}/collections/tasks"
    body = http(people.names["alice"]).get(path).json()
    assert sorted(body["permissions"].pop("read")) == [f"account:{bob}", f"account:{mary}"]
    assert body["permissions"] == {"write": [f"account:{people.names['alice']}"]}
    people.alice.sharing.share(people.tasks, bob, "reader")
    assert http(people.names["alice"]).get(path).json()["data"] == body["data"], "nothing was written"


def test_who_has_access(people: People) -> None:
    """Own rights and inherited ones are told apart, groups show their members, and a reader is told what is hidden."""
    alice, bob, mary = (people.names[name] for name in ("alice", "bob", "mary"))
    friends = people.alice.groups.create("friends", [mary], bucket=people.bucket)
    people.alice.sharing.share(people.tasks, friends, "editor")
    people.alice.sharing.share(people.tasks, "system.Authenticated", "contributor")
    people.alice.sharing.share(people.tasks, bob, "reader", record="one")
    found = people.alice.sharing.who(people.tasks, record="one")
    assert [str(one) for one in found] == [
        f"{alice} (editor, you)",
        f"{bob} (reader)",
        "friends (editor, through the collection)",
        f"{alice} (editor, through the collection, you)",
        f"{alice} (editor, through the bucket, you)",
    ]
    assert found[2].members == (f"account:{mary}",)
    assert found[2].group
    assert found.hidden == ()
    assert "everyone who is signed in" in [one.name for one in people.alice.sharing.who(people.tasks)]
    seen = people.bob.sharing.who(people.tasks, record="one")
    assert len(seen) == 0
    assert seen.hidden == (Kind.RECORD, Kind.COLLECTION, Kind.BUCKET)
    with pytest.raises(AccessError):
        people.bob.sharing.who(people.tasks, record="two")


def test_lists_of_what_is_shared(people: People) -> None:
    """Alice sees what she shares and with whom, Bob what is shared with him, nobody what is theirs alone."""
    bob, mary = people.names["bob"], people.names["mary"]
    own = people.alice.collection("own")
    for number in range(5):  # more than a page
        own.create({"title": f"number {number}"}, id=f"r{number}")
    people.alice.sync()
    assert people.alice.sharing.by_me(own, people.tasks) == []
    for number in range(4):
        people.alice.sharing.share(own, bob, "reader", record=f"r{number}")
    people.alice.sharing.share(people.tasks, mary, "editor")
    mine = people.alice.sharing.by_me(own)
    assert sorted((one.kind, one.title, *(other.name for other in one.others)) for one in mine) == [
        (Kind.COLLECTION, "tasks", mary),
        *((Kind.RECORD, f"number {number}", bob) for number in range(4)),
    ]
    assert people.with_me(people.alice) == []
    assert sorted(one.title for one in people.with_me(people.bob)) == [f"number {number}" for number in range(4)]
    assert {one.bucket for one in people.with_me(people.bob)} == {people.alice.own_bucket}
    assert [(one.kind, one.role) for one in people.with_me(people.mary)] == [(Kind.COLLECTION, Role.EDITOR)]


def test_a_removed_editor_is_out(people: People, http: Http) -> None:
    """Bob came by a group and has edited: taking the group away takes his name too, and all leaves his device."""
    bob, mary = people.names["bob"], people.names["mary"]
    friends = people.alice.groups.create("friends", [bob, mary], bucket=people.bucket)
    people.alice.sharing.share(people.tasks, friends, "editor")
    people.alice.sharing.share(people.tasks, mary, "reader", record="two")
    of_bob = people.list_of(people.bob)
    people.bob.sync()
    of_bob.update("one", title="by Bob")
    of_bob.create({"title": "of Bob"}, id="four")
    assert people.bob.sync().ok
    removal = people.alice.sharing.remove(people.tasks, friends)
    assert removal.objects == 3, "the list, and the two records that name Bob"
    of_bob.update("two", title="too late")
    report = people.bob.sync()
    assert held(of_bob) == {}
    assert [conflict.mine for conflict in people.bob.conflicts()] == [{"title": "too late"}]
    assert [event.id for event in report.conflicts] == ["two"]
    assert people.with_me(people.bob) == []
    assert [one.record for one in people.with_me(people.mary)] == ["two"]
    assert set(stored(http(people.names["alice"]), bucket=people.bucket)) == {"one", "two", "three", "four"}


def test_a_removed_person_may_still_be_in_a_group(people: People) -> None:
    """The answer tells by what they come in still; without the group they are out."""
    bob = people.names["bob"]
    friends = people.alice.groups.create("friends", [bob], bucket=people.bucket)
    people.alice.sharing.share(people.tasks, friends, "editor")
    people.list_of(people.bob)
    people.bob.sync()
    people.list_of(people.bob).update("one", title="by Bob")
    people.bob.sync()
    removal = people.alice.sharing.remove(people.tasks, bob)
    assert removal.objects == 1
    assert [one.name for one in removal.remaining] == ["friends"]
    people.alice.groups.remove(friends, bob)
    assert people.alice.sharing.remove(people.tasks, bob).remaining == ()
    people.bob.sync()
    assert held(people.list_of(people.bob)) == {}


def test_a_list_that_is_shared_no_longer(people: People) -> None:
    """After `stop` only Alice has rights of her own, on the list and on all records, whoever made them."""
    bob, mary = people.names["bob"], people.names["mary"]
    people.alice.sharing.share(people.tasks, bob, "editor")
    people.alice.sharing.share(people.tasks, SIGNED_IN, "reader")
    people.alice.sharing.share(people.tasks, mary, "editor", record="three")
    of_bob = people.list_of(people.bob)
    people.bob.sync()
    of_bob.create({"title": "of Bob"}, id="four")
    people.bob.sync()
    people.alice.sharing.stop(people.tasks)
    for record in ("one", "two", "three", "four"):
        assert {one.name for one in people.alice.sharing.who(people.tasks, record=record)} == {people.names["alice"]}
    people.bob.sync()
    assert held(of_bob) == {}
    with pytest.raises(AccessError):
        people.bob.sharing.share(people.tasks, mary, "reader", record="four")


def test_two_who_share_at_once(people: People, server: str, device: Devices) -> None:
    """Neither undoes the other: whoever is too late looks again."""
    bob, mary = people.names["bob"], people.names["mary"]
    people.alice.sharing.share(people.tasks, bob, "editor", record="one")

    class Slow(FaultyTransport):
        def send(self, request: kintoun_sync.Request) -> kintoun_sync.Response | kintoun_sync.Failure:
            if request.method == "PATCH" and self.count < 3:
                people.bob.sharing.share(people.tasks, SIGNED_IN, "reader", record="one")
            return super().send(request)

    slow = device("tablet", people.names["alice"], transport=Slow(server, people.names["alice"]))
    slow.sharing.share(people.tasks, mary, "reader", record="one")
    found = {one.name: one.role for one in people.alice.sharing.who(people.tasks, record="one") if not one.through}
    assert found == {
        people.names["alice"]: Role.EDITOR,
        bob: Role.EDITOR,
        mary: Role.READER,
        "everyone who is signed in": Role.READER,
    }


@pytest.mark.parametrize("fault", [Fault.REQUEST_LOST, Fault.ANSWER_LOST, Fault.TWICE])
@pytest.mark.parametrize("at", range(1, 16))
def test_a_fault_while_sharing(people: People, server: str, device: Devices, fault: Fault, at: int) -> None:
    """Whatever exchange fails, sharing, groups and removal come to the same."""
    alice, bob, mary = (people.names[name] for name in ("alice", "bob", "mary"))
    faulty = FaultyTransport(server, alice, fault, at)
    store = device("tablet", alice, transport=faulty)
    group = store.groups.create("friends", [bob], bucket=people.bucket)
    store.groups.add(group, mary)
    store.sharing.share(people.tasks, group, "editor")
    assert store.groups.get(group).members == (f"account:{bob}", f"account:{mary}")
    own = [one for one in store.sharing.who(people.tasks) if not one.through]
    assert [(one.name, one.role) for one in own] == [("friends", Role.EDITOR), (alice, Role.EDITOR)]
    store.sharing.remove(people.tasks, group)
    assert [one.name for one in store.sharing.who(people.tasks) if not one.through] == [alice]
    assert faulty.count >= at, "the fault has happened"


def test_groups(people: People) -> None:
    """They are made, listed, renamed, changed and deleted; a second one of the same name is refused."""
    bob, mary = people.names["bob"], people.names["mary"]
    groups = people.alice.groups
    group = groups.create("Alice's friends", [bob])
    assert (group.id, group.title, group.names) == ("Alice-s-friends", "Alice's friends", (bob,))
    assert group.bucket == people.alice.own_bucket
    assert groups.create("Alice's friends", [bob]) == group, "a repetition"
    with pytest.raises(InvalidSharingError):
        groups.create("Alice's friends", [mary])
    assert groups.add(group, bob.upper(), mary, mary).names == (bob, mary)
    assert groups.remove(group.principal, bob).names == (mary,)
    assert groups.rename(group, "Family").title == "Family"
    assert [one.title for one in groups.list()] == ["Family"]
    assert groups.create("друзья").title == "друзья"
    (joined,) = people.mary.groups.joined()
    assert (joined.principal, joined.members) == (group.principal, None), "Mary may not see who is in it"
    assert people.bob.groups.joined() == []
    with pytest.raises(AccessError):
        people.mary.groups.add(group, bob)
    groups.delete(group)
    groups.delete(group)
    assert people.mary.groups.joined() == []
    for member in ("system.Everyone", group, "no name"):
        with pytest.raises(InvalidSharingError):
            groups.create("other", [member])


def test_without_a_network(tmp_path: Path) -> None:
    """The error says that nobody is there; nothing waits to be done later."""
    nobody = kintoun_sync.open(tmp_path / "n.db", "http://127.0.0.1:9/v1", ("a", "b"), patience=Patience(2, 0.0))
    with nobody:
        tasks = nobody.collection("tasks")
        for call in (
            lambda: nobody.sharing.share(tasks, "bob", "reader"),
            nobody.sharing.with_me,
            lambda: nobody.groups.create("friends"),
        ):
            with pytest.raises(OfflineError):
                call()
        assert nobody.waiting == 0
    with kintoun_sync.open(tmp_path / "m.db") as alone, pytest.raises(NoServerError):
        alone.sharing.with_me()


def test_a_question_is_not_asked_for_long(tmp_path: Path) -> None:
    """Somebody waits for the answer: nobody there is told after three attempts, where a sync makes five."""
    network = FaultyTransport("http://127.0.0.1:9/v1", "a", Fault.REQUEST_LOST, lasting=True)
    with kintoun_sync.open(
        tmp_path / "q.db", "http://127.0.0.1:9/v1", transport=network, patience=Patience(first_pause=0.0)
    ) as nobody:
        with pytest.raises(OfflineError):
            nobody.sharing.with_me()
        assert network.count == 3
        nobody.collection("tasks")
        with pytest.raises(OfflineError):
            nobody.sync()
        assert network.count == 3 + 5


def test_what_makes_no_sense(people: People) -> None:
    """Roles that there are not, people who have no name, records that are not on the server."""
    share = people.alice.sharing.share
    for who, role in (("bob", "owner"), ("bob", "contributor"), ("no name", "reader"), ("", "reader")):
        with pytest.raises(InvalidSharingError):
            share(people.tasks, who, role, record="one")
    people.tasks.create({}, id="unsent")
    with pytest.raises(AccessError) as raised:
        share(people.tasks, "bob", "reader", record="unsent")
    assert raised.value.status == 404


async def test_in_asyncio(people: People, server: str, tmp_path: Path) -> None:
    """The same calls, awaited."""
    alice, bob = people.names["alice"], people.names["bob"]
    async with (
        kintoun_sync.open_async(tmp_path / "x.db", server, (alice, "long-secret")) as store,
        kintoun_sync.open_async(tmp_path / "y.db", server, (bob, "long-secret")) as other,
    ):
        plans = store.collection("plans", bucket=people.bucket)
        await store.sharing.create(plans)
        plans.create({"title": "plan"}, id="plan")
        await store.sync()
        group = await store.groups.create("team", bucket=people.bucket)
        group = await store.groups.rename(await store.groups.add(group, bob), "Team")
        assert await store.groups.list(bucket=people.bucket) == [group] == [await store.groups.get(group)]
        await store.sharing.share(plans, group, "reader")
        (shared,) = [one for one in await other.sharing.with_me() if one.bucket == people.bucket]
        assert [one.id for one in await other.groups.joined()] == ["team"]
        seen = other.collection("plans", bucket=shared.bucket)
        await other.sync()
        assert held(seen) == {"plan": {"title": "plan"}}
        assert [one.collection for one in await store.sharing.by_me(plans)] == ["plans"]
        await store.sharing.remove(plans, group)
        await store.sharing.share(plans, bob, "reader")
        assert [one.name for one in await store.sharing.who(plans) if not one.me] == [bob]
        await store.sharing.stop(plans)
        await store.groups.delete(await store.groups.remove(group, bob))
        await other.sync()
        assert held(seen) == {}
