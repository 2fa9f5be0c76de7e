"""JSON patches: operations on the attributes of an object and on its access control list (protocol section 10.3).

The document that they change is ``{"data": {...}, "permissions": {"read": {<principal>: <principal>}, ...}}``. The
operations themselves are those of RFC 6902, by the library jsonpatch; here are the checks around it.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self, TypeAlias

import jsonpatch
import jsonpointer

from . import json_value
from .kinds import Kind
from .objects import SERVER_FIELDS, Stored
from .patch import Patched, Target, check_id
from .permissions import Permissions, check_names, checked_principals
from .principals import canonical, canonical_set
from .refusals import Invalid, brief

MAX_OPERATIONS = 1000
"""Operations in one patch; each may have to move the items of a long array."""
MAX_COPIED_BYTES = 1024 * 1024
"""What all ``copy`` operations of one patch may copy, as JSON; forty doublings would fill any memory."""

Pointer: TypeAlias = tuple[str, ...]
"""A JSON Pointer (RFC 6901) as its reference tokens."""

# Messages would hold documents whole, and with them permissions that the caller does not see.
jsonpointer.VERBOSE_EXCEPTIONS = False

_NAMES = ("test", "add", "remove", "replace", "move", "copy")
_STATING = ("add", "replace", "test")
"""The operations that have a value."""
_ROOTS = ("data", "permissions")
_ONE_LIST, _ONE_PRINCIPAL = 2, 3
"""Lengths of pointers to a permission and to a principal in it."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation; ``origin`` is its ``from``, and ``value`` None where it has none."""

    name: str
    path: Pointer
    origin: Pointer | None
    value: Any
    patch: jsonpatch.JsonPatch

    @classmethod
    def parse(cls, position: int, raw: object, kind: Kind) -> Self | None:
        """Read the operation at ``position`` for an object of ``kind``; None when it is outside of the object.

        Raises:
            Invalid: it is not one of RFC 6902, or none of those allowed on permissions.
        """
        if not isinstance(raw, dict):
            raise Invalid.not_a_mapping(str(position), raw)
        name = raw.get("op")
        if name not in _NAMES:
            raise Invalid("body", f"{position}.op", f'"{brief(name)}" is not one of {", ".join(_NAMES)}')
        path = _pointer(position, raw, "path")
        origin = _pointer(position, raw, "from") if name in ("move", "copy") else None
        if path[0] not in _ROOTS:
            return None
        return cls._checked(position, raw, path, origin, kind)

    @classmethod
    def _checked(cls, position: int, raw: Mapping[str, Any], path: Pointer, origin: Pointer | None, kind: Kind) -> Self:
        name, value = raw["op"], raw.get("value")
        for pointer in filter(None, (path, origin)):
            _check_permission(position, pointer, kind)
        path = _canonical(path)
        if name in _STATING:
            value = _stated(position, raw, path, kind)
        if path == ("permissions",) and name == "remove":
            name, value = "add", {}
        origin = _canonical(origin) if origin else None
        return cls(name, path, origin, value, _library_patch(name, path, origin, value))

    @property
    def tells_permissions(self) -> bool:
        """Tell whether its success, or what it leaves behind, tells what the access control list held before."""
        on_permissions = "permissions" in (self.path[0], self.origin[0] if self.origin else None)
        return on_permissions and self.name not in ("add", "remove")

    def run(self, document: dict[str, Any], *, blind: bool) -> None:
        """Change the document in place; a ``blind`` caller is not told whether there was a right to remove.

        Raises:
            JsonPatchException, JsonPointerException: it fails.
        """
        self._make_room(document.get("permissions"), blind=blind)
        self.patch.apply(document, in_place=True)

    def copied_bytes(self, document: Mapping[str, Any]) -> int:
        """Measure what it copies, as JSON.

        Raises:
            JsonPointerException: it copies what is not there.
        """
        if self.name != "copy" or self.origin is None:
            return 0
        value = jsonpatch.JsonPointer(jsonpatch.path_join(self.origin)).resolve(document)
        # A pointer past the end of an array resolves to something that is no JSON; the operation itself refuses it.
        return len(json.dumps(value, default=repr))

    def _make_room(self, lists: Any, *, blind: bool) -> None:  # noqa: ANN401 - an operation may put any JSON there
        """Make the list that a principal belongs to; and, for callers who may not know, what is removed."""
        if self.path[0] != "permissions" or not isinstance(lists, dict):
            return
        removed = blind and self.name == "remove"
        if len(self.path) == _ONE_PRINCIPAL:
            principals = lists.setdefault(self.path[1], {})
            if removed:
                principals.setdefault(self.path[2], self.path[2])
        elif len(self.path) == _ONE_LIST and removed:
            lists.setdefault(self.path[1], {})


