"""What a JSON document may hold here, and the limits that keep it exact in JSON and in BSON."""

import math
from typing import TypeAlias

from .refusals import Invalid

JSON: TypeAlias = "dict[str, JSON] | list[JSON] | str | int | float | bool | None"
JSONObject: TypeAlias = "dict[str, JSON]"

MAX_DEPTH = 64
"""Levels of nesting of arrays and objects; MongoDB itself stops at 100."""
MIN_INTEGER = -(2**63)
MAX_INTEGER = 2**64 - 1


def check(value: JSON, depth: int = 0) -> None:
    """Refuse what JSON or BSON cannot hold to the letter.

    Raises:
        Invalid: NUL characters, lone surrogates, integers outside 64 bits (signed or unsigned), numbers that are not
            finite, more than 64 levels (protocol section 3.3).
    """
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise _invalid("numbers must be finite")
    elif isinstance(value, int):
        if not MIN_INTEGER <= value <= MAX_INTEGER:
            raise _invalid("integers must fit into 64 bits")
    elif value is not None:
        _check_container(value, depth + 1)


def _check_container(value: "dict[str, JSON] | list[JSON]", depth: int) -> None:
    if depth > MAX_DEPTH:
        raise _invalid(f"more than {MAX_DEPTH} levels of nesting")
    if isinstance(value, dict):
        for key in value:
            _check_text(key)
    for item in value.values() if isinstance(value, dict) else value:
        check(item, depth)


def _check_text(text: str) -> None:
    if "\0" in text:
        raise _invalid("invalid character 0x00")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise _invalid("lone surrogate in a string") from None


def _invalid(reason: str) -> Invalid:
    return Invalid.json(reason)
