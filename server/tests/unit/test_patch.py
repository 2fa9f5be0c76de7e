"""Plain patches, merge patches and what the answer to a patch shows: protocol sections 10.3 and 10.4, RFC 7396."""

import copy
import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kintoun_server.domain.change import Change, Method, apply
from kintoun_server.domain.json_patch import JSONPatch
from kintoun_server.domain.kinds import BUCKET, GROUP, RECORD
from kintoun_server.domain.objects import Scope, Stored
from kintoun_server.domain.patch import Behavior, MergePatch, Patch, PlainPatch, Target, merge
from kintoun_server.domain.permissions import Rules
from kintoun_server.domain.principals import Caller
from kintoun_server.domain.refusals import Invalid
from kintoun_server.http.patch import parse_behavior, parse_patch
from tests.hostile_json import objects, values

MERGE, OPERATIONS = "application/merge-patch+json", "application/json-patch+json"
OLD = Stored(
    id="r", last_modified=900, data={"a": 1, "x": {"y": 1, "z": 2}}, permissions={"read": ("bob",), "write": ("ann",)}
)
EXAMPLES = [
    ({"a": "b"}, {"a": "c"}, {"a": "c"}),
    ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
    ({"a": "b"}, {"a": None}, {}),
    ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
    ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
    ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
    ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
    ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
    ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
    ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
    ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
]
"""The test cases of RFC 7396 appendix A whose patch is an object: in a body of ours it is always one."""


def to_the_letter(value: object) -> str:
    """A form that is equal for equal JSON only: it tells 1, 1.0 and true apart."""
    return json.dumps(value, sort_keys=True)


def as_the_rfc_says(target: Any, patch: Any) -> Any:  # noqa: ANN401 - any JSON
    """The pseudo-code of RFC 7396 section 2, line by line."""
    if not isinstance(patch, dict):
        return patch
    if not isinstance(target, dict):
        target = {}
    for name, value in patch.items():
        if value is None:
            if name in target:
                del target[name]
        else:
            target[name] = as_the_rfc_says(target.get(name), value)
    return target


@pytest.mark.parametrize(("target", "patch", "result"), EXAMPLES)
def test_the_examples_of_rfc_7396(target: object, patch: dict[str, Any], result: object) -> None:
    """Each example of the standard comes out as printed there."""
    assert merge(target, patch) == result


@given(values(), objects())
def test_a_merge_patch_is_that_of_rfc_7396(target: Any, patch: dict[str, Any]) -> None:  # noqa: ANN401 - any JSON
    """Whatever is merged into whatever, the result is that of the RFC's pseudo-code, and nothing given is changed."""
    before = to_the_letter([target, patch])
    result = merge(target, patch)
    assert to_the_letter([target, patch]) == before
    assert to_the_letter(result) == to_the_letter(as_the_rfc_says(copy.deepcopy(target), patch))


def test_null_deletes_a_permission_in_a_merge_patch_alone() -> None:
    """Null in the place of a list removes the permission in a merge patch and is ignored in a plain one."""
    raw = b'{"permissions": {"read": null}}'
    target = Target(OLD, RECORD)
    assert parse_patch(raw, MERGE, RECORD, ["r"]).apply(target).permissions == {"write": ("ann",)}
    assert parse_patch(raw, "application/json", RECORD, ["r"]).apply(target).permissions == OLD.permissions


@pytest.mark.parametrize("kind", [PlainPatch, MergePatch])
def test_the_id_stays(kind: type[PlainPatch]) -> None:
    """`data.id` may be repeated, and neither changed nor taken away; the server's fields are no attributes."""
    patch = kind({"id": "r", "last_modified": 5, "b": 2}, None, ["r"])
    assert patch.apply(Target(OLD, RECORD)).data == {**OLD.data, "b": 2}
    for other in ("s", None, 1, ["r"], {"r": 1}):
        with pytest.raises(Invalid, match="Object id does not match existing object"):
            kind({"id": other}, None, ["r"]).apply(Target(OLD, RECORD))


@pytest.mark.parametrize("kind", [PlainPatch, MergePatch])
def test_something_must_be_given(kind: type[PlainPatch]) -> None:
    """A patch with neither `data` nor `permissions` is refused, one with empty ones is not."""
    with pytest.raises(Invalid, match="Provide at least one of data or permissions"):
        kind(None, None, ["r"]).apply(Target(OLD, RECORD))
    assert kind({}, None, ["r"]).apply(Target(OLD, RECORD)).data == OLD.data
    assert kind(None, {}, ["r"]).apply(Target(OLD, RECORD)).permissions == OLD.permissions


def answered(behavior: Behavior, patch: Patch, old: Stored = OLD, **more: Any) -> Mapping[str, Any] | None:  # noqa: ANN401
    """What the answer to a patch by a writer of the list shows of the attributes."""
    kind = more.pop("kind", RECORD)
    scope = Scope(
        kind=kind,
        lists={"bucket": {"write": ("ann",)}},
        principals=frozenset({"ann"}),
        rules=Rules({}),
        clock=1000,
        now=5000,
    )
    change = Change(method=Method.PATCH, id="r", caller=Caller("ann"), patch=patch, behavior=behavior, **more)
    return apply(old, change, scope).part


