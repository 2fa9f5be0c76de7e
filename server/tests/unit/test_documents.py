"""How an object lies in the database: nothing of it is lost or altered, and nothing of it becomes an operator."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import bson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kintoun_server.domain.json_value import MAX_DEPTH
from kintoun_server.domain.kinds import BUCKET, COLLECTION, GROUP, RECORD
from kintoun_server.domain.objects import Stored
from kintoun_server.domain.refusals import TooLarge
from kintoun_server.domain.uri import ListURI, ObjectURI
from kintoun_server.http.body import parse_json
from kintoun_server.store.documents import (
    MAX_DOCUMENT_BYTES,
    audience,
    audience_query,
    decode,
    encode,
    escape_key,
    highest,
    list_key,
    with_lists,
)
from tests.hostile_json import KEYS, objects

URI = ListURI(RECORD, "b", "c").object("r")
GROUP_URI = ListURI(GROUP, "b").object("g")
principals = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)
access_lists = st.dictionaries(
    st.sampled_from(COLLECTION.permissions), st.lists(principals, min_size=1, unique=True).map(tuple)
)


def stored_and_read(uri: ObjectURI, stored: Stored) -> Stored:
    """What is read after a document has been what the database makes of it: BSON."""
    return decode(bson.decode(bson.encode(encode(uri, "key", stored))))


def names_in(value: Any) -> Iterator[str]:  # noqa: ANN401 - any document
    """All field names in a document, at any depth."""
    for item in value if isinstance(value, list) else value.values() if isinstance(value, dict) else ():
        yield from names_in(item)
    yield from value if isinstance(value, dict) else ()


@given(objects())
def test_whatever_the_parser_accepts_comes_back_to_the_letter(data: dict[str, Any]) -> None:
    """Attributes are parsed, encoded, made BSON, and read: types, numbers and keys are as they were."""
    parsed = parse_json(json.dumps(data).encode())
    assert isinstance(parsed, dict)
    read = stored_and_read(URI, Stored(id="r", last_modified=5, data=parsed))
    assert json.dumps(read.data, sort_keys=True) == json.dumps(data, sort_keys=True)


@given(objects(), access_lists, st.lists(principals, unique=True), st.integers(0, 2**63 - 1))
def test_all_of_an_object_comes_back(
    data: dict[str, Any], lists: dict[str, tuple[str, ...]], former: list[str], timestamp: int
) -> None:
    """Id, timestamp, access control list and former readers are read as they were written, and tombstones too."""
    stored = Stored(
        id="r", last_modified=timestamp, data=data, permissions=lists, former_readers=dict.fromkeys(former, 7)
    )
    assert stored_and_read(URI, stored) == stored
    tombstone = replace(stored, data={}, permissions={}, deleted=True)
    assert stored_and_read(URI, tombstone) == tombstone


@given(objects(), st.lists(principals))
def test_members_of_a_group_come_back(data: dict[str, Any], members: list[str]) -> None:
    """The members lie under an index of their own, and are an attribute like others to the reader."""
    stored = Stored(id="g", last_modified=5, data={**data, "members": members})
    assert encode(GROUP_URI, "key", stored)["members"] == members
    assert stored_and_read(GROUP_URI, stored) == stored


def test_members_of_anything_else_are_plain_data() -> None:
    """An attribute `members` of a record makes nobody a member of anything."""
    document = encode(URI, "key", Stored(id="r", last_modified=5, data={"members": ["alice"]}))
    assert "members" not in document
    assert decode(document).data == {"members": ["alice"]}


@given(objects())
def test_no_key_of_the_user_has_a_meaning_for_the_database(data: dict[str, Any]) -> None:
    """What is stored has no field name that is empty, begins with a dollar or holds a dot."""
    for name in names_in(encode(URI, "key", Stored(id="r", last_modified=5, data=data))["data"]):
        assert name
        assert not {".", "$"} & set(name)


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0")) | st.sampled_from(KEYS), unique=True))
def test_keys_stay_distinct(keys: list[str]) -> None:
    """Escaping makes no two keys the same."""
    assert len({escape_key(key) for key in keys}) == len(keys)


def test_the_deepest_accepted_document_is_stored() -> None:
    """As many levels as the parser lets through fit into BSON, around them those of our own document."""
    raw = '{"k":' * (MAX_DEPTH - 1) + "[18446744073709551615]" + "}" * (MAX_DEPTH - 1)
    data = parse_json(raw.encode())
    assert isinstance(data, dict)
    assert stored_and_read(URI, Stored(id="r", last_modified=5, data=data)).data == data


@pytest.mark.parametrize(
    "value", ["x" * MAX_DOCUMENT_BYTES, [[]] * (MAX_DOCUMENT_BYTES // 11)], ids=["text", "many lists"]
)
def test_what_does_not_fit_into_a_document_is_refused(value: object) -> None:
    """An object over the limit of the database is 413, whether it is long text or grows in BSON."""
    with pytest.raises(TooLarge):
        encode(URI, "key", Stored(id="r", last_modified=5, data={"k": value}))


def test_a_new_container_begins_its_lists() -> None:
    """Each list below a container has a clock, which begins with the container's own timestamp, and no objects."""
    uri = ListURI(COLLECTION, "b").object("c")
    document = with_lists(encode(uri, "key", Stored(id="c", last_modified=5)), COLLECTION, "life", 0)
    assert (document["generation"], document["clocks"], document["counts"]) == ("life", {"records": 5}, {"records": 0})
    assert list_key("life", RECORD) != list_key("life", COLLECTION)


