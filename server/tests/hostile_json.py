"""JSON as a careless or a malicious client would send it, as strategies for Hypothesis."""

from typing import Any

from hypothesis import strategies as st

KEYS = (
    "$set",
    "$where",
    "$",
    "a.b",
    ".",
    "..",
    "__proto__",
    "constructor",
    "_id",
    "",
    "~",
    "~0",
    "~1",
    "~2",
    "~3",
    "~~",
    "$ref",
    "$id",
    "$db",
    "$date",
    "$numberLong",
    "data",
    "permissions",
    "members",
    "deleted",
    "é",
    "\N{SNOWMAN}",
    "\N{GRINNING FACE}",
)
"""Keys to which MongoDB, BSON, JavaScript, or our own way of storing gives a meaning, and some beyond ASCII."""
INTEGERS = (0, -1, 2**31 - 1, 2**31, -(2**31) - 1, 2**53 + 1, 2**63 - 1, 2**63, 2**64 - 1, -(2**63))
"""Where the widths of integers end; all of them are accepted."""
BEYOND = (2**64, -(2**63) - 1, 2**70, 10**400)
"""Integers that 64 bits do not hold, signed or unsigned."""

_scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.sampled_from(INTEGERS)
    | st.floats(allow_nan=False, allow_infinity=False)
)
_texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20) | st.sampled_from(KEYS)
_broken_texts = st.text(max_size=20) | st.text(st.sampled_from("a\0\ud83d\ude00"), max_size=4)


def _nested(leaves: st.SearchStrategy[Any], keys: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    return st.recursive(
        leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4), max_leaves=15
    )


def values() -> st.SearchStrategy[Any]:
    """Any JSON that is accepted."""
    return _nested(_scalars | _texts, _texts)


def objects() -> st.SearchStrategy[dict[str, Any]]:
    """Any JSON object that is accepted as the attributes of an object: all but those that the server sets."""
    names = _texts.filter(lambda name: name not in {"id", "last_modified"})
    return st.dictionaries(names, values(), max_size=6)


def any_values() -> st.SearchStrategy[Any]:
    """Any JSON, also with what is refused: NUL, lone surrogates, and integers beyond 64 bits."""
    return _nested(_scalars | _texts | _broken_texts | st.sampled_from(BEYOND), _texts | _broken_texts)
