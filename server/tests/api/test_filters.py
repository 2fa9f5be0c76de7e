"""Filters of lists: protocol sections 16.1, 16.2 and 15.2."""

import httpx
import pytest
from tests.api.tasks import ALL, encoded, found, refusal


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        # equality is of the type too, and of the whole
        ("n=10", ["r4"]),
        ("n=10.0", ["r4"]),
        ("eq_n=1", ["r3"]),
        ('n="10"', ["r1"]),
        ("n=b", ["r2"]),
        ("n=true", ["r6"]),
        ("n=null", ["r0"]),
        ("n=[1,2]", ["r7"]),
        ("n=[2,1]", []),
        ('n={"y":2,"x":1}', ["r8"]),
        ('n={"x":1}', []),
        ("n=010", []),
        ("tags=home", ["r3"]),
        ("title=100%", ["r7"]),
        ("nothing=1", []),
        ("ne_n=10", []),
        ("a-b=1", ["r6"]),
        # what is not there differs, and null is there
        ("not_n=10", [*ALL[:4], *ALL[5:]]),
        ("not_done=true", [name for name in ALL if name != "r3"]),
        ("not_null=null", [name for name in ALL if name != "r3"]),
        ("has_null=true", ["r3"]),
        ("has_done=true", ["r3", "r4"]),
        ("has_done=false", [name for name in ALL if name not in ("r3", "r4")]),
        # null < text < number < boolean < array < object < not there
        ("lt_n=10", ["r0", "r1", "r2", "r3"]),
        ("max_n=10", ["r0", "r1", "r2", "r3", "r4"]),
        ("gt_n=10", ["r5", "r6", "r7", "r8", "r9"]),
        ("min_n=10", ["r4", "r5", "r6", "r7", "r8", "r9"]),
        ("gt_n=b", ["r3", "r4", "r5", "r6", "r7", "r8", "r9"]),
        ('lt_n="10"', ["r0"]),
        ("gt_n=null", list(ALL[1:])),
        ("max_n=null", ["r0"]),
        ("lt_n=true", ["r0", "r1", "r2", "r3", "r4", "r5"]),
        ("min_n=[9]", ["r8", "r9"]),
        ("min_n=[1,2]", ["r7", "r8", "r9"]),
        ("lt_n={}", list(ALL[:8])),
        ("gt_n=1&lt_n=11", ["r4", "r5"]),
        # several values
        ("in_n=10,1", ["r3", "r4"]),
        ('in_n="10",b', ["r1", "r2"]),
        ('in_n="10","b"', ["r1", "r2"]),
        ("in_n=b,", ["r2"]),
        ("in_n=null,[1,2]", ["r0", "r7"]),
        ("exclude_n=10,1", [name for name in ALL if name not in ("r3", "r4")]),
        ("in_n=", []),
        ("exclude_n=", list(ALL)),
        # text
        ("like_title=BUY", ["r1", "r2"]),
        ("like_title=b*y*k", ["r1"]),
        ("like_title=*", ["r1", "r2", "r7", "r8", "r9"]),
        ("like_title=%", ["r7"]),
        ("like_title=_", ["r8"]),
        ("like_title=a.c", []),
        ("like_title=é*É", ["r9"]),
        ("like_n=1", None),
        ('like_n="1"', ["r1"]),
        # arrays
        ("contains_tags=home", ["r1", "r2"]),
        ('contains_tags=["home","shop"]', ["r1"]),
        ('contains_tags=[["home"]]', ["r6"]),
        ('contains_tags={"a":1}', ["r6"]),
        ("contains_tags=[]", ["r1", "r2", "r5", "r6"]),
        ('contains_any_tags=["shop",1]', ["r1", "r6"]),
        ("contains_any_tags=[]", []),
        # nested, into objects and never into arrays
        ("place.city=Bern", ["r0"]),
        ("place.city=null", ["r4"]),
        ("place.city.name=Ulm", ["r9"]),
        ("has_place.city=true", ["r0", "r2", "r4", "r9"]),
        ("like_place.city=b", ["r0", "r2"]),
        ("gt_place.zip=2999", list(ALL)),
        ("lt_place.zip=3001", ["r0"]),
        ("place.0.city=Bern", []),
        ("tags.0=home", []),
        # the id
        ("id=r1", ["r1"]),
        ("not_id=r1", [name for name in ALL if name != "r1"]),
        ("in_id=r1,r3,", ["r1", "r3"]),
        ("in_id=", []),
        ("exclude_id=r1,r3", [name for name in ALL if name not in ("r1", "r3")]),
        ("gt_id=r7", ["r8", "r9"]),
        ("max_id=r1", ["r0", "r1"]),
        ("like_id=R*7", ["r7"]),
        # several at once, one of them twice
        ("has_tags=true&not_tags=home&contains_tags=home&like_title=milk", ["r1"]),
        ("not_n=10&not_n=1", [name for name in ALL if name not in ("r3", "r4")]),
        ("like_title=buy&like_title=milk", ["r1"]),
        ("n=1&n=10", []),
        # parameters that are none
        ("_cachebust=1&_n=10", list(ALL)),
    ],
)
def test_filters(alice: httpx.Client, tasks: str, query: str, expected: list[str] | None) -> None:
    """Each operator keeps what the protocol says, by typed values and nested names; HEAD counts the same."""
    if expected is None:
        assert refusal(alice.get(f"{tasks}?{query}")) == ("like_n", "1 is not a string")
        return
    assert sorted(found(alice, tasks, query)) == expected


