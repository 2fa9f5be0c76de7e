"""JSON patches: RFC 6902 on the attributes, and on the access control list as a document (protocol section 10.3)."""

from typing import Any

import jsonpatch
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kintoun_server.domain import json_value
from kintoun_server.domain.json_patch import JSONPatch
from kintoun_server.domain.kinds import BUCKET, COLLECTION, RECORD
from kintoun_server.domain.patch import Patched
from kintoun_server.domain.permissions import Permissions
from kintoun_server.domain.refusals import Invalid
from tests.hostile_json import KEYS, objects, values
from tests.json_patches import LISTS, lists, op, patched, refusal, to_the_letter

HEX = "0123456789abcdef" * 4
SECONDS = 2.0
"""Ample for what takes some milliseconds, on a machine that does other things too."""


@pytest.mark.parametrize(
    ("data", "operations", "result"),
    [
        ({"foo": "bar"}, [op("add", "/data/baz", value="qux")], {"baz": "qux", "foo": "bar"}),
        ({"foo": ["bar", "baz"]}, [op("add", "/data/foo/1", value="qux")], {"foo": ["bar", "qux", "baz"]}),
        ({"baz": "qux", "foo": "bar"}, [op("remove", "/data/baz")], {"foo": "bar"}),
        ({"foo": ["bar", "qux", "baz"]}, [op("remove", "/data/foo/1")], {"foo": ["bar", "baz"]}),
        ({"baz": "qux", "foo": "bar"}, [op("replace", "/data/baz", value="boo")], {"baz": "boo", "foo": "bar"}),
        (
            {"foo": {"bar": "baz", "waldo": "fred"}, "qux": {"corge": "grault"}},
            [op("move", "/data/qux/thud", origin="/data/foo/waldo")],
            {"foo": {"bar": "baz"}, "qux": {"corge": "grault", "thud": "fred"}},
        ),
        (
            {"foo": ["all", "grass", "cows", "eat"]},
            [op("move", "/data/foo/3", origin="/data/foo/1")],
            {"foo": ["all", "cows", "eat", "grass"]},
        ),
        (
            {"baz": "qux", "foo": ["a", 2, "c"]},
            [op("test", "/data/baz", value="qux"), op("test", "/data/foo/1", value=2)],
            {"baz": "qux", "foo": ["a", 2, "c"]},
        ),
        (
            {"foo": "bar"},
            [op("add", "/data/child", value={"grandchild": {}})],
            {"foo": "bar", "child": {"grandchild": {}}},
        ),
        ({"foo": "bar"}, [op("add", "/data/baz", value="qux", xyz=123)], {"foo": "bar", "baz": "qux"}),
        ({"/": 9, "~1": 10}, [op("test", "/data/~01", value=10)], {"/": 9, "~1": 10}),
        ({"foo": ["bar"]}, [op("add", "/data/foo/-", value=["abc", "def"])], {"foo": ["bar", ["abc", "def"]]}),
    ],
)
def test_the_examples_of_rfc_6902(data: dict[str, Any], operations: list[Any], result: dict[str, Any]) -> None:
    """Each example of appendix A that succeeds comes out as printed there."""
    assert patched(data, *operations).data == result


@pytest.mark.parametrize(
    ("data", "operation"),
    [
        ({"baz": "qux"}, op("test", "/data/baz", value="bar")),
        ({"foo": "bar"}, op("add", "/data/baz/bat", value="qux")),
        ({"/": 9, "~1": 10}, op("test", "/data/~01", value="10")),
    ],
)
def test_the_errors_of_rfc_6902(data: dict[str, Any], operation: Any) -> None:  # noqa: ANN401 - any JSON
    """Each example of appendix A that fails is refused, in the words of the protocol."""
    [detail] = refusal(data, operation).details
    assert (detail.location, detail.name) == ("body", None)
    assert detail.description.startswith("JSON Patch operation failed: ")


