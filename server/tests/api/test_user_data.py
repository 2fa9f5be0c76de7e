"""Deleting all data of a user over HTTP: who may, and how a principal is written; protocol section 26."""

from collections.abc import Callable, Iterator
from urllib.parse import quote

import httpx
import pytest

RECORD = "/buckets/default/collections/tasks/records/first"


@pytest.fixture(scope="module")
def root(serve: Callable[..., str]) -> str:
    """A server on which the user `admin` may delete the data of users, by a name that is the same on each server."""
    database = "user_data"
    user_id = httpx.get(f"{serve(mongodb_database=database)}/v1/", auth=("admin", "secret")).json()["user"]["id"]
    return serve(mongodb_database=database, user_data_delete_principals=[user_id.replace("_", ":"), "account:admin"])


@pytest.fixture
def admin(root: str) -> Iterator[httpx.Client]:
    """Who may delete the data of users."""
    with httpx.Client(base_url=f"{root}/v1", auth=("admin", "secret"), timeout=60) as client:
        yield client


@pytest.fixture
def dave(root: str) -> Iterator[httpx.Client]:
    """A user with a record."""
    with httpx.Client(base_url=f"{root}/v1", auth=("dave", "secret"), timeout=60) as client:
        assert client.put(RECORD).status_code in {200, 201}
        yield client


def user_id(client: httpx.Client) -> str:
    """The user id of somebody."""
    found = client.get("/").json()["user"]["id"]
    assert isinstance(found, str)
    return found


@pytest.mark.parametrize("separator", ["_", ":"])
def test_what_a_user_has_goes(admin: httpx.Client, dave: httpx.Client, separator: str) -> None:
    """Both forms of a user id name the same user, percent-encoded too; the answer names it as it was asked for."""
    name = user_id(dave)
    spelled = name.replace("_", separator)
    answer = admin.delete(f"/__user_data__/{quote(spelled, safe='')}")
    assert (answer.status_code, answer.json()) == (200, {"data": {"principal": spelled}})
    assert dave.get("/buckets").json() == {"data": []}
    assert dave.get(RECORD).status_code == 404


def test_an_account_is_named_with_its_colon(admin: httpx.Client) -> None:
    """`account%3Aalice` is `account:alice`; a user who has nothing is no error."""
    answer = admin.delete("/__user_data__/account%3Aalice")
    assert (answer.status_code, answer.json()) == (200, {"data": {"principal": "account:alice"}})


def test_nobody_else_may(root: str, dave: httpx.Client) -> None:
    """Another user gets 403, also for the own data, an anonymous one 401, and nothing changes."""
    name = user_id(dave)
    answer = dave.delete(f"/__user_data__/{name}")
    assert (answer.status_code, answer.json()["errno"]) == (403, 121)
    answer = httpx.delete(f"{root}/v1/__user_data__/{name}")
    assert (answer.status_code, answer.json()["errno"]) == (401, 104)
    assert dave.get(RECORD).status_code == 200


def test_without_the_setting_nobody_may(serve: Callable[..., str]) -> None:
    """By default the setting names nobody."""
    assert httpx.delete(f"{serve()}/v1/__user_data__/x", auth=("alice", "secret")).status_code == 403


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH"])
def test_only_delete_is_there(admin: httpx.Client, method: str) -> None:
    """Another method is 405 for everybody."""
    answer = admin.request(method, "/__user_data__/x")
    assert (answer.status_code, answer.headers["allow"]) == (405, "DELETE, OPTIONS")


@pytest.mark.parametrize("principal", ["system.Everyone", "system.Authenticated", "x" * 4201])
def test_one_user_at_a_time(admin: httpx.Client, dave: httpx.Client, principal: str) -> None:
    """What stands for all users, or for none, is refused: a slip would cost everything."""
    answer = admin.delete(f"/__user_data__/{principal}")
    assert (answer.status_code, answer.json()["errno"]) == (400, 107)
    assert dave.get(RECORD).status_code == 200


@pytest.mark.parametrize("principal", ["$ne", "%7B%22$gt%22:%22%22%7D", "a%00b", "%2Fbuckets%2Fx%2Fgroups%2Fy", "é"])
def test_odd_principals_are_just_names(admin: httpx.Client, dave: httpx.Client, principal: str) -> None:
    """Operators of the database, NUL and the URI of a group are principals that nobody is, and do no harm."""
    assert admin.delete(f"/__user_data__/{principal}").status_code == 200
    assert dave.get(RECORD).status_code == 200


def test_a_principal_that_is_no_text_is_refused(admin: httpx.Client) -> None:
    """Bytes that are no UTF-8 are 400."""
    assert admin.delete("/__user_data__/%ff").status_code == 400