def test_filters_of_time(alice: httpx.Client, tasks: str) -> None:
    """Each comparison of `last_modified` shows tombstones too, as `_since` does; `deleted=true` selects them."""
    stamps = {entry["id"]: entry["last_modified"] for entry in alice.get(tasks).json()["data"]}
    gone = alice.delete(f"{tasks}/r5").json()["data"]["last_modified"]
    at = stamps["r8"]
    assert found(alice, tasks, f"gt_last_modified={at}") == ["r5", "r9"]
    assert found(alice, tasks, f'min_last_modified="{at}"') == ["r5", "r9", "r8"]
    assert found(alice, tasks, f"lt_last_modified={stamps['r2']}") == ["r1", "r0"]
    assert found(alice, tasks, f"max_last_modified={stamps['r1']}") == ["r1", "r0"]
    assert found(alice, tasks, f"last_modified={gone}") == ["r5"]
    assert found(alice, tasks, f'in_last_modified={gone},"{at}"') == ["r5", "r8"]
    assert len(found(alice, tasks, f"not_last_modified={at}")) == 9
    assert found(alice, tasks, f"exclude_last_modified={','.join(map(str, stamps.values()))}") == ["r5"]
    assert found(alice, tasks, f"_since={at}&deleted=true") == ["r5"]
    assert found(alice, tasks, f"_since={at}&not_deleted=true") == ["r9"]
    assert found(alice, tasks, f"_since={at}&has_title=true") == ["r9"]
    assert found(alice, tasks, "deleted=true") == []


