"""The kinds of value that a setting can have: how each is read from text or from TOML, and what would be right."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Generic, TypeVar

from kintoun_server.domain.principals import canonical

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

_FLAGS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DIGITS = re.compile(r"-?[0-9]{1,18}")
_SEPARATORS = re.compile(r"[\s,]+")


@dataclass(frozen=True, slots=True)
class Kind(Generic[T_co]):
    """One kind of value.

    ``expected`` says in words what would be right. ``parse`` turns text (of the command line, of the environment) into
    what TOML would have given; ``accept`` checks that and gives the value, or raises ValueError.
    """

    expected: str
    parse: Callable[[str], object]
    accept: Callable[[object], T_co]


def refuse(value: object) -> ValueError:
    """The error for a value that is not of the kind."""
    return ValueError(value)


def text(pattern: str = r"[^\x00-\x1f]*", expected: str = "text in one line") -> Kind[str]:
    """Text that matches a regular expression in full."""

    def accept(value: object) -> str:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            raise refuse(value)
        return value

    return Kind(expected, str, accept)


def choice(*choices: str) -> Kind[str]:
    """One of a few words."""
    return text("|".join(map(re.escape, choices)), "one of " + ", ".join(choices))


def whole(minimum: int, maximum: int | None = None) -> Kind[int]:
    """A whole number between two bounds, both included."""

    def parse(value: str) -> object:
        return int(value) if _DIGITS.fullmatch(value) else value

    def accept(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise refuse(value)
        if value < minimum or (maximum is not None and value > maximum):
            raise refuse(value)
        return value

    bounds = f"{minimum} or more" if maximum is None else f"from {minimum} to {maximum}"
    return Kind(f"a whole number, {bounds}", parse, accept)


def day() -> Kind[date]:
    """A calendar day; as text in the form of ISO 8601."""

    def parse(value: str) -> object:
        return date.fromisoformat(value) if _DAY.fullmatch(value) else value

    def accept(value: object) -> date:
        value = parse(value) if isinstance(value, str) else value
        if not isinstance(value, date) or isinstance(value, datetime):
            raise refuse(value)
        return value

    return Kind("a day such as 2027-01-31", parse, accept)


def flag() -> Kind[bool]:
    """True or false; as text also yes/no, on/off and 1/0."""

    def parse(value: str) -> object:
        return _FLAGS.get(value.strip().lower())

    def accept(value: object) -> bool:
        if not isinstance(value, bool):
            raise refuse(value)
        return value

    return Kind("true or false", parse, accept)


def path() -> Kind[Path]:
    """The path of a file or a folder; ``~`` is the home folder."""

    def accept(value: object) -> Path:
        if not isinstance(value, str | Path) or not str(value) or "\0" in str(value):
            raise refuse(value)
        return Path(value).expanduser()

    return Kind("a path", str, accept)


def _words(value: str) -> list[str]:
    return [word for word in _SEPARATORS.split(value) if word]


def words() -> Kind[tuple[str, ...]]:
    """A list of words; as text they are separated by blanks or commas, and empty text is an empty list."""

    def accept(value: object) -> tuple[str, ...]:
        if isinstance(value, str):
            value = _words(value)
        if not isinstance(value, list) or not all(isinstance(word, str) and _words(word) == [word] for word in value):
            raise refuse(value)
        return tuple(value)

    return Kind("a list of words", _words, accept)


def some_of(*choices: str) -> Kind[tuple[str, ...]]:
    """One or more of a few words, each once."""
    listed = words()

    def accept(value: object) -> tuple[str, ...]:
        found = listed.accept(value)
        if not found or len(set(found)) < len(found) or not set(found) <= set(choices):
            raise refuse(value)
        return found

    return Kind(f"one or more of {', '.join(choices)}", listed.parse, accept)


def principals() -> Kind[frozenset[str]]:
    """A set of principals, each in the form that is stored (protocol section 6)."""
    listed = words()

    def accept(value: object) -> frozenset[str]:
        return frozenset(map(canonical, listed.accept(value)))

    return Kind("a list of principals, such as system.Authenticated", listed.parse, accept)


def optional(kind: Kind[T]) -> Kind[T | None]:
    """The same kind, or nothing: as text nothing is written as empty text, in TOML by leaving the setting out."""

    def parse(value: str) -> object:
        return kind.parse(value) if value else None

    def accept(value: object) -> T | None:
        return None if value is None else kind.accept(value)

    return Kind(f"{kind.expected} (or empty)", parse, accept)
