"""The members of a group: protocol section 8."""

from typing import Any

import pytest
from hypothesis import given
from kintoun_server.domain.groups import MAX_MEMBERS, with_members
from kintoun_server.domain.principals import MAX_PRINCIPAL_LENGTH
from kintoun_server.domain.refusals import Invalid
from tests.hostile_json import values

HEX = "0123456789abcdef" * 4


def test_members_are_there_even_if_none_are_given() -> None:
    """A group without `members` has none, and clients find the empty list."""
    assert with_members({"title": "friends"}) == {"title": "friends", "members": []}


def test_members_are_user_ids_in_their_one_form() -> None:
    """Any text is a user id; duplicates stay; a Basic user is written as principals are."""
    members = ["blah", "blah", "system.Authenticated", f"basicauth:{HEX}", "account:alice"]
    expected = ["blah", "blah", "system.Authenticated", f"basicauth_{HEX}", "account:alice"]
    assert with_members({"members": members}) == {"members": expected}


@pytest.mark.parametrize(
    ("members", "name", "description"),
    [
        (["a", "/buckets/b/groups/x"], "data.members.1", "'/buckets/b/groups/x' is not a valid user ID."),
        (["system.Everyone"], "data.members.0", "'system.Everyone' is not a valid user ID."),
        (["a", "b", 5], "data.members.2", "5 is not a string"),
        ([None], "data.members.0", "None is not a string"),
        ("alice", "data.members", "'alice' is not iterable"),
        ({"alice": 1}, "data.members", "{'alice': 1} is not iterable"),
        (None, "data.members", "None is not iterable"),
    ],
)
def test_what_is_no_member(members: object, name: str, description: str) -> None:
    """A group, everyone, and what is no text are refused, each with its place in the body."""
    with pytest.raises(Invalid) as caught:
        with_members({"members": members})
    (detail,) = caught.value.details
    assert (detail.location, detail.name, detail.description) == ("body", name, description)


def test_members_are_bounded() -> None:
    """A group holds as many members, and a member as many characters, as fit into the index."""
    full = ["a" * MAX_PRINCIPAL_LENGTH] * MAX_MEMBERS
    assert with_members({"members": full}) == {"members": full}
    with pytest.raises(Invalid, match="more than 10000 members"):
        with_members({"members": [*full, "b"]})
    with pytest.raises(Invalid, match="longer than 4200 characters"):
        with_members({"members": ["a" * (MAX_PRINCIPAL_LENGTH + 1)]})


@given(values())
def test_anything_else_is_refused_or_a_list_of_texts(members: Any) -> None:  # noqa: ANN401 - any JSON
    """Whatever JSON is sent as `members`, it is refused or becomes a list of texts."""
    try:
        data = with_members({"members": members})
    except Invalid:
        return
    assert all(isinstance(member, str) for member in data["members"])
