"""Filters, orders and pages in the database say the same as the rules of the domain, whatever people store."""

import functools
import itertools
import operator
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kintoun_server.domain.change import Method
from kintoun_server.domain.filters import Filter, Operator, matches
from kintoun_server.domain.listing import Selection, reach, standing
from kintoun_server.domain.order import SortKey, sort_values
from kintoun_server.store.connection import Store
from kintoun_server.store.objects import MAX_PAGE_BYTES
from tests.store.person import Person, list_at

RECORDS = "/buckets/b/collections/c/records"
NAMES = ("f", "o", "x", "0", "$set", "a.b", "", "é", "deleted", "~1")
PATHS = (
    *((name,) for name in NAMES),
    *itertools.product(("f", "o"), ("x", "0", "$set", "")),
    ("o", "x", "y"),
    ("deleted", "x"),
    ("id", "x"),
)
SCALARS: tuple[Any, ...] = (
    *(None, True, False, 0, 1, 1.0, -1, 2.5, 2**53 + 1, 2**63 - 1, -(2**63), 1e300),
    *(
        "",
        "1",
        "true",
        "null",
        "abc",
        "ABC",
        "b",
        "é",
        "É",
        "a*c",
        "$f",
        "$$ROOT",
        "a.b",
        "x" * 300 + "a",
        "x" * 300 + "b",
    ),
)
scalars = st.sampled_from(SCALARS)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3),
    max_leaves=5,
)
bodies = st.dictionaries(st.sampled_from(NAMES), values, max_size=4)
paths = st.sampled_from(PATHS)
many = st.lists(values, max_size=3).map(tuple)
likes = st.sampled_from(("", "*", "a", "B", "a*c", "*b", "É", "x*x*x*b", ".", "$", "(", "[a-z]", "a**c", "\\", "1*"))
filters = st.one_of(
    st.builds(
        Filter,
        st.sampled_from([one for one in Operator if one in ("eq", "not", "lt", "max", "gt", "min")]),
        paths,
        values,
    ),
    st.builds(Filter, st.sampled_from([Operator.IN, Operator.EXCLUDE]), paths, many),
    st.builds(Filter, st.sampled_from([Operator.CONTAINS, Operator.CONTAINS_ANY]), paths, many),
    st.builds(Filter, st.just(Operator.LIKE), paths | st.just(("id",)), likes),
    st.builds(Filter, st.just(Operator.HAS), paths, st.booleans()),
    st.builds(
        Filter,
        st.sampled_from([one for one in Operator if one in ("eq", "not", "lt", "max", "gt", "min")]),
        st.just(("id",)),
        st.sampled_from(("r1", "r2", "R1", "", "$")),
    ),
    st.builds(Filter, st.sampled_from([Operator.IN, Operator.EXCLUDE]), st.just(("id",)), st.just(("r1", "r3"))),
)
orders = st.lists(
    st.builds(SortKey, paths | st.just(("id",)), st.booleans()), max_size=3, unique_by=lambda key: key.path
)
selections = st.builds(Selection, order=orders.map(tuple), ascending=st.booleans(), limit=st.integers(1, 5))
patiently = functools.partial(
    settings, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


async def stored(alice: Person, store: Store, data: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Store bodies as records r0, r1 ... in the place of those before, and give the list as the API shows it."""
    await alice.delete_list(RECORDS)
    changes = [alice.asks(Method.PUT, f"{RECORDS}/r{number}", data=one) for number, one in enumerate(data)]
    await store.writer.change(list_at(RECORDS), changes)
    return await alice.entries(RECORDS)


@patiently(max_examples=60)
@given(
    data=st.lists(bodies, min_size=1, max_size=12),
    asked=st.lists(st.lists(filters, min_size=1, max_size=3), min_size=5, max_size=15),
)
async def test_filters_keep_what_the_rules_keep(
    alice: Person, store: Store, data: list[dict[str, Any]], asked: list[list[Filter]]
) -> None:
    """Any filters on any data keep in the database, and count there, exactly the objects that the pure rule keeps."""
    entries = await stored(alice, store, data)
    for some in asked:
        expected = [entry["id"] for entry in entries if matches(entry, some)]
        found = await alice.entries(RECORDS, filters=tuple(some))
        assert [entry["id"] for entry in found] == expected, some
        assert await alice.total(RECORDS, filters=tuple(some)) == len(expected), some


def in_order(entries: Sequence[dict[str, Any]], selection: Selection) -> list[str]:
    """The ids in the order of the keys, by stable sorting from the last key to the first."""
    ordered = sorted(entries, key=operator.itemgetter("last_modified"), reverse=not selection.ascending)
    for key in reversed(selection.order):
        ordered = sorted(ordered, key=functools.partial(sort_values, order=[key]), reverse=key.descending)
    return [entry["id"] for entry in ordered]


@patiently(max_examples=40)
@given(data=st.lists(bodies, min_size=1, max_size=12), asked=st.lists(selections, min_size=2, max_size=5))
async def test_pages_follow_the_order_of_types(
    alice: Person, store: Store, data: list[dict[str, Any]], asked: list[Selection]
) -> None:
    """Page after page, each object comes once and in the order that the types and values have."""
    entries = await stored(alice, store, data)
    for selection in asked:
        assert await pages(alice, store, selection) == in_order(entries, selection), selection


async def pages(person: Person, store: Store, selection: Selection) -> list[str]:
    """The ids of all pages, following the position that each ends at."""
    ids: list[str] = []
    position: dict[str, Any] = {}
    seen = await store.objects.surroundings(list_at(RECORDS), person.caller)
    reached = reach(seen.scope, "read")
    while True:
        asked = Selection(
            order=selection.order,
            ascending=selection.ascending,
            limit=selection.limit,
            filters=selection.filters,
            **position,
        )
        page = await store.objects.page(seen, asked, full=reached.full)
        ids += [one.id for one in page.objects]
        if not page.more:
            return ids
        last = page.objects[-1]
        position = {"position": last.last_modified, "values": standing(last, seen.scope, reached, asked)}


@pytest.mark.parametrize("comparison", [Operator.LIKE, Operator.EQ, Operator.NOT, Operator.GT, Operator.HAS])
async def test_what_was_taken_away_cannot_be_probed(alice: Person, bob: Person, comparison: Operator) -> None:
    """Filters of someone who lost the right to read see a tombstone, not what the object holds now."""
    await alice.put(f"{RECORDS}/r", {"pin": "1234"}, permissions={"read": ["bob"]})
    await alice.patch(f"{RECORDS}/r", permissions={"read": []})
    await alice.patch(f"{RECORDS}/r", {"pin": "4321"})
    answers = {
        str(value): bool(await bob.entries(RECORDS, since=0, filters=(Filter(comparison, ("pin",), value),)))
        for value in ((True, False) if comparison is Operator.HAS else ("4321", "1234", "0000"))
    }
    if comparison is Operator.HAS:
        assert answers == {"True": False, "False": True}
    else:
        assert len(set(answers.values())) == 1


async def test_what_was_taken_away_does_not_sort(alice: Person, bob: Person, store: Store) -> None:
    """Where an object stands that was taken away tells nothing of what it holds: it sorts as one without attributes."""
    for number, pin in enumerate(("b", "d", "a", "c")):
        await alice.put(f"{RECORDS}/r{number}", {"pin": pin}, permissions={"read": ["bob"]})
    for number in (1, 2):
        await alice.patch(f"{RECORDS}/r{number}", permissions={"read": []})
    found = await bob.entries(RECORDS, since=0, order=(SortKey(("pin",)),))
    assert [entry["id"] for entry in found] == ["r0", "r3", "r2", "r1"]
    assert [entry.get("deleted") for entry in found] == [None, None, True, True]
    ids: list[str] = []
    position: dict[str, Any] = {}
    more = True
    seen = await store.objects.surroundings(list_at(RECORDS), bob.caller)
    reached = reach(seen.scope, "read")
    while more:
        selection = Selection(since=0, order=(SortKey(("pin",)),), limit=1, **position)
        page = await store.objects.page(seen, selection, full=False)
        (last,) = page.objects
        ids.append(last.id)
        position = {"position": last.last_modified, "values": standing(last, seen.scope, reached, selection)}
        more = page.more
    assert ids == ["r0", "r3", "r2", "r1"]


async def test_tombstones_are_filtered_as_they_are_shown(alice: Person) -> None:
    """A tombstone has an id, a timestamp and `deleted`, and nothing else to be found by."""
    for number in range(3):
        await alice.put(f"{RECORDS}/r{number}", {"f": number, "deleted": "no"} if number else {"f": 0})
    await alice.delete(f"{RECORDS}/r1")
    asked = {
        (Operator.EQ, "f", 1): [],
        (Operator.NOT, "f", 0): ["r1", "r2"],
        (Operator.EQ, "deleted", True): ["r1"],
        (Operator.EQ, "deleted", "no"): ["r2"],
        (Operator.HAS, "deleted", False): ["r0"],
        (Operator.EQ, "id", "r1"): ["r1"],
    }
    for (comparison, name, value), expected in asked.items():
        found = await alice.entries(RECORDS, since=0, filters=(Filter(comparison, (name,), value),))
        assert [entry["id"] for entry in found] == expected, (comparison, name, value)
    assert await alice.entries(RECORDS, filters=(Filter(Operator.EQ, ("deleted",), value=True),)) == []


async def test_groups_are_found_by_members_and_attributes(alice: Person) -> None:
    """Members lie apart from the other attributes of a group, and are found all the same."""
    await alice.put("/buckets/b/groups/g1", {"members": ["bob"], "title": "one"})
    await alice.put("/buckets/b/groups/g2", {"members": [], "deleted": 1})
    for asked, expected in (
        (Filter(Operator.CONTAINS, ("members",), ("bob",)), ["g1"]),
        (Filter(Operator.EQ, ("members",), []), ["g2"]),
        (Filter(Operator.HAS, ("title",), value=False), ["g2"]),
        (Filter(Operator.LIKE, ("title",), "ON"), ["g1"]),
        (Filter(Operator.EQ, ("deleted",), 1), ["g2"]),
    ):
        found = await alice.entries("/buckets/b/groups", filters=(asked,))
        assert [entry["id"] for entry in found] == expected, asked


async def test_a_deletion_in_an_order_reads_no_more_than_a_page(alice: Person) -> None:
    """Where objects are read to be deleted, since they are sorted, they fit into memory as those of a page do."""
    for number in range(3):
        await alice.put(f"{RECORDS}/r{number}", {"n": number, "text": "x" * (MAX_PAGE_BYTES // 2)})
    more: dict[str, Any] = {}
    for expected in ("r0", "r1", "r2"):
        deleted = await alice.delete_list(RECORDS, order=(SortKey(("n",)),), limit=10, **more)
        assert [stored.id for stored in deleted.tombstones] == [expected]
        more = {"position": deleted.position, "values": deleted.values}
    assert more["position"] is None


async def test_a_deletion_with_filters_and_an_order(alice: Person) -> None:
    """A list is deleted by filters, in its order, a page at a time."""
    for number in range(6):
        await alice.put(f"{RECORDS}/r{number}", {"n": number % 3, "keep": number == 5})
    more: dict[str, Any] = {
        "filters": (Filter(Operator.EQ, ("keep",), value=False),),
        "order": (SortKey(("n",)),),
        "limit": 3,
    }
    first = await alice.delete_list(RECORDS, **more)
    assert [stored.id for stored in first.tombstones] == ["r3", "r0", "r4"]
    second = await alice.delete_list(RECORDS, **more, position=first.position, values=first.values)
    assert [stored.id for stored in second.tombstones] == ["r1", "r2"]
    assert second.position is None
    assert [entry["id"] for entry in await alice.entries(RECORDS)] == ["r5"]
