"""Accounts over HTTP: the table of protocol section 22, and what becomes of accounts."""

import http.client
import json
import unicodedata
import uuid
from collections.abc import Callable

import httpx
import pytest
from tests.api.account_service import (
    MISMATCH,
    NOT_ACCEPTED,
    PASSWORD,
    UNAUTHENTICATED,
    AccountService,
    refusal,
)


@pytest.mark.difference("sign-up-with-credentials")
@pytest.mark.parametrize("method", ["PUT", "POST"])
@pytest.mark.parametrize("who", [None, "admin", "itself"])
def test_signing_up(service: AccountService, name: str, method: str, who: str | None) -> None:
    """Nobody, an administrator, and whoever sends the new credentials make an account, whose password counts."""
    path = f"/accounts/{name}" if method == "PUT" else "/accounts"
    data = {"id": name, "password": PASSWORD, "age": 3}
    answer = service.send(method, path, name if who == "itself" else who, data)
    assert answer.status_code == 201
    stamp = answer.json()["data"]["last_modified"]
    assert answer.json() == {
        "permissions": {"write": [f"account:{name}"]},
        "data": {"id": name, "last_modified": stamp, "age": 3},
    }
    assert service.user(name) == f"account:{name}"
    assert service.send("GET", f"/accounts/{name}", name).json() == answer.json()


def test_an_account_for_somebody_else(service: AccountService, zoe: str, name: str) -> None:
    """Who has signed in, by an account or by Basic authentication, makes and replaces no account but their own."""
    other = f"{name}-other"
    for who in (zoe, "a basic user", "basic"):
        for target in (other, "admin"):
            data = {"id": target, "password": PASSWORD}
            assert refusal(service.send("PUT", f"/accounts/{target}", who, data)) == MISMATCH
            assert refusal(service.send("POST", "/accounts", who, data)) == MISMATCH
    assert service.user("admin") == "account:admin"


def test_putting_an_existing_account(service: AccountService, zoe: str) -> None:
    """Nobody may not, the account itself and an administrator may, and all need a password in the body."""
    data = {"password": PASSWORD + "!", "age": 3}
    path = f"/accounts/{zoe}"
    assert refusal(service.send("PUT", path, None, data)) == UNAUTHENTICATED
    for who in (zoe, "admin"):
        assert refusal(service.send("PUT", path, who, {"age": 3})) == (400, 107, "data.password in body: Required")
        assert refusal(service.send("PUT", path, who)) == (400, 107, "data.password in body: Required")
    assert service.send("PUT", path, zoe, data).status_code == 200
    assert service.user(zoe, PASSWORD + "!") == f"account:{zoe}"
    assert service.send("PUT", path, "admin", {"password": PASSWORD}).json()["data"].keys() == {"id", "last_modified"}
    assert service.user(zoe) == f"account:{zoe}"


@pytest.mark.difference("existing-accounts")
def test_posting_an_existing_account(service: AccountService, zoe: str) -> None:
    """Nobody is refused; who may read the account gets it as it is, and its password stays."""
    data = {"id": zoe, "password": "another password"}
    assert refusal(service.send("POST", "/accounts", None, data)) == UNAUTHENTICATED
    for who in (zoe, "admin"):
        answer = service.send("POST", "/accounts", who, data)
        assert (answer.status_code, answer.json()["data"]["id"]) == (200, zoe)
    assert service.user(zoe) == f"account:{zoe}"


@pytest.mark.parametrize("method", ["GET", "HEAD", "PATCH", "DELETE"])
def test_one_account(service: AccountService, zoe: str, method: str) -> None:
    """Its own and an administrator may, others may not, and nobody is asked for credentials."""
    data = {"age": 4} if method == "PATCH" else None
    path = f"/accounts/{zoe}"
    assert service.send(method, path, None, data).status_code == 401
    assert service.send(method, path, "somebody else", data).status_code == 403
    assert service.send(method, path, zoe, data).status_code == 200
    if method != "DELETE":
        assert service.send(method, path, "admin", data).status_code == 200


