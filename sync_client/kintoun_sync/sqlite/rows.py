"""A record as a row of the table ``records``, and back."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from kintoun_sync.json_value import ABSENT, dump
from kintoun_sync.local import Local, OpenConflict, Refused
from kintoun_sync.merge import FieldConflict

COLUMNS = "id, data, base, etag, pending, sent, conflict, refused, revision, seen"
_SIDES = ("base", "mine", "theirs")


def to_row(local: Local) -> tuple[Any, ...]:
    """Write a record as the values of ``COLUMNS``."""
    data, base = text(local.data), text(local.base)
    return (
        local.id,
        data,
        None if base == data else base,
        local.etag,
        local.pending,
        dump(local.sent) if local.sent else None,
        None if local.conflict is None else dump(_conflict_as_json(local.conflict)),
        None if local.refused is None else dump([local.refused.status, local.refused.message]),
        local.revision,
        local.seen,
    )


def from_row(row: Sequence[Any]) -> Local:
    """Read a record."""
    record_id, data, base, etag, pending, sent, conflict, refused, revision, seen = row
    if base is None and etag is not None:
        base = data
    return Local(
        id=record_id,
        data=value(data),
        base=value(base),
        etag=etag,
        pending=bool(pending),
        sent=tuple(json.loads(sent)) if sent else (),
        conflict=None if conflict is None else _conflict_from_json(json.loads(conflict)),
        refused=None if refused is None else Refused(*json.loads(refused)),
        revision=revision,
        seen=seen,
    )


def text(data: Mapping[str, Any] | None) -> str | None:
    """Write a version of a record, None for one that is not there."""
    return None if data is None else dump(data)


def value(written: str | None) -> Any:  # noqa: ANN401 - any JSON
    """Read one."""
    return None if written is None else json.loads(written)


def _conflict_as_json(conflict: OpenConflict) -> dict[str, Any]:
    if conflict.gone is not None:
        return {"gone": conflict.gone, "base": conflict.base}
    return {
        "fields": {
            name: {side: getattr(field, side) for side in _SIDES if getattr(field, side) is not ABSENT}
            for name, field in conflict.fields.items()
        }
    }


def _conflict_from_json(written: dict[str, Any]) -> OpenConflict:
    if "gone" in written:
        return OpenConflict(gone=written["gone"], base=written["base"])
    fields = written["fields"].items()
    return OpenConflict({name: FieldConflict(*(sides.get(side, ABSENT) for side in _SIDES)) for name, sides in fields})
