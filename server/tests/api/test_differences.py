"""Where we differ from the reference on purpose, for what no other test shows alone: docs/reference/protocol.md."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from tests.api.tasks import encoded, fill, found

difference = pytest.mark.difference


@difference("case-of-media-types")
def test_media_types_have_no_case(alice: httpx.Client, record: str) -> None:
    """A media type is one however it is spelled, as RFC 9110 says."""
    content = b'{"data": {"title": "x"}}'
    for media_type in ("application/JSON", "Application/Json; charset=UTF-8"):
        assert alice.put(record, content=content, headers={"Content-Type": media_type}).status_code == 200


@difference("smuggled-permissions")
@pytest.mark.parametrize("method", ["PUT", "PATCH", "POST"])
def test_an_attribute_called_permissions_is_an_attribute(
    alice: httpx.Client, anonymous: httpx.Client, record: str, method: str
) -> None:
    """`__permissions__` within `data` is kept as what it is, whatever is in it, and gives nobody a right."""
    odd = {"__permissions__": {"read": ["system.Everyone"]}, "permissions": {"write": ["system.Everyone"]}}
    path = record if method != "POST" else record.rpartition("/")[0]
    answer = alice.request(method, path, json={"data": odd}).json()
    assert odd.items() <= answer["data"].items()
    assert sorted(answer["permissions"]) == ["write"]
    assert anonymous.get(f"{record.rpartition('/')[0]}/{answer['data']['id']}").status_code == 401


@difference("odd-timestamps")
@pytest.mark.parametrize("value", [True, False, "1500000000000", 1.5, None])
def test_what_is_no_integer_is_no_timestamp(alice: httpx.Client, record: str, value: object) -> None:
    """`true` is not the number one: the write counts, its timestamp is the server's, and the ETag is a number."""
    before = int(alice.get(record).headers["etag"].strip('"'))
    answer = alice.put(record, json={"data": {"last_modified": value}})
    assert answer.status_code == 200
    assert int(answer.headers["etag"].strip('"')) > before


@difference("deletion-at")
@pytest.mark.parametrize("value", ["", "abc", "1.5", '"abc"', "-1", "9" * 30, "true"])
def test_a_deletion_is_dated_by_an_integer(alice: httpx.Client, record: str, value: str) -> None:
    """Anything else gives 400, and the object stays."""
    assert alice.delete(record, params={"last_modified": value}).status_code == 400
    assert alice.get(record).status_code == 200


@difference("literal-like")
def test_like_is_literal_but_for_the_asterisk(alice: httpx.Client, records: str) -> None:
    """What other languages take for wildcards stands for itself, and what is no text is neither found nor an error."""
    texts = {"a": "100%", "b": "a_c", "c": "a.c", "d": "(x", "e": "a\\d", "f": "[a-z]", "g": "$where", "h": "abc"}
    fill(alice, records, {**{name: {"t": text} for name, text in texts.items()}, "i": {"t": 1}, "j": {}})
    for name, text in texts.items():
        assert name in found(alice, records, f"like_t={json.dumps(text)}")
    for text in ("%", "_", ".", "(", "\\", "[", "$"):
        expected = sorted(name for name, value in texts.items() if text in value)
        assert sorted(found(alice, records, f"like_t={text}")) == expected, text


@difference("quoted-lists")
def test_a_list_of_values_may_be_quoted(alice: httpx.Client, records: str) -> None:
    """`in_` and `exclude_` take texts with commas in them, in quotes, as JSON has them."""
    fill(alice, records, {"both": {"t": "a,b"}, "c": {"t": "c"}, "a": {"t": "a"}})
    assert found(alice, records, 'in_t="a,b","c"&_sort=id') == ["both", "c"]
    assert found(alice, records, 'exclude_t="a,b"&_sort=id') == ["a", "c"]
    assert found(alice, records, "in_t=a,b,c&_sort=id") == ["a", "c"]


