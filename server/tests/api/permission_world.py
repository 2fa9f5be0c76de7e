"""A world in which permissions are tried: one bucket with all that can be in it, and the requests that are made there.

A *world* is a bucket with a group, a collection and a record, a hidden sibling of each (on which nobody is given
anything), and deleted twins of both. A *cell* is one request with the outcome that is expected of it, in the words that
`permission_matrix.toml` explains.
"""

import base64
import hashlib
import hmac
import http.client
import itertools
import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

BELOW = {"bucket": ("group", "collection", "record"), "group": (), "collection": ("record",), "record": ()}
KINDS = tuple(BELOW)
COLUMNS = (*KINDS, "orphan")
KEY = "the key of the permission matrix"
OWNER = "owner"

# the row of the tables: method, which object or list, value of If-None-Match
OPERATIONS: Mapping[str, tuple[str, str, str | None]] = {
    "GET": ("GET", "target", None),
    "HEAD": ("HEAD", "target", None),
    "GET hidden": ("GET", "hidden", None),
    "GET missing": ("GET", "missing", None),
    "HEAD missing": ("HEAD", "missing", None),
    "PUT": ("PUT", "target", None),
    "PUT if none": ("PUT", "target", "*"),
    "PUT hidden if none": ("PUT", "hidden", "*"),
    "PUT missing": ("PUT", "new", None),
    "PUT missing if none": ("PUT", "new", "*"),
    "PATCH": ("PATCH", "target", None),
    "PATCH hidden": ("PATCH", "hidden", None),
    "PATCH missing": ("PATCH", "missing", None),
    "DELETE": ("DELETE", "target", None),
    "DELETE hidden": ("DELETE", "hidden", None),
    "DELETE missing": ("DELETE", "missing", None),
    "POST new": ("POST", "list new", None),
    "POST existing": ("POST", "list target", None),
    "POST hidden": ("POST", "list hidden", None),
    "POST existing if none": ("POST", "list target", "*"),
    "GET list": ("GET", "list", None),
    "HEAD list": ("HEAD", "list", None),
    "GET list since": ("GET", "list since", None),
    "DELETE list": ("DELETE", "list", None),
}


class Sharing(NamedTuple):
    """One way to hand out a permission: the principal, the member of the group that it may be, and who gains by it.

    `{holder}` is the user id as the tutorial writes it, `{holder:}` as the protocol of today does.
    """

    principal: str
    member: str = ""
    gains: tuple[str, ...] = ("holder",)
    loses: tuple[str, ...] = ("stranger", "anonymous")
    thorough: bool = False  # all cells are tried, not only those in which the permission makes a difference


NOT_SHARED = Sharing("", loses=(), thorough=True)
"""The permission is in no list of the world; who gains by it does so in another way."""


class Cell(NamedTuple):
    """One request and what is to come of it: the role of the caller, the row and the column of a table, the outcome."""

    role: str
    row: str
    column: str
    outcome: str

    @property
    def changes(self) -> bool:
        """Whether it is to change the world; a POST of what exists does not."""
        return self.outcome.startswith("20") and self.row.startswith(("PUT", "PATCH", "DELETE", "POST new"))


class Answer(NamedTuple):
    """Status, headers (names in lower case) and the parsed body (None when there is none)."""

    status: int
    headers: Mapping[str, str]
    body: Any


def user_id(name: str, separator: str = "_") -> str:
    """The user id of `name` with the password `secret` (protocol section 6.1)."""
    return f"basicauth{separator}{hmac.new(KEY.encode(), f'{name}:secret'.encode(), hashlib.sha256).hexdigest()}"


class Client:
    """Sends requests below `/v1` over one kept-alive connection per thread."""

    def __init__(self, root: str) -> None:
        self._address = root.removeprefix("http://")
        self._local = threading.local()
        self._connections: list[http.client.HTTPConnection] = []

    def _connection(self) -> http.client.HTTPConnection:
        if not hasattr(self._local, "connection"):
            self._local.connection = http.client.HTTPConnection(self._address, timeout=30)
            self._connections.append(self._local.connection)
        connection: http.client.HTTPConnection = self._local.connection
        return connection

    def request(
        self, method: str, path: str, caller: str | None, body: object = None, none_match: str | None = None
    ) -> Answer:
        """Send one request (as anonymous when `caller` is None) and read the whole answer."""
        headers = {"Content-Type": "application/json"}
        if caller:
            headers["Authorization"] = "Basic " + base64.b64encode(f"{caller}:secret".encode()).decode()
        if none_match:
            headers["If-None-Match"] = none_match
        connection = self._connection()
        connection.request(method, "/v1" + path, None if body is None else json.dumps(body), headers)
        response = connection.getresponse()
        content = response.read()
        answered = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, answered, json.loads(content) if content else None)

    def close(self) -> None:
        """Close all connections."""
        for connection in self._connections:
            connection.close()


