"""What a JSON document may hold: protocol section 3.3, and the limits of BSON."""

import math
from typing import Any

import pytest
from kintoun_server.domain.json_value import MAX_DEPTH, check
from kintoun_server.domain.refusals import Invalid
from tests.hostile_json import BEYOND, INTEGERS, KEYS


def nested(levels: int, value: Any) -> Any:  # noqa: ANN401 - any JSON
    """A value inside of so many levels, lists and objects by turns."""
    for level in range(levels):
        value = [value] if level % 2 else {"k": value}
    return value


@pytest.mark.parametrize("value", [*INTEGERS, 0.5, -0.0, 1e308, True, None, "é\N{GRINNING FACE}"])
def test_what_is_accepted(value: Any) -> None:  # noqa: ANN401 - any JSON
    """Numbers that 64 bits hold, signed or unsigned, and all text of Unicode, by itself and inside of others."""
    check(value)
    check([value])
    check({"k": [{"l": value}]})


@pytest.mark.parametrize("key", KEYS)
def test_all_keys_are_accepted(key: str) -> None:
    """Keys that look like operators or paths of MongoDB are data like any others."""
    check({key: {key: key}})


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        *((number, "integers must fit into 64 bits") for number in BEYOND),
        (math.inf, "numbers must be finite"),
        (-math.inf, "numbers must be finite"),
        (math.nan, "numbers must be finite"),
        ("a\0b", "invalid character 0x00"),
        ("\ud800", "lone surrogate in a string"),
        ("a\udfff", "lone surrogate in a string"),
    ],
    ids=repr,
)
def test_what_is_refused(value: Any, reason: str) -> None:  # noqa: ANN401 - any JSON
    """What JSON or BSON cannot hold is refused with the reason, wherever it stands."""
    places = [value, [value], {"k": value}, nested(20, value)]
    for place in [*places, {value: 1}] if isinstance(value, str) else places:
        with pytest.raises(Invalid, match=reason):
            check(place)


def test_the_depth_is_bounded() -> None:
    """So many levels of nesting are accepted and no more, whatever is in the innermost."""
    check(nested(MAX_DEPTH, 1))
    check(nested(MAX_DEPTH - 1, {}))
    for inner in (1, "a", None):
        with pytest.raises(Invalid, match="more than 64 levels of nesting"):
            check(nested(MAX_DEPTH + 1, inner))
