"""What differs between two answers to the same request, after ids, timestamps and addresses are mapped."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from e2e.compat.correspondence import Correspondence
from e2e.compat.exchange import Response

ABSENT = "(absent)"
_CREATED, _REDIRECT = 201, 307
_SETS = ("permissions", "principals")
SECURITY = ("x-content-type-options", "content-security-policy")
_TOTALS = ("total-objects", "total-records")
_PLAIN = (
    *_TOTALS,
    "cache-control",
    "pragma",
    "www-authenticate",
    "access-control-allow-origin",
    "access-control-max-age",
    "backoff",
    *SECURITY,
)
_LISTS = ("allow", "access-control-allow-methods")
_PRESENCE = ("retry-after", "expires")
_ANSWER_HEADERS = {
    *(
        "backoff",
        "cache-control",
        "content-length",
        "etag",
        "expires",
        "last-modified",
        "location",
        "next-page",
    ),
    *("pragma", "retry-after", "total-objects", "total-records"),
}
"""Headers of answers: ours exposes more of them than the reference (`exposed-headers`), and the reference allows them
in requests, where they mean nothing (`preflight-headers`)."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where the answers differ: ``at`` is `status`, `header.<name>` or `body.<path>`."""

    at: str
    ours: object
    reference: object

    def __str__(self) -> str:
        """The place and both values, as JSON."""
        return f"{self.at}: ours {_shown(self.ours)}, reference {_shown(self.reference)}"


def compare(path: str, ours: Response, reference: Response, pairs: Correspondence) -> list[Difference]:
    """Answer all differences between two answers to a request for ``path`` (the reference's form of it)."""
    _pair_new_ids(ours, reference, pairs)
    found = [] if ours.status == reference.status else [Difference("status", ours.status, reference.status)]
    if ours.body or reference.body:
        types = [answer.headers.get("content-type", ABSENT).partition(";")[0] for answer in (ours, reference)]
        found += _unequal("header.content-type", *types)
    clock = clock_of(path)
    found += _header_differences(ours.headers, reference.headers, clock, pairs)
    if not ours.status == reference.status == _REDIRECT:  # whose text is for people
        found += _Walk(clock, pairs, path).differences("body", ours.json, reference.json)
    return found


def clock_of(path: str) -> str:
    """Name the list whose clock numbers the answers for this path."""
    parts = unquote(urlsplit(path).path).removeprefix("/v1").strip("/").split("/")
    return "/".join(parts if len(parts) % 2 else parts[:-1])


def _pair_new_ids(ours: Response, reference: Response, pairs: Correspondence) -> None:
    """Note the ids that the servers made up: of a new object, and of the caller's personal bucket in the hello view."""
    for part, key in (("data", "id"), ("user", "bucket")):
        if part == "user" or ours.status == reference.status == _CREATED:
            pairs.pair_ids(*(_part(response.json, part, key) for response in (ours, reference)))


def _part(body: object, part: str, key: str) -> object:
    inner = body.get(part) if isinstance(body, dict) else None
    return inner.get(key) if isinstance(inner, dict) else None


def _header_differences(
    ours: Mapping[str, str], reference: Mapping[str, str], clock: str, pairs: Correspondence
) -> Iterator[Difference]:
    for name in _PLAIN:
        if name in _TOTALS and name not in reference:  # ours counts on GET too (the row `totals-on-get`)
            continue
        yield from _unequal(f"header.{name}", ours.get(name, ABSENT), reference.get(name, ABSENT))
    for name in _LISTS:
        yield from _unequal(f"header.{name}", _words(ours.get(name)), _words(reference.get(name)))
    yield from _cross_origin(ours, reference)
    for name in _PRESENCE:
        yield from _unequal(f"header.{name}", _presence(ours.get(name)), _presence(reference.get(name)))
    yield from _unequal("header.last-modified", _dated(ours), _dated(reference))
    yield from _unequal("header.alert", _alert(ours.get("alert")), _alert(reference.get("alert")))
    yield from _etags(ours.get("etag"), reference.get("etag"), clock, pairs)
    addresses = (pairs.translate(_address(ours.get("location"))), _address(reference.get("location")))
    yield from _unequal("header.location", *addresses)
    pages = (pairs.translate(_page(ours.get("next-page"))), _page(reference.get("next-page")))
    yield from _unequal("header.next-page", *pages)


def _cross_origin(ours: Mapping[str, str], reference: Mapping[str, str]) -> Iterator[Difference]:
    """Compare what pages of other origins may see of an answer and send in a request."""
    name = "access-control-expose-headers"
    mine, theirs = _words(ours.get(name)), _words(reference.get(name))
    if isinstance(mine, list) and isinstance(theirs, list):
        mine = [word for word in mine if word in theirs or word not in _ANSWER_HEADERS]
    yield from _unequal(f"header.{name}", mine, theirs)
    name = "access-control-allow-headers"
    allowed = [_words(headers.get(name)) for headers in (ours, reference)]
    sent = [set(words) - _ANSWER_HEADERS - {"authorization"} if isinstance(words, list) else words for words in allowed]
    yield from _unequal(f"header.{name}", *sent)