@difference("repeated-filters")
def test_the_same_filter_twice_means_both(alice: httpx.Client, records: str) -> None:
    """Each of them has to hold, as with any two filters."""
    fill(alice, records, {"a": {"n": 1}, "b": {"n": 2}, "c": {"n": 3}})
    assert found(alice, records, "not_n=1&not_n=3") == ["b"]
    assert found(alice, records, "min_n=1&min_n=3") == ["c"]
    assert found(alice, records, "n=1&n=2") == []


@difference("filters-of-timestamps")
def test_timestamps_may_be_listed(alice: httpx.Client, record: str) -> None:
    """`in_last_modified` and `exclude_last_modified` take timestamps, with quotes or without."""
    records, stamp = record.rpartition("/")[0], alice.get(record).json()["data"]["last_modified"]
    assert found(alice, records, f'in_last_modified=5,"{stamp}"') == ["first"]
    assert found(alice, records, f"exclude_last_modified={stamp}") == []


@difference("signed-tokens")
def test_nobody_makes_up_a_token(alice: httpx.Client, records: str) -> None:
    """A token is of its list and order alone: changed by one character, or taken elsewhere, it gives 400."""
    fill(alice, records, {"a": {}, "b": {}, "c": {}})
    token = httpx.URL(alice.get(f"{records}?_limit=1").headers["next-page"]).params["_token"]
    assert alice.get(records, params={"_token": token}).status_code == 200
    middle = len(token) // 2
    altered = token[:middle] + ("A" if token[middle] != "A" else "B") + token[middle + 1 :]
    other = records.replace("/collections/tasks/records", "/collections")
    for path, forged in ((records, altered), (other, token), (f"{records}?_sort=n", token), (records, token + "x")):
        assert alice.get(path, params={**httpx.URL(path).params, "_token": forged}).status_code == 400


@difference("bounded-filters")
def test_filters_are_bounded(alice: httpx.Client, records: str) -> None:
    """A query that would cost more than lists should is refused with the reason."""
    for query in (
        "&".join(f"n{number}=1" for number in range(101)),
        "in_n=" + "1," * 1001,
        "n=" + "[" * 17 + "]" * 17,
        "_sort=" + ",".join("abcdefghijk"),
        "like_n=" + "x" * 257,
    ):
        answer = alice.get(f"{records}?{encoded(query)}")
        assert (answer.status_code, answer.json()["errno"]) == (400, 107)
        assert answer.json()["message"]


@difference("bounded-pages")
def test_a_page_is_bounded_in_bytes(alice: httpx.Client, records: str) -> None:
    """A page may end before its limit: there is more exactly when there is `Next-Page`, and nothing is left out."""
    text = "x" * 3_000_000
    fill(alice, records, {f"r{number}": {"text": text} for number in range(7)})
    first = alice.get(f"{records}?_limit=7")
    assert len(first.content) < 17 * 2**20
    second = alice.get(first.headers["next-page"])
    assert "next-page" not in second.headers
    assert [entry["id"] for answer in (first, second) for entry in answer.json()["data"]] == [
        f"r{number}" for number in reversed(range(7))
    ]


@difference("groups-of-everybody")
def test_a_group_of_everybody_ends_at_its_bucket(alice: httpx.Client, bob: httpx.Client, bucket: str) -> None:
    """With `system.Authenticated` as a member it opens objects of its own bucket and of no other."""
    group = f"{bucket}/groups/all"
    alice.put(group, json={"data": {"members": ["system.Authenticated"]}})
    other = f"{bucket}-other"
    for path in (f"{bucket}/collections/c", other, f"{other}/collections/c"):
        alice.put(path, json={"permissions": {"read": [group]}})
    assert bob.get(f"{bucket}/collections/c").status_code == 200
    assert bob.get(f"{other}/collections/c").status_code == 403
    assert alice.delete(other).status_code == 200  # others of this server look at their list of buckets


