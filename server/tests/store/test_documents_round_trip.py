"""What people store comes back to the letter, through the real database, and never becomes an operator."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kintoun_server.domain.change import Method, Outcome
from kintoun_server.domain.json_value import MAX_DEPTH
from kintoun_server.domain.refusals import TooLarge
from kintoun_server.store.connection import Store
from tests.hostile_json import INTEGERS, KEYS, objects
from tests.store.person import Person, list_at

RECORDS = "/buckets/b/collections/c/records"


def to_the_letter(value: object) -> str:
    """A form that is equal for equal JSON only: it tells 1, 1.0 and true apart, not the order of keys."""
    return json.dumps(value, sort_keys=True)


async def comes_back(alice: Person, path: str, data: dict[str, Any]) -> None:
    """Store attributes, and read them by themselves and in the list."""
    made = await alice.put(path, data)
    assert to_the_letter(made.stored.data) == to_the_letter(data)
    read = await alice.get(path)
    assert read == made.stored
    assert to_the_letter(read.data) == to_the_letter(data)
    (entry,) = [entry for entry in await alice.entries(path.rpartition("/")[0]) if entry["id"] == read.id]
    assert to_the_letter(entry) == to_the_letter({**data, "id": read.id, "last_modified": read.last_modified})


@pytest.mark.parametrize("path", ["/buckets/h", "/buckets/b/groups/h", "/buckets/b/collections/h", f"{RECORDS}/h"])
async def test_hostile_keys(alice: Person, path: str) -> None:
    """Keys with a meaning to MongoDB, BSON or ourselves are data: at the top, nested, in lists, in every kind."""
    members: dict[str, Any] = {"members": []} if "groups" in path else {}
    everywhere = {key: {key: [{key: key}, [], {}]} for key in KEYS if key != "members"}
    await comes_back(alice, path, {**everywhere, **members})
    await comes_back(alice, path, {"$set": {"deleted": True}, "$where": "sleep(1000)", **members})


async def test_values_that_look_like_operators(alice: Person) -> None:
    """Each of the keys with values that would be operators, field paths or special types of MongoDB."""
    values = ({"$gt": ""}, {"$oid": "0" * 24}, {"$literal": 1}, ["$data"], "$$ROOT", None)
    for number, value in enumerate(values):
        await comes_back(alice, f"{RECORDS}/h", dict.fromkeys(KEYS, value))
        await comes_back(alice, f"{RECORDS}/h", {KEYS[number]: value})


async def test_types(alice: Person) -> None:
    """Numbers keep value and type to the last bit, and 1, 1.0, true and "1" stay four different things."""
    numbers = [*INTEGERS, 0.0, -0.0, 1.0, 0.1, 1e308, 5e-324, 2.0**63, 1, True, False, None, "1", "true", ""]
    await comes_back(alice, f"{RECORDS}/h", {"list": numbers, **{f"n{at}": value for at, value in enumerate(numbers)}})


async def test_text(alice: Person) -> None:
    """Text of any script, control characters but NUL, and what looks like escapes."""
    texts = [
        "\x01\x1f\x7f\n\r\t",
        "\ufffe\uffff\ufeff",
        "\N{GRINNING FACE}e\u0301\u00e9",
        "\\u0000",
        "~1",
        "%2F",
        "a" * 100_000,
    ]
    await comes_back(alice, f"{RECORDS}/h", {"texts": texts, **{text[:50]: 1 for text in texts}})


async def test_the_deepest_document(alice: Person) -> None:
    """As many levels as a body may have are stored; there is one around the attributes in every body."""
    value: Any = 2**64 - 1
    for level in range(MAX_DEPTH - 2):
        value = [value] if level % 2 else {"$k": value}
    await comes_back(alice, f"{RECORDS}/h", {"deep": value})


async def test_the_largest_document(alice: Person) -> None:
    """Fourteen megabytes are stored; sixteen are refused, as the database would, and what was there stays."""
    await comes_back(alice, f"{RECORDS}/h", {"text": "x" * 14_000_000})
    with pytest.raises(TooLarge):
        await alice.put(f"{RECORDS}/h", {"text": "x" * 16_000_000})
    read = await alice.get(f"{RECORDS}/h")
    assert read
    assert len(read.data["text"]) == 14_000_000


async def test_hostile_principals(alice: Person, store: Store) -> None:
    """Principals are arbitrary texts: each lets its bearer read, and none reads by another's."""
    names = [key for key in KEYS if key] + ["+alice", "-alice", "live", "+live", "a,b", "/", "/buckets"]
    for number, name in enumerate(names):
        await alice.put(f"{RECORDS}/r{number}", permissions={"read": [name]})
    for number, name in enumerate(names):
        assert [entry["id"] for entry in await Person(store, name).entries(RECORDS)] == [f"r{number}"]


async def test_hostile_members(alice: Person, store: Store) -> None:
    """Members of a group are arbitrary texts: each of them is one, and nobody else."""
    await alice.put("/buckets/b/groups/g", {"members": list(KEYS)})
    await alice.put(f"{RECORDS}/r", permissions={"read": ["/buckets/b/groups/g"]})
    for name in filter(None, KEYS):
        assert "/buckets/b/groups/g" in await store.objects.principals(Person(store, name).caller)
    for name in ("members", "$", "~4", "a", "b", "$ne"):
        expected = name in KEYS
        assert ("/buckets/b/groups/g" in await store.objects.principals(Person(store, name).caller)) is expected


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.lists(objects(), min_size=1, max_size=20))
async def test_anything(alice: Person, store: Store, data: list[dict[str, Any]]) -> None:
    """Any attributes that the parser accepts come back to the letter; each example overwrites the one before it."""
    changes = [alice.asks(Method.PUT, f"{RECORDS}/r{number}", data=one) for number, one in enumerate(data)]
    answers = await store.writer.change(list_at(RECORDS), changes)
    assert all(isinstance(answer, Outcome) for answer in answers)
    read = {entry.pop("id"): entry for entry in await alice.entries(RECORDS)}
    for number, one in enumerate(data):
        entry = read[f"r{number}"]
        assert to_the_letter(entry) == to_the_letter({**one, "last_modified": entry["last_modified"]})
