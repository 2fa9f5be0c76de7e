"""What the answer to a PATCH shows, by the header Response-Behavior: protocol section 10.4."""

import httpx
import pytest
from tests.api.patches import MERGE, OPERATIONS, PLAIN, detail, op, patch


@pytest.mark.parametrize(
    ("media_type", "body", "light", "diff"),
    [
        (PLAIN, {"data": {"title": "read", "done": False, "new": 1}}, {"title": "read", "new": 1}, {}),
        (MERGE, {"data": {"title": None, "new": {"a": None}}}, {"new": {}}, {"new": {}}),
        (OPERATIONS, [op("copy", "/data/new", **{"from": "/data/title"})], {"new": "write"}, {"new": "write"}),
        (OPERATIONS, [op("replace", "/data/title", value="read")], {"title": "read"}, {}),
        (PLAIN, {"permissions": {"read": ["zoe"]}}, {}, {}),
        (OPERATIONS, [], {}, {}),
    ],
)
def test_response_behavior(  # noqa: PLR0913, PLR0917 - a row of the table each
    alice: httpx.Client, records: str, media_type: str, body: object, light: object, diff: object
) -> None:
    """`full` answers the object, `light` what was changed and `diff` what is not as sent, both without permissions."""
    for behavior, expected in (("light", light), ("diff", diff), ("full", None)):
        path = f"{records}/{behavior}"
        assert alice.put(path, json={"data": {"title": "write", "done": False}}).status_code == 201
        answer = patch(alice, path, media_type, body, Response_Behavior=behavior)
        stored = alice.get(path)
        assert answer.json() == (stored.json() if expected is None else {"data": expected})
        assert answer.headers["ETag"] == stored.headers["ETag"]


@pytest.mark.parametrize("behavior", ["", "Full", "LIGHT", "none", "light, diff"])
def test_another_response_behavior_is_refused(alice: httpx.Client, record: str, behavior: str) -> None:
    """Any other value, another case included, gives 400 that names the header, and nothing is written."""
    before = alice.get(record).json()
    found = detail(alice.patch(record, json={"data": {"a": 1}}, headers={"Response-Behavior": behavior}))
    assert (found["location"], found["name"]) == ("header", "Response-Behavior")
    assert alice.get(record).json() == before


def test_response_behavior_is_for_patch_only(alice: httpx.Client, record: str) -> None:
    """Other methods do not look at the header."""
    for method in ("GET", "PUT", "DELETE"):
        answer = alice.request(method, record, headers={"Response-Behavior": "nonsense"})
        assert (answer.status_code, answer.json()["data"]["id"]) == (200, "first")