@pytest.mark.parametrize(
    ("query", "name", "description"),
    [
        ("_since=abc", "_since", '"abc" is not a number'),
        ("_since=", "_since", "Invalid value for _since"),
        ("_before=-1", "_before", "-1 is less than minimum value 0"),
        ("gt_last_modified=abc", "gt_last_modified", '"abc" is not a number'),
        ("in_last_modified=1,abc", "in_last_modified", '"abc" is not a number'),
        ("last_modified=99999999999999", "last_modified", "Invalid value for last_modified"),
        ("has_last_modified=true", "has_last_modified", "Invalid value for has_last_modified"),
        ("id=5", "id", "5 is not a string"),
        ("in_id=1,2", "in_id", "Invalid value for in_id"),
        ("contains_id=r1", "contains_id", "Field 'id' is not an array"),
        ("has_n=yes", "has_n", "'yes' is not true or false"),
        ("like_n=1", "like_n", "1 is not a string"),
        ("like_n=" + "x" * 257, "like_n", "longer than 256 characters, or more than 16 of them are *"),
        ("like_id=" + "*a" * 17, "like_id", "longer than 256 characters, or more than 16 of them are *"),
        ("n=18446744073709551616", "n", "Invalid value for n: Invalid JSON: integers must fit into 64 bits"),
        ("n=%00", "n", "Invalid character 0x00"),
        ("n=" + "[" * 17 + "]" * 17, "n", "more than 16 levels of nesting"),
        ("in_n=" + "1," * 1001, "in_n", "more than 1000 values"),
        ("a." * 64 + "b=1", "a." * 64 + "b", "more than 64 levels of nesting"),
        ("&".join(f"n{number}=1" for number in range(101)), "n100", "more than 100 filters"),
        ("_fields=" + ",".join("a.b" for _ in range(101)), "_fields", "more than 200 names of attributes"),
        ("_sort=" + ",".join("abcdefghijk"), "_sort", "more than 10 keys, or of more than 64 levels"),
        ("_sort=n&_sort=m", "_sort", "_sort stands more than once"),
        ("_fields=n&_fields=m", "_fields", "_fields stands more than once"),
    ],
)
def test_what_no_filter_can_be_is_refused(
    alice: httpx.Client, record: str, query: str, name: str, description: str
) -> None:
    """A parameter of the wrong type, or beyond the bounds, gives 400 that names it, and nothing is deleted."""
    records = record.rpartition("/")[0]
    for method in ("GET", "DELETE"):
        assert refusal(alice.request(method, f"{records}?{query}")) == (name, description)
    assert alice.get(record).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "n=" + "[" * 16 + "]" * 16,
        "n=" + '{"a":1,"b":' * 16 + "1" + "}" * 16,
        "contains_n=[" + '{"a":1,"b":' * 15 + "1" + "}" * 15 + "]",
        ".".join("a" * 64) + "=" + '{"a":1,"b":' * 16 + "1" + "}" * 16,
        "min_" + ".".join("a" * 64) + "=" + '[{"a":1,"b":' * 8 + "1" + "}]" * 8,
        "in_n=" + "1," * 1000,
        "exclude_n=" + '{"a":1,"b":2},' * 999 + "1",
        "contains_n=[" + "1," * 999 + "1]",
        "&".join(f"n{number}=1" for number in range(100)),
        "&".join(f"like_{'n.' * 63}n=*a*b*c*" for _ in range(100)),
        "like_n=" + "*aaaaaaa" * 16,
        "like_id=" + "\N{GRINNING FACE}" * 256,
        "like_title=" + "\\" * 256,
        "n=" + "x" * 40_000,
        "_sort=" + ",".join(".".join(letter * 64) for letter in "abcdefghij"),
        "_fields=" + ",".join(".".join(letter * 50) for letter in "abcd"),
        ".".join(["k" * 100] * 60) + "=[" + ",".join(['{"a":1,"b":2}'] * 1000) + "]",
        "_sort=" + ".".join(["k" * 1000] * 60),
    ],
    ids=lambda query: query[:20],
)
def test_the_largest_queries_are_answered(alice: httpx.Client, tasks: str, query: str) -> None:
    """What is just within the bounds is answered like any other query, not by an error of the database."""
    answer = alice.get(f"{tasks}?{encoded(query)}")
    assert answer.status_code == 200, answer.text


def test_a_query_that_is_no_text_is_refused(alice: httpx.Client, records: str) -> None:
    """A query string that is not UTF-8 gives 400 without details."""
    answer = alice.get(f"{records}?n=%ff")
    assert (answer.status_code, answer.json()["error"], "details" in answer.json()) == (400, "Bad Request", False)


@pytest.mark.parametrize("value", ["null", ""])
def test_no_time_is_no_bound(alice: httpx.Client, tasks: str, value: str) -> None:
    """`_since=null` is the same as no `_since`, and an empty token the first page."""
    query = f"_since={value}" if value else "_token="
    assert sorted(found(alice, tasks, query)) == list(ALL)


def test_the_old_name_of_before_is_deprecated(alice: httpx.Client, tasks: str) -> None:
    """`_to` is `_before`, and the answer says by `Alert` that it goes."""
    stamps = {entry["id"]: entry["last_modified"] for entry in alice.get(tasks).json()["data"]}
    answer = alice.get(f"{tasks}?_to={stamps['r2']}")
    assert [entry["id"] for entry in answer.json()["data"]] == ["r1", "r0"]
    assert httpx.Response(200, content=answer.headers["alert"]).json()["code"] == "soft-eol"
    assert "alert" not in alice.get(f"{tasks}?_before={stamps['r2']}").headers
    assert "alert" in alice.delete(f"{tasks}?_to={stamps['r0']}").headers
