"""How an object lies in the database: one document each, the user's attributes whole under ``data``.

A document of the collection ``objects``:

``_id``: the URI.
``parent``: the key of the list that it belongs to, made of the container's generation and the plural of the kind.
``kind``: the name of its kind.
``last_modified``: ms; unique in the list.
``deleted``: whether it is a tombstone.
``data``, of groups ``group_data``, of accounts ``account_data``: the user's attributes, keys escaped where MongoDB
gives them a meaning.
``escaped``: whether some of them are.
``permissions``: the access control list.
``audience``: who may see what of it, as tokens for the index: see ``audience``.
``lost``: ms; when each of the ``-`` tokens of ``audience`` came about, in their order.
``size``: bytes of the document, which bounds how many of them a page holds.
``members``: groups only; the members, which ``data`` leaves out.
``secret``: accounts only; the ``hash`` of the password, and its ``version``.
``generation``: containers only; a name for this life of the container. Its children name it as their parent, so that
deleting a container deletes everything below it at once, however much that is.
``highest``: tombstones of containers only; the newest timestamp (ms) of the lists that they had.
``clocks``, ``counts``: containers only; per kind of child the newest timestamp (ms) and the number of live objects.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from bson import Decimal128, Int64
from bson import encode as bson_encode

from kintoun_server.domain.credential import Secret
from kintoun_server.domain.kinds import KINDS, ROOT, Kind
from kintoun_server.domain.objects import Stored
from kintoun_server.domain.permissions import readers
from kintoun_server.domain.refusals import TooLarge
from kintoun_server.domain.uri import ROOT_URI, ObjectURI

from .driver import Document

MAX_DOCUMENT_BYTES = 15 * 1024 * 1024
"""MongoDB's own limit is 16 MiB; the rest is room for the command around the document."""
_MAX_INT64 = 2**63 - 1
_ESCAPES = {"~": "~0", ".": "~1", "$": "~2"}
_LIVE = "live"
_OWN_FIELDS = {"group": "group_data", "account": "account_data"}
DATA_FIELDS = ("data", *_OWN_FIELDS.values())
"""The fields that may hold the attributes."""


def list_key(generation: str, kind: Kind) -> str:
    """Name the list of the children of ``kind`` in one life of a container."""
    return f"{generation}:{kind.plural}"


def root_document(now: int) -> Document:
    """Make the document of the root, which is the clock of the lists without a container; ``now`` in ms."""
    plurals = [KINDS[name].plural for name in ROOT.lists]
    clocks, counts = dict.fromkeys(plurals, Int64(now)), dict.fromkeys(plurals, 0)
    return {"_id": ROOT_URI, "generation": ROOT_URI, "clocks": clocks, "counts": counts}


def root_completion() -> Mapping[str, Mapping[str, Any]]:
    """Write the update that gives the root of an older version the lists that it lacks; others stay as they are."""
    plurals = [KINDS[name].plural for name in ROOT.lists]
    return {
        "$max": {f"clocks.{plural}": Int64(0) for plural in plurals},
        "$inc": {f"counts.{plural}": 0 for plural in plurals},
    }


def encode(uri: ObjectURI, key: str, stored: Stored) -> Document:
    """Write an object for the database; containers get their own fields from ``with_lists``.

    Raises:
        TooLarge: the document would be above MongoDB's limit.
    """
    data = dict(stored.data)
    document: Document = {
        "_id": str(uri),
        "parent": key,
        "kind": uri.list.kind.name,
        "last_modified": Int64(stored.last_modified),
    }
    document["deleted"] = stored.deleted
    if uri.list.kind.name == "group" and not stored.deleted:
        document["members"] = data.pop("members", [])
    document[data_field(uri.list.kind)] = kept = escape(data)
    if kept is not data:
        document["escaped"] = True
    document["permissions"] = {name: list(principals) for name, principals in stored.permissions.items()}
    document["audience"] = audience(uri.list.kind, stored)
    if stored.secret:
        document["secret"] = {"hash": stored.secret.hash, "version": stored.secret.version}
    if stored.former_readers:
        document["lost"] = [Int64(lost) for lost in stored.former_readers.values()]
    document["size"] = len(bson_encode(document))
    if document["size"] > MAX_DOCUMENT_BYTES:
        raise TooLarge
    return document


