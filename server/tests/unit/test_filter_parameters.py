"""Parameters as filters, orders and fields: protocol sections 16.2 to 16.4."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kintoun_server.domain.filters import Filter, Operator
from kintoun_server.domain.order import SortKey
from kintoun_server.domain.refusals import Invalid
from kintoun_server.http.filter_parameters import parse_fields, parse_filter, parse_sort


def timestamp(name: str, text: str) -> int:
    """Reads digits, with or without quotes."""
    digits = text.strip('"')
    if not digits.isdecimal():
        raise Invalid("querystring", name, f'"{text}" is not a number')
    return int(digits)


def parsed(parameter: str) -> Filter:
    """The filter that a parameter such as `min_a=5` is."""
    name, _, text = parameter.partition("=")
    return parse_filter(name, text, timestamp)


@pytest.mark.parametrize(
    ("parameter", "expected"),
    [
        ("f=v", Filter(Operator.EQ, ("f",), "v")),
        ("eq_f=v", Filter(Operator.EQ, ("f",), "v")),
        ("not_f=v", Filter(Operator.NOT, ("f",), "v")),
        ("lt_f=1", Filter(Operator.LT, ("f",), 1)),
        ("max_f=1", Filter(Operator.MAX, ("f",), 1)),
        ("gt_f=1", Filter(Operator.GT, ("f",), 1)),
        ("min_f=1", Filter(Operator.MIN, ("f",), 1)),
        ("in_f=a,b", Filter(Operator.IN, ("f",), ("a", "b"))),
        ("exclude_f=a", Filter(Operator.EXCLUDE, ("f",), ("a",))),
        ("like_f=a*", Filter(Operator.LIKE, ("f",), "a*")),
        ("has_f=true", Filter(Operator.HAS, ("f",), value=True)),
        ("contains_f=v", Filter(Operator.CONTAINS, ("f",), ("v",))),
        ("contains_f=[1,2]", Filter(Operator.CONTAINS, ("f",), (1, 2))),
        ("contains_any_f=[1,2]", Filter(Operator.CONTAINS_ANY, ("f",), (1, 2))),
        ("gt_a.b.c=1", Filter(Operator.GT, ("a", "b", "c"), 1)),
        ("a..b=1", Filter(Operator.EQ, ("a", "", "b"), 1)),
        ("=1", Filter(Operator.EQ, ("",), 1)),
        ("ne_n=1", Filter(Operator.EQ, ("ne_n",), 1)),
        ("EQ_n=1", Filter(Operator.EQ, ("EQ_n",), 1)),
        ("gt_a-b=1", Filter(Operator.EQ, ("gt_a-b",), 1)),
        ("$where=1", Filter(Operator.EQ, ("$where",), 1)),
        ("in_n=1,2", Filter(Operator.IN, ("n",), (1, 2))),
        ("in_id=abc,", Filter(Operator.IN, ("id",), ("abc",))),
        ('in_id="1","2"', Filter(Operator.IN, ("id",), ("1", "2"))),
        ('in_f="a,b",c', Filter(Operator.IN, ("f",), ('"a', 'b"', "c"))),
        ('in_f="a,b","c"', Filter(Operator.IN, ("f",), ("a,b", "c"))),
        ("in_f=a, ,b", Filter(Operator.IN, ("f",), ("a", "b"))),
        ("in_id=", Filter(Operator.IN, ("id",), ())),
        ('last_modified="5"', Filter(Operator.EQ, ("last_modified",), 5)),
        ('in_last_modified=5,"6"', Filter(Operator.IN, ("last_modified",), (5, 6))),
        ("like_id=a*", Filter(Operator.LIKE, ("id",), "a*")),
    ],
)
def test_a_parameter_is_a_filter(parameter: str, expected: Filter) -> None:
    """The operator stands before the name, dots walk into objects, and an unknown operator is a part of the name."""
    assert parsed(parameter) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10", 10),
        ('"10"', "10"),
        ("1.0", 1.0),
        ("true", True),
        ("null", None),
        ("[1,2]", [1, 2]),
        ('{"x":1}', {"x": 1}),
        ('{"$gt":""}', {"$gt": ""}),
        ("01", "01"),
        ("NaN", "NaN"),
        ("-Infinity", "-Infinity"),
        ("", ""),
        ("abc", "abc"),
        ("18446744073709551615", 2**64 - 1),
    ],
)
def test_values_are_typed(text: str, expected: Any) -> None:  # noqa: ANN401 - any JSON
    """A value is JSON where it is JSON, else a text."""
    value = parsed(f"f={text}").value
    assert (value, type(value)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("parameter", "name", "description"),
    [
        ("like_n=1", "like_n", "1 is not a string"),
        ("id=5", "id", "5 is not a string"),
        ("gt_id=null", "gt_id", "null is not a string"),
        ("in_id=1,2", "in_id", "Invalid value for in_id"),
        ("contains_id=a", "contains_id", "Field 'id' is not an array"),
        ("contains_any_last_modified=1", "contains_any_last_modified", "Field 'last_modified' is not an array"),
        ("has_last_modified=true", "has_last_modified", "Invalid value for has_last_modified"),
        ("like_last_modified=1", "like_last_modified", "Invalid value for like_last_modified"),
        ("last_modified=abc", "last_modified", '"abc" is not a number'),
        ("exclude_last_modified=1,x", "exclude_last_modified", '"x" is not a number'),
        ("has_f=yes", "has_f", "'yes' is not true or false"),
        ("f=18446744073709551616", "f", "Invalid value for f: Invalid JSON: integers must fit into 64 bits"),
        ("f=1e400", "f", "Invalid value for f: Invalid JSON: numbers must be finite"),
        ("f=" + "[" * 17 + "]" * 17, "f", "more than 16 levels of nesting"),
        ("f=" + "[" * 5000 + "]" * 5000, None, None),
        ("like_f=" + "x" * 257, "like_f", "longer than 256 characters, or more than 16 of them are *"),
        ("like_id=" + "*" * 17, "like_id", "longer than 256 characters, or more than 16 of them are *"),
        ("in_f=" + "1," * 1001, "in_f", "more than 1000 values"),
        ("a." * 64 + "b=1", "a." * 64 + "b", "more than 64 levels of nesting"),
    ],
)
def test_what_no_filter_can_be_is_refused(parameter: str, name: str | None, description: str | None) -> None:
    """Values of the wrong type and beyond the bounds are refused by the name of their parameter."""
    if name is None:  # deeper than Python reads: no JSON, so a text
        assert parsed(parameter).value.startswith("[[[")
        return
    with pytest.raises(Invalid) as caught:
        parsed(parameter)
    (detail,) = caught.value.details
    assert (detail.location, detail.name, detail.description) == ("querystring", name, description)


@pytest.mark.parametrize(
    ("text", "keys", "ascending"),
    [
        ("", (), False),
        ("a,-b", (SortKey(("a",)), SortKey(("b",), descending=True)), False),
        ("+a, -b.c", (SortKey(("a",)), SortKey(("b", "c"), descending=True)), False),
        ("last_modified", (), True),
        ("-last_modified", (), False),
        ("a,last_modified,b", (SortKey(("a",)),), True),
        ("a,a,-a", (SortKey(("a",)),), False),
        ("a;b,$c,--d,e", (SortKey(("e",)),), False),
    ],
)
def test_an_order(text: str, keys: tuple[SortKey, ...], *, ascending: bool) -> None:
    """Keys until the timestamp, which is unique and so the last; a key that comes again and what is none is ignored."""
    assert parse_sort(text) == (keys, ascending)


def test_too_many_keys_are_refused() -> None:
    """A list is sorted by at most ten keys."""
    with pytest.raises(Invalid, match="more than 10 keys"):
        parse_sort(",".join(f"f{number}" for number in range(11)))


def test_fields() -> None:
    """Paths between commas; nothing means all fields."""
    assert parse_fields("a, b.c,,") == (("a",), ("b", "c"))
    assert parse_fields("") == ()


def test_too_many_fields_are_refused() -> None:
    """Attributes are picked from each object of a page, so ``_fields`` names at most 200 in all."""
    assert len(parse_fields(",".join(["a.b"] * 100))) == 100
    with pytest.raises(Invalid, match="more than 200 names"):
        parse_fields(",".join(["a.b"] * 101))


@given(st.text(min_size=1), st.text())
def test_any_parameter_is_read_or_refused(name: str, text: str) -> None:
    """Whatever stands in a query string is a filter or a 400."""
    with contextlib.suppress(Invalid):
        assert parse_filter(name, text, timestamp).path