def test_a_missing_account(service: AccountService, name: str) -> None:
    """Whether an account is missing is told to administrators alone."""
    for method in ("GET", "PATCH", "DELETE"):
        data = {"age": 4} if method == "PATCH" else None
        statuses = [service.send(method, f"/accounts/{name}", who, data).status_code for who in (None, "x", "admin")]
        assert statuses == [401, 403, 404]


@pytest.mark.difference("administrators-read")
def test_the_list(service: AccountService, zoe: str) -> None:
    """Nobody gets an error of its own; people see their own account; an administrator sees all."""
    for method in ("GET", "DELETE"):
        answer = service.send(method, "/accounts")
        assert answer.json() == {"code": 401, "errno": 999, "error": "Cannot read accounts."}
        assert answer.headers["www-authenticate"].startswith("Basic ")
    assert service.send("GET", "/accounts", "a basic user").json() == {"data": []}
    assert [entry["id"] for entry in service.send("GET", "/accounts", zoe).json()["data"]] == [zoe]
    assert service.send("HEAD", "/accounts", zoe).headers["total-objects"] == "1"
    assert {"admin", zoe} <= {entry["id"] for entry in service.send("GET", "/accounts", "admin").json()["data"]}


def test_deleting_the_list_deletes_ones_own(service: AccountService, zoe: str) -> None:
    """DELETE on the list takes what the caller may write: the own account."""
    assert [entry["id"] for entry in service.send("DELETE", "/accounts", zoe).json()["data"]] == [zoe]
    assert service.user("admin") == "account:admin"


def test_an_account_without_a_name(service: AccountService) -> None:
    """No id is made up."""
    answer = service.send("POST", "/accounts", None, {"password": PASSWORD})
    assert refusal(answer) == (400, 107, "data.id in body: Required")


def test_an_account_is_a_user_like_others(service: AccountService, zoe: str, name: str) -> None:
    """It has buckets and a personal one, is shared with by its name in any case, and is a member of groups."""
    bucket = f"/buckets/{name}"
    assert service.send("PUT", bucket, zoe).json()["permissions"] == {"write": [f"account:{zoe}"]}
    assert service.send("PUT", "/buckets/default/collections/tasks", zoe).status_code in {200, 201}
    service.sign_up(f"{name}-friend")
    share = {"permissions": {"read": [f"account:{name.upper()}-FRIEND"]}}
    assert service.send("PATCH", bucket, zoe, json=share).status_code == 200
    assert service.send("GET", bucket, f"{name}-friend").status_code == 200
    members = {"members": [f"account:{name.title()}-Friend"]}
    assert service.send("PUT", f"{bucket}/groups/g", zoe, members).status_code == 201
    hello = service.send("GET", "/", f"{name}-Friend").json()
    assert f"{bucket}/groups/g" in hello["user"]["principals"]


@pytest.mark.difference("reserved-names")
def test_a_deleted_account(service: AccountService, zoe: str, name: str) -> None:
    """Its password counts no more, its data stays, and its name is free for an administrator alone."""
    bucket = f"/buckets/{name}"
    assert service.send("PUT", bucket, zoe).status_code == 201
    tombstone = service.send("DELETE", f"/accounts/{zoe}", zoe).json()["data"]
    assert tombstone == {"id": zoe, "last_modified": tombstone["last_modified"], "deleted": True}
    assert str(service.user(zoe)).startswith("basicauth_")
    assert service.send("GET", bucket, zoe).status_code == 403
    data = {"id": zoe, "password": "another password"}
    for who, status in ((None, 401), (zoe, 403)):
        assert service.send("PUT", f"/accounts/{zoe}", who, data).status_code == status
        assert service.send("POST", "/accounts", who, data).status_code == status
    assert service.send("PUT", f"/accounts/{zoe}", "admin", data).status_code == 201
    assert service.user(zoe) is None
    assert service.send("GET", bucket, zoe, password="another password").status_code == 200


