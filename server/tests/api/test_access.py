"""`GET /v1/permissions`: what is shared with me and what I may do, over HTTP (protocol section 21)."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

PATH = "/permissions"
ROOT = {"uri": "/", "resource_name": "root", "permissions": ["bucket:create", "account:create"]}
BUCKET_RIGHTS = {"write", "read", "read:attributes", "collection:create", "group:create"}


def entries(client: httpx.Client, query: str = "") -> list[dict[str, Any]]:
    """The entries of all pages."""
    answer = client.get(f"{PATH}?{query}")
    found: list[dict[str, Any]] = []
    while True:
        assert answer.status_code == 200, answer.text
        found += answer.json()["data"]
        if "next-page" not in answer.headers:
            return found
        answer = client.get(answer.headers["next-page"])


def uris(client: httpx.Client, query: str = "") -> list[str]:
    """The URIs of the entries of all pages."""
    return [entry["uri"] for entry in entries(client, query)]


def id_of(client: httpx.Client) -> str:
    """The user id of someone."""
    return str(client.get("/").json()["user"]["id"])


@pytest.fixture(scope="module")
def root(serve: Callable[..., str]) -> str:
    """The address of a server on which nothing is open to everyone, unless a test here makes it so."""
    return serve()


@pytest.fixture(scope="module")
def alice(root: str) -> Iterator[httpx.Client]:
    """Someone who owns the objects of the tests."""
    with httpx.Client(base_url=f"{root}/v1", auth=("alice", "secret"), timeout=30, trust_env=False) as client:
        yield client


@pytest.fixture(scope="module")
def anonymous(root: str) -> Iterator[httpx.Client]:
    """Someone who does not say who they are."""
    with httpx.Client(base_url=f"{root}/v1", timeout=30, trust_env=False) as client:
        yield client


@pytest.fixture
def shared(alice: httpx.Client, newcomer: httpx.Client, collection: str) -> dict[str, str]:
    """The paths of objects of Alice on which a newcomer has rights, by the kind and what it may do."""
    user_id = id_of(newcomer)
    bucket = collection.partition("/collections")[0]
    paths = {
        "group read": f"{bucket}/groups/readable",
        "collection record:create": f"{bucket}/collections/open",
        "record read": f"{collection}/records/read",
        "record write": f"{collection}/records/write",
    }
    for what, path in paths.items():
        answer = alice.put(path, json={"permissions": {what.split()[1]: [user_id]}})
        assert answer.status_code == 201
    alice.put(f"{collection}/records/foreign", json={"permissions": {"read": ["somebody else"]}})
    return paths


def test_what_is_shared_with_me(newcomer: httpx.Client, shared: dict[str, str]) -> None:
    """Each object that names the caller is listed, with its ids and with what the permission implies."""
    found = {entry["uri"]: entry for entry in entries(newcomer)}
    assert set(found) == {"/", *shared.values()}
    assert found.pop("/") == ROOT
    _, _, bucket, _, collection = shared["record read"].split("/")[:5]
    assert found[shared["record read"]] == {
        "uri": shared["record read"],
        "resource_name": "record",
        "permissions": ["read"],
        "id": "read",
        "bucket_id": bucket,
        "collection_id": collection,
        "record_id": "read",
    }
    assert set(found[shared["record write"]]["permissions"]) == {"write", "read"}
    open_one = found[shared["collection record:create"]]
    assert set(open_one.pop("permissions")) == {"record:create", "read:attributes"}
    assert open_one == {
        "uri": shared["collection record:create"],
        "resource_name": "collection",
        "id": "open",
        "bucket_id": bucket,
        "collection_id": "open",
    }
    readable = found[shared["group read"]]
    assert (readable["group_id"], readable["permissions"]) == ("readable", ["read"])


def test_what_is_listed_is_so(newcomer: httpx.Client, shared: dict[str, str]) -> None:
    """What the list says of the caller's rights, the objects themselves say too."""
    for entry in entries(newcomer, "exclude_resource_name=root"):
        rights = set(entry["permissions"])
        assert newcomer.get(entry["uri"]).status_code == (200 if rights & {"read", "read:attributes"} else 403)
        assert newcomer.patch(entry["uri"], json={"data": {"n": 1}}).status_code == (200 if "write" in rights else 403)
    new = newcomer.post(f"{shared['collection record:create']}/records")
    assert new.status_code == 201
    mine = f"{shared['collection record:create']}/records/{new.json()['data']['id']}"
    assert mine in uris(newcomer)


