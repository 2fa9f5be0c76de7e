"""The body of a write: strict JSON, and its shape. Protocol section 3.3."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from kintoun_server.domain.json_value import MAX_DEPTH
from kintoun_server.domain.kinds import BUCKET, COLLECTION, KINDS, RECORD
from kintoun_server.domain.principals import MAX_PRINCIPAL_LENGTH
from kintoun_server.domain.refusals import Invalid
from kintoun_server.http.body import Payload, parse_json, parse_payload
from tests.hostile_json import any_values, values

TOKENS = ["{", "}", "[", "]", ":", ",", '"', '"a"', "0", "1", "-", ".", "e", "E+", "true", "null", "NaN", "Infinity"]
TOKENS += ["1e999", "\\", "\\u0000", "\\ud800", "\\u12", "\ufeff", "\x00", "\n", "\x1f", "\x7f", "\u2028", '{"data":']
pieces = st.lists(st.sampled_from(TOKENS), max_size=12).map("".join)
documents = st.one_of(any_values(), st.dictionaries(st.sampled_from(["data", "permissions", "x"]), any_values()))


def to_the_letter(value: object) -> str:
    """A form that is equal for equal JSON only: it tells 1, 1.0 and true apart, and 0.0 from -0.0, not key orders."""
    return json.dumps(value, sort_keys=True)


def as_sent(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """What a value of Python is in JSON, where two escaped halves of a pair are one character.

    ValueError for what JSON cannot hold exactly here: NUL, a half of a pair by itself, too big an integer, a key twice.
    """
    if isinstance(value, str):
        if "\0" in value:
            raise ValueError(value)
        return value.encode("utf-16", "surrogatepass").decode("utf-16")
    if isinstance(value, int) and not -(2**63) <= value < 2**64:
        raise ValueError(value)
    if isinstance(value, list):
        return [as_sent(item) for item in value]
    if isinstance(value, dict):
        sent = {as_sent(key): as_sent(item) for key, item in value.items()}
        if len(sent) < len(value):
            raise ValueError(value)
        return sent
    return value


@given(value=values(), ascii_only=st.booleans(), indent=st.sampled_from([None, 0, 2]))
def test_what_is_accepted_comes_back_to_the_letter(value: object, *, ascii_only: bool, indent: int | None) -> None:
    """JSON that may be stored is read as it was written, types included, however it is laid out."""
    raw = json.dumps(value, ensure_ascii=ascii_only, indent=indent).encode()
    assert to_the_letter(parse_json(raw)) == to_the_letter(value)


@given(any_values())
@example("\ud83d\ude00")
@example({"\ud83d\ude00": 1, "\N{GRINNING FACE}": 2})
@example("\ude00\ud83d")
def test_any_json_comes_back_to_the_letter_or_is_refused(value: object) -> None:
    """Exactly what JSON and BSON hold is accepted; everything else is 400, and nothing is altered on the way."""
    raw = json.dumps(value).encode()
    try:
        expected = as_sent(value)
    except ValueError:
        with pytest.raises(Invalid):
            parse_json(raw)
    else:
        assert to_the_letter(parse_json(raw)) == to_the_letter(expected)


@given(st.binary() | pieces.map(str.encode) | documents.map(lambda value: json.dumps(value).encode()))
@example(b"[" * 100_000)
@example(b'{"a":' * 100_000)
@example(b"1" * 5000)
@example(b"-" + b"9" * 100_000)
@example(b"1e" + b"9" * 1000)
@example(b'"\xed\xa0\x80"')
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    """Whatever a client sends as a body, the parser answers with a value or with a 400, never in another way."""
    with contextlib.suppress(Invalid):
        parse_json(raw)
    for kind in (BUCKET, COLLECTION, RECORD):
        with contextlib.suppress(Invalid):
            payload = parse_payload(raw, kind)
            assert payload.data is None or isinstance(payload.data, dict)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "Parse error at offset 0: Expecting value."),
        (b"  ", "Parse error at offset 2: Expecting value."),
        (b'{"data":', "Parse error at offset 8: Expecting value."),
        (b"[1,]", "Parse error at offset"),
        (b'{"a":1,}', "Parse error at offset"),
        (b"\xef\xbb\xbf{}", "Parse error at offset 0"),
        (b'"\xff"', "not UTF-8 at offset 1"),
        ("é".encode("latin-1"), "not UTF-8 at offset 0"),
        (b"NaN", "NaN is not a number"),
        (b'{"a":[Infinity]}', "Infinity is not a number"),
        (b"-Infinity", "-Infinity is not a number"),
        (b"1e400", "numbers must be finite"),
        (b"18446744073709551616", "integers must fit into 64 bits"),
        (b"9" * 5000, "integers must fit into 64 bits"),
        (b'"\\u0000"', "invalid character 0x00"),
        (b'{"a\\u0000":1}', "invalid character 0x00"),
        (b'"\\ud800"', "lone surrogate in a string"),
        (b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), "more than 64 levels of nesting"),
        (b"[" * 50_000, "more than 64 levels of nesting"),
        (b'{"a":1,"a":1}', "the key 'a' stands twice in one object"),
        (b'{"x":[{"a":1,"\\u0061":2}]}', "the key 'a' stands twice in one object"),
        (b'{"a":1} {}', "Parse error at offset 8"),
        (b"'a'", "Parse error at offset 0"),
        (b'"a\nb"', "Parse error at offset 2"),
        (b"01", "Parse error at offset 1"),
    ],
    ids=lambda value: f"{len(value)} bytes {value[:20]!r}" if isinstance(value, bytes) else "",
)
def test_malformed_json_is_refused_with_the_reason(raw: bytes, reason: str) -> None:
    """The answer says what is wrong and where, in the two entries that the protocol has for it."""
    with pytest.raises(Invalid) as caught:
        parse_json(raw)
    first, second = caught.value.details
    assert first.description.startswith(f"Invalid JSON: {reason}")
    assert (first.location, first.name, second.name, second.description) == ("body", "", "", "Required")


def test_the_same_key_may_stand_in_several_objects() -> None:
    """Only a key that is twice in one and the same object is refused."""
    assert parse_json(b'[{"a":1},{"a":{"a":2}}]') == [{"a": 1}, {"a": {"a": 2}}]


def test_nothing_is_known_of_an_empty_body() -> None:
    """A body that is empty or `{}` asks for nothing (the rules of each method decide what that means)."""
    assert parse_payload(b"", RECORD) == parse_payload(b"{}", RECORD) == Payload(None, None)


def test_the_payload() -> None:
    """`data` and `permissions` are handed on as they are; a permission that is null is as if it were not there."""
    raw = b'{"data":{"a":1},"permissions":{"read":["x","y"],"write":null}}'
    assert parse_payload(raw, RECORD) == Payload({"a": 1}, {"read": ["x", "y"]})
    assert parse_payload(b'{"permissions":{}}', RECORD) == Payload(None, {})


def test_the_servers_fields_are_no_attributes() -> None:
    """The attributes to store are `data` without `id` and `last_modified`."""
    payload = parse_payload(b'{"data":{"id":"r","last_modified":5,"schema":9,"_id":7}}', RECORD)
    assert payload.attributes == {"schema": 9, "_id": 7}
    assert Payload().attributes is None


@pytest.mark.parametrize(
    ("raw", "name", "description"),
    [
        (b"[]", "", '"[]" is not a mapping type: Does not implement dict-like functionality.'),
        (b'"a"', "", "Should be a JSON object or an array"),
        (b"5", "", "Should be a JSON object or an array"),
        (b"null", "", "Should be a JSON object or an array"),
        (b'{"foo":1}', "", "Unrecognized keys in mapping: \"{'foo': 1}\""),
        (b'{"data":[]}', "data", '"[]" is not a mapping type: Does not implement dict-like functionality.'),
        (b'{"data":"x"}', "data", '"x" is not a mapping type: Does not implement dict-like functionality.'),
        (b'{"data":null}', "data", '"None" is not a mapping type: Does not implement dict-like functionality.'),
        (b'{"permissions":null}', "permissions", '"None" is not a mapping type'),
        (b'{"permissions":[]}', "permissions", '"[]" is not a mapping type'),
        (b'{"permissions":{"foo":[]}}', "permissions", '"foo" is not one of read, write, record:create'),
        (b'{"permissions":{"read":"x"}}', "permissions.read", '"x" is not iterable'),
        (b'{"permissions":{"read":["x",5]}}', "permissions.read.1", "5 is not a string"),
        (b'{"permissions":{"read":[null]}}', "permissions.read.0", "None is not a string"),
    ],
)
def test_other_shapes_are_refused(raw: bytes, name: str, description: str) -> None:
    """Each shape that the protocol does not know has its own answer (protocol section 3.3)."""
    with pytest.raises(Invalid) as caught:
        parse_payload(raw, COLLECTION)
    detail, *more = caught.value.details
    assert (detail.location, detail.name) == ("body", name)
    assert detail.description.startswith(description)
    assert [other.description for other in more] == (["Required"] if description.startswith("Should be") else [])


def test_a_principal_is_bounded() -> None:
    """A principal is as long as fits into the index, and no longer."""
    longest = "a" * MAX_PRINCIPAL_LENGTH
    raw = json.dumps({"permissions": {"read": [longest]}}).encode()
    assert parse_payload(raw, RECORD).permissions == {"read": [longest]}
    with pytest.raises(Invalid, match="longer than 4200 characters"):
        parse_payload(raw.replace(b"aaa", b"aaaa", 1), RECORD)


@pytest.mark.parametrize("raw", [b'{"%s":1}', b'{"data":"%s"}', b'{"permissions":{"%s":[]}}', b'{"%s":1,"%s":2}'])
def test_no_answer_repeats_a_long_body(raw: bytes) -> None:
    """What is wrong is quoted shortly, however long it is."""
    with pytest.raises(Invalid) as caught:
        parse_payload(raw.replace(b"%s", b"x" * 100_000), RECORD)
    assert all(len(detail.description) < 500 for detail in caught.value.details)


@pytest.mark.parametrize("kind", ["bucket", "group", "collection", "record"])
def test_each_kind_has_its_permissions(kind: str) -> None:
    """An object accepts the permissions of its own kind and of no other."""
    for name in sorted({name for each in KINDS.values() for name in each.permissions}):
        raw = json.dumps({"permissions": {name: ["x"]}}).encode()
        if name in KINDS[kind].permissions:
            assert parse_payload(raw, KINDS[kind]).permissions == {name: ["x"]}
        else:
            with pytest.raises(Invalid):
                parse_payload(raw, KINDS[kind])
