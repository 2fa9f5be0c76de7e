"""The deletion of a part of a list: protocol section 10.6."""

import asyncio
from typing import Any

import pytest
from kintoun_server.domain.deletion import Deleted
from kintoun_server.domain.preconditions import Precondition
from kintoun_server.domain.refusals import Forbidden, Invalid, ParentMissing, PreconditionFailed
from tests.store.person import Person

RECORDS = "/buckets/b/collections/c/records"


async def filled(alice: Person, count: int) -> list[int]:
    """Make records r0, r1 ... and answer their timestamps."""
    return [(await alice.put(f"{RECORDS}/r{number}")).stored.last_modified for number in range(count)]


def gone(deleted: Deleted) -> list[str]:
    """The ids of what was deleted, in the order of the answer."""
    return [stored.id for stored in deleted.tombstones]


async def test_the_whole_list(alice: Person) -> None:
    """All live objects become tombstones with timestamps of their own, and the list's is the newest of them."""
    await filled(alice, 4)
    await alice.delete(f"{RECORDS}/r0")
    deleted = await alice.delete_list(RECORDS)
    assert sorted(gone(deleted)) == ["r1", "r2", "r3"]
    stamps = [stored.last_modified for stored in deleted.tombstones]
    assert len(set(stamps)) == 3
    assert deleted.clock == max(stamps) == await alice.clock(RECORDS)
    assert all(stored.body() == stored.tombstone() for stored in deleted.tombstones)
    assert (await alice.entries(RECORDS), await alice.total(RECORDS)) == ([], 0)
    assert deleted.position is None


async def test_nothing_to_delete(alice: Person) -> None:
    """Where nothing matches nothing happens: the list's timestamp stands still."""
    (stamp,) = await filled(alice, 1)
    assert await alice.delete_list(RECORDS, since=stamp) == Deleted([], stamp)
    assert await alice.clock(RECORDS) == stamp


async def test_bounds(alice: Person) -> None:
    """Only what lies within the bounds is deleted."""
    stamps = await filled(alice, 5)
    assert gone(await alice.delete_list(RECORDS, since=stamps[0], before=stamps[3])) == ["r2", "r1"]
    assert gone(await alice.delete_list(RECORDS, since=stamps[3])) == ["r4"]
    assert [entry["id"] for entry in await alice.entries(RECORDS)] == ["r3", "r0"]


async def test_pages(alice: Person) -> None:
    """A page at a time, newest first, each with the position at which the next one begins."""
    stamps = await filled(alice, 5)
    first = await alice.delete_list(RECORDS, limit=2)
    assert (gone(first), first.position) == (["r4", "r3"], stamps[3])
    late = await alice.put(f"{RECORDS}/late")
    second = await alice.delete_list(RECORDS, limit=2, position=first.position)
    assert (gone(second), second.position) == (["r2", "r1"], stamps[1])
    last = await alice.delete_list(RECORDS, limit=2, position=second.position)
    assert (gone(last), last.position) == (["r0"], None)
    assert await alice.entries(RECORDS) == [late.stored.body()]


async def test_only_what_may_be_written(alice: Person, bob: Person) -> None:
    """Without `write` on the container what one may write by its own list is deleted, and not what one may read."""
    for number, lists in enumerate([{"read": ["bob"]}, {"write": ["bob"]}, {}, {"write": ["bob"]}]):
        await alice.put(f"{RECORDS}/r{number}", permissions=lists)
    assert gone(await bob.delete_list(RECORDS)) == ["r3", "r1"]
    assert await alice.total(RECORDS) == 2


