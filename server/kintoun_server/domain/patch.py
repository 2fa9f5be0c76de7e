"""What PATCH makes of an object, whatever the kind of patch, and what its answer shows (protocol section 10)."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from .kinds import Kind
from .objects import SERVER_FIELDS, Stored
from .permissions import Permissions, merged
from .refusals import Invalid


class Behavior(StrEnum):
    """What the answer shows: values of the header Response-Behavior (protocol section 10.4)."""

    FULL = "full"
    LIGHT = "light"
    DIFF = "diff"


@dataclass(frozen=True, slots=True)
class Target:
    """What a patch meets: an object, its kind, and whether the caller sees its access control list."""

    stored: Stored
    kind: Kind
    permissions_seen: bool = True


@dataclass(frozen=True, slots=True)
class Patched:
    """What a patch makes: the attributes without those that the server sets, and the access control list."""

    data: Mapping[str, Any]
    permissions: Permissions


class Patch(Protocol):
    """One of the three kinds of patch."""

    @property
    def sent(self) -> Mapping[str, Any]:
        """The attributes whose values the request states."""

    @property
    def touched(self) -> Collection[str] | None:
        """The attributes that the request may change; None for all of them."""

    def apply(self, target: Target) -> Patched:
        """Answer what it makes of an object.

        Raises:
            Refusal: it cannot be applied.
        """


@dataclass(frozen=True, slots=True)
class PlainPatch:
    """``application/json``: the attributes and the permissions that are given replace those that are there.

    ``data`` and ``permissions`` are None where the body has none; ``ids`` are what ``data.id`` may be.
    """

    data: Mapping[str, Any] | None
    permissions: Mapping[str, list[str]] | None
    ids: Collection[str]

    @property
    def sent(self) -> Mapping[str, Any]:
        """The attributes given."""
        return self.data or {}

    @property
    def touched(self) -> Collection[str]:
        """The attributes given."""
        return self.sent.keys()

    def apply(self, target: Target) -> Patched:
        """Answer what it makes of an object.

        Raises:
            Invalid: it changes the id, or gives neither ``data`` nor ``permissions``.
        """
        check_id(self.sent, self.ids)
        if self.data is None and self.permissions is None:
            raise Invalid("body", "data", "Provide at least one of data or permissions")
        given = {name: value for name, value in self.sent.items() if name not in SERVER_FIELDS}
        return Patched(self._merge(target.stored.data, given), merged(target.stored.permissions, self.permissions))

    def _merge(self, current: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        return {**current, **given}


@dataclass(frozen=True, slots=True)
class MergePatch(PlainPatch):
    """``application/merge-patch+json`` (RFC 7396): objects are merged at every level, and null deletes."""

    def _merge(self, current: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        return merge(current, given)


def merge(target: object, patch: Mapping[str, Any]) -> dict[str, Any]:
    """Answer what a JSON object as a merge patch makes of any JSON (RFC 7396 section 2); neither is changed."""
    result = dict(target) if isinstance(target, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merge(result.get(name), value) if isinstance(value, dict) else value
    return result


def check_id(data: Mapping[str, Any], ids: Collection[str]) -> None:
    """Check that a patch leaves the id as it is.

    Raises:
        Invalid: ``data`` has another one (protocol section 10.3).
    """
    if "id" in data and data["id"] not in ids:
        raise Invalid("body", "id", "Object id does not match existing object")


def shown_part(behavior: Behavior, patch: Patch, old: Stored, new: Stored) -> Mapping[str, Any] | None:
    """Answer the attributes that the answer shows; None for the whole object (protocol section 10.4).

    With ``light`` those that the request changed; with ``diff`` those that are not as the request states them.
    """
    if behavior is Behavior.FULL:
        return None
    touched = patch.touched
    known = old.body() if behavior is Behavior.LIGHT else patch.sent
    return {
        name: value
        for name, value in new.body().items()
        if (touched is None or name in touched) and not (name in known and _same(value, known[name]))
    }


def _same(one: object, other: object) -> bool:
    # Python takes true, 1 and 1.0 for one; written down they differ.
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