HOSTILE = {
    "true is not 1": ({"a": True}, [op("test", "/data/a", value=1)]),
    "nor inside": ({"a": [{"b": 0}]}, [op("test", "/data/a", value=[{"b": False}])]),
    "null is not missing": ({}, [op("test", "/data/a", value=None)]),
    "add beyond the end": ({"a": [1]}, [op("add", "/data/a/2", value=1)]),
    "leading zero": ({"a": [1, 2]}, [op("replace", "/data/a/01", value=1)]),
    "negative index": ({"a": [1]}, [op("remove", "/data/a/-1")]),
    "digits that are not ASCII": ({"a": [1, 2]}, [op("remove", "/data/a/\u0661")]),
    "index of 5,000 digits": ({"a": [1]}, [op("remove", "/data/a/" + "9" * 5000)]),
    "index that is a word": ({"a": [1]}, [op("add", "/data/a/b", value=1)]),
    "remove after the end": ({"a": [1]}, [op("remove", "/data/a/-")]),
    "replace after the end": ({"a": [1]}, [op("replace", "/data/a/-", value=1)]),
    "test after the end": ({"a": [1]}, [op("test", "/data/a/-", value=1)]),
    "copy from after the end": ({"a": [1]}, [op("copy", "/data/b", origin="/data/a/-")]),
    "move from after the end": ({"a": [1]}, [op("move", "/data/b", origin="/data/a/-")]),
    "below the end": ({"a": [1]}, [op("copy", "/data/b", origin="/data/a/-/c")]),
    "into a string": ({"a": "text"}, [op("add", "/data/a/0", value=1)]),
    "into a number": ({"a": 5}, [op("add", "/data/a/b", value=1)]),
    "into null": ({"a": None}, [op("add", "/data/a/b", value=1)]),
    "replace what is missing": ({}, [op("replace", "/data/a", value=1)]),
    "remove what is missing": ({}, [op("remove", "/data/a")]),
    "copy what is missing": ({}, [op("copy", "/data/b", origin="/data/a")]),
    "move what is missing": ({}, [op("move", "/data/b", origin="/data/a")]),
    "copy from outside": ({}, [op("add", "/foo", value=1), op("copy", "/data/b", origin="/foo")]),
    "move into its own child": ({"a": {"b": {}}}, [op("move", "/data/a/b/c", origin="/data/a")]),
    "move all into a part": ({"a": {}}, [op("move", "/data/a/b", origin="/data")]),
    "attributes that are a list": ({}, [op("replace", "/data", value=[])]),
    "attributes that are null": ({}, [op("replace", "/data", value=None)]),
    "no attributes": ({}, [op("remove", "/data")]),
    "attributes that are a number": ({}, [op("move", "/data", origin="/data/last_modified")]),
    "another id": ({}, [op("replace", "/data/id", value="s")]),
    "another id by a copy": ({"a": "s"}, [op("copy", "/data/id", origin="/data/a")]),
    "an id that is no string": ({}, [op("add", "/data", value={"id": True})]),
}


@pytest.mark.parametrize(("data", "operations"), HOSTILE.values(), ids=HOSTILE)
def test_what_cannot_be_done_is_refused(data: dict[str, Any], operations: list[Any]) -> None:
    """Operations that RFC 6902 lets fail, or whose result is no object of ours, are refused."""
    before = to_the_letter(data)
    refusal(data, *operations)
    assert to_the_letter(data) == before


MALFORMED = {
    "no object": (5, "0"),
    "null": (None, "0"),
    "a string": ("op path value", "0"),
    "an array": (["op", "path"], "0"),
    "no op": ({"path": "/data/a", "value": 1}, "0.op"),
    "unknown op": (op("addne", "/data/a", value=1), "0.op"),
    "op in capitals": (op("Add", "/data/a", value=1), "0.op"),
    "op is a list": (op([], "/data/a", value=1), "0.op"),  # type: ignore[arg-type]
    "no path": ({"op": "add", "value": 1}, "0.path"),
    "path is a number": (op("add", 5, value=1), "0.path"),
    "path is null": (op("add", None, value=1), "0.path"),
    "path is a list": (op("add", ["data", "a"], value=1), "0.path"),
    "no slash": (op("add", "data/a", value=1), "0.path"),
    "no slash outside": (op("add", "foo", value=1), "0.path"),
    "too deep": (op("test", "/data" + "/a" * 64, value=1), "0.path"),
    "bad escape": (op("add", "/data/a~2", value=1), "0.path"),
    "the whole document": (op("add", "", value={}), "0.path"),
    "test of the whole document": (op("test", "", value={}), "0.path"),
    "no from": (op("copy", "/data/a"), "0.from"),
    "from is a number": (op("move", "/data/a", origin=5), "0.from"),
    "from the whole document": (op("copy", "/data/a", origin=""), "0.from"),
    "no value": (op("add", "/data/a"), "0.value"),
    "test without value": (op("test", "/data/a"), "0.value"),
    "replace without value": (op("replace", "/data/a"), "0.value"),
    "unknown op outside": (op("nonsense", "/foo"), "0.op"),
    "permission without value": (op("add", "/permissions/read"), "0.value"),
    "a part of a principal": (op("add", "/permissions/read/a/b"), "0.path"),
    "unknown permission": (op("add", "/permissions/nonsense/zoe"), "permissions"),
    "unknown permission in from": (op("move", "/permissions/read", origin="/permissions/nonsense"), "permissions"),
    "unknown permission in all": (op("add", "/permissions", value={"nonsense": []}), "permissions"),
    "permission of another kind": (op("add", "/permissions/record:create/zoe"), "permissions"),
    "permissions are a list": (op("add", "/permissions", value=[]), "permissions"),
    "principals are a string": (op("add", "/permissions/read", value="zoe"), "permissions.read"),
    "principals are null": (op("add", "/permissions/read", value=None), "permissions.read"),
    "a principal is a number": (op("add", "/permissions/read", value=["zoe", 5]), "permissions.read.1"),
    "a principal is too long": (op("add", "/permissions/read/" + "z" * 4201), "permissions.read.0"),
}