@pytest.mark.difference("names-without-case")
@pytest.mark.parametrize(
    "spelling",
    [str.upper, str.title, lambda text: unicodedata.normalize("NFD", text), lambda text: text.replace("k", "\u212a")],
    ids=["upper", "title", "decomposed", "kelvin"],
)
def test_names_have_no_case(service: AccountService, spelling: Callable[[str], str]) -> None:
    """However a name is spelled, in the path, in the body or in the header, it is the same account."""
    name = f"kim-{uuid.uuid4()}"
    data = {"id": spelling(name), "password": PASSWORD}
    assert service.send("PUT", f"/accounts/{spelling(name)}", None, data).json()["data"]["id"] == name
    assert service.user(spelling(name)) == f"account:{name}"
    assert refusal(service.send("POST", "/accounts", None, data)) == UNAUTHENTICATED
    assert service.send("GET", f"/accounts/{spelling(name)}", spelling(name)).json()["data"]["id"] == name


@pytest.mark.parametrize("bad", [".x", "a b", "é", "a%2Fb", "a%00", "%2e%2e", "x" * 256, "$ne", "a:b", "-a"])
def test_what_is_no_name(service: AccountService, bad: str) -> None:
    """What could name another object, or nobody could tell apart, is refused as any other id."""
    answer = service.send("PUT", f"/accounts/{bad}", None, {"password": PASSWORD})
    assert refusal(answer) == (400, 107, "path: Invalid object id")


@pytest.mark.parametrize("bad", ["", " ", "a/b", "../x", {"$ne": ""}, ["a"], 1, None, "a\u0000"])
def test_what_is_no_name_in_a_body(service: AccountService, bad: object) -> None:
    """The same for POST."""
    answer = service.send("POST", "/accounts", None, {"id": bad, "password": PASSWORD})
    assert (answer.status_code, answer.json()["errno"]) == (400, 107)


def test_another_name_in_the_body(service: AccountService, zoe: str) -> None:
    """`data.id` of another account is refused, and is not what is written."""
    data = {"id": "admin", "password": "another password"}
    for method in ("PUT", "PATCH"):
        answer = service.send(method, f"/accounts/{zoe}", zoe, data)
        assert answer.json()["details"][0]["description"] == "Object id does not match existing object"
    assert service.user("admin") == "account:admin"
    assert service.user(zoe) == f"account:{zoe}"


@pytest.mark.parametrize("path", ["/accounts/../buckets", "/accounts/x/../../buckets/default", "/accounts/x/y"])
def test_paths_lead_nowhere_else(service: AccountService, path: str) -> None:
    """A path with dots is not resolved by the server, and below an account is nothing."""
    connection = http.client.HTTPConnection(service.root.removeprefix("http://"), timeout=30)
    connection.request("PUT", f"/v1{path}", json.dumps({"data": {"password": PASSWORD}}))
    assert connection.getresponse().status == 404
    connection.close()


def test_accounts_in_a_batch(service: AccountService, name: str) -> None:
    """Who signs up in a batch, with the new credentials, goes on in it as the account; no answer has the hash."""
    requests = [
        {"method": "PUT", "path": f"/accounts/{name}", "body": {"data": {"password": PASSWORD}}},
        {"method": "PUT", "path": f"/buckets/{name}"},
        {"method": "PATCH", "path": f"/accounts/{name}", "body": {"data": {"age": 3}}},
        {"method": "PATCH", "path": f"/accounts/{name}", "body": {"data": {"password": "another password"}}},
        {"method": "PUT", "path": f"/buckets/{name}-late"},
        {"method": "GET", "path": f"/accounts/{name}"},
        {
            "method": "GET",
            "path": f"/accounts/{name}",
            "headers": {"Authorization": httpx.BasicAuth(name, "another password")._auth_header},
        },
    ]
    answer = service.send("POST", "/batch", name, json={"requests": requests})
    assert answer.status_code == 200, answer.text
    assert "argon2" not in answer.text
    answers = answer.json()["responses"]
    assert [each["status"] for each in answers] == [201, 201, 200, 200, 401, 401, 200]
    assert answers[1]["body"]["permissions"] == {"write": [f"account:{name}"]}
    assert answers[-1]["body"]["data"]["age"] == 3
    assert refusal(service.send("POST", "/batch", name, json={"requests": []})) == NOT_ACCEPTED