@dataclass(frozen=True, slots=True)
class JSONPatch:
    """``application/json-patch+json`` (RFC 6902); ``ids`` are what ``data.id`` may be."""

    operations: tuple[Operation, ...]
    ids: Collection[str]

    @classmethod
    def parse(cls, body: object, kind: Kind, ids: Collection[str]) -> Self:
        """Read a patch for an object of ``kind``; operations outside of ``data`` and ``permissions`` are left out.

        Raises:
            Invalid: it is no array of operations, or of too many.
        """
        if not isinstance(body, list):
            raise Invalid("body", "", f'"{brief(body)}" is not iterable: a JSON patch is an array of operations')
        if len(body) > MAX_OPERATIONS:
            raise Invalid("body", "", f"more than {MAX_OPERATIONS} operations in one JSON patch")
        operations = (Operation.parse(position, raw, kind) for position, raw in enumerate(body))
        return cls(tuple(operation for operation in operations if operation is not None), ids)

    @property
    def sent(self) -> Mapping[str, Any]:
        """The attributes whose whole values the operations state, as the last of them leaves it."""
        sent: dict[str, Any] = {}
        for operation in self.operations:
            if operation.name in ("add", "replace") and operation.path == ("data",):
                sent = dict(operation.value) if isinstance(operation.value, dict) else {}
            elif operation.name in ("add", "replace") and operation.path[:-1] == ("data",):
                sent[operation.path[1]] = operation.value
            else:
                _forget(sent, operation)
        return sent

    @property
    def touched(self) -> Collection[str] | None:
        """The attributes in which an operation changes something; None for all of them."""
        changed = [pointer for operation in self.operations for pointer in _changed(operation)]
        return None if ("data",) in changed else {pointer[1] for pointer in changed if pointer[0] == "data"}

    def apply(self, target: Target) -> Patched:
        """Answer what the operations make of an object.

        Raises:
            Invalid: one of them fails, or the result is not an object that might have been sent whole.
        """
        document = _document(target.stored)
        try:
            self._run(document, permissions_seen=target.permissions_seen)
        except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException) as error:
            raise failed(str(brief(str(error)))) from None
        except RecursionError:
            raise Invalid.json(f"more than {json_value.MAX_DEPTH} levels of nesting") from None
        return Patched(_data(document, self.ids), _access_control_list(document.get("permissions", {}), target.kind))

    def _run(self, document: dict[str, Any], *, permissions_seen: bool) -> None:
        copied = 0
        for operation in self.operations:
            if not permissions_seen and operation.tells_permissions:
                raise failed("the permissions are shown only to those who stand in write")
            copied += operation.copied_bytes(document)
            if copied > MAX_COPIED_BYTES:
                raise failed(f"more than {MAX_COPIED_BYTES} bytes are copied")
            operation.run(document, blind=not permissions_seen)


def failed(reason: str) -> Invalid:
    """Make the refusal of a patch whose operations cannot be carried out (protocol section 10.3)."""
    return Invalid("body", None, f"JSON Patch operation failed: {reason}")


