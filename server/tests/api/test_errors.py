"""The format of errors, and which of two errors is told: protocol section 5."""

import json

import httpx
import pytest

LIST_METHODS = {"HEAD", "GET", "POST", "DELETE", "OPTIONS"}
OBJECT_METHODS = {"GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"}
JSON = {"Content-Type": "application/json"}
TEXT = {"Content-Type": "text/plain"}


def allowed(answer: httpx.Response) -> set[str]:
    """The methods that a 405 names."""
    return {name.strip() for name in answer.headers["allow"].split(",")}


def test_the_anonymous_are_asked_to_authenticate(anonymous: httpx.Client, each_object: str) -> None:
    """Anonymous and refused gives 401 with a Basic challenge."""
    answer = anonymous.get(each_object)
    message = "Please authenticate yourself to use this endpoint."
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Basic realm="Realm"'
    assert answer.json() == {"code": 401, "errno": 104, "error": "Unauthorized", "message": message}


def test_the_authenticated_are_refused(bob: httpx.Client, each_object: str) -> None:
    """Authenticated and refused gives 403 without a challenge."""
    answer = bob.get(each_object)
    message = "This user cannot access this resource."
    assert answer.status_code == 403
    assert "www-authenticate" not in answer.headers
    assert answer.json() == {"code": 403, "errno": 121, "error": "Forbidden", "message": message}


@pytest.mark.parametrize("kind", ["group", "collection"])
def test_a_missing_object_of_a_bucket_is_named(alice: httpx.Client, bucket: str, kind: str) -> None:
    """404 on a group or a collection names its kind and id and has no message."""
    for method in ("GET", "PATCH", "DELETE"):
        answer = alice.request(method, f"{bucket}/{kind}s/nope", json={"data": {}})
        details = {"id": "nope", "resource_name": kind}
        assert answer.status_code == 404
        assert answer.json() == {"code": 404, "errno": 110, "error": "Not Found", "details": details}


def test_a_missing_record_is_named(alice: httpx.Client, records: str) -> None:
    """404 on a record names its kind and id and has no message."""
    for method in ("GET", "PATCH", "DELETE"):
        answer = alice.request(method, f"{records}/nope", json={"data": {}})
        details = {"id": "nope", "resource_name": "record"}
        assert answer.status_code == 404
        assert answer.json() == {"code": 404, "errno": 110, "error": "Not Found", "details": details}


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE"])
def test_the_missing_collection_of_a_record_is_named(alice: httpx.Client, bucket: str, method: str) -> None:
    """A record of a collection that does not exist gives errno 111, and names the collection."""
    answer = alice.request(method, f"{bucket}/collections/nope/records/x", json={"data": {}})
    assert answer.status_code == 404
    if method != "HEAD":
        assert answer.json()["errno"] == 111
        assert answer.json()["details"] == {"id": "nope", "resource_name": "collection"}


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_the_missing_collection_of_a_list_is_named(alice: httpx.Client, bucket: str, method: str) -> None:
    """The records of a collection that does not exist give errno 111, and name the collection."""
    answer = alice.request(method, f"{bucket}/collections/nope/records")
    assert (answer.status_code, answer.json()["errno"]) == (404, 111)
    assert answer.json()["details"] == {"id": "nope", "resource_name": "collection"}


@pytest.mark.parametrize("method", ["PUT", "PATCH", "TRACE", "BREW"])
def test_a_list_allows_five_methods(alice: httpx.Client, each_list: str, method: str) -> None:
    """Another method on a list gives 405 that names those that are allowed."""
    answer = alice.request(method, each_list)
    assert answer.status_code == 405
    assert allowed(answer) == LIST_METHODS
    if method in {"PUT", "PATCH"}:
        message = "Method not allowed on this endpoint."
        assert answer.json() == {"code": 405, "errno": 115, "error": "Method Not Allowed", "message": message}


def test_an_object_allows_six_methods(alice: httpx.Client, each_object: str) -> None:
    """POST on an object gives 405 that names those that are allowed."""
    answer = alice.post(each_object)
    assert (answer.status_code, answer.json()["errno"]) == (405, 115)
    assert allowed(answer) == OBJECT_METHODS
    assert "access-control-expose-headers" not in answer.headers


def test_the_hello_view_allows_reading(alice: httpx.Client) -> None:
    """POST on the hello view gives 405."""
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        answer = alice.request(method, "/")
        assert (answer.status_code, allowed(answer)) == (405, {"GET", "HEAD", "OPTIONS"})


def test_a_validation_error_names_what_is_wrong(alice: httpx.Client, bucket: str) -> None:
    """A 400 has `details` with location, name and description, and a message made of the first of them."""
    answer = alice.put(f"{bucket}/groups/g", json={"data": {"members": ["/buckets/b/groups/x"]}})
    description = "'/buckets/b/groups/x' is not a valid user ID."
    assert answer.status_code == 400
    assert answer.json() == {
        "code": 400,
        "errno": 107,
        "error": "Invalid parameters",
        "message": f"data.members.0 in body: {description}",
        "details": [{"location": "body", "name": "data.members.0", "description": description}],
    }


def test_details_are_sorted_by_name(alice: httpx.Client, record: str) -> None:
    """Where several things are wrong with a body, the details come in the order of their names."""
    answer = alice.put(record, json={"permissions": [], "data": [], "foo": 1})
    assert answer.status_code == 400
    names = [detail["name"] for detail in answer.json()["details"]]
    assert names == sorted(names)
    assert names


