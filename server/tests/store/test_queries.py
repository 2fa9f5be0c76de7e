"""Every query of the store is served by an index, in the order of the index: asked of a real MongoDB by `explain`."""

import ast
import asyncio
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from kintoun_server.domain.access import checked
from kintoun_server.domain.change import Method
from kintoun_server.domain.credential import Credential
from kintoun_server.domain.filters import Filter, Operator
from kintoun_server.domain.listing import Selection
from kintoun_server.domain.order import SortKey
from kintoun_server.domain.principals import Caller
from kintoun_server.domain.refusals import Refusal
from kintoun_server.domain.session import Session
from kintoun_server.store import (
    access,
    access_query,
    accounts,
    board,
    chain,
    commit,
    flush,
    objects,
    purge,
    sessions,
    user_data,
)
from kintoun_server.store.connection import Store
from kintoun_server.store.driver import OBJECTS, PURGES, Document, Driver, Find, Remove
from kintoun_server.store.purge import Purger
from pymongo import MongoClient
from pymongo.database import Database
from tests.store.interceptor import Interceptor
from tests.store.person import Person, StartStore, list_at, object_at

# Plans are made by the server, whatever the adapter; the database in memory has none.
pytestmark = pytest.mark.parametrize("adapter", ["pymongo"], indirect=True)

MODULES = (access, access_query, accounts, board, chain, commit, flush, objects, purge, sessions, user_data)
"""The modules of the store that write queries; the test of the sites below finds any other."""
RECORDS = "/buckets/b/collections/c/records"
BUSY_GROUPS = 90
"""Groups of one person; from 98 on a page for the person is sorted in memory, as MongoDB merges 200 ranges at most."""


class Plan:
    """The plan that the database made for a query, and what it cost to carry it out."""

    def __init__(self, call: str, asked: Find | Remove, explained: Document) -> None:
        self.call = call
        self.asked = asked
        planners = list(_all("queryPlanner", explained))
        self.stages = {stage for planner in planners for stage in _all("stage", planner["winningPlan"])}
        (self.costs, *_) = _all("executionStats", explained)

    @property
    def faults(self) -> set[str]:
        """The stages that no query may have: they read everything, or sort in memory what an index would sort."""
        # A list is sorted by what people choose, or after it was found by ids: no more than the list, or than the ids.
        chosen = isinstance(self.asked, Find) and (self.asked.order or self.asked.where)
        return self.stages & {"COLLSCAN", *(() if chosen else ("SORT",))}

    def __repr__(self) -> str:
        figures = {name: self.costs.get(name) for name in ("nReturned", "totalKeysExamined", "totalDocsExamined")}
        return f"{self.call} {self.asked}: {sorted(self.stages)} {figures}"


def _all(key: str, value: object) -> Iterator[Any]:
    """All values under a key, at any depth."""
    if isinstance(value, dict):
        if key in value:
            yield value[key]
        for item in value.values():
            yield from _all(key, item)
    elif isinstance(value, list):
        for item in value:
            yield from _all(key, item)


class Planner:
    """Asks the database for the plan of each query at the moment at which the store makes it."""

    def __init__(self, database: Database[Document]) -> None:
        self.plans: list[Plan] = []
        self._database = database

    async def notice(self, call: str, asked: Any) -> None:  # noqa: ANN401 - as the call
        """Explain queries, and what removes documents."""
        removals = [operation for operation in asked if isinstance(operation, Remove)] if call == "write" else []
        for one in [asked] if call in {"find", "count"} else removals:
            explained = self._database.command({"explain": _COMMANDS[call](one), "verbosity": "executionStats"})
            self.plans.append(Plan(call, one, explained))


def _find(find: Find) -> Document:
    if find.order:
        return {"aggregate": find.collection, "pipeline": find.pipeline, "cursor": {}, **_hint(find)}
    command: Document = {"find": find.collection, "filter": find.full_query, "sort": dict(find.sort), **_hint(find)}
    return {**command, "limit": find.limit, "projection": find.projection or {}}


def _hint(find: Find) -> Document:
    return {"hint": find.hint} if find.hint else {}


def _count(find: Find) -> Document:
    pipeline = [{"$match": find.full_query}, {"$group": {"_id": 1, "n": {"$sum": 1}}}]  # as the drivers count
    return {"aggregate": find.collection, "pipeline": pipeline, "cursor": {}}


def _remove(remove: Remove) -> Document:
    return {"delete": remove.collection, "deletes": [{"q": remove.query, "limit": 0}]}