def plain(**data: object) -> PlainPatch:
    """A plain patch of attributes."""
    return PlainPatch(data, None, ["r"])


def operations(*raw: dict[str, Any]) -> JSONPatch:
    """A JSON patch of a record."""
    return JSONPatch.parse(list(raw), RECORD, ["r"])


def test_the_whole_object_is_shown_by_default() -> None:
    """`full` asks for no part."""
    assert answered(Behavior.FULL, plain(a=2)) is None


@pytest.mark.parametrize(
    ("patch", "part"),
    [
        (plain(a=2, new=None), {"a": 2, "new": None}),
        (plain(a=1, x={"y": 1, "z": 2}), {}),
        (plain(a=True), {"a": True}),
        (plain(a=1.0), {"a": 1.0}),
        (plain(id="r"), {}),
        (MergePatch({"x": {"y": None}, "a": None}, None, ["r"]), {"x": {"z": 2}}),
        (operations({"op": "replace", "path": "/data/x/y", "value": 5}), {"x": {"y": 5, "z": 2}}),
        (operations({"op": "move", "from": "/data/a", "path": "/data/b"}), {"b": 1}),
        (operations({"op": "copy", "from": "/data/a", "path": "/data/b"}), {"b": 1}),
        (operations({"op": "test", "path": "/data/a", "value": 1}), {}),
        (operations({"op": "replace", "path": "/data", "value": {"a": 3}}), {"a": 3, "last_modified": 5000}),
        (operations({"op": "add", "path": "/permissions/read/zoe"}), {}),
        (operations(), {}),
    ],
)
def test_light_shows_what_the_request_changed(patch: Patch, part: Mapping[str, Any]) -> None:
    """`light` shows the attributes that the request names and that are not as they were."""
    assert to_the_letter(answered(Behavior.LIGHT, patch)) == to_the_letter(part)


@pytest.mark.parametrize(
    ("patch", "part"),
    [
        (plain(a=2, new=None), {}),
        (plain(last_modified=5, a=1), {"last_modified": 5000}),
        (plain(last_modified="never"), {"last_modified": 5000}),
        (MergePatch({"x": {"y": None}, "a": 3}, None, ["r"]), {"x": {"z": 2}}),
        (MergePatch({"a": None}, None, ["r"]), {}),
        (operations({"op": "add", "path": "/data/b", "value": 5}), {}),
        (operations({"op": "add", "path": "/data/x/w", "value": 5}), {"x": {"y": 1, "z": 2, "w": 5}}),
        (operations({"op": "copy", "from": "/data/a", "path": "/data/b"}), {"b": 1}),
        (operations({"op": "add", "path": "/data", "value": {"b": 5}}), {"id": "r", "last_modified": 5000}),
        (operations({"op": "remove", "path": "/data/a"}), {}),
    ],
)
def test_diff_shows_what_is_not_as_it_was_sent(patch: Patch, part: Mapping[str, Any]) -> None:
    """`diff` shows the attributes that the request names and whose value it did not state just so."""
    assert to_the_letter(answered(Behavior.DIFF, patch)) == to_the_letter(part)


def test_diff_shows_what_the_server_wrote_in_another_form() -> None:
    """Members come back where they are stored in another form than the one sent, and not where they are equal."""
    digest = "ab" * 32
    group = Stored(id="r", last_modified=900, data={"members": []})
    assert answered(Behavior.DIFF, plain(members=["zoe"]), group, kind=GROUP) == {}
    shown = answered(Behavior.DIFF, plain(members=[f"basicauth:{digest}"], a=1), group, kind=GROUP)
    assert shown == {"members": [f"basicauth_{digest}"]}


@pytest.mark.parametrize("text", ["full", "light", "diff"])
def test_the_three_behaviors_are_read(text: str) -> None:
    """Each name of the protocol is one, and without the header the whole object is shown."""
    assert parse_behavior(text) == text
    assert parse_behavior(None) is Behavior.FULL


@given(st.text().filter(lambda text: text not in {"full", "light", "diff"}))
def test_any_other_behavior_is_refused(text: str) -> None:
    """The name is taken to the letter, case included."""
    with pytest.raises(Invalid, match="is not one of full, light, diff"):
        parse_behavior(text)


@pytest.mark.parametrize(
    ("media_type", "raw"),
    [
        ("application/json", b"[]"),
        (MERGE, b"[]"),
        (OPERATIONS, b"{}"),
        (OPERATIONS, b""),
        (OPERATIONS, b"null"),
        (OPERATIONS, b'"[]"'),
        (OPERATIONS, b'{"data": {}}'),
        (OPERATIONS, b'[{"op": "add", "path": "/data/a", "value": 1, "op": "remove"}]'),
        (MERGE, b'{"data": null}'),
        (MERGE, b'{"permissions": null}'),
        (MERGE, b'{"permissions": {"nonsense": null}}'),
        (MERGE, b'{"permissions": {"read": {}}}'),
        (MERGE, b'{"foo": {}}'),
    ],
)
def test_a_body_is_of_the_shape_that_its_type_says(media_type: str, raw: bytes) -> None:
    """An array is no merge patch and an object no JSON patch; what holds for other bodies holds for these."""
    with pytest.raises(Invalid):
        parse_patch(raw, media_type, BUCKET, ["r"])