def _unequal(at: str, ours: object, reference: object) -> Iterator[Difference]:
    if ours != reference:
        yield Difference(at, ours, reference)


def _etags(ours: str | None, reference: str | None, clock: str, pairs: Correspondence) -> Iterator[Difference]:
    if ours is None or reference is None:
        yield from _unequal("header.etag", ours or ABSENT, reference or ABSENT)
        return
    numbers = [int(found[1]) if (found := re.fullmatch(r'"(\d+)"', etag)) else None for etag in (ours, reference)]
    if numbers[0] is None or numbers[1] is None:
        yield from _unequal("header.etag", ours, reference)
    elif not pairs.match_timestamps(clock, numbers[0], numbers[1]):
        yield Difference("header.etag", ours, reference)


def _words(value: str | None) -> list[str] | str:
    return ABSENT if value is None else sorted({word.strip().lower() for word in value.split(",") if word.strip()})


def _alert(value: str | None) -> str:
    """What an alert says, without the address where each server's own documents explain it."""
    if value is None:
        return ABSENT
    told = json.loads(value)
    return f"{told.get('code')}: {told.get('message')}"


def _presence(value: str | None) -> str:
    return ABSENT if value is None else "present"


def _dated(headers: Mapping[str, str]) -> str:
    """Say whether Last-Modified is there and tells the same instant as the ETag."""
    value, etag = headers.get("last-modified"), headers.get("etag", "").strip('"')
    if value is None or not etag.isdigit():
        return _presence(value)
    expected = format_datetime(datetime.fromtimestamp(int(etag) // 1000, UTC), usegmt=True)
    return "as the ETag" if parsedate_to_datetime(value) == parsedate_to_datetime(expected) else "not as the ETag"


def _address(value: str | None) -> str:
    return ABSENT if value is None else value.partition("://")[2].partition("/")[2]


def _page(value: str | None) -> str:
    """The path and the parameters of a next page, without the token, which is each server's own."""
    if value is None:
        return ABSENT
    parts = urlsplit(value)
    parameters = sorted(
        (name, text) for name, text in parse_qsl(parts.query, keep_blank_values=True) if name != "_token"
    )
    return f"{parts.path} {parameters}"


class _Walk:
    """Goes through two JSON values side by side."""

    def __init__(self, clock: str, pairs: Correspondence, path: str) -> None:
        self._clock = clock
        self._pairs = pairs
        self._by_uri = urlsplit(path).path == "/v1/permissions"

    def differences(self, at: str, ours: Any, reference: Any) -> Iterator[Difference]:  # noqa: ANN401 - JSON
        """Yield where the two values differ."""
        if isinstance(ours, dict) and isinstance(reference, dict):
            yield from self._objects(at, ours, reference)
        elif isinstance(ours, list) and isinstance(reference, list):
            yield from self._arrays(at, ours, reference)
        elif isinstance(ours, str) and isinstance(reference, str):
            yield from _unequal(at, self._pairs.translate(ours), reference)
        elif at.endswith(".last_modified") and type(ours) is int and type(reference) is int:
            if not self._pairs.match_timestamps(self._clock, ours, reference):
                yield Difference(at, ours, reference)
        elif type(ours) is not type(reference) or ours != reference:
            yield Difference(at, ours, reference)

    def _objects(self, at: str, ours: dict[str, Any], reference: dict[str, Any]) -> Iterator[Difference]:
        for key in sorted(ours.keys() | reference.keys()):
            place = f"{at}.{key}"
            if key not in ours or key not in reference:
                yield Difference(place, ours.get(key, ABSENT), reference.get(key, ABSENT))
            else:
                yield from self.differences(place, ours[key], reference[key])

    def _arrays(self, at: str, ours: list[Any], reference: list[Any]) -> Iterator[Difference]:
        if any(part in _SETS for part in at.split(".")[1:]):
            yield from _unequal(
                at, sorted(self._pairs.translate(str(item)) for item in ours), sorted(map(str, reference))
            )
            return
        if self._by_uri and at == "body.data":
            ours = sorted(ours, key=lambda entry: self._pairs.translate(str(entry.get("uri"))))
            reference = sorted(reference, key=lambda entry: str(entry.get("uri")))
        if len(ours) != len(reference):
            yield Difference(f"{at}.length", [len(ours), self._ids(ours)], [len(reference), self._ids(reference)])
            return
        for index, (mine, theirs) in enumerate(zip(ours, reference, strict=True)):
            yield from self.differences(f"{at}.{index}", mine, theirs)

    def _ids(self, items: list[Any]) -> list[Any]:
        return [item.get("id", item.get("uri")) if isinstance(item, dict) else item for item in items]


def _shown(value: object) -> str:
    return value if value == ABSENT else json.dumps(value, ensure_ascii=False, default=str)[:400]
