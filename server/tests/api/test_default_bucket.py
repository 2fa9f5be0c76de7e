"""The personal bucket behind the alias `default`: protocol section 12."""

import hashlib
import hmac
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import httpx
import pytest

KEY = "the key of the default bucket tests"


def real_id(client: httpx.Client) -> str:
    """The real id of the caller's default bucket, from the hello view."""
    bucket_id = client.get("/").json()["user"]["bucket"]
    assert isinstance(bucket_id, str)
    return bucket_id


def test_the_first_touch_creates_the_bucket(newcomer: httpx.Client) -> None:
    """GET of the default bucket creates it, owned by the user, and shows its real id."""
    user = newcomer.get("/").json()["user"]
    answer = newcomer.get("/buckets/default")
    assert answer.status_code == 200
    assert answer.json()["data"]["id"] == user["bucket"]
    assert answer.json()["permissions"] == {"write": [user["id"]]}
    assert newcomer.get(f"/buckets/{user['bucket']}").json() == answer.json()


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH"])
def test_any_method_creates_the_bucket(newcomer: httpx.Client, method: str) -> None:
    """Each method on the bucket finds or makes it."""
    answer = newcomer.request(method, "/buckets/default", json={"data": {"a": 1}})
    assert answer.status_code in {200, 201}
    assert [entry["id"] for entry in newcomer.get("/buckets").json()["data"]] == [real_id(newcomer)]


def test_reading_records_creates_the_collection(newcomer: httpx.Client) -> None:
    """GET of the records of a collection that does not exist makes it, which kinto.js relies on."""
    answer = newcomer.get("/buckets/default/collections/new/records")
    assert (answer.status_code, answer.json()) == (200, {"data": []})
    assert [entry["id"] for entry in newcomer.get("/buckets/default/collections").json()["data"]] == ["new"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "c", 200),
        ("HEAD", "c", 200),
        ("PATCH", "c", 200),
        ("GET", "c/records", 200),
        ("HEAD", "c/records", 200),
        ("POST", "c/records", 201),
        ("DELETE", "c/records", 200),
        ("PUT", "c/records/r", 201),
        ("GET", "c/records/r", 404),
        ("PATCH", "c/records/r", 404),
        ("DELETE", "c/records/r", 404),
    ],
)
def test_any_method_creates_the_collection(newcomer: httpx.Client, method: str, path: str, status: int) -> None:
    """Each method on a collection or below makes it, owned by the user, also where the record is missing."""
    body = {"data": {"a": 1}} if method in {"PUT", "PATCH", "POST"} else None
    answer = newcomer.request(method, f"/buckets/default/collections/{path}", json=body)
    assert answer.status_code == status
    user = newcomer.get("/").json()["user"]
    collection = newcomer.get(f"/buckets/{user['bucket']}/collections/c")
    assert collection.json()["permissions"] == {"write": [user["id"]]}


def test_put_of_a_collection_creates_it_normally(newcomer: httpx.Client) -> None:
    """PUT on a collection of the default bucket gives 201, and then 200."""
    assert newcomer.put("/buckets/default/collections/tasks", json={"data": {}}).status_code == 201
    assert newcomer.put("/buckets/default/collections/tasks", json={"data": {}}).status_code == 200


def test_put_of_a_collection_takes_its_preconditions(newcomer: httpx.Client) -> None:
    """`If-None-Match: *` on a collection of the default bucket creates it once."""
    path = "/buckets/default/collections/tasks"
    assert newcomer.put(path, headers={"If-None-Match": "*"}).status_code == 201
    assert newcomer.put(path, headers={"If-None-Match": "*"}).status_code == 412


@pytest.mark.parametrize("data", [{}, {"id": "tasks"}])
def test_post_of_a_collection_creates_it_normally(newcomer: httpx.Client, data: dict[str, str]) -> None:
    """POST of a collection as the very first request gives 201, with an id of its own and without."""
    made = newcomer.post("/buckets/default/collections", json={"data": data})
    assert made.status_code == 201
    listed = newcomer.get("/buckets/default/collections").json()["data"]
    assert [collection["id"] for collection in listed] == [made.json()["data"]["id"]]


def test_groups_are_not_created(newcomer: httpx.Client) -> None:
    """A group that does not exist in the default bucket is missing, unless it is PUT."""
    assert newcomer.get("/buckets/default/groups/g").status_code == 404
    assert newcomer.get("/buckets/default/groups").json() == {"data": []}
    assert newcomer.put("/buckets/default/groups/g").status_code == 201


@pytest.mark.parametrize("path", ["", "/collections", "/collections/c", "/collections/c/records", "/groups"])
def test_the_anonymous_have_no_bucket(anonymous: httpx.Client, path: str) -> None:
    """Without credentials the default bucket gives 401."""
    for method in ("GET", "DELETE"):
        answer = anonymous.request(method, f"/buckets/default{path}")
        assert (answer.status_code, answer.json()["errno"]) == (401, 104)


def test_the_alias_is_an_object_and_no_list(alice: httpx.Client) -> None:
    """POST on the default bucket gives 405."""
    assert alice.post("/buckets/default").status_code == 405


def test_an_invalid_collection_id_is_refused(newcomer: httpx.Client) -> None:
    """A collection whose id breaks the rule is not made."""
    for path in ("-bad", "-bad/records", "-bad/records/r"):
        answer = newcomer.get(f"/buckets/default/collections/{path}")
        assert answer.status_code == 400
        assert answer.json()["message"] == "path: Invalid collection id"
    assert newcomer.get("/buckets/default/collections").json() == {"data": []}


