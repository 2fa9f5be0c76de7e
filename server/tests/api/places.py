"""The places of requests where a user may put something, with a word in each: a new endpoint is one line more."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

WORD = "WORD"
"""Stands for the word, in keys and values, in paths, queries and headers."""
MERGE = {"Content-Type": "application/merge-patch+json"}
FROM_APP = {"X-Requested-With": "kintoun-todo"}
STEPS = {"Content-Type": "application/json-patch+json"}


@dataclass(frozen=True, slots=True)
class Place:
    """One request with `WORD` somewhere in it, and what becomes of it.

    In ``path`` ``{own}`` is a bucket of the attacker, ``{others}`` one of somebody else, ``{n}`` a number for each
    word. It is answered with one of ``statuses``; a success leaves an object that has ``leaves`` among its attributes
    (by default what the body has in ``data``), or lists just the objects with the ids ``finds`` (None: any).
    """

    method: str
    path: str
    body: Any = None
    statuses: tuple[int, ...] = (200, 201)
    headers: Mapping[str, str] = field(default_factory=dict)
    leaves: Mapping[str, Any] | None = None
    finds: str | None = None

    def address(self, word: str, number: int, **buckets: str) -> str:
        """The path and the query, encoded as a client does it."""
        path, mark, query = self.path.partition("?")
        filled = path.format(n=number, **buckets).replace(WORD, quote(word, safe=""))
        return filled + mark + quote(put_in(query, word, number), safe="=&,")


def put_in(template: Any, word: str, number: int) -> Any:  # noqa: ANN401 - any JSON
    """Put a word and its number into the keys and the values of a template."""
    match template:
        case dict():
            return {key.replace(WORD, word): put_in(value, word, number) for key, value in template.items()}
        case list():
            return [put_in(value, word, number) for value in template]
        case str():
            return template.replace(WORD, word).replace("{n}", str(number))
        case _:
            return template


EVERYWHERE = {
    WORD: {WORD: WORD},
    "key": {WORD: 1},
    "value": WORD,
    "items": [WORD, {WORD: [WORD]}],
    "x": {"y": {WORD: {}}},
}
ALONE = {WORD: {WORD: ""}}
OWN = "{own}/collections/c/records"
HAY = "{own}/collections/hay/records"
PERSONAL = "/buckets/default/collections/c/records/r{n}"
HEAP = "{own}/collections/heap/records"
OTHERS = "{others}/collections/c/records"
OBJECTS = {
    "bucket": "{own}-{n}",
    "group": "{own}/groups/g{n}",
    "collection": "{own}/collections/c{n}",
    "record": f"{OWN}/r{{n}}",
}


def _bodies(kind: str, path: str) -> dict[str, Place]:
    """The places in the bodies of an object of any kind, in the order in which they are sent."""
    parent = path.rpartition("/")[0] or "/buckets"
    written = {"data": {"id": f"posted-{kind}-{{n}}", **EVERYWHERE}}
    step = {"op": "add", "path": f"/data/{WORD}", "value": {WORD: [WORD]}}
    astray = {"op": "add", "path": WORD, "value": 1}
    return {
        f"{kind}: PUT": Place("PUT", path, {"data": EVERYWHERE}),
        f"{kind}: PUT of one key alone": Place("PUT", path, {"data": ALONE}),
        f"{kind}: POST": Place("POST", parent, written),
        f"{kind}: PATCH": Place("PATCH", path, {"data": {**EVERYWHERE, "more": ALONE}}),
        f"{kind}: merge patch": Place("PATCH", path, {"data": {"deep": ALONE}}, headers=MERGE),
        f"{kind}: merge patch that deletes": Place("PATCH", path, {"data": {WORD: None}}, headers=MERGE, leaves={}),
        f"{kind}: JSON patch": Place("PATCH", path, [step], headers=STEPS, leaves={WORD: {WORD: [WORD]}}),
        f"{kind}: JSON patch with a value": Place(
            "PATCH", path, [{"op": "add", "path": "/data/v", "value": ALONE}], headers=STEPS, leaves={"v": ALONE}
        ),
        f"{kind}: JSON patch with an operation": Place(
            "PATCH", path, [{"op": WORD, "path": "/data/v", "value": 1}], (400,), STEPS
        ),
        f"{kind}: JSON patch with a path": Place("PATCH", path, [astray], (400,), STEPS),
        f"{kind}: JSON patch from": Place(
            "PATCH", path, [{"op": "copy", "from": f"/data/{WORD}/missing", "path": "/data/v"}], (400,), STEPS
        ),
        f"{kind}: JSON patch of permissions": Place(
            "PATCH", path, [{"op": "add", "path": f"/permissions/read/{WORD}"}], headers=STEPS, leaves={}
        ),
        f"{kind}: JSON patch of another permission": Place(
            "PATCH", path, [{"op": "add", "path": f"/permissions/{WORD}/x"}], (400,), STEPS
        ),
        f"{kind}: principals": Place("PUT", path, {"permissions": {"read": [WORD], "write": [WORD]}}, leaves={}),
        f"{kind}: a principal that is an object": Place("PUT", path, {"permissions": {"read": [{WORD: 1}]}}, (400,)),
        f"{kind}: principals that are an object": Place("PUT", path, {"permissions": {"read": {WORD: 1}}}, (400,)),
        f"{kind}: another permission": Place("PUT", path, {"permissions": {WORD: ["x"]}}, (400,)),
        f"{kind}: beside data": Place("PUT", path, {WORD: 1}, (400,)),
        f"{kind}: data that is a text": Place("PUT", path, {"data": WORD}, (400,)),
        f"{kind}: a body that is a list": Place("PUT", path, [WORD], (400,)),
        f"{kind}: the id in the body": Place("PUT", path, {"data": {"id": WORD}}, (400,)),
        f"{kind}: the id that is an object": Place("POST", parent, {"data": {"id": {WORD: 1}}}, (400,)),
        f"{kind}: the id of a new one": Place("POST", parent, {"data": {"id": WORD}}, (400,)),
        f"{kind}: the timestamp": Place("PUT", path, {"data": {"last_modified": {WORD: 1}}}, leaves={}),
        f"{kind}: the id in the path": Place("PUT", f"{parent}/{WORD}", {"data": ALONE}, (400,)),
        f"{kind}: the id that is read": Place("GET", f"{parent}/{WORD}", None, (400, 403)),
        f"{kind}: the id that is deleted": Place("DELETE", f"{parent}/{WORD}", None, (400, 403)),
        f"{kind}: the time of a deletion": Place("DELETE", f"{path}?last_modified={WORD}", None, (400,)),
        f"{kind}: fields": Place("GET", f"{path}?_fields={WORD},{WORD}.{WORD}"),
        f"{kind}: a parameter": Place("GET", f"{path}?{WORD}={WORD}"),
    }


def _queries(name: str, path: str, one: str | None, all_of_them: str | None) -> dict[str, Place]:
    """The places in the query of a list; ``one`` is found by what it holds, and ``all_of_them`` where all are meant."""
    none = ""
    bound = "" if all_of_them == "open" else "&_limit=1"
    given = {
        "an attribute": (f"{WORD}=1", one),
        "an attribute within another": (f"o.{WORD}.x=1", one),
        "an operator of ours before it": (f"gt_{WORD}=1", none),
        "has_ before it": (f"has_{WORD}=true", none),
        "a value": (f"t={WORD}", one),
        "a value in quotes": (f't="{WORD}"', one),
        "a value that is an object": (f'f={{"{WORD}":""}}', one),
        "a value that is a list": (f'a=["{WORD}"]', one),
        "a value that differs": (f'not_f={{"{WORD}":""}}&t={WORD}', none),
        "a value that is compared": (f"min_t={WORD}&max_t={WORD}", one),
        "an object that is compared": (f'min_f={{"{WORD}":""}}&max_f={{"{WORD}":""}}', one),
        "one of several values": (f"in_t={WORD},x", one),
        "one of several objects": (f'in_f={{"{WORD}":""}},1', one),
        "none of several values": (f"exclude_t={WORD},x&t={WORD}", none),
        "a part of a text": (f"like_t={WORD}&t={WORD}", one),
        "an item": (f"contains_a={WORD}", one),
        "an item that is an object": (f'contains_f=[{{"{WORD}":1}}]', none),
        "an item among others": (f'contains_any_a=["{WORD}",{{"{WORD}":1}}]', one),
        "the id": (f"id={WORD}", none),
        "the ids": (f"in_id={WORD},{WORD}", none),
        "a part of the id": (f"like_id={WORD}", none),
        "the mark of tombstones": (f"deleted={WORD}", none),
        "the order": (f"_sort={WORD},-t,o.{WORD}{bound}", all_of_them),
        "the fields": (f"_fields={WORD},o.{WORD}{bound}", all_of_them),
        "what nobody knows": (f"_{WORD}={WORD}{bound}", all_of_them),
    }
    refused = ("_since", "_before", "_to", "_limit", "_token", "last_modified", "gt_last_modified", "in_last_modified")
    return {
        **{f"{name}: {what}": Place("GET", f"{path}?{query}", finds=finds) for what, (query, finds) in given.items()},
        **{
            f"{name}: {what}, counted": Place("HEAD", f"{path}?{query}", finds=finds)
            for what, (query, finds) in given.items()
            if all_of_them
        },
        **{f"{name}: {word}": Place("GET", f"{path}?{word}={WORD}", None, (400,)) for word in refused},
        f"{name}: an id that is an object": Place("GET", f'{path}?id={{"{WORD}":1}}', None, (400,)),
        f"{name}: an object for text": Place("GET", f'{path}?like_t={{"{WORD}":1}}', None, (400,)),
        f"{name}: an object for true": Place("GET", f'{path}?has_t={{"{WORD}":1}}', None, (400,)),
    }


def _of_accounts(path: str) -> dict[str, Place]:
    """The places in requests on accounts, as an administrator sends them."""
    password = "long enough for everybody"
    step = {"op": "add", "path": f"/data/{WORD}", "value": {WORD: [WORD]}}
    posted = {"id": "posted-{n}", "password": password, **EVERYWHERE}
    return {
        "account: PUT": Place("PUT", path, {"data": {"password": password, **EVERYWHERE}}, leaves=EVERYWHERE),
        "account: POST": Place("POST", "/accounts", {"data": posted}, leaves=EVERYWHERE),
        "account: PATCH": Place("PATCH", path, {"data": EVERYWHERE}),
        "account: merge patch": Place("PATCH", path, {"data": {"deep": ALONE}}, headers=MERGE),
        "account: JSON patch": Place("PATCH", path, [step], headers=STEPS, leaves={WORD: {WORD: [WORD]}}),
        "account: the password": Place("PATCH", path, {"data": {"password": f"{WORD}-{WORD}-{WORD}"}}, leaves={}),
        "account: a password that is an object": Place("PUT", path, {"data": {"password": {WORD: 1}}}, (400,)),
        "account: no password": Place("PUT", path, {"data": {WORD: password}}, (400,)),
        "account: principals": Place("PATCH", path, {"permissions": {"read": [WORD]}}, leaves={}),
        "account: the id in the path": Place("PUT", f"/accounts/{WORD}", {"data": {"password": password}}, (400,)),
        "account: the id that is read": Place("GET", f"/accounts/{WORD}", None, (400, 404)),
        "account: the id of a new one": Place("POST", "/accounts", {"data": {**posted, "id": WORD}}, (400,)),
        "account: the id that is an object": Place("POST", "/accounts", {"data": {**posted, "id": {WORD: 1}}}, (400,)),
        "account: fields": Place("GET", f"{path}?_fields={WORD},password"),
    }


def _of_permissions(path: str) -> dict[str, Place]:
    """The places in the query of what is shared, which knows its attributes and refuses all others."""
    given = {
        "an address": (f"uri={WORD}", 200),
        "an address in quotes": (f'uri="{WORD}"', 200),
        "an address that is an object": (f'uri={{"{WORD}":""}}', 200),
        "one of several addresses": (f"in_uri={WORD},x", 200),
        "a part of an address": (f"like_uri={WORD}", 200),
        "a kind": (f"resource_name={WORD}", 200),
        "a container": (f"bucket_id={WORD}", 200),
        "an id": (f"id={WORD}", 200),
        "an attribute": (f"{WORD}=1", 400),
        "an attribute with an operator of ours": (f"gt_{WORD}=1", 400),
        "the order": (f"_sort={WORD},-{WORD}.{WORD}&uri={WORD}", 200),
        "the fields": (f"_fields={WORD}", 400),
        "the length of a page": (f"_limit={WORD}", 400),
        "the token": (f"_token={WORD}", 400),
    }
    return {
        f"what is shared: {what}": Place("GET", f"{path}?{query}", None, (status,), finds="" if status == 200 else None)
        for what, (query, status) in given.items()
    }


KEPT = f"{OWN}/kept"
HEADERS = {
    "Accept": 406,
    "If-Match": 400,
    "If-None-Match": 400,
    "Authorization": 401,
    "X-Request-Id": 200,
    "Origin": 200,
    "If-Modified-Since": 200,
    "X-Odd": 200,
}
PLACES: Mapping[str, Place] = {
    **{name: place for kind, path in OBJECTS.items() for name, place in _bodies(kind, path).items()},
    "members": Place("PUT", "{own}/groups/m{n}", {"data": {"members": [WORD, WORD], WORD: WORD}}),
    "members that are an object": Place("PUT", "{own}/groups/m{n}", {"data": {"members": {WORD: 1}}}, (400,)),
    "a member that is an object": Place("PUT", "{own}/groups/m{n}", {"data": {"members": [{WORD: 1}]}}, (400,)),
    "a merge into members": Place("PATCH", "{own}/groups/m{n}", {"data": {"members": {WORD: 1}}}, (400,), MERGE),
    "the length of a page in a deletion": Place("DELETE", f"{HAY}?_limit={WORD}", None, (400,)),
    "a bucket above": Place("PUT", f"/buckets/{WORD}/collections/c/records/r", {"data": ALONE}, (404,)),
    "a collection above": Place("PUT", f"{{own}}/collections/{WORD}/records/r", {"data": ALONE}, (404,)),
    "a collection above in the personal bucket": Place(
        "PUT", f"/buckets/default/collections/{WORD}/records/r", {"data": ALONE}, (400,)
    ),
    "a record in the personal bucket": Place(
        "PUT", "/buckets/default/collections/c/records/r{n}", {"data": EVERYWHERE}
    ),
    **_queries("own records", HAY, "h{n}", "*"),
    **_queries("shared records", OTHERS, "", "open"),
    **_queries("collections", "{own}/collections", None, None),
    **_queries("groups", "{own}/groups", None, None),
    **_queries("buckets", "/buckets", None, None),
    **_of_permissions("/permissions"),
    **_of_accounts("/accounts/a{n}"),
    **_queries("accounts", "/accounts", None, None),
    "members that are looked for": Place("GET", f"{{own}}/groups?contains_members={WORD}"),
    "a deletion of nothing": Place("DELETE", f'{HAY}?{WORD}={{"{WORD}":1}}', finds=""),
    "a deletion of one": Place("DELETE", f"{HEAP}?{WORD}=1&t={WORD}", finds="h{n}"),
    "a deletion of somebody else's": Place(
        "DELETE", f'{OTHERS}?not_secret={{"{WORD}":1}}', finds="", statuses=(200, 403)
    ),
    "somebody else's record": Place("PUT", f"{OTHERS}/closed", {"data": ALONE}, (403,)),
    "somebody else's permissions": Place("PATCH", f"{OTHERS}/closed", {"permissions": {"write": [WORD]}}, (403,)),
    "somebody else's record in a JSON patch": Place(
        "PATCH", f"{OTHERS}/closed", [{"op": "add", "path": f"/data/{WORD}", "value": 1}], (403,), STEPS
    ),
    **{f"header {name}": Place("GET", KEPT, None, (status,), {name: WORD}) for name, status in HEADERS.items()},
    "header Content-Type": Place("PUT", KEPT, {"data": {}}, (415,), {"Content-Type": WORD}),
    "header Response-Behavior": Place("PATCH", KEPT, {"data": {}}, (400,), {"Response-Behavior": WORD}),
    "a name of a route": Place("GET", f"/{WORD}/{WORD}", None, (404,)),
    "a batch: a key": Place("POST", "/batch", {WORD: [{"path": "/"}]}, (400,)),
    "a batch: a key of a request": Place("POST", "/batch", {"requests": [{WORD: "/"}]}, (400,)),
    "a batch: a key of the defaults": Place("POST", "/batch", {"defaults": {WORD: 1}, "requests": []}, (400,)),
    "a batch: the method": Place("POST", "/batch", {"requests": [{"path": "/", "method": WORD}]}, (400,)),
    "a batch: the path": Place("POST", "/batch", {"requests": [{"path": WORD}]}, (400,)),
    "a batch: the requests": Place("POST", "/batch", {"requests": {WORD: 1}}, (400,)),
    "a batch: an object for the path": Place("POST", "/batch", {"requests": [{"path": {WORD: "/"}}]}, (400,)),
    "a batch: a header": Place(
        "POST", "/batch", {"requests": [{"path": "/", "headers": {"X-Odd": WORD, WORD: "x"}}]}, (200, 400)
    ),
    "a session: the name and the password": Place(
        "POST", "/session", {"data": {"name": WORD, "password": WORD}}, (401,), FROM_APP
    ),
    "a session: the name that is an object": Place(
        "POST", "/session", {"data": {"name": {WORD: ""}, "password": {WORD: ""}}}, (400,), FROM_APP
    ),
    "a session: a key": Place("POST", "/session", {"data": {WORD: 1}}, (400,), FROM_APP),
    "a session: its end": Place("DELETE", f"/session?everywhere={WORD}", None, (400,), FROM_APP),
    "a session: the cookie": Place("GET", "/session", None, (200,), {**FROM_APP, "Cookie": f"kintoun-session={WORD}"}),
    "people: the name": Place("GET", f"/people?name={WORD}", None, (403,)),
    "the data of a user": Place("DELETE", f"/__user_data__/{WORD}", None, (200,)),
}