_COMMANDS: dict[str, Callable[[Any], Document]] = {"find": _find, "count": _count, "write": _remove}


@pytest.fixture
def planner(mongod: str, database: str) -> Iterator[Planner]:
    """Asks for the plans of the queries on the database of the test."""
    with MongoClient[Document](mongod) as client:
        yield Planner(client[database])


@pytest.fixture
async def store(start: StartStore, connect: Callable[[], Driver], planner: Planner) -> Store:
    """A store whose queries are explained."""
    return await start(Interceptor(connect(), planner.notice))


@pytest.fixture
async def people(alice: Person, store: Store, planner: Planner) -> list[Person]:
    """People who see much, little and nothing of lists that hold a lot; what was asked in making them is forgotten."""
    busy = [f"/buckets/b/groups/g{number}" for number in range(BUSY_GROUPS)]
    names = ["bob", "carol", "dan"]
    groups = [
        alice.put(group, {"members": ["bob", *(["carol"] if number % 9 == 0 else []), f"x{number}"]})
        for number, group in enumerate(busy)
    ]
    buckets = [alice.put(f"/buckets/b{number}", permissions={"read": [names[number % 3]]}) for number in range(30)]
    collections = [
        alice.put(f"/buckets/b/collections/c{number}", permissions={"read": [names[number % 3]]})
        for number in range(30)
    ]
    await asyncio.gather(*groups, *buckets, *collections)
    lists = [{}, {"read": busy[:1]}, {"write": ["carol"]}, {"read": ["system.Everyone"]}, {"read": busy[1:2]}]
    records = [
        alice.put(f"{RECORDS}/r{number}", {"n": number}, permissions=lists[number % len(lists)])
        for number in range(300)
    ]
    await asyncio.gather(*records)
    await asyncio.gather(*(alice.delete(f"{RECORDS}/r{number}") for number in range(0, 300, 7)))
    planner.plans.clear()
    people = [alice, *(Person(store, name) for name in ("bob", "carol", "stranger", None))]
    people[1].caller = Caller("bob", Credential("bob", None))  # one whose account is looked at by each request
    return people