def _pointer(position: int, raw: Mapping[str, Any], name: str) -> Pointer:
    text = raw.get(name)
    if not isinstance(text, str):
        raise Invalid("body", f"{position}.{name}", f"{brief(text)!r} is not a string")
    if text.count("/") > json_value.MAX_DEPTH:
        raise Invalid("body", f"{position}.{name}", f"more than {json_value.MAX_DEPTH} levels of nesting")
    try:
        pointer = jsonpatch.path_split(text)
    except jsonpatch.JsonPointerException as error:
        raise Invalid("body", f"{position}.{name}", str(brief(str(error)))) from None
    if not pointer:
        raise Invalid("body", f"{position}.{name}", "the whole document is not changed at once: name /data")
    return pointer


def _check_permission(position: int, pointer: Pointer, kind: Kind) -> None:
    if pointer[0] != "permissions":
        return
    check_names(kind, pointer[1:_ONE_LIST])
    checked_principals(".".join(pointer[1:_ONE_LIST]), list(pointer[_ONE_LIST:]))
    if len(pointer) > _ONE_PRINCIPAL:
        raise Invalid("body", f"{position}.path", "a principal has no parts; a slash in it is written ~1")


def _canonical(pointer: Pointer) -> Pointer:
    if pointer[0] == "permissions" and len(pointer) == _ONE_PRINCIPAL:
        return (*pointer[:_ONE_LIST], canonical(pointer[_ONE_LIST]))
    return pointer


def _stated(position: int, raw: Mapping[str, Any], path: Pointer, kind: Kind) -> Any:  # noqa: ANN401 - any JSON
    """Answer the value of an operation; that of a principal is the principal, so that it need not be sent."""
    if path[0] == "permissions" and len(path) == _ONE_PRINCIPAL:
        return path[_ONE_LIST]
    if "value" not in raw:
        raise Invalid("body", f"{position}.value", "Required")
    value = raw["value"]
    if path == ("permissions",):
        if not isinstance(value, dict):
            raise Invalid.not_a_mapping("permissions", value)
        check_names(kind, value)
        return {name: _as_keys(name, principals) for name, principals in value.items()}
    return _as_keys(path[1], value) if path[0] == "permissions" else value


def _as_keys(name: str, value: object) -> dict[str, str]:
    return {principal: principal for principal in canonical_set(_principals(name, value))}


def _principals(name: str, value: object) -> Iterable[str]:
    return checked_principals(name, list(value) if isinstance(value, dict) else value)


def _library_patch(name: str, path: Pointer, origin: Pointer | None, value: object) -> jsonpatch.JsonPatch:
    operation = {"op": name, "path": jsonpatch.path_join(path), "value": value}
    if origin is not None:
        operation["from"] = jsonpatch.path_join(origin)
    return jsonpatch.JsonPatch([operation])


def _changed(operation: Operation) -> Iterable[Pointer]:
    """List the places below which an operation changes something."""
    if operation.name == "test":
        return []
    return [operation.path, *filter(None, [operation.origin if operation.name == "move" else None])]


def _forget(sent: dict[str, Any], operation: Operation) -> None:
    """Drop what is no longer as an operation stated it."""
    for pointer in _changed(operation):
        if pointer == ("data",):
            sent.clear()
        elif pointer[0] == "data":
            sent.pop(pointer[1], None)


def _document(stored: Stored) -> dict[str, Any]:
    permissions = {name: {who: who for who in principals} for name, principals in stored.permissions.items()}
    # A copy by way of JSON takes less than half the time of a deep one.
    return {"data": json.loads(json.dumps(stored.body())), "permissions": permissions}


def _data(document: Mapping[str, Any], ids: Collection[str]) -> dict[str, Any]:
    data = document.get("data")
    if not isinstance(data, dict):
        raise Invalid.not_a_mapping("data", data)
    check_id(data, ids)
    json_value.check({"data": data})
    return {name: value for name, value in data.items() if name not in SERVER_FIELDS}


def _access_control_list(lists: object, kind: Kind) -> Permissions:
    if not isinstance(lists, dict):
        raise Invalid.not_a_mapping("permissions", lists)
    check_names(kind, lists)
    checked = {name: canonical_set(_principals(name, value)) for name, value in lists.items()}
    return {name: principals for name, principals in checked.items() if principals}