async def test_a_stranger_deletes_nothing(alice: Person, bob: Person) -> None:
    """Who may write nothing is refused, who may create is not; a missing collection is shown to those who may know."""
    await filled(alice, 1)
    with pytest.raises(Forbidden):
        await bob.delete_list(RECORDS)
    await alice.patch(f"{RECORDS}/r0", permissions={"read": ["bob"]})
    with pytest.raises(Forbidden):
        await bob.delete_list(RECORDS)
    await alice.patch("/buckets/b/collections/c", permissions={"record:create": ["bob"]})
    assert gone(await bob.delete_list(RECORDS)) == []
    with pytest.raises(ParentMissing):
        await alice.delete_list("/buckets/b/collections/never/records")
    assert await alice.total(RECORDS) == 1


async def test_flaws_are_found_in_the_order_of_the_protocol(alice: Person, bob: Person) -> None:
    """Permission, shape, precondition: a stranger never learns of the later ones, and nothing is deleted."""
    (stamp,) = await filled(alice, 1)
    stale, fault = Precondition(if_match=stamp - 1), Invalid("querystring", "_since", "no")
    with pytest.raises(Forbidden):
        await bob.delete_list(RECORDS, stale, fault=fault)
    with pytest.raises(Invalid):
        await alice.delete_list(RECORDS, stale, fault=fault)
    with pytest.raises(PreconditionFailed) as caught:
        await alice.delete_list(RECORDS, stale)
    assert (caught.value.timestamp, caught.value.existing) == (stamp, None)
    with pytest.raises(PreconditionFailed):
        await alice.delete_list(RECORDS, Precondition(if_none_match="*"))
    assert gone(await alice.delete_list(RECORDS, Precondition(if_match=stamp))) == ["r0"]


async def test_one_of_many_wins_a_race(alice: Person) -> None:
    """Of several deletions with the timestamp of the list one goes ahead."""
    stamps = await filled(alice, 3)
    condition = Precondition(if_match=stamps[-1])
    tries = [alice.delete_list(RECORDS, condition, limit=1) for _ in range(4)]
    answers = await asyncio.gather(*tries, return_exceptions=True)
    assert [type(answer) for answer in answers].count(Deleted) == 1
    assert await alice.total(RECORDS) == 2


async def test_a_token_works_once(alice: Person) -> None:
    """The nonce of a page token is used up by a deletion, and by no refused one."""
    await filled(alice, 3)
    token: dict[str, Any] = {"limit": 1, "nonce": "once", "nonce_expires": 4_000_000_000_000}
    with pytest.raises(PreconditionFailed):
        await alice.delete_list(RECORDS, Precondition(if_match=1), **token)
    assert gone(await alice.delete_list(RECORDS, **token)) == ["r2"]
    with pytest.raises(Invalid, match="already used"):
        await alice.delete_list(RECORDS, **token)
    assert gone(await alice.delete_list(RECORDS, **{**token, "nonce": "other"})) == ["r1"]


@pytest.mark.parametrize(
    ("path", "names"), [("/buckets", ["b"]), ("/buckets/b/collections", ["c"]), ("/buckets/b/groups", ["g"])]
)
async def test_lists_of_every_kind(alice: Person, path: str, names: list[str]) -> None:
    """Buckets, collections and groups are deleted as records are, with what is below them."""
    await alice.put("/buckets/b/groups/g", {"members": ["alice"]})
    await filled(alice, 1)
    assert gone(await alice.delete_list(path)) == names
    await alice.put("/buckets/b")
    await alice.put("/buckets/b/collections/c")
    assert await alice.total(RECORDS) == (1 if path == "/buckets/b/groups" else 0)


async def test_the_group_that_gives_the_right_may_go_too(alice: Person, bob: Person) -> None:
    """Who may write groups by being a member of one deletes them all, that one included."""
    friends = "/buckets/b/groups/friends"
    for name in ("a", "friends", "z"):
        await alice.put(f"/buckets/b/groups/{name}", {"members": ["bob"]}, permissions={"write": [friends]})
    assert sorted(gone(await bob.delete_list("/buckets/b/groups"))) == ["a", "friends", "z"]
    with pytest.raises(Forbidden):
        await bob.entries("/buckets/b/groups")
