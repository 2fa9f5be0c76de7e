"""What a person does to a record on this device, as pure rules: each takes its state and answers the next one."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .errors import RecordExistsError, RecordNotFoundError
from .json_value import Data, same
from .local import Local, OpenConflict
from .merge import with_fields


def create(local: Local | None, record_id: str, data: dict[str, Any]) -> Local:
    """Write a new record; one that was deleted here lives again, as an edit of what the server has.

    Raises:
        RecordExistsError: there is one.
    """
    if local is None:
        return Local(record_id, data, pending=True)
    if local.data is not None:
        raise RecordExistsError(f"there is a record {record_id!r} already")
    return edited(local, data)


def update(local: Local | None, record_id: str, changes: Mapping[str, Any]) -> Local:
    """Set fields, or remove them where the value is ``ABSENT``.

    Raises:
        RecordNotFoundError: there is no such record.
    """
    living, before = _living(local, record_id)
    return edited(living, with_fields(before, changes), changes)


def overwrite(local: Local | None, record_id: str, data: dict[str, Any]) -> Local:
    """Write the record whole: the fields that are not given go.

    Raises:
        RecordNotFoundError: there is no such record.
    """
    living, before = _living(local, record_id)
    return edited(living, data, {**before, **data})


def delete(local: Local | None, record_id: str) -> Local | None:
    """Delete the record; None when the server has never heard of it, so that nobody needs to be told.

    Raises:
        RecordNotFoundError: there is no such record.
    """
    living, _ = _living(local, record_id)
    if living.base is None and not living.sent:
        return None
    return replace(living, data=None, pending=True, conflict=None, refused=None)


def leave(local: Local) -> Local:
    """Put a record of somebody else out of sight; what others write to it does not bring it back."""
    return replace(local, data=None)


def rejoin(local: Local) -> Local:
    """Show it again, as the server has it."""
    return replace(local, data=None if local.base is None else dict(local.base)) if local.left else local


def resolve_field(local: Local, name: str, value: Any) -> Local:  # noqa: ANN401 - any JSON, or ABSENT
    """Close the conflict of one field with a value."""
    return edited(local, with_fields(local.data or {}, {name: value}), {name: value})


def resolve_gone(local: Local, data: dict[str, Any] | None) -> Local | None:
    """Close the conflict of a record that is no longer there: write it anew, or None to let it go."""
    return None if data is None else Local(local.id, data, pending=True)


def edited(local: Local, data: dict[str, Any], names: Mapping[str, Any] | None = None) -> Local:
    """Answer the record with what a person wrote; whoever writes a field that is in conflict has decided it.

    It has to be sent when it differs from the server's version, or when something else may have arrived there.
    """
    return replace(
        local,
        data=data,
        pending=local.base is None or bool(local.sent) or not same(data, local.base),
        conflict=_still_open(local.conflict, names),
        refused=None,
    )


def _still_open(conflict: OpenConflict | None, names: Mapping[str, Any] | None) -> OpenConflict | None:
    if conflict is None or names is None:
        return None
    fields = {name: field for name, field in conflict.fields.items() if name not in names}
    return OpenConflict(fields) if fields else None


def _living(local: Local | None, record_id: str) -> tuple[Local, Data]:
    if local is None or local.data is None:
        raise RecordNotFoundError(f"there is no record {record_id!r}")
    return local, local.data