def test_three_people_see_each_their_own(
    alice: httpx.Client, newcomer: httpx.Client, anonymous: httpx.Client, shared: dict[str, str]
) -> None:
    """The owner, someone with whom something is shared, and a stranger each see what is theirs."""
    public = f"{shared['record read']}-by-all"
    assert alice.put(public, json={"permissions": {"read": ["system.Everyone"]}}).status_code == 201
    bucket = f"/buckets/{public.split('/')[2]}"
    owned = {entry["uri"]: set(entry["permissions"]) for entry in entries(alice, f"like_uri={bucket}/")}
    own = {entry["uri"]: set(entry["permissions"]) for entry in entries(alice, f"uri={bucket}")}
    assert own == {bucket: BUCKET_RIGHTS}
    assert set(owned) >= {*shared.values(), public, f"{bucket}/collections/tasks"}
    assert owned[f"{bucket}/collections/tasks"] == {"write", "read", "read:attributes", "record:create"}
    assert set(uris(newcomer)) == {*shared.values(), public, "/"}
    assert id_of(alice) not in str(entries(newcomer))
    newcomers = {"uri": "/", "resource_name": "root", "permissions": ["account:create"]}
    assert [entry["uri"] for entry in entries(anonymous)] == [public, "/"]
    assert entries(anonymous)[0]["permissions"] == ["read"]
    alice.delete(bucket)
    assert entries(anonymous) == [newcomers]


def test_a_right_ends_at_once(alice: httpx.Client, newcomer: httpx.Client, shared: dict[str, str]) -> None:
    """Once a right is withdrawn, a group changed or an object deleted, the next answer does not have it."""
    group, record = shared["group read"], f"{shared['record read']}-by-group"
    alice.put(record, json={"permissions": {"read": [group]}})
    assert record not in uris(newcomer)
    alice.patch(group, json={"data": {"members": [id_of(newcomer)]}})
    assert record in uris(newcomer)
    alice.patch(group, json={"data": {"members": []}})
    assert record not in uris(newcomer)
    alice.patch(shared["record write"], json={"permissions": {"write": [id_of(alice)]}})
    assert shared["record write"] not in uris(newcomer)
    alice.delete(shared["record read"])
    assert shared["record read"] not in uris(newcomer)
    alice.delete(shared["record read"].partition("/collections")[0])
    assert uris(newcomer) == ["/"]
    assert newcomer.head(PATH).headers["total-objects"] == "1"


def test_the_personal_bucket_by_its_real_id(newcomer: httpx.Client) -> None:
    """The caller's own bucket, and what is in it, is listed under the id that others know."""
    newcomer.put("/buckets/default/collections/notes/records/one")
    bucket = f"/buckets/{newcomer.get('/').json()['user']['bucket']}"
    expected = [f"{bucket}/collections/notes/records/one", f"{bucket}/collections/notes", bucket, "/"]
    assert uris(newcomer) == expected