def test_a_container_that_is_made_again_goes_on() -> None:
    """The lists of a new life begin no earlier than those of the lives before ended, whatever came in between."""
    uri = ListURI(BUCKET).object("b")
    old = with_lists(encode(uri, "key", Stored(id="b", last_modified=5)), BUCKET, "life", 0)
    old["clocks"]["groups"] = 99
    assert (highest(old), highest({"highest": 200, "clocks": {"records": 7}}), highest(None)) == (99, 200, 0)
    new = with_lists(encode(uri, "key", Stored(id="b", last_modified=50)), BUCKET, "next", highest(old))
    assert new["clocks"] == {"collections": 99, "groups": 99}


def test_who_sees_what() -> None:
    """The index finds a live object by those who read it, and objects and tombstones by those who could."""
    lists = {"read": ("bob",), "write": ("ann",)}
    live = Stored(id="r", last_modified=5, permissions=lists, former_readers={"carol": 4})
    assert audience(RECORD, live) == ["live", "+ann", "+bob", "-carol"]
    assert audience(RECORD, replace(live, deleted=True, permissions={})) == ["-carol"]


@pytest.mark.parametrize(
    ("seer", "tombstones", "tokens"),
    [
        (None, False, "live"),
        (frozenset({"b", "a"}), False, {"$in": ["+a", "+b"]}),
        (frozenset({"b", "a"}), True, {"$in": ["+a", "+b", "-a", "-b"]}),
    ],
)
def test_the_condition_on_the_audience(seer: frozenset[str] | None, tokens: object, *, tombstones: bool) -> None:
    """Readers of the whole list see what lives; others what they read, and with tombstones what they could read."""
    assert audience_query(seer, tombstones=tombstones) == {"audience": tokens}
    assert audience_query(None, tombstones=True) == {}


def test_no_principal_can_pass_for_another() -> None:
    """A principal that looks like a token of the index finds nothing of anybody else's."""
    live = Stored(id="r", last_modified=5, permissions={"read": ("bob",)}, former_readers={"carol": 4})
    tokens = set(audience(RECORD, live))
    for sly in ("+bob", "-carol", "live", "ve", "", "+", "-"):
        for tombstones in (True, False):
            asked = audience_query(frozenset({sly}), tombstones=tombstones)["audience"]["$in"]
            assert tokens.isdisjoint(asked)
