"""The calls about sharing and groups that the cases of ``vectors/sharing.json`` make, carried out by the engine."""

from collections.abc import Generator, Mapping
from typing import Any

from kintoun_sync import Group, Removal
from kintoun_sync.engine import groups, sharing
from kintoun_sync.engine.ask import Line
from kintoun_sync.engine.exchange import Effect, Reply
from kintoun_sync.engine.sharing import Talk
from kintoun_sync.engine.sync import Hello
from kintoun_sync.groups import adding
from kintoun_sync.place import Place
from kintoun_sync.principal import principal_of
from tests.vectors import play

ME = Hello(25, "account:alice", "of-alice")


def run_call(case: Mapping[str, Any]) -> dict[str, Any]:
    """Make the call against the script; answer what comes of it in the vectors' form."""

    def no_edit(_: Mapping[str, Any]) -> None:
        raise AssertionError("nobody edits while others are asked")

    result, error = play(_call(Talk(Line(), ME), case["call"]), case["exchanges"], no_edit)
    found: dict[str, Any] = {} if error is None else {"error": error}
    match result:
        case Group():
            found["result"] = list(result.members or ())
        case Removal():
            found["result"] = result.objects
            found |= {"remaining": [one.principal for one in result.remaining]} if result.remaining else {}
    return found


def _call(talk: Talk, call: Mapping[str, Any]) -> Generator[Effect, Reply, Any]:
    match call:
        case {"share": {"who": who, "role": role} as share}:
            yield from sharing.share(talk, _place(share), principal_of(who), role)
        case {"remove": {"who": who} as remove}:
            return (yield from sharing.remove(talk, _place(remove), list(map(principal_of, who))))
        case {"make": make}:
            yield from sharing.create(talk, _place(make))
        case {"make_group": {"bucket": bucket, "name": name, "members": members}}:
            return (yield from groups.create(talk, name, tuple(map(principal_of, members)), bucket))
        case {"add": {"group": group, "who": who}}:
            return (yield from groups.set_members(talk.line, group, adding(who)))
        case _:
            raise ValueError(f"no call: {call}")
    return None


def _place(written: Mapping[str, Any]) -> Place:
    return Place(written["bucket"], written.get("collection"), written.get("record"))
