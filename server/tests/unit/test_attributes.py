"""Attributes by their paths: protocol sections 16.2 and 16.4."""

import pytest
from kintoun_server.domain.attributes import MISSING, lookup, parse_path, subset

BODY = {"a": 1, "o": {"x": {"y": None}, "z": [{"w": 1}]}, "": {"": 2}, "a.b": 3}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("a", 1),
        ("o.x.y", None),
        ("o.z", [{"w": 1}]),
        ("o.z.w", MISSING),
        ("o.z.0", MISSING),
        ("a.b", MISSING),
        ("a.x", MISSING),
        ("nothing", MISSING),
        (".", 2),
    ],
)
def test_a_path_leads_into_objects_alone(path: str, value: object) -> None:
    """Dots walk into objects, not into arrays; null is a value, and a key with a dot is not found."""
    assert lookup(BODY, parse_path(path)) == value


def test_a_subset_keeps_attributes_where_they_were() -> None:
    """Nested attributes come in their objects, several of one object together; what is not there is left out."""
    assert subset(BODY, [("o", "x", "y"), ("o", "z"), ("nothing",), ("a", "deep")]) == {
        "a": 1,
        "o": {"x": {"y": None}, "z": [{"w": 1}]},
    }
    assert subset(BODY, [("o",), ("o", "x")]) == {"o": BODY["o"]}
    assert subset(BODY, [("o", "x"), ("o",)]) == {"o": BODY["o"]}
    assert subset({"o": {"x": 1}}, [("o", "y")]) == {"o": {}}


def test_a_subset_leaves_the_object_as_it_was() -> None:
    """What is taken out is new, so that nothing is written into the object that is read."""
    body = {"o": {"x": 1, "y": 2}}
    assert subset(body, [("o", "x"), ("o", "y")]) == body
    assert subset(body, [("o", "x")]) == {"o": {"x": 1}}
    assert body == {"o": {"x": 1, "y": 2}}
