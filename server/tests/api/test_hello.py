"""The hello view and the utility endpoints: protocol section 7."""

import json
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import httpx
import pytest


def test_the_hello_view_tells_what_clients_need(anonymous: httpx.Client, root: str) -> None:
    """Without credentials the hello view has its fields, the version of the protocol as a string, and no user."""
    body = anonymous.get("/").json()
    expected = {
        "project_name",
        "project_version",
        "project_docs",
        "http_api_version",
        "url",
        "config",
        "settings",
        "capabilities",
    }
    assert body.keys() == expected
    assert body["http_api_version"] == "1.23"
    assert body["url"] == f"{root}/v1/"
    assert body["config"] is None
    assert body["settings"] == {"explicit_permissions": True, "readonly": False, "batch_max_requests": 25}


def test_each_capability_is_described(anonymous: httpx.Client) -> None:
    """Basic authentication and the default bucket are named; each capability has a description and an address."""
    capabilities = anonymous.get("/").json()["capabilities"]
    assert capabilities.keys() >= {"basicauth", "default_bucket"}
    for capability in capabilities.values():
        assert isinstance(capability["description"], str)
        assert capability["url"].startswith("http")


def test_the_hello_view_knows_the_user(alice: httpx.Client) -> None:
    """With credentials the hello view names the user, the principals and the real id of the default bucket."""
    user = alice.get("/").json()["user"]
    assert user.keys() == {"id", "principals", "bucket"}
    assert user["id"] in user["principals"]
    assert str(UUID(user["bucket"])) == user["bucket"]


def test_settings_are_told_in_the_hello_view(serve: Callable[..., str]) -> None:
    """What the operator has set is what the hello view tells."""
    root = serve(project_name="Our tasks", batch_max_requests=7, explicit_permissions=False)
    body = httpx.get(f"{root}/v1/").json()
    assert body["project_name"] == "Our tasks"
    assert body["settings"] == {"explicit_permissions": False, "readonly": False, "batch_max_requests": 7}


def test_the_heartbeat_tells_that_all_is_well(anonymous: httpx.Client) -> None:
    """The heartbeat answers 200 with a true for each part."""
    answer = anonymous.get("/__heartbeat__")
    assert answer.status_code == 200
    assert answer.json()
    assert all(value is True for value in answer.json().values())


def test_the_balancer_heartbeat_is_empty(anonymous: httpx.Client) -> None:
    """The heartbeat for load balancers answers 200 and an empty object."""
    answer = anonymous.get("/__lbheartbeat__")
    assert (answer.status_code, answer.json()) == (200, {})


@pytest.mark.parametrize("path", ["/__heartbeat__", "/__lbheartbeat__", "/__version__"])
def test_utilities_ignore_accept_and_credentials(anonymous: httpx.Client, path: str) -> None:
    """The utility endpoints need no credentials and answer whatever Accept says."""
    expected = anonymous.get(path).status_code
    answer = anonymous.get(path, headers={"Accept": "text/html", "Authorization": "nonsense"})
    assert answer.status_code == expected
    assert expected != 406


def test_the_version_comes_from_the_file_of_the_operator(serve: Callable[..., str], tmp_path: Path) -> None:
    """`__version__` answers the content of the file that the setting names."""
    version = {"name": "kintoun", "version": "1.2.3", "commit": "abc", "source": "https://example.org"}
    file = tmp_path / "version.json"
    file.write_text(json.dumps(version))
    root = serve(version_json_path=str(file))
    answer = httpx.get(f"{root}/v1/__version__")
    assert (answer.status_code, answer.json()) == (200, version)
    file.unlink()


@pytest.mark.difference("missing-version-file")
def test_a_missing_version_file_is_not_found(serve: Callable[..., str], tmp_path: Path) -> None:
    """Where the file of the setting is missing `__version__` gives 404 and not 500."""
    root = serve(version_json_path=str(tmp_path / "missing.json"))
    assert httpx.get(f"{root}/v1/__version__").status_code == 404