@pytest.mark.parametrize(("operation", "name"), MALFORMED.values(), ids=MALFORMED)
def test_what_is_no_operation_is_refused_before_it_meets_an_object(operation: object, name: str) -> None:
    """A malformed operation is told by its place and its member, whatever the object is."""
    with pytest.raises(Invalid) as caught:
        JSONPatch.parse([operation], RECORD, ["r"])
    assert caught.value.details[0].name == name


def test_numbers_are_equal_by_value() -> None:
    """A test takes 1 and 1.0 for one, and tells 64-bit integers apart that are one as floating point."""
    patched({"a": 1, "b": [1.0]}, op("test", "/data/a", value=1.0), op("test", "/data/b", value=[1]))
    refusal({"a": 2**53 + 1}, op("test", "/data/a", value=float(2**53)))


@pytest.mark.parametrize("key", KEYS)
def test_no_key_has_a_meaning(key: str) -> None:
    """Attributes of any name are added, moved and removed."""
    path = "/data/" + key.replace("~", "~0").replace("/", "~1")
    assert patched({}, op("add", path, value=1)).data == {key: 1}
    assert patched({key: 1}, op("move", "/data/moved", origin=path)).data == {"moved": 1}
    assert patched({key: 1}, op("remove", path)).data == {}


def test_what_is_outside_is_ignored() -> None:
    """Operations on anything but `data` and `permissions` do nothing, also those that would fail."""
    outside = [
        op("add", "/foo", value=1),
        op("remove", "/bar"),
        op("test", "/foo/bar", value=1),
        op("move", "/foo", origin="/data/a"),
        op("replace", "/database", value=1),
    ]
    assert patched({"a": 1}, *outside) == Patched({"a": 1}, LISTS)


def test_the_servers_fields_are_there() -> None:
    """`id` and `last_modified` can be tested and copied; removed, they change nothing."""
    tests = [op("test", "/data/id", value="r"), op("test", "/data/last_modified", value=900)]
    copies = [op("copy", "/data/a", origin="/data/id"), op("remove", "/data/id"), op("remove", "/data/last_modified")]
    assert patched({}, *tests, *copies).data == {"a": "r"}


@pytest.mark.parametrize(
    ("operations", "stated"),
    [
        ([op("add", "/data/last_modified", value=5)], 5),
        ([op("replace", "/data", value={"last_modified": 5})], 5),
        ([op("add", "/data/last_modified", value=5), op("replace", "/data/last_modified", value=6)], 6),
        ([op("add", "/data/last_modified", value=5), op("remove", "/data/last_modified")], None),
        ([op("add", "/data/last_modified", value=5), op("replace", "/data", value={})], None),
        ([op("add", "/data/last_modified", value=5), op("move", "/data/a", origin="/data/last_modified")], None),
        ([op("add", "/data/last_modified", value=5), op("copy", "/data/last_modified", origin="/data/a")], None),
        ([op("add", "/data/last_modified", value=5), op("copy", "/data", origin="/data/a")], None),
        ([op("test", "/data/last_modified", value=5)], None),
    ],
)
def test_a_timestamp_counts_where_an_operation_states_it(operations: list[Any], stated: int | None) -> None:
    """The timestamp that a patch asks for is known before it meets the object: by what the operations state."""
    assert JSONPatch.parse(operations, RECORD, ["r"]).sent.get("last_modified") == stated


