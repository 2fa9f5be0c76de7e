"""The requests in the body of a batch, with its defaults filled in (protocol section 17)."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from tornado.httputil import HTTPHeaders, HTTPInputError

from kintoun_server.domain.refusals import Invalid, TooLarge, brief
from kintoun_server.http.body import parse_json
from kintoun_server.http.site import PREFIX

PATH = f"{PREFIX}/batch"
SESSION_PATH = f"{PREFIX}/session"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
ENVELOPE_LEVELS = 3
"""Levels of nesting around a body: the batch, the list of requests, the request."""

_FIELDS = ("method", "path", "headers", "body")
_OF_THE_MESSAGE = (
    "Connection",
    "Content-Encoding",
    "Content-Length",
    "Expect",
    "Host",
    "Keep-Alive",
    "Proxy-Connection",
    "Te",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
)
"""Headers of a message and its connection, as Tornado spells them: the batch has the only one."""
_VERSIONED = re.compile(r"/v[0-9]+([/?]|$)", re.ASCII)
_PRINTABLE = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) not in '"#<>\\^`{|}')


@dataclass(frozen=True, slots=True)
class SubRequest:
    """One request; ``target`` is its path with the query, percent-encoded, as in the first line of a request."""

    method: str
    target: str
    headers: HTTPHeaders
    body: bytes = b""

    @property
    def path(self) -> str:
        """The path without the query, percent-encoded."""
        return self.target.partition("?")[0]


@dataclass(frozen=True, slots=True)
class BatchRules:
    """What bounds a batch: requests, bytes of all bodies together, and whether a final slash in a path is ignored."""

    max_requests: int
    max_bytes: int
    follow_slash: bool


@dataclass(frozen=True, slots=True)
class _Common:
    """What all requests of a batch have in common: the defaults, the headers, and how paths are read."""

    defaults: Mapping[str, Any]
    headers: Mapping[str, str]
    host: str
    follow_slash: bool


def parse_batch(raw: bytes, outer: HTTPHeaders, rules: BatchRules) -> list[SubRequest]:
    """Read the body of a batch; ``outer`` are the headers of the batch, which count for each request.

    Raises:
        Invalid: not strict JSON, not of the shape of a batch, too many requests, or a batch within the batch.
        TooLarge: the bodies with the defaults in each are too long.
    """
    given = parse_json(raw, ENVELOPE_LEVELS) if raw else {}
    if not isinstance(given, dict | list):
        raise Invalid.scalar()
    document = _mapping(given, "", ("defaults", "requests"))
    defaults = _mapping(document.get("defaults", {}), "defaults", _FIELDS)
    entries = _entries(document)
    if len(entries) > rules.max_requests:
        raise Invalid("body", "requests", f"Number of requests is limited to {rules.max_requests}")
    inherited = {name: value for name, value in outer.items() if name not in (*_OF_THE_MESSAGE, "Content-Type")}
    headers = {**inherited, **_headers(defaults, "defaults")}
    common = _Common(defaults, headers, outer.get("Host", "127.0.0.1"), follow_slash=rules.follow_slash)
    return list(_bounded((_request(name, entry, common) for name, entry in entries), rules.max_bytes))


def _entries(document: Mapping[str, Any]) -> list[tuple[str, Any]]:
    if "requests" not in document:
        raise Invalid("body", "requests", "Required")
    entries = document["requests"]
    if not isinstance(entries, list):
        raise Invalid("body", "requests", f'"{brief(entries)}" is not iterable')
    return [(f"requests.{position}", entry) for position, entry in enumerate(entries)]


def _bounded(requests: Iterable[SubRequest], max_bytes: int) -> Iterator[SubRequest]:
    total = 0
    for request in requests:
        total += len(request.body)
        if total > max_bytes:
            raise TooLarge
        yield request


def _request(name: str, entry: object, common: _Common) -> SubRequest:
    own = _mapping(entry, name, _FIELDS)
    asked = {**common.defaults, **own}
    if "body" in own:
        asked["body"] = _merged(common.defaults.get("body"), own["body"])
    headers = HTTPHeaders({"Content-Type": "application/json", "Host": common.host})
    headers.update({**common.headers, **_headers(own, name)})
    target = _target(f"{name}.path", asked.get("path"), follow_slash=common.follow_slash)
    return SubRequest(_method(f"{name}.method", asked.get("method")), target, headers, _body(asked.get("body")))


def _merged(default: object, own: object) -> object:
    if isinstance(default, dict) and isinstance(own, dict):
        inner = {key: _merged(default[key], value) if key in default else value for key, value in own.items()}
        return {**default, **inner}
    return own


def _mapping(value: object, name: str, fields: tuple[str, ...]) -> dict[str, Any]:
    mapping = _any_mapping(value, name)
    unknown = {key: item for key, item in mapping.items() if key not in fields}
    if unknown:
        raise Invalid("body", name, f'Unrecognized keys in mapping: "{brief(unknown)}"')
    return mapping


def _any_mapping(value: object, name: str) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    reason = f'"{brief(value)}" is not a mapping type: Does not implement dict-like functionality.'
    raise Invalid("body", name, reason)


def _method(name: str, method: object) -> str:
    if method is None:
        return "GET"
    if method not in METHODS:
        raise Invalid("body", name, f'"{brief(method)}" is not one of {", ".join(METHODS)}')
    return str(method)


def _target(name: str, path: object, *, follow_slash: bool) -> str:
    if path is None:
        raise Invalid("body", name, "Required")
    if not isinstance(path, str) or not path.startswith("/"):
        raise Invalid("body", name, f'"{brief(path)}" is not a path that begins with a slash')
    place, mark, query = (path if _VERSIONED.match(path) else PREFIX + path).partition("?")
    if follow_slash:
        place = place.rstrip("/")
        place = f"{place}/" if place == PREFIX else place
    plain = unquote(place).rstrip("/")
    if plain == PATH:
        raise Invalid("body", "requests", f"Recursive call on {PATH.removeprefix(PREFIX)} endpoint is forbidden.")
    if plain == SESSION_PATH:
        # Its cookie would stand in the body of the answer, where scripts can read it.
        raise Invalid("body", "requests", "Signing in and out is not possible within a batch.")
    return quote(place + mark + query, safe=_PRINTABLE)


def _headers(given: Mapping[str, Any], name: str) -> dict[str, str]:
    """Read the headers of a request under the names that Tornado gives them; none may stand twice."""
    headers = HTTPHeaders()
    for header, value in _any_mapping(given.get("headers", {}), f"{name}.headers").items():
        fault = _header_fault(headers, header, value)
        if fault is not None:
            raise Invalid("body", f"{name}.headers", f'"{brief(header)}" {fault}')
    return {header: value for header, value in headers.items() if header not in _OF_THE_MESSAGE}


def _header_fault(headers: HTTPHeaders, header: str, value: object) -> str | None:
    """Add a header; tell what is wrong with it instead, if anything is."""
    if not isinstance(value, str):
        return "is not a string"
    if header in headers:
        return "stands more than once"
    try:
        headers.add(header, value)
    except HTTPInputError:
        return "is not a header that HTTP allows"
    return None


def _body(body: object) -> bytes:
    return b"" if body is None else json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
