"""The language-neutral cases of ``vectors/``: read, and carried out by the engine on a store."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from kintoun_sync import Conflict, Counts
from kintoun_sync.collection import REMOVED, Collection
from kintoun_sync.conflict import Choice, conflicts_of
from kintoun_sync.engine.ask import Line, Patience
from kintoun_sync.engine.exchange import Failure, Reply, Request, Response, Steps, Wait
from kintoun_sync.engine.sync import Hello, Wish, synchronise
from kintoun_sync.errors import KintounError
from kintoun_sync.json_value import ABSENT, dump
from kintoun_sync.local import Local, OpenConflict, Refused
from kintoun_sync.merge import FieldConflict
from kintoun_sync.reconcile import Strategy
from kintoun_sync.report import Progress
from kintoun_sync.sqlite.database import Database
from kintoun_sync.sqlite.journal import read_notes
from kintoun_sync.sqlite.replica import SqliteReplica

FOLDER = Path(__file__).parents[1] / "vectors"
_SIDES = ("base", "mine", "theirs")
T = TypeVar("T")


def cases(name: str) -> list[dict[str, Any]]:
    """Read the cases of one file."""
    read: list[dict[str, Any]] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))["cases"]
    return read


def local_of(written: Mapping[str, Any] | None) -> Local | None:
    """Read the state of a record."""
    if written is None:
        return None
    etag, data = written.get("etag"), written["data"]
    base = written.get("base", data if etag is not None else None)
    conflict, refused = written.get("conflict"), written.get("refused")
    return Local(
        id=written["id"],
        data=data,
        base=base,
        etag=etag,
        pending=written.get("pending", False),
        sent=tuple(written.get("sent", ())),
        conflict=None if conflict is None else _conflict_of(conflict),
        refused=None if refused is None else Refused(refused["status"], refused["message"]),
    )


def _conflict_of(written: Mapping[str, Any]) -> OpenConflict:
    if "gone" in written:
        return OpenConflict(gone=written["gone"], base=written["base"])
    return OpenConflict({name: field_conflict(sides) for name, sides in written["fields"].items()})


def field_conflict(sides: Mapping[str, Any]) -> FieldConflict:
    """Read a conflict of one field: a side that is not named is not there."""
    return FieldConflict(*(sides.get(side, ABSENT) for side in _SIDES))


def plain(local: Local | None) -> Local | None:
    """Take away what no vector can know: the numbers of this device."""
    if local is None:
        return None
    return Local(local.id, local.data, local.base, local.etag, local.pending, local.sent, local.conflict, local.refused)


class Device:
    """A store of one collection whose server is a script."""

    def __init__(self, folder: Path, strategy: Strategy = "merge", bucket: str = "default") -> None:
        self.database = Database(folder / "device.db")
        self.replica = SqliteReplica(self.database, bucket, "tasks", strategy)
        self.tasks = Collection(self.database, self.replica)

    def load(self, start: Mapping[str, Any]) -> None:
        """Write the state in which a case begins."""
        with self.replica.transaction():
            for written in start["records"]:
                self.replica.store(written["id"], local_of(written))
            self.replica.set_cursor(start["cursor"])

    def edit(self, step: Mapping[str, Any]) -> None:
        """Do what a person does."""
        match step:
            case {"create": record_id, "data": data}:
                self.tasks.create(data, id=record_id)
            case {"update": record_id}:
                removed = dict.fromkeys(step.get("remove", ()), REMOVED)
                self.tasks.update(record_id, {**step.get("set", {}), **removed})
            case {"replace": record_id, "data": data}:
                self.tasks.replace(record_id, data)
            case {"delete": record_id}:
                self.tasks.delete(record_id)
            case {"resolve": record_id}:
                conflict = self._conflict(record_id, step.get("field"))
                conflict.resolve(Choice(step["choice"]) if "choice" in step else step["value"])
            case _:
                raise ValueError(f"no edit: {step}")

    def _conflict(self, record_id: str, field: str | None) -> Conflict:
        return next(one for one in conflicts_of(self.replica) if (one.id, one.field) == (record_id, field))

    def state(self) -> dict[str, Any]:
        """Say what is in the store now."""
        rows = self.database.rows("SELECT id FROM records ORDER BY id")
        return {
            "cursor": self.replica.cursor(),
            "records": [plain(self.replica.load(row[0])) for row in rows],
        }

    def notes(self) -> list[str]:
        """List the kinds of the journal's entries, the oldest first."""
        return [str(row.note.kind) for row in reversed(read_notes(self.database, None))]


def run_round(device: Device, case: Mapping[str, Any]) -> dict[str, Any]:
    """Synchronise against the script; answer the report in the vectors' form."""
    line = Line(Patience(attempts=case.get("attempts", 5)))
    wish = Wish(full=case.get("full", False), dry_run=case.get("dry_run", False))
    steps = synchronise(line, [device.replica], Hello(case.get("batch_size", 25), "me"), wish)
    _, error = play(steps, case["exchanges"], device.edit)
    return _report(line, error)


def play(
    steps: Steps[T], exchanges: Sequence[Mapping[str, Any]], edit: Callable[[Mapping[str, Any]], None]
) -> tuple[T | None, str | None]:
    """Drive a part of the engine against a script, all of it; answer what it returns, or the name of its error."""
    script = list(exchanges)
    result: T | None = None
    error: str | None = None
    reply: Reply = None
    try:
        while True:
            effect = steps.send(reply)
            reply = None if isinstance(effect, Progress) else _answer(effect, script.pop(0), edit)
    except StopIteration as end:
        result = end.value
    except KintounError as raised:
        error = type(raised).__name__
    assert not script, f"never asked: {script}"
    return result, error


def _answer(effect: Request | Wait, expected: Mapping[str, Any], edit: Callable[[Mapping[str, Any]], None]) -> Reply:
    if isinstance(effect, Wait):
        assert expected["wait"]["least"] <= effect.seconds <= expected["wait"]["most"], (effect, expected)
        return None
    request: dict[str, Any] = {"method": effect.method, "path": effect.path}
    request |= {"headers": dict(effect.headers)} if effect.headers else {}
    request |= {"body": effect.body} if effect.body is not None else {}
    assert request == expected.get("request"), "not the request that was expected"
    for step in expected.get("meanwhile", ()):
        edit(step)
    if "failure" in expected:
        return Failure(expected["failure"])
    response = expected["response"]
    content = response["text"] if "text" in response else dump(response["body"]) if "body" in response else ""
    return Response(response["status"], response.get("headers", {}), content.encode())


def _report(line: Line, error: str | None) -> dict[str, Any]:
    report = line.report
    ids: dict[str, Sequence[Any]] = {
        name: [event.id for event in getattr(report, name)] for name in ("merged", "conflicts", "refused", "put_back")
    }
    found: dict[str, Any] = {
        "pulled": _counts(report.pulled),
        "pushed": _counts(report.pushed),
        **ids,
        "resynced": bool(report.resynced),
        "withdrawn": bool(report.withdrawn),
        "problem": report.problems[0].status if report.problems else None,
        "waiting": report.waiting,
        "backoff": line.backoff,
        "error": error,
    }
    return {name: value for name, value in found.items() if value not in ([], [0, 0, 0], False, None, 0)}


def _counts(counts: Counts) -> list[int]:
    return [counts.created, counts.updated, counts.deleted]
