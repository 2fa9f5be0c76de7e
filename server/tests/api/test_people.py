"""Looking people up by their names."""

from collections.abc import Callable

import httpx
import pytest
from tests.api.account_service import PASSWORD, AccountService
from tests.api.browser import browser, sign_in
from tests.api.operators import OPERATORS


def found(service: AccountService, name: str, who: str) -> object:
    """What is found by a name."""
    answer = service.send("GET", "/people", who, params={"name": name})
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def test_somebody_is_found_by_the_whole_name(service: AccountService, zoe: str, name: str) -> None:
    """The name is folded as that of accounts; a part of it, more than it, and a pattern find nobody."""
    service.sign_up(f"{name}-b")
    expected = [{"name": f"{name}-b", "principal": f"account:{name}-b"}]
    assert found(service, f"{name}-b", zoe) == expected
    assert found(service, f"{name.upper()}-B", zoe) == expected
    for other in (f"{name}-", f"{name}-bb", "*", ".*", f"{name}-b ", "", f"account:{name}-b", "/", "a" * 5000):
        assert found(service, other, zoe) == []


def test_operators_find_nobody(service: AccountService, zoe: str) -> None:
    """MongoDB's operators are names of nobody."""
    for word in OPERATORS[:8]:
        assert found(service, word, zoe) == []


def test_a_deleted_account_is_not_found(service: AccountService, zoe: str, name: str) -> None:
    """Where an account was, there is nobody."""
    service.sign_up(f"{name}-gone")
    service.send("DELETE", f"/accounts/{name}-gone", f"{name}-gone")
    assert found(service, f"{name}-gone", zoe) == []


@pytest.mark.parametrize("query", ["", "?nam=x", "?name=x&name=y"])
def test_the_name_must_be_given(service: AccountService, zoe: str, query: str) -> None:
    """There is no list of all people."""
    answer = service.send("GET", f"/people{query}", zoe)
    assert (answer.status_code, answer.json()["errno"]) == (400, 107)


def test_only_accounts_look_people_up(service: AccountService, zoe: str, name: str) -> None:
    """Whoever is not signed in gets 401; a pair that is no account 403, as anybody can make them up without end."""
    assert service.send("GET", f"/people?name={zoe}").status_code == 401
    assert service.send("GET", f"/people?name={zoe}", f"{name}-pair").status_code == 403
    assert service.send("GET", f"/people?name={zoe}", zoe, password="a wrong one").status_code == 401
    with browser(service.root) as client:
        sign_in(client, zoe)
        assert client.get(f"/people?name={zoe}").json()["data"][0]["name"] == zoe


def test_nobody_looks_up_everybody(serve: Callable[..., str]) -> None:
    """After so many in a minute it is 429 with the seconds to wait, within a batch too; others are not held up."""
    with httpx.Client(base_url=f"{serve(people_lookups_per_minute=3)}/v1", timeout=30, trust_env=False) as client:
        for name in ("zoe", "bob"):
            client.put(f"/accounts/{name}", json={"data": {"password": PASSWORD}})
        zoe = ("zoe", PASSWORD)
        batch = client.post("/batch", json={"requests": [{"path": "/people?name=bob"}] * 5}, auth=zoe)
        statuses = [response["status"] for response in batch.json()["responses"]]
        assert statuses == [200, 200, 200, 429, 429]
        answer = client.get("/people?name=bob", auth=zoe)
        assert (answer.status_code, answer.json()["errno"]) == (429, 117)
        assert 1 <= int(answer.headers["retry-after"]) <= 20
        assert client.get("/people?name=zoe", auth=("bob", PASSWORD)).status_code == 200