def test_the_id_of_the_alias_is_accepted(newcomer: httpx.Client) -> None:
    """A body with the id `default`, or the real one, is accepted and the real id shown."""
    bucket_id = real_id(newcomer)
    for sent in ("default", bucket_id):
        answer = newcomer.put("/buckets/default", json={"data": {"id": sent, "a": 1}})
        assert answer.status_code in {200, 201}
        assert answer.json()["data"]["id"] == bucket_id


@pytest.mark.difference("record-named-default")
def test_a_record_may_be_named_default(newcomer: httpx.Client) -> None:
    """Only the segment of the bucket is an alias; collections and records may be named `default`."""
    path = "/buckets/default/collections/default/records/default"
    assert newcomer.put(path, json={"data": {"id": "default", "a": 1}}).status_code == 201
    assert newcomer.get(path).json()["data"]["id"] == "default"


@pytest.mark.difference("no-bucket-named-default")
def test_no_bucket_is_named_default(alice: httpx.Client) -> None:
    """A bucket with the id `default` would be out of reach and cannot be created by POST."""
    assert alice.post("/buckets", json={"data": {"id": "default"}}).status_code in {400, 403}


def test_each_user_has_one_of_their_own(newcomer: httpx.Client, alice: httpx.Client) -> None:
    """The default buckets of two users are two, and neither may look into the other."""
    newcomer.put("/buckets/default/collections/c/records/r")
    assert real_id(newcomer) != real_id(alice)
    assert alice.get(f"/buckets/{real_id(newcomer)}").status_code == 403
    assert alice.get("/buckets/default/collections/c/records/r").status_code == 404


def test_others_can_be_given_rights_on_the_real_path(newcomer: httpx.Client, bob: httpx.Client, bob_id: str) -> None:
    """A record of the default bucket can be shared; the other reads it under the real id."""
    path = "/collections/c/records/r"
    newcomer.put(f"/buckets/default{path}", json={"permissions": {"read": [bob_id]}})
    assert bob.get(f"/buckets/{real_id(newcomer)}{path}").status_code == 200
    assert bob.get(f"/buckets/default{path}").status_code == 404


def test_deleting_it_removes_everything(newcomer: httpx.Client) -> None:
    """DELETE of the default bucket removes all that is in it; the next touch makes an empty one."""
    newcomer.put("/buckets/default/collections/c/records/r")
    answer = newcomer.delete("/buckets/default")
    assert (answer.status_code, answer.json()["data"]["id"]) == (200, real_id(newcomer))
    assert newcomer.get("/buckets/default/collections?_since=0").json() == {"data": []}


def test_pages_lead_to_the_real_bucket(newcomer: httpx.Client, root: str) -> None:
    """The address of the next page names the real bucket, and it works."""
    for _ in range(3):
        newcomer.post("/buckets/default/collections/c/records")
    following = newcomer.get("/buckets/default/collections/c/records?_limit=2").headers["next-page"]
    assert following.startswith(f"{root}/v1/buckets/{real_id(newcomer)}/collections/c/records?")
    assert len(newcomer.get(following).json()["data"]) == 1


def test_preconditions_work_on_the_alias(newcomer: httpx.Client) -> None:
    """If-None-Match on a list below the alias gives 304, and a stale If-Match on a record 412."""
    records = "/buckets/default/collections/c/records"
    etag = newcomer.post(records, json={"data": {"id": "r"}}).headers["etag"]
    assert newcomer.get(records, headers={"If-None-Match": etag}).status_code == 304
    assert newcomer.put(f"{records}/r", headers={"If-Match": '"1"'}).status_code == 412


def test_the_first_touches_do_not_race(newcomer: httpx.Client) -> None:
    """Eight first requests at once, to one collection that nobody has made, all succeed."""
    path = "/buckets/default/collections/race/records"
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda n: newcomer.put(f"{path}/r{n}").status_code, range(8)))
    assert statuses == [201] * 8
    assert len(newcomer.get(path).json()["data"]) == 8


VERSION_AND_VARIANT = 0xF << 76 | 0x3 << 62


@pytest.mark.parametrize("bucket_secret", ["", "another secret"])
@pytest.mark.difference("personal-bucket-ids")
def test_the_real_id_is_a_keyed_hash(serve: Callable[..., str], bucket_secret: str) -> None:
    """The real id is the HMAC of the user id, as a UUID; without a key of its own one made of the main secret."""
    own = {"default_bucket_hmac_secret": bucket_secret} if bucket_secret else {}
    with httpx.Client(base_url=serve(userid_hmac_secret=KEY, **own) + "/v1", auth=("alice", "secret")) as client:
        user = client.get("/").json()["user"]
    key = (bucket_secret or hmac.new(KEY.encode(), b"default_bucket", hashlib.sha256).hexdigest()).encode()
    spellings = (user["id"], user["id"].replace("_", ":", 1))
    digests = [hmac.new(key, spelling.encode(), hashlib.sha256).hexdigest()[:32] for spelling in spellings]
    real = UUID(user["bucket"])
    assert real.version == 8
    assert any((real.int ^ int(digest, 16)) & ~VERSION_AND_VARIANT == 0 for digest in digests)


@pytest.mark.difference("personal-buckets-of-their-owners")
def test_nobody_can_take_the_personal_bucket_of_another(
    alice: httpx.Client, bob: httpx.Client, anonymous: httpx.Client
) -> None:
    """Where a personal bucket does not exist, nobody but its owner can create one in its place."""
    path = f"/buckets/{alice.get('/').json()['user']['bucket']}"
    alice.delete("/buckets/default")
    assert bob.put(path).status_code == 403
    assert bob.post("/buckets", json={"data": {"id": path.rpartition("/")[2]}}).status_code == 403
    assert anonymous.put(path).status_code == 401
    assert alice.put(path).status_code == 201