def test_flushing_needs_no_credentials(serve: Callable[..., str]) -> None:
    """Everything is erased, accounts too, whatever the credentials; their names are free again."""
    server = AccountService(serve(flush_endpoint_enabled=True))
    server.sign_up("zoe")
    assert server.user("zoe") == "account:zoe"
    assert server.send("POST", "/__flush__", "zoe", password="wrong").status_code == 202
    assert str(server.user("zoe")).startswith("basicauth_")
    server.sign_up("zoe", "another password")
    assert server.user("zoe", "another password") == "account:zoe"
    server.close()


def test_an_account_is_deleted_with_its_data(serve: Callable[..., str]) -> None:
    """`__user_data__` takes the account of the principal too, and its password counts no more."""
    server = AccountService(serve(user_data_delete_principals=["account:admin"]))
    for name in ("admin", "zoe"):
        server.sign_up(name)
    assert server.send("PUT", "/buckets/of-zoe", "zoe").status_code == 201
    assert server.send("DELETE", "/__user_data__/account:Zoe", "admin").status_code == 200
    assert str(server.user("zoe")).startswith("basicauth_")
    assert server.send("PUT", "/accounts/zoe", None, {"password": PASSWORD}).status_code == 401
    server.close()


def test_the_capabilities_follow_the_policies(serve: Callable[..., str], service: AccountService) -> None:
    """Both are on by default; each can be alone."""
    hello = service.send("GET", "/").json()["capabilities"]
    assert hello["accounts"]["validation_enabled"] is False
    assert {"accounts", "basicauth"} <= hello.keys()
    for policy, present, absent in (("basicauth", "basicauth", "accounts"), ("account", "accounts", "basicauth")):
        found = httpx.get(f"{serve(multiauth_policies=[policy])}/v1/").json()["capabilities"]
        assert present in found
        assert absent not in found


def test_basic_authentication_alone(serve: Callable[..., str]) -> None:
    """There are no accounts, and a name has as many users as passwords."""
    alone = AccountService(serve(multiauth_policies=["basicauth"]))
    assert refusal(alone.send("PUT", "/accounts/x", None, {"password": PASSWORD}))[:2] == (404, 111)
    assert alone.send("GET", "/accounts", "x").status_code == 404
    assert alone.user("x", "one") != alone.user("x", "two")
    alone.close()


def test_accounts_alone(serve: Callable[..., str]) -> None:
    """A name without an account is refused as a wrong password is, except to sign up."""
    alone = AccountService(serve(multiauth_policies=["account"]))
    for path in ("/buckets", "/accounts", "/accounts/x"):
        assert refusal(alone.send("GET", path, "x")) == NOT_ACCEPTED
    assert alone.user("x") is None
    assert alone.send("PUT", "/accounts/x", "x", {"password": PASSWORD}).status_code == 201
    assert alone.send("POST", "/accounts", "y", {"id": "y", "password": PASSWORD}).status_code == 201
    assert (alone.user("x"), alone.user("y")) == ("account:x", "account:y")
    alone.close()


def test_signing_up_may_be_closed(serve: Callable[..., str]) -> None:
    """With nobody in `account_create_principals` no account can be made, with or without credentials."""
    closed = AccountService(serve(account_create_principals=[]))
    assert closed.send("PUT", "/accounts/x", None, {"password": PASSWORD}).status_code == 401
    assert closed.send("PUT", "/accounts/x", "x", {"password": PASSWORD}).status_code == 403
    assert closed.send("GET", "/accounts", "x").json() == {"data": []}
    closed.close()


def test_methods_can_be_switched_off(serve: Callable[..., str]) -> None:
    """As for any other kind of object."""
    server = AccountService(serve(plural_account_post_enabled=False, object_account_delete_enabled=False))
    server.sign_up("x")
    assert server.send("POST", "/accounts", None, {"id": "y", "password": PASSWORD}).status_code == 405
    assert server.send("DELETE", "/accounts/x", "x").status_code == 405
    server.close()