@pytest.mark.parametrize(
    ("operations", "result"),
    [
        ([], LISTS),
        ([op("add", "/permissions/read/zoe")], {**LISTS, "read": ("bob", "zoe")}),
        ([op("add", "/permissions/read/zoe", value={"any": 1})], {**LISTS, "read": ("bob", "zoe")}),
        ([op("add", "/permissions/read/bob")], LISTS),
        ([op("add", "/permissions/read/~1buckets~1b~1groups~1g")], {**LISTS, "read": ("bob", "/buckets/b/groups/g")}),
        ([op("add", f"/permissions/read/basicauth:{HEX}")], {**LISTS, "read": ("bob", f"basicauth_{HEX}")}),
        ([op("remove", "/permissions/read/bob")], {"write": ("ann",)}),
        ([op("remove", "/permissions/read")], {"write": ("ann",)}),
        ([op("remove", "/permissions")], {}),
        ([op("remove", "/permissions"), op("add", "/permissions/read/z")], {"read": ("z",)}),
        ([op("move", "/data/a", origin="/permissions")], {}),
        ([op("replace", "/permissions/read/bob")], LISTS),
        ([op("test", "/permissions/read/bob")], LISTS),
        ([op("test", "/permissions/read", value=["bob"])], LISTS),
        ([op("test", "/permissions", value={"write": ["ann"], "read": {"bob": 1}})], LISTS),
        ([op("add", "/permissions/record:create/account:zed")], {**LISTS, "record:create": ("account:zed",)}),
        ([op("add", "/permissions/record:create", value=["y", "z", "y"])], {**LISTS, "record:create": ("y", "z")}),
        ([op("add", "/permissions/record:create", value={"y": {}, "z": 1})], {**LISTS, "record:create": ("y", "z")}),
        ([op("add", "/permissions/record:create", value=[])], LISTS),
        ([op("replace", "/permissions/read", value=["z"])], {**LISTS, "read": ("z",)}),
        (
            [op("add", "/permissions/record:create", value=["y", "z"]), op("remove", "/permissions/record:create/y")],
            {**LISTS, "record:create": ("z",)},
        ),
        ([op("add", "/permissions", value={"read": ["z"]})], {"read": ("z",)}),
        ([op("move", "/permissions/write/bob", origin="/permissions/read/bob")], {"write": ("ann", "bob")}),
        (
            [op("copy", "/permissions/record:create/bob", origin="/permissions/read/bob")],
            {**LISTS, "record:create": ("bob",)},
        ),
        ([op("copy", "/permissions/read", origin="/permissions/write")], {"read": ("ann",), "write": ("ann",)}),
        (
            [op("add", "/data/a", value=["x"]), op("copy", "/permissions/read", origin="/data/a")],
            {**LISTS, "read": ("x",)},
        ),
    ],
)
def test_permissions_are_a_document_of_principals(operations: list[Any], result: Permissions) -> None:
    """Principals are added and removed one by one, or lists whole; a list that is not there is made."""
    assert lists(*operations, kind=COLLECTION) == result


@pytest.mark.parametrize(
    "operations",
    [
        [op("remove", "/permissions/read/zoe")],
        [op("remove", "/permissions/collection:create")],
        [op("remove", "/permissions/collection:create/zoe")],
        [op("test", "/permissions/read/zoe")],
        [op("test", "/permissions/read", value=["zoe"])],
        [op("replace", "/permissions/read/zoe")],
        [op("move", "/data/a", origin="/permissions/read/zoe")],
        [op("add", "/data/a", value=[5]), op("copy", "/permissions/read", origin="/data/a")],
        [op("add", "/data/a", value={"foo": []}), op("copy", "/permissions", origin="/data/a")],
        [op("copy", "/permissions", origin="/data/id")],
        [op("move", "/data/a", origin="/permissions"), op("add", "/permissions/read/zoe")],
        [op("copy", "/permissions/read", origin="/data/id"), op("add", "/permissions/read/zoe")],
    ],
)
def test_permissions_that_are_none_are_refused(operations: list[Any]) -> None:
    """What is not there cannot be removed, tested or moved, and whatever is copied there must be permissions."""
    refusal({}, *operations, kind=BUCKET)


def test_a_principal_is_found_by_either_form() -> None:
    """What is stored in its one form is tested, moved and removed by the protocol's form too."""
    who = f"basicauth:{HEX}"
    added, path = op("add", "/permissions/read", value=[who]), f"/permissions/read/{who}"
    assert lists(added, op("test", path), op("remove", path)) == {"write": ("ann",)}
    moved = op("move", "/permissions/write/x", origin=path)
    assert lists(added, moved) == {"write": ("ann", "x")}