@difference("bounded-lists-of-principals")
def test_lists_of_principals_are_bounded(alice: httpx.Client, record: str) -> None:
    """1,000 principals on one object, and 4,200 characters for each, are the most; above it is 400 with the reason."""
    for read in ([f"u{number}" for number in range(1001)], ["x" * 4201]):
        answer = alice.patch(record, json={"permissions": {"read": read}})
        assert (answer.status_code, answer.json()["errno"]) == (400, 107)
    assert alice.patch(record, json={"permissions": {"read": ["x" * 4200]}}).status_code == 200


@difference("no-false-conflicts")
def test_writes_of_one_millisecond_do_not_conflict(alice: httpx.Client, records: str) -> None:
    """However many write to one list at once, nobody is refused with 409, and no timestamp is given twice."""
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda number: alice.put(f"{records}/r{number}", json={}), range(200)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.headers["etag"] for answer in answers}) == 200


@difference("exposed-on-preflight", "preflight-headers", "exposed-headers")
def test_what_browsers_are_told(anonymous: httpx.Client, alice: httpx.Client, record: str) -> None:
    """The ETag and the address of a write can be read by pages of other origins, whose credentials are allowed."""
    origin = {"Origin": "https://app.example"}
    asked = {**origin, "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "x-odd"}
    preflight = anonymous.options(record, headers=asked)
    allowed = {name.strip().lower() for name in preflight.headers["access-control-allow-headers"].split(",")}
    assert {"authorization", "x-odd"} <= allowed
    assert "access-control-expose-headers" in preflight.headers
    for answer in (alice.put(record, headers=origin), alice.patch(record, json={"data": {}}, headers=origin)):
        exposed = {name.strip().lower() for name in answer.headers["access-control-expose-headers"].split(",")}
        assert {"etag", "last-modified", "location"} <= exposed


@difference("software-version")
def test_the_version_without_a_file_is_our_own(alice: httpx.Client) -> None:
    """Without the setting the endpoint tells the name and the version of this software."""
    answer = alice.get("/__version__")
    assert answer.status_code == 200
    assert answer.json()["version"] == alice.get("/").json()["project_version"]


@difference("body-limit")
def test_a_large_body_is_told_so(serve: Callable[..., str]) -> None:
    """Above `max_body_bytes` the answer is 413, errno 113, as JSON."""
    with httpx.Client(base_url=serve(max_body_bytes=1000) + "/v1", auth=("alice", "secret"), trust_env=False) as client:
        answer = client.put("/buckets/large", json={"data": {"a": "x" * 2000}})
        assert (answer.status_code, answer.json()["errno"]) == (413, 113)


@difference("media-types-in-batches")
def test_every_kind_of_patch_works_within_a_batch(alice: httpx.Client, record: str) -> None:
    """Each request of a batch has its own Content-Type, so JSON patches and merge patches mean what they say."""
    requests = [
        {
            "method": "PATCH",
            "path": record,
            "headers": {"Content-Type": "application/json-patch+json"},
            "body": [{"op": "add", "path": "/data/n", "value": 1}],
        },
        {
            "method": "PATCH",
            "path": record,
            "headers": {"Content-Type": "application/merge-patch+json"},
            "body": {"data": {"title": None}},
        },
    ]
    responses = alice.post("/batch", json={"requests": requests}).json()["responses"]
    assert [response["status"] for response in responses] == [200, 200]
    data = alice.get(record).json()["data"]
    assert (data["n"], "title" in data) == (1, False)


@difference("batch-paths")
def test_only_a_batch_is_a_batch(alice: httpx.Client, bucket: str) -> None:
    """A bucket or a collection whose name has the word in it can be used within a batch; a batch in a batch cannot."""
    named = [{"method": "PUT", "path": path} for path in (f"{bucket}/collections/batch", f"{bucket}-batchy")]
    responses = alice.post("/batch", json={"requests": named}).json()["responses"]
    assert [response["status"] for response in responses] == [201, 201]
    for path in ("/batch", "/v1/batch", "/batch/", "/batch?x=1"):
        answer = alice.post("/batch", json={"requests": [{"method": "POST", "path": path, "body": {"requests": []}}]})
        assert answer.status_code == 400
