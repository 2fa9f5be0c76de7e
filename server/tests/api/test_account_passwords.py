"""Passwords of accounts over HTTP: wrong ones, new ones, hostile ones, and that none is ever shown."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.api.account_service import (
    NOT_ACCEPTED,
    PASSWORD,
    AccountService,
    refusal,
)

if TYPE_CHECKING:
    from tests.conftest import Command


@pytest.mark.difference("wrong-passwords")
@pytest.mark.difference("one-challenge")
def test_a_wrong_password(service: AccountService, zoe: str) -> None:
    """It is refused everywhere, never somebody else; the hello view answers without a user, utilities do not look."""
    for method, path in (
        ("GET", "/buckets"),
        ("PUT", "/buckets/x"),
        ("GET", f"/accounts/{zoe}"),
        ("PUT", f"/accounts/{zoe}"),
        ("GET", "/buckets/default"),
        ("POST", "/accounts"),
    ):
        answer = service.send(method, path, zoe, password="wrong")
        assert refusal(answer) == NOT_ACCEPTED
        assert answer.headers.get_list("www-authenticate") == ['Basic realm="Realm"']
    assert service.user(zoe, "wrong") is None
    assert service.send("GET", "/__heartbeat__", zoe, password="wrong").status_code == 200
    assert service.send("GET", "/nope", zoe, password="wrong").status_code == 404


def test_a_password_is_changed(service: AccountService, zoe: str) -> None:
    """PATCH changes the password alone, at once; attributes alone leave it, and need no verification anew."""
    path = f"/accounts/{zoe}"
    assert service.user(zoe) == f"account:{zoe}"
    assert service.send("PATCH", path, zoe, {"age": 3}).status_code == 200
    assert service.send("PATCH", path, zoe, {"password": "another password"}).json()["data"]["age"] == 3
    assert service.user(zoe) is None
    assert refusal(service.send("GET", path, zoe)) == NOT_ACCEPTED
    assert service.user(zoe, "another password") == f"account:{zoe}"
    assert service.send("GET", path, zoe, password="another password").json()["data"]["age"] == 3


@pytest.mark.parametrize("media", ["application/json", "application/merge-patch+json; charset=utf-8"])
def test_a_password_is_changed_by_either_patch(service: AccountService, zoe: str, media: str) -> None:
    """A plain and a merge patch change it, with the name in any case; what the answer shows has no password in it."""
    headers = {"Content-Type": media, "Response-Behavior": "diff"}
    data = {"id": zoe.upper(), "password": "another password", "age": 3}
    answer = service.send("PATCH", f"/accounts/{zoe}", zoe, data, headers=headers)
    assert (answer.status_code, answer.json()) == (200, {"data": {}})
    assert service.user(zoe, "another password") == f"account:{zoe}"
    for bad in (None, 1, "short"):
        answer = service.send(
            "PATCH", f"/accounts/{zoe}", zoe, {"password": bad}, password="another password", headers=headers
        )
        assert (answer.status_code, answer.json()["errno"]) == (400, 107)
    assert service.user(zoe, "another password") == f"account:{zoe}"


@pytest.mark.difference("passwords-by-json-patch")
@pytest.mark.parametrize(
    "operations",
    [
        [{"op": "add", "path": "/data/password", "value": "another password"}],
        [
            {"op": "add", "path": "/data/other", "value": "x" * 8},
            {"op": "copy", "from": "/data/other", "path": "/data/password"},
        ],
        [{"op": "move", "from": "/data/id", "path": "/data/password"}],
        [{"op": "replace", "path": "/data", "value": {"password": "another password"}}],
        [{"op": "replace", "path": "/data/password", "value": "another password"}],
        [{"op": "remove", "path": "/data/password"}],
        [{"op": "test", "path": "/data/password", "value": PASSWORD}],
        [{"op": "copy", "from": "/data/password", "path": "/data/shown"}],
        [{"op": "copy", "from": "/data/secret", "path": "/data/shown"}],
    ],
    ids=lambda operations: f"{operations[-1].get('from', '')} {operations[-1]['op']} {operations[-1]['path']}",
)
def test_a_json_patch_touches_no_password(service: AccountService, zoe: str, operations: list[dict[str, Any]]) -> None:
    """It neither sets a password, which could not be hashed, nor tells anything of one: 400, and nothing is done."""
    headers = {"Content-Type": "application/json-patch+json"}
    answer = service.send("PATCH", f"/accounts/{zoe}", zoe, json=operations, headers=headers)
    assert (answer.status_code, answer.json()["errno"]) == (400, 107)
    assert service.user(zoe) == f"account:{zoe}"
    assert service.send("GET", f"/accounts/{zoe}", zoe).json()["data"].keys() == {"id", "last_modified"}


def test_a_json_patch_shares_an_account(service: AccountService, zoe: str) -> None:
    """Attributes and permissions change by it, and the password stays."""
    operations = [
        {"op": "add", "path": "/permissions/read/account:Admin"},
        {"op": "add", "path": "/data/age", "value": 3},
    ]
    headers = {"Content-Type": "application/json-patch+json"}
    answer = service.send("PATCH", f"/accounts/{zoe}", zoe, json=operations, headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.json()["permissions"] == {"read": ["account:admin"], "write": [f"account:{zoe}"]}
    assert service.user(zoe) == f"account:{zoe}"


def test_filters_find_nothing_of_a_secret(service: AccountService, zoe: str) -> None:
    """Filters and orders see the attributes alone: what they say of secrets is what they say of anything missing."""
    assert service.send("PATCH", f"/accounts/{zoe}", zoe, {"age": 3, "name": "Zoe"}).status_code == 200
    for name in ("password", "secret", "secret.hash", "secret.version", "account_data.age"):
        for query in (f"has_{name}=true", f"gt_{name}=0", f"like_{name}=argon2", f"min_{name}=%22%22"):
            found = service.send("GET", f"/accounts?{query}", zoe).json()
            other = service.send("GET", f"/accounts?{query.replace(name, 'nothing')}", zoe).json()
            assert found == other, query
        assert len(service.send("GET", f"/accounts?_sort={name}", zoe).json()["data"]) == 1
        answer = service.send("GET", f"/accounts?_fields={name}", zoe).json()
        assert answer["data"][0].keys() == {"id", "last_modified"}
    assert [entry["name"] for entry in service.send("GET", "/accounts?age=3&like_name=zo", zoe).json()["data"]] == [
        "Zoe"
    ]
    assert service.send("GET", "/accounts?age=4", zoe).json() == {"data": []}


@pytest.mark.parametrize("bad", [None, 12345678, True, ["12345678"], {"$ne": ""}, "", "1234567", "x" * 100_000, "a\0b"])
@pytest.mark.parametrize("method", ["PUT", "POST", "PATCH"])
def test_what_is_no_password(service: AccountService, zoe: str, name: str, method: str, bad: object) -> None:
    """It is refused with 400, is repeated in no answer, and changes nothing."""
    other = f"{name}-new"
    data = {"password": bad}
    if method == "PATCH":
        answer = service.send(method, f"/accounts/{zoe}", zoe, data)
    elif method == "PUT":
        answer = service.send(method, f"/accounts/{other}", None, data)
    else:
        answer = service.send(method, "/accounts", None, {"id": other, **data})
    assert (answer.status_code, answer.json()["errno"]) == (400, 107)
    assert not isinstance(bad, str) or not bad or bad not in answer.text
    assert service.user(zoe) == f"account:{zoe}"
    assert service.send("GET", f"/accounts/{other}", "admin").status_code == 404


def test_a_password_in_the_wrong_place_is_not_repeated(service: AccountService, name: str) -> None:
    """Beside `data` instead of in it, it is refused without being shown."""
    answer = service.send("PUT", f"/accounts/{name}", json={"password": PASSWORD})
    assert answer.status_code == 400
    assert PASSWORD not in answer.text


@pytest.mark.difference("bounds-of-passwords")
@pytest.mark.parametrize("password", ["x" * 73 + "a", "\N{KISS}" * 100, "a:b:c:d:e", "y" * 4096, " " * 8, "é" * 8])
def test_a_password_counts_in_full(service: AccountService, name: str, password: str) -> None:
    """Long, with colons, blanks or in any script: each of its characters counts."""
    service.sign_up(name, password)
    assert service.user(name, password) == f"account:{name}"
    for wrong in (password[:-1], password + "x", password[:72]):
        assert (service.user(name, wrong) is None) == (wrong != password)


@pytest.mark.difference("hidden-hashes")
def test_no_hash_is_in_any_answer(service: AccountService, zoe: str) -> None:
    """Whatever is asked, by the account or by an administrator: neither the hash nor the password is in it."""
    path = f"/accounts/{zoe}"
    stale = {"If-Match": '"1"'}
    for who in (zoe, "admin"):
        for method, place, data, headers in (
            ("GET", path, None, {}),
            ("GET", "/accounts", None, {}),
            ("GET", "/accounts?_since=0", None, {}),
            ("PATCH", path, {"age": 3}, {}),
            ("PATCH", path, {"password": PASSWORD}, {}),
            ("PUT", path, {"password": PASSWORD}, stale),
            ("PATCH", path, {"age": 3}, stale),
            ("DELETE", path, None, stale),
            ("POST", "/accounts", {"id": zoe, "password": PASSWORD}, {}),
            ("GET", "/accounts?password=x", None, {}),
            ("GET", "/accounts?secret.hash=x", None, {}),
            ("GET", "/accounts?_sort=password", None, {}),
            ("GET", "/accounts?_fields=password,secret", None, {}),
            ("GET", "/", None, {}),
            ("GET", "/permissions", None, {}),
        ):
            answer = service.send(method, place, who, data, headers=headers)
            assert answer.status_code < 500
            for word in ("argon2", "$m=", PASSWORD):
                assert word not in answer.text, (method, place)


def test_attributes_may_be_called_anything(service: AccountService, zoe: str) -> None:
    """What looks like the server's own fields, or like operators, is an attribute as any other."""
    data = {
        "secret": {"hash": "x", "version": "y"},
        "members": [f"account:{zoe}"],
        "$set": {"a.b": 1},
        "account_data": 1,
    }
    answer = service.send("PATCH", f"/accounts/{zoe}", zoe, data)
    assert answer.status_code == 200
    found = service.send("GET", f"/accounts/{zoe}", zoe).json()["data"]
    assert {name: found[name] for name in data} == data
    assert service.user(zoe) == f"account:{zoe}"
    assert service.send("GET", "/", zoe).json()["user"]["principals"] == sorted(
        [f"account:{zoe}", "system.Authenticated", "system.Everyone"]
    )