def test_the_order(newcomer: httpx.Client, shared: dict[str, str]) -> None:
    """Without more the URIs descend; other orders end with the URI, and what has no such id comes last."""
    everything = ["/", *shared.values()]
    assert uris(newcomer) == sorted(everything, reverse=True)
    assert uris(newcomer, "_sort=uri") == sorted(everything)
    by_id = ["collection record:create", "record read", "group read", "record write"]  # open, read, readable, write
    assert uris(newcomer, "_sort=id") == [*(shared[what] for what in by_id), "/"]
    assert uris(newcomer, "_sort=-id") == ["/", *(shared[what] for what in reversed(by_id))]
    assert uris(newcomer, "_sort=last_modified") == sorted(everything, reverse=True)
    by_kind = [entry["resource_name"] for entry in entries(newcomer, "_sort=resource_name,-record_id")]
    assert by_kind == ["collection", "group", "record", "record", "root"]


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5, 6])
@pytest.mark.parametrize("sort", ["id", "-uri", "record_id"])
def test_pages_make_up_the_list(newcomer: httpx.Client, shared: dict[str, str], limit: int, sort: str) -> None:
    """The pages of any size hold all entries once and in order; the last names no next page."""
    everything = uris(newcomer, f"_sort={sort}")
    assert set(everything) == {"/", *shared.values()}
    assert uris(newcomer, f"_sort={sort}&_limit={limit}") == everything
    answer = newcomer.get(f"{PATH}?_sort={sort}&_limit={limit}&exclude_resource_name=x")
    assert len(answer.json()["data"]) == min(limit, 5)
    assert ("next-page" in answer.headers) == (limit < 5)
    if limit < 5:
        address = urlsplit(answer.headers["next-page"])
        assert address.path == "/v1/permissions"
        names = {"_sort", "_limit", "exclude_resource_name", "_token"}
        assert parse_qs(address.query).keys() == names
        other = newcomer.get(f"{PATH}?_sort=bucket_id&_token={parse_qs(address.query)['_token'][0]}")
        assert (other.status_code, other.json()["errno"]) == (400, 107)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("exclude_resource_name=record", {"group read", "collection record:create", "/"}),
        ("exclude_resource_name=record,group", {"collection record:create", "/"}),
        ("in_resource_name=bucket,collection", {"collection record:create"}),
        ("resource_name=root", {"/"}),
        ("id=read", {"record read"}),
        ("in_id=read,write,", {"record read", "record write"}),
        ("has_collection_id=false", {"group read", "/"}),
        ("collection_id=tasks&not_id=read", {"record write"}),
        ("like_uri=*/records/*", {"record read", "record write"}),
        ("gt_id=readable", {"record write", "/"}),
        ("bucket_id=nowhere", set[str]()),
        ("bucket_id=1", set[str]()),
        ('uri={"$gt": ""}', set[str]()),
        ("_since=5&gt_last_modified=5", {"group read", "collection record:create", "record read", "record write", "/"}),
    ],
)
def test_filters(newcomer: httpx.Client, shared: dict[str, str], query: str, expected: set[str]) -> None:
    """Filters work as on lists, and HEAD counts what GET gives."""
    wanted = {shared.get(what, what) for what in expected}
    assert set(uris(newcomer, query)) == wanted
    head = newcomer.head(f"{PATH}?{query}&_limit=1")
    assert (head.status_code, head.content) == (200, b"")
    assert {head.headers["total-objects"], head.headers["total-records"]} == {str(len(wanted))}
    assert "next-page" not in head.headers


@pytest.mark.difference("fields-at-fault")
@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("foo=1", "Unknown filter field 'foo'"),
        ("in_foo=1", "Unknown filter field 'in_foo'"),
        ("ne_id=1", "Unknown filter field 'ne_id'"),
        ("_sort=foo", "querystring: Unknown sort field 'foo'"),
        ("_sort=id,-foo.bar", "querystring: Unknown sort field 'foo.bar'"),
        ("_fields=id,foo", "_fields in querystring: Fields foo do not exist"),
        ("contains_permissions=read", "Unknown filter field 'contains_permissions'"),
        ("permissions=[%22read%22]", "Unknown filter field 'permissions'"),
        ("id=5", "id in querystring: 5 is not a string"),
        ("_limit=x", None),
        ("_token=abc", None),
        ("_since=abc", None),
    ],
)
def test_strange_queries_are_refused(newcomer: httpx.Client, query: str, message: str | None) -> None:
    """Names that no entry has, and malformed values, give 400 with the reason, to GET and to HEAD."""
    answer = newcomer.get(f"{PATH}?{query}")
    assert (answer.status_code, answer.json()["errno"]) == (400, 107)
    assert message is None or answer.json()["message"] == message
    assert answer.json()["details"][0]["location"] == "querystring"
    assert newcomer.head(f"{PATH}?{query}").status_code == 400


def test_fields(newcomer: httpx.Client, shared: dict[str, str]) -> None:
    """Only the fields that are asked for come, with the id; others of an entry, and timestamps, may be named."""
    found = entries(newcomer, "_fields=uri,record_id,last_modified&_sort=record_id&in_resource_name=record,root")
    assert found == [
        {"uri": shared["record read"], "record_id": "read", "id": "read"},
        {"uri": shared["record write"], "record_id": "write", "id": "write"},
        {"uri": "/"},
    ]


