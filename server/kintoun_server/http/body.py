"""The body of a write: strict JSON, and the shape that the protocol gives it (protocol section 3.3)."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NoReturn, TypeAlias

from kintoun_server.domain import json_value
from kintoun_server.domain.kinds import ACCOUNT, Kind
from kintoun_server.domain.objects import SERVER_FIELDS
from kintoun_server.domain.permissions import check_names, checked_principals
from kintoun_server.domain.refusals import Invalid, brief

Nulls: TypeAlias = Literal["ignore", "delete"]


@dataclass(frozen=True, slots=True)
class Payload:
    """What a body asks for: ``data`` and ``permissions`` are None where it has none."""

    data: Mapping[str, Any] | None = None
    permissions: Mapping[str, list[str]] | None = None

    @property
    def attributes(self) -> dict[str, Any] | None:
        """The user's attributes, without those that the server sets."""
        if self.data is None:
            return None
        return {name: value for name, value in self.data.items() if name not in SERVER_FIELDS}


@dataclass(slots=True)
class _Pairs:
    """Builds objects and notes a key that came twice; JSON's own parser keeps the last and says nothing."""

    repeated: list[str] = field(default_factory=list)

    def build(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        built = dict(pairs)
        if len(built) != len(pairs):
            counts = Counter(key for key, _ in pairs)
            self.repeated.extend(key for key, count in counts.items() if count > 1)
        return built


def parse_json(raw: bytes, envelope: int = 0) -> json_value.JSON:
    """Read JSON (RFC 8259) strictly: everything accepted is stored and given back to the letter.

    ``envelope`` is the number of levels of nesting around what may be stored.

    Raises:
        Invalid: not JSON, not UTF-8, a key twice in one object, or what ``json_value.check`` refuses.
    """
    pairs = _Pairs()
    try:
        value: json_value.JSON = json.loads(
            raw.decode(), object_pairs_hook=pairs.build, parse_constant=_refuse_constant
        )
    except UnicodeDecodeError as error:
        raise Invalid.json(f"not UTF-8 at offset {error.start}") from None
    except json.JSONDecodeError as error:
        raise Invalid.json(f"Parse error at offset {error.pos}: {error.msg}.") from None
    except RecursionError:
        raise Invalid.json(f"more than {json_value.MAX_DEPTH} levels of nesting") from None
    except ValueError:
        # Python refuses integers of more than some thousand digits by themselves.
        raise Invalid.json("integers must fit into 64 bits") from None
    if pairs.repeated:
        raise Invalid.json(f"the key {brief(pairs.repeated[0])!r} stands twice in one object")
    json_value.check(value, -envelope)
    return value


def parse_payload(raw: bytes, kind: Kind, nulls: Nulls = "ignore") -> Payload:
    """Read the body of PUT, POST, or a PATCH that is no JSON patch, on an object of ``kind``.

    ``nulls`` tells what null in the place of a list of principals asks for.

    Raises:
        Invalid: not strict JSON, or not of the shape ``{"data"?: object, "permissions"?: {name: [principal]}}``.
    """
    document = parse_json(raw) if raw else {}
    if isinstance(document, list):
        raise Invalid.not_a_mapping("", document)
    if not isinstance(document, dict):
        raise Invalid.scalar()
    unknown = {name: value for name, value in document.items() if name not in ("data", "permissions")}
    if unknown:
        # A password that stands in the wrong place is repeated in no answer.
        told = dict.fromkeys(unknown, "...") if kind is ACCOUNT else unknown
        raise Invalid("body", "", f'Unrecognized keys in mapping: "{brief(told)}"')
    data, permissions = (_mapping(document, name) for name in ("data", "permissions"))
    return Payload(data, None if permissions is None else _permissions(permissions, kind, nulls))


def _refuse_constant(constant: str) -> NoReturn:
    raise Invalid.json(f"{constant} is not a number")


def _mapping(document: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    if name not in document:
        return None
    value = document[name]
    if not isinstance(value, dict):
        raise Invalid.not_a_mapping(name, value)
    return value


def _permissions(given: Mapping[str, Any], kind: Kind, nulls: Nulls) -> dict[str, list[str]]:
    check_names(kind, given)
    if nulls == "delete":
        given = {name: [] if value is None else value for name, value in given.items()}
    return {name: checked_principals(name, value) for name, value in given.items() if value is not None}