def test_an_unknown_permission_is_named(alice: httpx.Client, each_object: str) -> None:
    """A permission that the kind does not have gives 400 that lists those that it has."""
    answer = alice.put(each_object, json={"permissions": {"foo": ["a"]}})
    assert answer.status_code == 400
    assert answer.json()["errno"] == 107
    assert '"foo" is not one of read, write' in answer.json()["details"][0]["description"]


@pytest.mark.parametrize("value", ["a", 1, [1], [None], [["a"]], True])
def test_a_permission_is_a_list_of_strings(alice: httpx.Client, each_object: str, value: object) -> None:
    """A permission that is no list of strings gives 400, on PUT and PATCH, and changes nothing."""
    before = alice.get(each_object).json()
    for method in ("PUT", "PATCH"):
        answer = alice.request(method, each_object, json={"permissions": {"read": value}})
        assert (answer.status_code, answer.json()["errno"]) == (400, 107)
    assert alice.get(each_object).json() == before


# Two things are wrong with each request; the status says which of them is told (section 5.3).
def test_the_method_comes_before_everything(anonymous: httpx.Client, record: str) -> None:
    """405 is told before 406, 415 and 401."""
    assert anonymous.post(record, content=b"x", headers=TEXT | {"Accept": "text/html"}).status_code == 405


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_the_missing_collection_comes_before_media_types(anonymous: httpx.Client, bucket: str, method: str) -> None:
    """That the collection is missing is told to strangers too, before 406, 415 and 401."""
    headers = TEXT | {"Accept": "text/html"}
    answer = anonymous.request(method, f"{bucket}/collections/nope/records/x", content=b"x", headers=headers)
    assert (answer.status_code, answer.json()["errno"]) == (404, 111)


def test_the_missing_collection_comes_before_the_media_type_of_a_post(anonymous: httpx.Client, bucket: str) -> None:
    """The same holds for POST on the list of records, also where the bucket is missing."""
    for path in (f"{bucket}/collections/nope/records", "/buckets/nope-nope/collections/nope/records"):
        answer = anonymous.post(path, content=b"x", headers=TEXT)
        assert (answer.status_code, answer.json()["errno"]) == (404, 111)


def test_accept_comes_before_content_type(anonymous: httpx.Client, record: str) -> None:
    """406 is told before 415."""
    assert anonymous.put(record, content=b"x", headers=TEXT | {"Accept": "text/html"}).status_code == 406


def test_media_types_come_before_authorization(anonymous: httpx.Client, bob: httpx.Client, record: str) -> None:
    """406 and 415 are told before 401 and 403."""
    for stranger in (anonymous, bob):
        assert stranger.get(record, headers={"Accept": "text/html"}).status_code == 406
        assert stranger.put(record, content=b"x", headers=TEXT).status_code == 415


@pytest.mark.parametrize(
    ("method", "headers", "body"),
    [
        ("PUT", JSON, b'{"data":'),
        ("PUT", JSON, b'{"foo": 1}'),
        ("PUT", JSON | {"If-Match": "x"}, b"{}"),
        ("GET", {"If-None-Match": "x"}, b""),
        ("PATCH", JSON, b"{}"),
        ("PATCH", JSON | {"If-Match": '"1"'}, b'{"data": {}}'),
    ],
)
def test_authorization_comes_before_the_shape(
    bob: httpx.Client, record: str, method: str, headers: dict[str, str], body: bytes
) -> None:
    """A stranger never sees that a body or a header is malformed, nor that a precondition fails."""
    assert bob.request(method, record, headers=headers, content=body).status_code == 403


def test_authorization_comes_before_the_shape_of_the_address(bob: httpx.Client, records: str) -> None:
    """A stranger never sees that an id or a query is malformed."""
    assert bob.get(f"{records}/-%20").status_code == 403
    assert bob.get(f"{records}?_since=abc&_limit=x").status_code == 403


def test_the_shape_comes_before_the_target(alice: httpx.Client, records: str) -> None:
    """A malformed body, header or id on a missing object gives 400 and not 404."""
    missing = f"{records}/missing"
    assert alice.patch(missing, json={"foo": 1}).status_code == 400
    assert alice.patch(missing, content=b"{", headers=JSON).status_code == 400
    assert alice.get(missing, headers={"If-None-Match": "x"}).status_code == 400
    assert alice.get(f"{missing}%20").status_code == 400


def test_the_target_comes_before_preconditions_and_meaning(alice: httpx.Client, records: str) -> None:
    """A missing object gives 404 and not 412, and an empty PATCH of it 404 and not 400."""
    missing = f"{records}/missing"
    assert alice.patch(missing, json={}).status_code == 404
    assert alice.patch(missing, json={"data": {}}, headers={"If-Match": '"1"'}).status_code == 404
    assert alice.delete(missing, headers={"If-Match": '"1"'}).status_code == 404


def test_preconditions_come_before_meaning(alice: httpx.Client, record: str) -> None:
    """A stale If-Match gives 412, also where the id in the body is another."""
    body = {"data": {"id": "other"}}
    assert alice.put(record, json=body, headers={"If-Match": '"1"'}).status_code == 412
    assert alice.put(record, json=body).status_code == 400


def test_an_error_is_json_with_any_method(root: str) -> None:
    """A method that nobody knows gives an error in JSON and not a page of the web server."""
    answer = httpx.request("BREW", f"{root}/v1/buckets", auth=("alice", "secret"))
    assert answer.status_code == 405
    assert json.loads(answer.content)["errno"] == 115