@dataclass(slots=True)
class World:
    """One bucket with all that is in it; the owner builds and mends it, the callers try what they may."""

    client: Client
    name: str
    kind: str = ""
    permission: str = ""
    sharing: Sharing = NOT_SHARED
    _fresh: Iterator[int] = field(default_factory=itertools.count)

    def caller(self, role: str) -> str | None:
        """The user name behind a role; nobody is `holder` or `stranger` in two worlds."""
        return None if role == "anonymous" else f"{role}-{self.name}"

    def list_path(self, column: str) -> str:
        """The list in which the objects of this column are."""
        collections = f"/buckets/{self.name}/collections"
        return {
            "bucket": "/buckets",
            "group": f"/buckets/{self.name}/groups",
            "collection": collections,
            "record": f"{collections}/target/records",
            "orphan": f"{collections}/nowhere/records",
        }[column]

    def object_id(self, column: str, which: str) -> str:
        """The id of the target, the hidden one, ... of this column; `new` is another one each time."""
        if which == "new":
            return f"{self.name}-new-{next(self._fresh)}"
        if column != "bucket":
            return which
        return self.name if which == "target" else f"{self.name}-{which}"

    def path(self, column: str, which: str) -> str:
        """The path of one object."""
        return f"{self.list_path(column)}/{self.object_id(column, which)}"

    def _named(self, text: str) -> str:
        holder = f"holder-{self.name}"
        text = text.replace("{holder}", user_id(holder)).replace("{holder:}", user_id(holder, ":"))
        return text.replace("{world}", self.name)

    def _as_owner(self, method: str, path: str, body: object = None) -> Answer:
        answer = self.client.request(method, path, OWNER, body)
        assert answer.status in {200, 201}, answer
        return answer

    def put(self, column: str, which: str) -> None:
        """Make one object as it shall be, whatever has become of it."""
        permissions = {"write": [user_id(OWNER)]}
        if column == self.kind and "hidden" not in which:
            permissions.setdefault(self.permission, []).append(self._named(self.sharing.principal))
        self._as_owner("PUT", self.path(column, which), {"data": {"which": which}, "permissions": permissions})

    def put_group(self) -> None:
        """Make the group through which the permission is handed out."""
        if self.sharing.member:
            members = [self._named(self.sharing.member)]
            self._as_owner("PUT", self._named(self.sharing.principal), {"data": {"members": members}})

    def build(self, columns: set[str]) -> None:
        """Make the targets, and for these columns the hidden objects and the deleted twins too."""
        for kind in KINDS:
            self.put(kind, "target")
            if kind in columns:
                for which in ("gone", "hidden-gone"):
                    self.put(kind, which)
                    self._as_owner("DELETE", self.path(kind, which))
            if kind in columns or kind == "bucket":
                self.put(kind, "hidden")
        self.put_group()

    def mend(self, cell: Cell) -> None:
        """Put back what this cell has changed or deleted, and what was deleted with it."""
        which = OPERATIONS[cell.row][1]
        if which in {"new", "list new"} or cell.outcome == "200 none":
            return
        touched = ("target", "hidden") if which == "list" else (which,)
        for one in touched:
            self.put(cell.column, one)
        if cell.row.startswith("DELETE") and "target" in touched:
            for kind in BELOW[cell.column]:
                self.put(kind, "target")
                self.put(kind, "hidden")
        if cell.row.startswith("DELETE") and cell.column in {"bucket", "group"}:
            self.put_group()

    def demolish(self) -> None:
        """Delete the buckets."""
        for which in ("target", "hidden"):
            self._as_owner("DELETE", self.path("bucket", which))

    def state(self) -> list[Any]:
        """What the owner sees of the world, with the timestamps that every change moves."""
        paths = [self.path("bucket", "target"), self.path("bucket", "hidden")]
        paths += [self.list_path(kind) + "?_since=0" for kind in KINDS[1:]]
        answers = [self._as_owner("GET", path) for path in paths]
        return [(answer.headers["etag"], answer.body) for answer in answers]

    def members(self, column: str, word: str) -> set[str]:
        """The ids, of live objects and tombstones, that stand in a list: `all`, those of the `target`, or `none`."""
        which = {"none": [], "target": ["target", "gone"], "all": ["target", "gone", "hidden", "hidden-gone"]}[word]
        ids = {self.object_id(column, one) for one in which}
        has_group = self.sharing.principal == "/buckets/{world}/groups/friends"
        return ids | {"friends"} if column == "group" and word == "all" and has_group else ids