@pytest.mark.difference("entries-without-etag")
def test_the_answer_itself(newcomer: httpx.Client) -> None:
    """The answer is not kept by caches, has no ETag, which would mean nothing, and is JSON to all who accept it."""
    answer = newcomer.get(PATH, headers={"Origin": "https://app.example"})
    assert (answer.status_code, answer.json()) == (200, {"data": [ROOT]})
    assert "etag" not in answer.headers
    assert answer.headers["cache-control"] == "no-cache, no-store"
    assert "Next-Page" in answer.headers["access-control-expose-headers"]
    assert newcomer.get(PATH, headers={"Accept": "text/html"}).status_code == 406
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        refused = newcomer.request(method, PATH)
        assert (refused.status_code, refused.headers["allow"]) == (405, "HEAD, GET, OPTIONS")


def test_hello_tells_of_it(anonymous: httpx.Client) -> None:
    """Clients know from the hello view that it is there."""
    assert anonymous.get("/").json()["capabilities"]["permissions_endpoint"].keys() == {"description", "url"}


def test_what_settings_grant(serve: Callable[..., str]) -> None:
    """Whoever a setting lets read all collections finds all of them, and who may not create buckets no root."""
    settings = {"collection_read_principals": ["system.Authenticated"], "bucket_create_principals": ["system.Everyone"]}
    root = f"{serve(**settings)}/v1"
    with httpx.Client(base_url=root, auth=("alice", "secret")) as alice, httpx.Client(base_url=root) as anonymous:
        alice.put("/buckets/default/collections/hers")
        with httpx.Client(base_url=root, auth=("bob", "secret")) as bob:
            (collection, top) = entries(bob)
        assert collection["uri"].endswith("/collections/hers")
        assert collection["permissions"] == ["read", "read:attributes"]
        assert alice.get(collection["uri"]).status_code == 200
        assert [top] == entries(anonymous) == [ROOT]


def test_accounts_are_listed(serve: Callable[..., str]) -> None:
    """Who has an account finds it; where there are no accounts, nobody is told that they may create one."""
    root = f"{serve()}/v1"
    assert httpx.put(f"{root}/accounts/zoe", json={"data": {"password": "a long secret"}}).status_code == 201
    with httpx.Client(base_url=root, auth=("zoe", "a long secret")) as zoe:
        own = {"uri": "/accounts/zoe", "resource_name": "account", "permissions": ["write", "read"]}
        assert entries(zoe) == [{**own, "id": "zoe", "account_id": "zoe"}, ROOT]
        assert uris(zoe, "account_id=zoe&_sort=account_id") == ["/accounts/zoe"]
    with httpx.Client(base_url=f"{serve(multiauth_policies='basicauth')}/v1", auth=("zoe", "secret")) as zoe:
        assert entries(zoe) == [{**ROOT, "permissions": ["bucket:create"]}]


def test_it_may_be_switched_off(serve: Callable[..., str]) -> None:
    """Where the operator does not want it, it is not there, and the hello view does not name it."""
    with httpx.Client(base_url=f"{serve(experimental_permissions_endpoint=False)}/v1", auth=("a", "b")) as client:
        answer = client.get(PATH)
        assert (answer.status_code, answer.json()["errno"]) == (404, 111)
        assert "permissions_endpoint" not in client.get("/").json()["capabilities"]


def test_pages_are_bounded_by_the_operator(serve: Callable[..., str]) -> None:
    """`paginate_by` and `storage_max_fetch_size` bound a page, whatever the request asks for."""
    for settings in ({"paginate_by": 2}, {"storage_max_fetch_size": 2}):
        with httpx.Client(base_url=f"{serve(**settings)}/v1", auth=("alice", "secret")) as alice:
            for number in range(4):
                alice.put(f"/buckets/b{number}")
            assert len(alice.get(f"{PATH}?_limit=100").json()["data"]) == 2
            assert uris(alice, "_sort=id") == [*(f"/buckets/b{number}" for number in range(4)), "/"]
            assert alice.head(PATH).headers["total-objects"] == "5"
