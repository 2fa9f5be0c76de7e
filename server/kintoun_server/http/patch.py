"""What a PATCH asks for: its body by the media type, and the header Response-Behavior (protocol section 10)."""

from collections.abc import Collection

from kintoun_server.domain.json_patch import JSONPatch
from kintoun_server.domain.kinds import Kind
from kintoun_server.domain.patch import Behavior, MergePatch, Patch, PlainPatch
from kintoun_server.domain.refusals import Invalid, brief

from .body import parse_json, parse_payload
from .handler import JSON_TYPE

MERGE_PATCH_TYPE = "application/merge-patch+json"
JSON_PATCH_TYPE = "application/json-patch+json"
PATCH_TYPES = (JSON_TYPE, MERGE_PATCH_TYPE, JSON_PATCH_TYPE)


def parse_patch(raw: bytes, media_type: str, kind: Kind, ids: Collection[str]) -> Patch:
    """Read the body of a PATCH on an object of ``kind``; ``ids`` are what its ``data.id`` may be.

    Raises:
        Invalid: it is not what its media type, one of ``PATCH_TYPES``, says.
    """
    if media_type == JSON_PATCH_TYPE:
        return JSONPatch.parse(parse_json(raw) if raw else {}, kind, ids)
    if media_type == MERGE_PATCH_TYPE:
        payload = parse_payload(raw, kind, "delete")
        return MergePatch(payload.data, payload.permissions, ids)
    payload = parse_payload(raw, kind)
    return PlainPatch(payload.data, payload.permissions, ids)


def parse_behavior(text: str | None) -> Behavior:
    """Read the header Response-Behavior, whose case counts.

    Raises:
        Invalid: it is none of ``full``, ``light`` and ``diff``.
    """
    if text is None:
        return Behavior.FULL
    try:
        return Behavior(text)
    except ValueError:
        names = ", ".join(Behavior)
        raise Invalid("header", "Response-Behavior", f'"{brief(text)}" is not one of {names}') from None
