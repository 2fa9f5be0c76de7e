"""The query string of a list (protocol sections 15 and 16)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from kintoun_server.domain.listing import Selection
from kintoun_server.domain.page_token import PageToken
from kintoun_server.domain.refusals import Invalid, Unreadable, brief
from kintoun_server.domain.timestamps import FUTURE_LIMIT_MS

_NUMBER = re.compile(r'"?(-?[0-9]{1,19})"?', re.ASCII)
BOUNDS = ("_since", "_before", "_to")


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What a request on a list asks for: the selection with its page size, and the token that it continues."""

    selection: Selection
    token: PageToken | None = None


@dataclass(frozen=True, slots=True)
class PageRules:
    """What bounds a page.

    The setting ``paginate_by``, the most objects in one answer, and the key that signs tokens.
    """

    paginate_by: int | None
    max_fetch: int
    secret: str


def parse_pairs(query: str) -> list[tuple[str, str]]:
    """Read the parameters, blanks around them stripped.

    Raises:
        Unreadable: not UTF-8.
        Invalid: a NUL.
    """
    try:
        pairs = parse_qsl(query, keep_blank_values=True, errors="strict")
    except ValueError:
        raise Unreadable("The query string is not UTF-8.") from None
    for name, value in pairs:
        if "\0" in name or "\0" in value:
            raise Invalid("querystring", name.replace("\0", "") or None, "Invalid character 0x00")
    return [(name.strip(), value.strip()) for name, value in pairs]


def parse_list_query(query: str, list_uri: str, rules: PageRules, now: int) -> ListQuery:
    """Read the query string of a request on the list at ``list_uri``; ``now`` in ms.

    Raises:
        Invalid: a parameter is malformed, stands twice where it may not, or is one that is not understood.
    """
    given: dict[str, str] = {}
    for name, value in parse_pairs(query):
        if not name.startswith("_"):
            raise Invalid("querystring", name, f"filters such as '{brief(name)}' are not supported by this version")
        if name in given and name in (*BOUNDS, "_limit", "_token"):
            raise Invalid("querystring", name, f"{name} stands more than once")
        given[name] = value
    _check_sort(given)
    token = PageToken.decode(given["_token"], rules.secret, list_uri) if given.get("_token") else None
    selection = Selection(
        since=_timestamp("_since", given, now),
        before=_timestamp("_before" if "_before" in given else "_to", given, now),
        limit=min(_limit(given) or rules.max_fetch, rules.paginate_by or rules.max_fetch, rules.max_fetch),
        position=token.position if token else None,
    )
    return ListQuery(selection, token)


def next_query(query: str, limit: int, token: str) -> str:
    """Write the query string of the next page: the same with another token."""
    kept = [(name, value) for name, value in parse_pairs(query) if name not in ("_limit", "_token")]
    return urlencode([*kept, ("_limit", str(limit)), ("_token", token)])


def _check_sort(given: Mapping[str, str]) -> None:
    for name in ("_sort", "_fields"):
        if given.get(name) and (name, given[name]) != ("_sort", "-last_modified"):
            raise Invalid("querystring", name, f"{name} is not supported by this version")


def _timestamp(name: str, given: Mapping[str, str], now: int) -> int | None:
    if name not in given or given[name] == "null":
        return None
    match = _NUMBER.fullmatch(given[name])
    if match is None:
        raise Invalid("querystring", name, f'"{brief(given[name])}" is not a number')
    value = int(match[1])
    if not 0 <= value < now + FUTURE_LIMIT_MS:
        raise Invalid("querystring", name, f"Invalid value for {name}")
    return value


def _limit(given: Mapping[str, str]) -> int:
    text = given.get("_limit") or "0"
    if not (text.isascii() and text.isdecimal()) or len(text) > 18:  # noqa: PLR2004 - more digits leave 64 bits
        raise Invalid("querystring", "_limit", f'"{brief(text)}" is not a number')
    return int(text)