async def read_everything(people: list[Person], store: Store) -> None:
    """Read objects, lists, totals and principals in all the ways that there are."""
    stamps = [entry["last_modified"] for entry in await people[0].entries(RECORDS)]
    oldest, middle, newest = stamps[-1], stamps[len(stamps) // 2], stamps[0]
    bounds: list[dict[str, Any]] = [
        {},
        {"limit": 10},
        {"since": oldest, "limit": 10},
        {"since": middle},
        {"before": middle, "limit": 10},
        {"since": oldest, "before": newest},
        {"position": middle, "limit": 10},
        {"since": oldest, "position": middle, "limit": 10},
        {"since": oldest, "before": newest, "position": middle, "limit": 10},
        {"ascending": True, "position": middle, "limit": 10},
        {"filters": (Filter(Operator.GT, ("n",), 100),), "limit": 10},
        {"filters": (Filter(Operator.MIN, ("last_modified",), middle), Filter(Operator.LIKE, ("id",), "r*"))},
        {"filters": (Filter(Operator.IN, ("id",), ("r1", "r2", "g1", "b1")),)},
        {"order": (SortKey(("n",)),), "limit": 10},
        {"order": (SortKey(("n",)),), "limit": 10, "position": middle, "values": ((3, 100),), "since": oldest},
    ]
    paths = ["/buckets", "/buckets/b/groups", "/buckets/b/collections", RECORDS]
    for person in people:
        await store.objects.principals(person.caller)
        await store.accounts.secret(f"{person.caller.user_id}")
        for path in paths:
            await store.objects.one(object_at(f"{path}/r1"), person.caller)
            seen = await store.objects.surroundings(list_at(path), person.caller)
            for tombstones in (False, True):
                await store.objects.any_reachable(seen, tombstones=tombstones)
            for bound in bounds:
                for full in (False, True) if person is people[0] else (False,):
                    selection = Selection(**bound)
                    await store.objects.page(seen, selection, full=full)
                    await store.objects.total(seen, selection, full=full)


async def write_everything(people: list[Person], purger: Purger) -> None:
    """Create, change, import and delete objects and lists of all kinds, alone and together, and remove what is left."""
    alice, bob, carol, *_ = people
    stamps = [entry["last_modified"] for entry in await alice.entries(RECORDS)]
    paths = ["/buckets/new", "/buckets/b/groups/new", "/buckets/b/collections/new", f"{RECORDS}/new"]
    for path in paths:
        for method in Method:
            await attempt(*(person.write(method, path, data={}) for person in people))
        await alice.put(path, last_modified=1000)
    await attempt(*(alice.put(f"{RECORDS}/i{number}", last_modified=2000 + number) for number in range(5)))
    for person in (carol, bob, alice):
        for more in ({"limit": 2}, {"limit": 2, "since": stamps[-1], "before": stamps[0], "position": stamps[5]}):
            await attempt(*(person.delete_list(path.rpartition("/")[0], **more) for path in paths[1:]))
        await attempt(person.delete_list(RECORDS, limit=2, nonce=f"once-{person.caller.user_id}"))
        await attempt(person.delete_list(RECORDS))
    await attempt(alice.delete("/buckets/b/collections/c1"), alice.delete_list("/buckets/b/collections", limit=3))
    await attempt(alice.delete_list("/buckets", limit=3), bob.delete_list("/buckets"), alice.delete("/buckets/b"))
    await purger.purge()


async def erase_everything(store: Store, alice: Person) -> None:
    """Flush, with buckets that hold collections and groups."""
    await alice.put("/buckets/last")
    await alice.put("/buckets/last/collections/c")
    await alice.put("/buckets/last/groups/g", {"members": ["bob"]})
    session = Session("digest", Credential("bob", "1"), 1)
    await store.sessions.begin(session)
    await store.sessions.find(session.digest)
    await store.sessions.end(session.digest)
    await store.delete_user_data("account:bob")
    await store.delete_user_data("bob")
    await store.flush()


async def read_rights(people: list[Person], store: Store) -> None:
    """Read pages and totals of what people may do, also while a deleted bucket waits for the purge."""
    await store._purger.stop()
    by_id, records = (SortKey(("id",)),), (Filter(Operator.EXCLUDE, ("resource_name",), ("record",)),)
    asked: list[dict[str, Any]] = [
        {},
        {"limit": 5},
        {"limit": 5, "position": 0, "values": ((2, f"{RECORDS}/r5"),)},
        {"order": by_id, "limit": 5},
        {"order": by_id, "limit": 5, "position": 0, "values": ((2, "r5"), (2, f"{RECORDS}/r5"))},
        {"filters": records},
    ]
    for path in ("/buckets/b1", "/buckets/b3"):
        for person in people:
            for one in asked:
                await store.accesses.page(person.caller, checked(Selection(**one)))
                await store.accesses.total(person.caller, checked(Selection(**one)))
        await people[0].delete(path)


async def attempt(*writes: Any) -> None:  # noqa: ANN401 - awaitables of all kinds
    """Make writes at once; each may be refused."""
    for answer in await asyncio.gather(*writes, return_exceptions=True):
        assert not isinstance(answer, BaseException) or isinstance(answer, Refusal), answer


async def test_every_query_is_served_by_an_index(
    people: list[Person], store: Store, connect: Callable[[], Driver], planner: Planner, sites: set[tuple[str, int]]
) -> None:
    """No query reads a whole collection or sorts in memory, and there is none that this test does not make."""
    await read_everything(people, store)
    await read_rights(people, store)
    await write_everything(people, Purger(Interceptor(connect(), planner.notice), 30.0))
    await erase_everything(store, people[0])
    assert [plan for plan in planner.plans if plan.faults] == []
    assert written_down() - sites == set(), "queries in the code of the store that this test does not make"


async def test_objects_are_found_by_their_ids(alice: Person, bob: Person, planner: Planner) -> None:
    """Objects that are asked for by id are read alone, however long the list; those of others are not read."""
    await alice.fill(RECORDS, 1000)
    await alice.patch(f"{RECORDS}/r1", permissions={"read": ["bob"]})
    planner.plans.clear()
    wanted = (Filter(Operator.IN, ("id",), ("r1", "r2", "nothing")),)
    assert len(await alice.entries(RECORDS, filters=wanted)) == 2
    assert len(await bob.entries(RECORDS, filters=wanted)) == 1
    for plan in planner.plans:
        assert plan.costs["totalDocsExamined"] <= 5, plan


async def test_a_condition_on_the_timestamp_bounds_what_is_read(alice: Person, planner: Planner) -> None:
    """Filters on the timestamp read as much of the list as they keep."""
    await alice.fill(RECORDS, 1000)
    newest = await alice.clock(RECORDS)
    planner.plans.clear()
    assert len(await alice.entries(RECORDS, filters=(Filter(Operator.GT, ("last_modified",), newest - 10),))) == 10
    for plan in planner.plans:
        assert plan.costs["totalDocsExamined"] <= 20, plan


async def test_what_is_shared_is_found_without_reading_the_rest(alice: Person, bob: Person, planner: Planner) -> None:
    """Someone who may read a few of many records reads no others on the way, by pages and by `_since`."""
    await alice.fill(RECORDS, 2000)
    for number in range(0, 2000, 100):
        await alice.patch(f"{RECORDS}/r{number}", permissions={"read": ["bob"]})
    newest = await alice.clock(RECORDS)
    planner.plans.clear()
    assert len(await bob.entries(RECORDS)) == 20
    assert len(await bob.entries(RECORDS, limit=10)) == 10
    assert len(await bob.entries(RECORDS, since=0)) == 20
    assert await bob.entries(RECORDS, since=newest) == []
    assert await bob.total(RECORDS) == 20
    for plan in planner.plans:
        assert plan.costs["totalDocsExamined"] <= plan.costs["nReturned"] + 20, plan


async def test_what_someone_may_do_is_found_without_reading_the_rest(
    alice: Person, bob: Person, store: Store, planner: Planner
) -> None:
    """What one may do is found among many objects of others by keys of one's own alone, a page by as many as it has."""
    await alice.fill(RECORDS, 2000)
    for number in range(0, 2000, 100):
        await alice.patch(f"{RECORDS}/r{number}", permissions={"read": ["bob"]})
    no_records = (Filter(Operator.EXCLUDE, ("resource_name",), ("record",)),)
    ranges = 4 * 3  # a seek for each kind and principal
    figures: list[tuple[dict[str, Any], int]] = [
        ({}, 20),
        ({"limit": 5}, 6),
        ({"filters": no_records}, 0),
        ({"order": (SortKey(("id",)),), "limit": 5}, 20),
    ]
    for options, expected in figures:
        planner.plans.clear()
        await store.accesses.page(bob.caller, checked(Selection(**options)))
        costs = planner.plans[-1].costs
        assert costs["totalDocsExamined"] == expected, planner.plans
        assert costs["totalKeysExamined"] <= expected + 2 * ranges, planner.plans
    planner.plans.clear()
    assert await store.accesses.total(bob.caller, checked(Selection())) == 21
    assert planner.plans[-1].costs["totalKeysExamined"] <= 20 + 2 * ranges, planner.plans
    assert {plan.asked.collection for plan in planner.plans} == {OBJECTS, PURGES}


async def test_someone_in_many_groups_reads_no_more(alice: Person, bob: Person, store: Store, planner: Planner) -> None:
    """With more principals than the database merges, one's own objects are sorted, and still no others are read."""
    await asyncio.gather(*(alice.put(f"/buckets/b/groups/g{n}", {"members": ["bob"]}) for n in range(60)))
    await alice.fill(RECORDS, 1000)
    for number in range(0, 1000, 100):
        await alice.patch(f"{RECORDS}/r{number}", permissions={"read": [f"/buckets/b/groups/g{number % 60}"]})
    positions: list[dict[str, Any]] = [{}, {"position": 0, "values": ((2, f"{RECORDS}/r700"),)}]
    for position in positions:
        planner.plans.clear()
        await store.accesses.page(bob.caller, checked(Selection(limit=5, **position)))
        assert planner.plans[-1].costs["totalDocsExamined"] <= 10, planner.plans


@pytest.fixture
def sites(monkeypatch: pytest.MonkeyPatch) -> set[tuple[str, int]]:
    """The places in the code of the store, as module and line, at which queries were made so far."""
    found: set[tuple[str, int]] = set()

    def noting(kind: type) -> Callable[..., Any]:
        def make(*parts: Any, **more: Any) -> Any:  # noqa: ANN401 - a query
            caller = sys._getframe(1)
            found.add((Path(caller.f_code.co_filename).name, caller.f_lineno))
            return kind(*parts, **more)

        return make

    for module in MODULES:
        for kind in (Find, Remove):
            if hasattr(module, kind.__name__):
                monkeypatch.setattr(module, kind.__name__, noting(kind))
    return found


def written_down() -> set[tuple[str, int]]:
    """The places in the code of the store, the seam and its adapters apart, at which queries are made."""
    return {
        (file.name, node.lineno)
        for file in Path(str(objects.__file__)).parent.glob("*.py")
        if not file.name.endswith("driver.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"Find", "Remove"}
    }
