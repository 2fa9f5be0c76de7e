"""What changes of an account on one server is true on every other server of the database from the next request on."""

import asyncio
import base64
from collections.abc import Callable, Iterator

import httpx
import pytest

OLD, NEW = "the old password", "the new password"


@pytest.fixture(scope="module")
def servers(serve: Callable[..., str]) -> Iterator[tuple[httpx.Client, httpx.Client]]:
    """Two server processes on one database, which remember verified passwords for longer than the test lasts."""
    same: dict[str, object] = {
        "mongodb_database": "account_revocation",
        "account_cache_ttl_seconds": 3600,
        "account_write_principals": ["account:admin"],
    }
    roots = [serve(**same) for _ in range(2)]
    with (
        httpx.Client(base_url=f"{roots[0]}/v1", timeout=30, trust_env=False) as here,
        httpx.Client(base_url=f"{roots[1]}/v1", timeout=30, trust_env=False) as there,
    ):
        here.put("/accounts/admin", json={"data": {"password": NEW}})
        yield here, there


def user(server: httpx.Client, name: str, password: str) -> str | None:
    """The user id in the hello view, None when it names no user."""
    found = server.get("/", auth=(name, password)).json().get("user", {}).get("id")
    assert found is None or isinstance(found, str)
    return found


def sign_up(server: httpx.Client, name: str, password: str = OLD) -> None:
    """Make an account."""
    assert server.put(f"/accounts/{name}", json={"data": {"password": password}}).status_code == 201


REQUESTS = [
    ("GET", "/buckets"),
    ("HEAD", "/buckets"),
    ("GET", "/buckets/default"),
    ("GET", "/buckets/shared"),
    ("PUT", "/buckets/theirs"),
    ("POST", "/buckets"),
    ("DELETE", "/buckets"),
    ("PATCH", "/buckets/shared"),
    ("DELETE", "/buckets/shared"),
    ("PUT", "/buckets/default/collections/c/records/r"),
    ("GET", "/buckets/default/collections/c/records"),
    ("DELETE", "/buckets/default/collections/c/records"),
    ("GET", "/accounts"),
    ("DELETE", "/accounts"),
]


@pytest.mark.difference("revoked-at-once")
@pytest.mark.parametrize(("method", "path"), REQUESTS, ids=lambda value: value.replace("/", " ").strip())
def test_an_old_password_is_worthless_everywhere(
    servers: tuple[httpx.Client, httpx.Client], method: str, path: str
) -> None:
    """A password changed on one server is refused on another that had verified it, by every kind of request."""
    here, there = servers
    name = f"changed-{REQUESTS.index((method, path))}"
    sign_up(here, name)
    body: object = {"data": {}} if method in {"PUT", "POST", "PATCH"} else None
    assert there.get("/buckets/default/collections/c/records", auth=(name, OLD)).status_code == 200
    there.put("/buckets/shared", auth=(name, OLD), json={"permissions": {"write": ["system.Authenticated"]}})
    assert here.patch(f"/accounts/{name}", auth=(name, OLD), json={"data": {"password": NEW}}).status_code == 200
    assert there.request(method, path, auth=(name, OLD), json=body).status_code == 401
    assert user(there, name, OLD) is None
    assert user(there, name, NEW) == f"account:{name}"
    assert there.get("/accounts", auth=(name, NEW)).json()["data"][0]["id"] == name


def test_an_account_takes_the_place_of_a_basic_user(servers: tuple[httpx.Client, httpx.Client]) -> None:
    """A Basic user whose name becomes an account on one server is refused at once on another that knows the user."""
    here, there = servers
    assert str(user(there, "taken", OLD)).startswith("basicauth_")
    assert there.put("/buckets/of-the-basic-user", auth=("taken", OLD)).status_code == 201
    sign_up(here, "taken", NEW)
    assert there.get("/buckets/of-the-basic-user", auth=("taken", OLD)).status_code == 401
    assert there.put("/buckets/of-the-basic-user", auth=("taken", OLD)).status_code == 401
    assert user(there, "taken", OLD) is None