def ask(world: World, cell: Cell) -> str:
    """Make the request of one cell, and name what came of it in the words of the tables."""
    method, which, none_match = OPERATIONS[cell.row]
    path = world.list_path(cell.column) if which.startswith("list") else world.path(cell.column, which)
    body: object = {"data": {"touched": True}} if method in {"PUT", "PATCH"} else None
    if method == "POST":
        body = {"data": {"id": world.object_id(cell.column, which.removeprefix("list "))}}
    query = "?_since=0" if which == "list since" else ""
    answer = world.client.request(method, path + query, world.caller(cell.role), body, none_match)
    if answer.status in {401, 403}:
        return named_refusal(cell.role, method, answer)
    if method == "HEAD" and which != "list":
        return str(answer.status)
    if answer.status == 200 and which in {"list", "list since"}:
        return f"200 {named_list(world, cell, answer)}"
    if answer.status == 200 and method == "DELETE":
        return "200" if answer.body["data"].keys() == {"id", "last_modified", "deleted"} else f"200 {answer.body}"
    if answer.status in {200, 201}:
        return f"{answer.status}{named_permissions(world.caller(cell.role), answer)}"
    return named_failure(answer)


def named_refusal(role: str, method: str, answer: Answer) -> str:
    """`no`, when the refusal is the right one for this caller (protocol section 6.3)."""
    status, errno = (401, 104) if role == "anonymous" else (403, 121)
    right = answer.status == status and (method == "HEAD" or answer.body["errno"] == errno)
    challenged = ("www-authenticate" in answer.headers) == (status == 401)
    return "no" if right and challenged else f"not refused well: {answer}"


def named_failure(answer: Answer) -> str:
    """`404`, `404 parent`, `412`, or `412 existing` when the object is shown (protocol sections 5.1 and 14.4)."""
    words = {None: str(answer.status), 110: "404", 111: "404 parent", 114: "412"}
    body = answer.body or {}
    shown = " existing" if "existing" in body.get("details", {}) else ""
    return words.get(body.get("errno"), str(answer)) + shown


def named_permissions(caller: str | None, answer: Answer) -> str:
    """Empty without permissions; ` acl` where they are shown and, after a change, hold the editor (section 11.7)."""
    permissions = answer.body["permissions"]
    if not permissions:
        return ""
    principal = user_id(caller) if caller else "system.Everyone"
    is_right = not answer.body["data"].get("touched") or principal in permissions.get("write", [])
    return " acl" if is_right else f" without the editor: {permissions}"


def named_list(world: World, cell: Cell, answer: Answer) -> str:
    """`all`, `target` or `none`: what of the world is in the list, or was deleted through it, or is counted by it."""
    known = world.members(cell.column, "all")
    gone = {world.object_id(cell.column, "gone"), world.object_id(cell.column, "hidden-gone")}
    entries = (answer.body or {"data": []})["data"]
    live = {entry["id"] for entry in entries if not entry.get("deleted")}
    dead = {entry["id"] for entry in entries if entry.get("deleted")} & known
    for word in ("none", "target", "all"):
        members = world.members(cell.column, word)
        counted = answer.headers.get("total-objects") == answer.headers.get("total-records") == str(len(members - gone))
        is_right = {
            "HEAD list": counted,
            "GET list": (live, dead) == (members - gone, set()),
            "GET list since": (live, dead) == (members - gone, members & gone),
            "DELETE list": (live, dead) == (set(), members - gone),
        }
        if is_right[cell.row]:
            return word
    return str(answer)