def highest(container: Document | None) -> int:
    """Answer the newest timestamp (ms) that any list of a container has had in this life or in those before."""
    document = container or {}
    return max(int(document.get("highest", 0)), *map(int, document.get("clocks", {}).values()), 0)


def with_lists(document: Document, kind: Kind, generation: str, floor: int) -> Document:
    """Give a new container its generation, and each of its lists a clock that begins with its own timestamp.

    It begins with ``floor`` (ms) if that is newer, so that whoever still has a cursor of a former life misses nothing.
    """
    plurals = [KINDS[name].plural for name in kind.lists]
    clocks = dict.fromkeys(plurals, Int64(max(document["last_modified"], floor)))
    return {**document, "generation": generation, "clocks": clocks, "counts": dict.fromkeys(plurals, 0)}


def decode(document: Document) -> Stored:
    """Read an object from its document; ``data`` may be left out by the query."""
    data: dict[str, Any] = next((document[name] for name in DATA_FIELDS if document.get(name)), {})
    if document.get("escaped"):
        data = _unescape(data)
    if "members" in document:
        data = {**data, "members": document["members"]}
    permissions = {name: tuple(principals) for name, principals in document["permissions"].items()}
    former = (token[1:] for token in document["audience"] if token.startswith("-"))
    return Stored(
        id=document["_id"].rpartition("/")[2],
        last_modified=int(document["last_modified"]),
        data=data,
        permissions=permissions,
        deleted=document["deleted"],
        former_readers=dict(zip(former, map(int, document.get("lost", ())), strict=True)),
        secret=secret_in(document),
    )


def secret_in(document: Document) -> Secret | None:
    """Read the secret of an account; None for a tombstone, and where the query left out the hash."""
    secret = document.get("secret", {})
    return Secret(secret["hash"], secret["version"]) if "hash" in secret else None


def data_field(kind: Kind) -> str:
    """Name the field of the attributes: a name of its own where queries leave them out."""
    return _OWN_FIELDS.get(kind.name, "data")


def audience(kind: Kind, stored: Stored) -> list[str]:
    """List the tokens under which the index finds an object.

    ``live`` while it lives, ``+principal`` for each that may read it by its own list, ``-principal`` for each that
    could.
    """
    former = [f"-{principal}" for principal in stored.former_readers]
    if stored.deleted:
        return former
    return [_LIVE, *audience_tokens(readers(kind, stored.permissions)), *former]


def audience_tokens(principals: Iterable[str]) -> list[str]:
    """List the tokens of the objects that ``principals`` may read by the objects' own lists."""
    return sorted(f"+{principal}" for principal in principals)


def audience_query(principals: Iterable[str] | None, *, tombstones: bool) -> Mapping[str, Any]:
    """Write the condition on the audience.

    What ``principals`` may see by the objects' own lists, everything for None.
    """
    if principals is None:
        return {} if tombstones else {"audience": _LIVE}
    signs = "+-" if tombstones else "+"
    return {"audience": {"$in": sorted(sign + principal for principal in principals for sign in signs)}}


def escape_key(key: str) -> str:
    """Write a user's key so that MongoDB sees no operator and no path in it."""
    return "".join(_ESCAPES.get(character, character) for character in key) or "~3"


def _unescape_key(key: str) -> str:
    if key == "~3":
        return ""
    return key.replace("~2", "$").replace("~1", ".").replace("~0", "~")


def escape(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Write a value for the database: the same object where nothing in it needs an escape."""
    return _escape(value) if _needs_escape(value) else value


def _needs_escape(value: object) -> bool:
    if isinstance(value, dict):
        return any(_is_special(key) or _needs_escape(item) for key, item in value.items())
    if isinstance(value, list):
        return any(_needs_escape(item) for item in value)
    return isinstance(value, int) and value > _MAX_INT64


def _is_special(key: str) -> bool:
    return not key or "." in key or "$" in key or "~" in key


def _escape(value: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        return {escape_key(key): _escape(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_escape(item) for item in value]
    # BSON has no unsigned 64-bit integers; a decimal holds them exactly and compares as a number.
    return Decimal128(str(value)) if isinstance(value, int) and value > _MAX_INT64 else value


def _unescape(value: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        return {_unescape_key(key): _unescape(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_unescape(item) for item in value]
    return int(value.to_decimal()) if isinstance(value, Decimal128) else value