def test_who_signs_up_is_the_account_everywhere(servers: tuple[httpx.Client, httpx.Client]) -> None:
    """Credentials that were a Basic user's become the account's, on the other server too, without a refusal."""
    here, there = servers
    for server in servers:
        assert str(user(server, "signing-up", OLD)).startswith("basicauth_")
    data = {"data": {"password": OLD}}
    assert here.put("/accounts/signing-up", auth=("signing-up", OLD), json=data).status_code == 201
    assert there.put("/buckets/mine", auth=("signing-up", OLD)).json()["permissions"] == {
        "write": ["account:signing-up"]
    }
    for server in servers:
        assert user(server, "signing-up", OLD) == "account:signing-up"


def test_a_deleted_account_is_nobody_everywhere(servers: tuple[httpx.Client, httpx.Client]) -> None:
    """Deleted on one server, an account that another had verified is not known there any more."""
    here, there = servers
    sign_up(here, "deleted")
    assert there.put("/buckets/of-the-deleted", auth=("deleted", OLD)).status_code == 201
    assert here.delete("/accounts/deleted", auth=("deleted", OLD)).status_code == 200
    assert there.get("/buckets/of-the-deleted", auth=("deleted", OLD)).status_code == 403
    assert str(user(there, "deleted", OLD)).startswith("basicauth_")
    assert there.get("/accounts", auth=("deleted", OLD)).json() == {"data": []}


def test_a_password_that_is_set_again_goes_on(servers: tuple[httpx.Client, httpx.Client]) -> None:
    """Reset to the same password by an administrator, people go on without a refusal."""
    here, there = servers
    sign_up(here, "again")
    assert user(there, "again", OLD) == "account:again"
    data = {"data": {"password": OLD}}
    assert here.patch("/accounts/again", auth=("admin", NEW), json=data).status_code == 200
    assert there.put("/buckets/again", auth=("again", OLD)).status_code == 201


async def test_no_write_counts_after_the_password_has_changed(servers: tuple[httpx.Client, httpx.Client]) -> None:
    """While a thief writes through one server without a pause, nothing is accepted that was sent after the change.

    It goes on in a group commit with others, so that no neighbour's change is lost or let through with it.
    """
    here, there = servers
    sign_up(here, "robbed")
    records = "/buckets/default/collections/c/records"
    accepted: list[bool] = []
    is_changed = asyncio.Event()

    async def write(client: httpx.AsyncClient, name: str, password: str) -> list[tuple[bool, int]]:
        found = []
        for number in range(40):
            late = is_changed.is_set()
            answer = await client.put(f"{records}/{name}-{number}", auth=(name, password), json={"data": {}})
            found.append((late, answer.status_code))
            if number == 20:
                await is_changed.wait()
        return found

    async with (
        httpx.AsyncClient(base_url=there.base_url, timeout=60, trust_env=False) as thief,
        httpx.AsyncClient(base_url=here.base_url, timeout=60, trust_env=False) as owner,
    ):
        writers = [asyncio.create_task(write(thief, "robbed", OLD)) for _ in range(4)]
        neighbour = asyncio.create_task(write(thief, "neighbour", "x"))
        change = {"data": {"password": NEW}}
        assert (await owner.patch("/accounts/robbed", auth=("robbed", OLD), json=change)).status_code == 200
        is_changed.set()
        for writer in writers:
            accepted += [status < 300 for late, status in await writer if late]
        assert {status for _, status in await neighbour} == {201}
    assert accepted
    assert not any(accepted)


def test_too_many_passwords_at_once_are_put_off(serve: Callable[..., str]) -> None:
    """More sign-ins at once than may wait are answered with 503 and `Retry-After`; the server lives on."""
    root = serve()

    async def flood() -> list[httpx.Response]:
        limits = httpx.Limits(max_connections=300)
        async with httpx.AsyncClient(base_url=f"{root}/v1", timeout=60, trust_env=False, limits=limits) as client:
            pairs = [base64.b64encode(f"guess:{number}".encode()).decode() for number in range(300)]
            return await asyncio.gather(
                *(client.get("/buckets", headers={"Authorization": f"Basic {pair}"}) for pair in pairs)
            )

    answers = asyncio.run(flood())
    assert {answer.status_code for answer in answers} == {200, 503}
    for answer in answers:
        if answer.status_code == 503:
            assert answer.json()["errno"] == 201
            assert int(answer.headers["retry-after"]) > 0
    assert httpx.get(f"{root}/v1/buckets", auth=("later", "x")).status_code == 200