def test_the_shortest_password_is_a_setting(serve: Callable[..., str]) -> None:
    """The operator says how long a password has to be."""
    strict = AccountService(serve(account_min_password_length=22))
    answer = strict.send("PUT", "/accounts/x", None, {"password": PASSWORD})
    assert refusal(answer) == (400, 107, "data.password in body: must have at least 22 characters")
    strict.sign_up("x", PASSWORD + "!")
    strict.close()


def test_no_password_is_in_the_log(command: Callable[..., "Command"], tmp_path: Path) -> None:
    """Whatever happens to passwords, at the most talkative level neither they nor hashes are in the log."""
    server: Command = command("serve", "--port", "0", "--data", str(tmp_path / "data"), KINTOUN_LOG_LEVEL="info")
    service = AccountService(server.root)
    service.sign_up("zoe")
    for data in ({"password": 12345678}, {"password": "a\0b" + PASSWORD}, {"password": PASSWORD, "id": "other"}):
        assert service.send("PUT", "/accounts/zoe", "zoe", data).status_code == 400
    for password in (PASSWORD, PASSWORD + "!"):
        service.send("GET", "/buckets", "zoe", password=password)
        service.send("PUT", "/accounts/zoe", "zoe", {"password": PASSWORD}, password=password)
        service.send("GET", f"/accounts?password={PASSWORD}", "zoe", password=password)
    service.close()
    assert server.stop() == 0
    assert "/v1/accounts/{account}" in server.said
    for word in (PASSWORD, PASSWORD.replace(" ", "+"), PASSWORD.replace(" ", "%20"), "12345678", "argon2"):
        assert word not in server.said
