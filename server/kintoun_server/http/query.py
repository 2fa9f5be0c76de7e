"""The query string of a list (protocol sections 15 and 16)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from kintoun_server.domain.attributes import Path
from kintoun_server.domain.listing import Selection
from kintoun_server.domain.page_token import PageToken
from kintoun_server.domain.refusals import Invalid, Unreadable, brief
from kintoun_server.domain.timestamps import FUTURE_LIMIT_MS

from .filter_parameters import MAX_FILTERS, parse_fields, parse_filter, parse_sort

_NUMBER = re.compile(r'"?(-?[0-9]{1,19})"?', re.ASCII)
_QUOTE = '"'
BOUNDS = ("_since", "_before", "_to")


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What a request on a list asks for: the selection with its page size, and the token that it continues.

    ``place`` is the list and the order that tokens belong to; ``deprecated`` tells that one of its parameters is.
    """

    selection: Selection
    token: PageToken | None = None
    place: str = ""
    deprecated: bool = False


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

    Filters that stand several times all hold.

    Raises:
        Invalid: a parameter is malformed, or stands twice where it may not.
    """
    given: dict[str, str] = {}
    filtering: list[tuple[str, str]] = []
    for name, value in parse_pairs(query):
        if len(filtering) == MAX_FILTERS and not name.startswith("_"):
            raise Invalid("querystring", name, f"more than {MAX_FILTERS} filters")
        if not name.startswith("_"):
            filtering.append((name, value))
        elif name in given and name in (*BOUNDS, "_limit", "_token", "_sort", "_fields"):
            raise Invalid("querystring", name, f"{name} stands more than once")
        else:
            given[name] = value
    since = _bound("_since", given, now)
    before = _bound("_before" if "_before" in given else "_to", given, now)
    limit = _limit(given) or rules.max_fetch
    filters = [parse_filter(name, value, lambda named, text: _timestamp(named, text, now)) for name, value in filtering]
    order, ascending = parse_sort(given.get("_sort", ""))
    place = f"{list_uri}?{order}{ascending}" if order or ascending else list_uri
    token = PageToken.decode(given["_token"], rules.secret, place) if given.get("_token") else None
    selection = Selection(
        since=since,
        before=before,
        limit=min(limit, rules.paginate_by or rules.max_fetch, rules.max_fetch),
        position=token.position if token else None,
        filters=tuple(filters),
        order=order,
        ascending=ascending,
        values=token.values if token else (),
        fields=parse_fields(given.get("_fields", "")),
    )
    return ListQuery(selection, token, place, "_to" in given)


def next_query(query: str, limit: int, token: str) -> str:
    """Write the query string of the next page: the same with another token."""
    kept = [(name, value) for name, value in parse_pairs(query) if name not in ("_limit", "_token")]
    return urlencode([*kept, ("_limit", str(limit)), ("_token", token)])


def object_fields(query: str) -> tuple[Path, ...]:
    """Read the query string of a request on one object, of which ``_fields`` alone means something.

    Raises:
        Unreadable, Invalid: as ``parse_pairs``.
    """
    return parse_fields(dict(parse_pairs(query)).get("_fields", ""))


def _bound(name: str, given: Mapping[str, str], now: int) -> int | None:
    return None if given.get(name, "null") == "null" else _timestamp(name, given[name], now)


def _timestamp(name: str, text: str, now: int) -> int:
    match = _NUMBER.fullmatch(text)
    bare = text.strip(_QUOTE)
    if match is None and bare:
        raise Invalid("querystring", name, f'"{brief(bare)}" is not a number')
    value = int(match[1]) if match else None
    if value is None or value >= now + FUTURE_LIMIT_MS:
        raise Invalid("querystring", name, f"Invalid value for {name}")
    if value < 0:
        raise Invalid("querystring", name, f"{value} is less than minimum value 0")
    return value


def _limit(given: Mapping[str, str]) -> int:
    text = given.get("_limit") or "0"
    if re.fullmatch(r"-[0-9]{1,18}", text, re.ASCII):
        raise Invalid("querystring", "_limit", f"{int(text)} is less than minimum value 0")
    if not (text.isascii() and text.isdecimal()) or len(text) > 18:  # noqa: PLR2004 - more digits leave 64 bits
        raise Invalid("querystring", "_limit", f'"{brief(text)}" is not a number')
    return int(text)