def test_a_failed_removal_is_told_in_the_words_of_the_protocol() -> None:
    """The reason names what is not there."""
    reason = "JSON Patch operation failed: can't remove a non-existent object 'account:zed'"
    assert str(refusal({}, op("remove", "/permissions/read/account:zed"))) == reason


@pytest.mark.parametrize("who", ["bob", "zoe"])
@pytest.mark.parametrize("name", ["test", "replace", "move", "copy", "move to"])
def test_who_does_not_see_the_permissions_learns_nothing_of_them(who: str, name: str) -> None:
    """An operation that would tell who has a right is refused in the same words whether they have it or not."""
    path = f"/permissions/read/{who}"
    operations = {
        "move": op("move", "/data/a", origin=path),
        "copy": op("copy", "/data/a", origin=path),
        "move to": op("move", path, origin="/data/id"),
    }
    reason = str(refusal({}, operations.get(name, op(name, path)), seen=False))
    assert reason == "JSON Patch operation failed: the permissions are shown only to those who stand in write"


def test_who_does_not_see_the_permissions_may_add_and_remove() -> None:
    """Rights are given and taken by those who may write through a container; what is not there is removed as well."""
    assert lists(op("add", "/permissions/read/zoe"), seen=False) == {**LISTS, "read": ("bob", "zoe")}
    for who in ("bob", "zoe"):
        rest = tuple(name for name in LISTS["read"] if name != who)
        assert lists(op("remove", f"/permissions/read/{who}"), seen=False).get("read", ()) == rest
    assert lists(op("remove", "/permissions/read"), seen=False) == {"write": ("ann",)}
    assert lists(op("remove", "/permissions/record:create"), seen=False, kind=COLLECTION) == LISTS
    assert lists(op("remove", "/permissions/record:create/zoe"), seen=False, kind=COLLECTION) == LISTS
    assert lists(op("add", "/permissions/read", value=["zoe"]), seen=False) == {**LISTS, "read": ("zoe",)}
    assert lists(op("remove", "/permissions"), seen=False) == {}


def test_no_message_tells_permissions() -> None:
    """Once `data` is removed only the permissions are left of the document, and no error shows what is left."""
    for operations in ([op("remove", "/data"), op("remove", "/data/a")], [op("copy", "/data/b", origin="/foo/a")]):
        assert "bob" not in str(refusal({}, *operations, seen=False))


def test_a_long_reason_is_cut() -> None:
    """The reason of a failed test does not repeat an attribute of a million characters."""
    assert len(str(refusal({"a": "x" * 1_000_000}, op("test", "/data/a", value=1)))) < 300


@given(objects(), objects())
def test_the_difference_of_two_objects_leads_from_one_to_the_other(old: dict[str, Any], new: dict[str, Any]) -> None:
    """The difference of any two objects makes the one of the other, to the letter, and leaves the first as it was."""
    before = to_the_letter(old)
    operations = jsonpatch.make_patch({"data": old}, {"data": new}).patch
    result = patched(old, *operations).data
    assert to_the_letter(result) == to_the_letter(new)
    assert to_the_letter(old) == before


pointers = st.lists(
    st.sampled_from(["data", "permissions", "read", "write", "a", "b", "0", "1", "-", "", "$set", "id"]), max_size=4
).map(lambda tokens: "".join(f"/{token}" for token in tokens))
any_operation = st.fixed_dictionaries(
    {"op": st.sampled_from(["add", "remove", "replace", "move", "copy", "test"]), "path": pointers},
    optional={"from": pointers, "value": values()},
)


@given(st.lists(any_operation, max_size=6), objects(), st.booleans())
def test_any_operations_give_an_object_or_are_refused(operations: list[Any], data: dict[str, Any], seen: bool) -> None:  # noqa: FBT001
    """Whatever the operations, the result is an object that may be stored, or the reason of a refusal."""
    before = to_the_letter(data)
    try:
        result = patched({**data, "a": [1, {"b": 2}]}, *operations, seen=seen)
    except Invalid:
        pass
    else:
        json_value.check({"data": dict(result.data)})
        assert not {"id", "last_modified"} & result.data.keys()
        assert set(result.permissions) <= set(RECORD.permissions)
        assert all(result.permissions.values())
    assert to_the_letter(data) == before
