"""The table of kinds, and the rule for ids: protocol section 8."""

import pytest
from kintoun_server.domain.kinds import KINDS, RECORD


@pytest.mark.parametrize("text", ["a", "A", "0", "a-b_c", "9__", "x" * 2000, "default", "3baaf28d-ea8f-9df6-7e00"])
def test_ids(text: str) -> None:
    """Letters and digits of ASCII, then hyphens and underscores too, of any length."""
    assert RECORD.is_id(text)


@pytest.mark.parametrize(
    "text",
    ["", "-a", "_a", "a b", "a/b", "a.b", "a\n", "\na", "é", "٣", "a\0", "$a", "~", "%61", 12, None, ["a"], b"a"],
)
def test_what_is_no_id(text: object) -> None:
    """Everything else is none, above all what could lead to another object: slashes, dots, line ends."""
    assert not RECORD.is_id(text)


def test_parents_and_lists_agree() -> None:
    """Each kind stands among the lists of its parent, and nowhere else."""
    children = {(kind.name, child) for kind in KINDS.values() for child in kind.lists}
    assert children == {(kind.parent, kind.name) for kind in KINDS.values() if kind.parent}


def test_who_may_read_an_object() -> None:
    """Every permission on an object lets its holder read it, as the protocol has it for all kinds (section 11.2)."""
    for kind in KINDS.values():
        assert kind.readers == kind.permissions
