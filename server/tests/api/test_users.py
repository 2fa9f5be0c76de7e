"""Authentication, user ids and principals: protocol section 6."""

import base64
import hashlib
import hmac
from collections.abc import Callable
from typing import Any

import httpx
import pytest

KEY = "the key of the user tests"


def hello(root: str, authorization: str | None) -> dict[str, Any]:
    """The hello view for this `Authorization` header."""
    answer = httpx.get(f"{root}/v1/", headers={"Authorization": authorization} if authorization is not None else {})
    assert answer.status_code == 200
    body = answer.json()
    assert isinstance(body, dict)
    return body


def basic(credentials: str) -> str:
    """A Basic header of `user:password`."""
    return "Basic " + base64.b64encode(credentials.encode()).decode()


@pytest.mark.difference("user-ids-of-the-seed")
def test_a_user_id_is_a_keyed_hash(serve: Callable[..., str]) -> None:
    """The user id is `basicauth` and the HMAC-SHA256 of user and password with the secret of the server."""
    root = serve(userid_hmac_secret=KEY)
    for credentials in ("alice:secret", "alice:", "é:ü", "a:b:c"):
        digest = hmac.new(KEY.encode(), credentials.encode(), hashlib.sha256).hexdigest()
        assert hello(root, basic(credentials))["user"]["id"] == f"basicauth_{digest}"


def test_another_password_is_another_user(root: str) -> None:
    """Any pair of name and password is a user, and two pairs are two users."""
    ids = {hello(root, basic(pair))["user"]["id"] for pair in ("a:b", "a:c", "b:b", "a:", "a:B", "é:ü", "a:b:c")}
    assert len(ids) == 7


@pytest.mark.parametrize("scheme", ["Basic", "basic", "BASIC"])
def test_the_scheme_has_no_case(root: str, scheme: str) -> None:
    """The name of the scheme may be written in capitals or not."""
    authorization = basic("a:b")
    expected = hello(root, authorization)["user"]["id"]
    assert hello(root, f"{scheme} {authorization.split()[1]}")["user"]["id"] == expected


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Basic",
        "Basic ###",
        "Basic " + base64.b64encode(b"no colon").decode(),
        "Basic " + base64.b64encode(b":password").decode(),
        "Bearer abc",
        "Digest username=alice",
        "nonsense",
    ],
)
def test_bad_credentials_are_anonymous(root: str, authorization: str | None) -> None:
    """Unreadable credentials are no error: the hello view answers without `user`, an object asks for better."""
    assert "user" not in hello(root, authorization)
    headers = {"Authorization": authorization} if authorization is not None else {}
    answer = httpx.get(f"{root}/v1/buckets/nope", headers=headers)
    assert (answer.status_code, answer.json()["errno"]) == (401, 104)


def test_credentials_that_are_not_utf8_are_no_error(root: str) -> None:
    """Credentials in another encoding are some user or nobody, but no error."""
    assert hello(root, "Basic " + base64.b64encode(b"\xff\xfe:\xff").decode())["http_api_version"]


def test_everyone_has_three_principals(alice: httpx.Client, alice_id: str) -> None:
    """An authenticated user is themself, authenticated, and one of everyone."""
    principals = alice.get("/").json()["user"]["principals"]
    own = [principal for principal in principals if not principal.startswith("/buckets/")]
    assert sorted(own) == sorted([alice_id, "system.Everyone", "system.Authenticated"])


def test_groups_are_principals(newcomer: httpx.Client, alice: httpx.Client, bucket: str) -> None:
    """Each group that a user is in, in whichever bucket, is a principal of theirs, until they leave it."""
    user = newcomer.get("/").json()["user"]["id"]
    group = f"{bucket}/groups/friends"
    assert alice.put(group, json={"data": {"members": [user, "other"]}}).status_code == 201
    assert group in newcomer.get("/").json()["user"]["principals"]
    assert alice.patch(group, json={"data": {"members": ["other"]}}).status_code == 200
    assert group not in newcomer.get("/").json()["user"]["principals"]


def test_a_group_may_hold_all_who_are_authenticated(alice: httpx.Client, bob: httpx.Client, bucket: str) -> None:
    """`system.Authenticated` as a member makes the group a principal of every user."""
    group = f"{bucket}/groups/all"
    assert alice.put(group, json={"data": {"members": ["system.Authenticated"]}}).status_code == 201
    assert group in bob.get("/").json()["user"]["principals"]
    alice.delete(group)
    assert group not in bob.get("/").json()["user"]["principals"]


@pytest.mark.difference("user-ids-of-the-seed")
def test_a_user_id_may_be_spelled_with_a_colon(
    alice: httpx.Client, bob: httpx.Client, record: str, bob_id: str
) -> None:
    """A principal written `basicauth:` is the same as the one with the underscore, which is what answers show."""
    with_colon = bob_id.replace("basicauth_", "basicauth:")
    answer = alice.put(record, json={"permissions": {"read": [with_colon, bob_id], "write": [with_colon]}})
    assert answer.json()["permissions"]["read"] == [bob_id]
    assert bob.get(record).status_code == 200
    assert alice.patch(record, json={"permissions": {"read": [], "write": []}}).status_code == 200
    assert bob.get(record).status_code == 403


def test_the_spelling_of_other_strings_is_kept(alice: httpx.Client, record: str) -> None:
    """What only resembles a user id is another principal and keeps its spelling."""
    others = ["basicauth:", "basicauth:abc", "basicauth:" + "z" * 64, "account:basicauth:" + "a" * 64]
    answer = alice.put(record, json={"permissions": {"read": others}})
    assert sorted(answer.json()["permissions"]["read"]) == sorted(others)
