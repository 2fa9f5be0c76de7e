"""Every case of ``vectors/`` holds for this engine; the web app's engine runs the same files."""

from pathlib import Path
from typing import Any

import kintoun_sync
import pytest
from kintoun_sync.conflict import lost_side
from kintoun_sync.local import Remote
from kintoun_sync.merge import both, merge
from kintoun_sync.reconcile import reconcile
from tests import vectors
from tests.sharing_vectors import run_call
from tests.vectors import Device, cases, field_conflict, local_of, plain, run_round


def each(name: str) -> pytest.MarkDecorator:
    """Parametrize a test by the cases of one file."""
    found = cases(name)
    return pytest.mark.parametrize("case", found, ids=[case["name"] for case in found])


@each("merge")
def test_merge(case: dict[str, Any]) -> None:
    """Three versions come to the result, the conflicts and the fields taken that the table says."""
    merged = merge(case["base"], case["mine"], case["theirs"])
    assert merged.data == case["data"]
    assert merged.conflicts == {name: field_conflict(sides) for name, sides in case["conflicts"].items()}
    assert sorted(merged.taken) == case["taken"]


@each("both")
def test_both(case: dict[str, Any]) -> None:
    """Two values are kept both as the table says."""
    assert both(case["mine"], case["theirs"]) == case["both"]


@each("reconcile")
def test_reconcile(case: dict[str, Any]) -> None:
    """A record and the server's word come to the state, the note and the question that the table says."""
    remote = Remote(**case["remote"])
    outcome = reconcile(local_of(case["local"]), remote, case["strategy"])
    assert plain(outcome.local) == local_of(case["after"])
    assert outcome.conflict == case["conflict"]
    note = outcome.note
    expected = case["note"]
    assert (note is None) == (expected is None)
    if note is not None:
        assert expected == {name: getattr(note, name) for name in ("kind", "base", "mine", "theirs", "result")}
        assert lost_side(note) in (note.mine, note.theirs)


@each("edits")
def test_edits(case: dict[str, Any], tmp_path: Path) -> None:
    """What a person does to a record comes to the state, or the error, that the table says."""
    device = Device(tmp_path)
    if case["local"] is not None:
        device.load({"cursor": None, "records": [case["local"]]})
    if "error" in case:
        with pytest.raises(getattr(kintoun_sync, case["error"])):
            device.edit(case["edit"])
        assert plain(device.replica.load("r")) == local_of(case["local"])
    else:
        device.edit(case["edit"])
        assert plain(device.replica.load("r")) == local_of(case["after"])
    assert device.notes() == case.get("journal", [])


@each("filters")
def test_filters(case: dict[str, Any], tmp_path: Path) -> None:
    """Filters and an order choose the records that the table says."""
    device = Device(tmp_path)
    device.load({"cursor": None, "records": case["records"]})
    assert [record.id for record in device.tasks.list(case["filters"], sort=case["sort"])] == case["ids"]


@each("rounds")
def test_rounds(case: dict[str, Any], tmp_path: Path) -> None:
    """A sync sends what the script expects, and leaves records, cursor, journal and report as it says."""
    device = Device(tmp_path, case.get("strategy", "merge"))
    device.load(case["start"])
    for step in case.get("edits", ()):
        device.edit(step)
    report = run_round(device, case)
    end = case["end"]
    assert device.state() == {"cursor": end["cursor"], "records": [local_of(one) for one in end["records"]]}
    assert device.notes() == case["journal"]
    assert report == case["report"]


@each("access")
def test_access(case: dict[str, Any], tmp_path: Path) -> None:
    """Each of several syncs asks what the script expects, and leaves records, cursor and report as it says."""
    device = Device(tmp_path, bucket="todo")
    device.load(case["start"])
    for number, one in enumerate(case["rounds"]):
        for step in one.get("edits", ()):
            device.edit(step)
        report = run_round(device, one)
        end = one["end"]
        expected = {"cursor": end["cursor"], "records": [local_of(record) for record in end["records"]]}
        assert (number, device.state()) == (number, expected)
        assert (number, report) == (number, one["report"])


@each("sharing")
def test_sharing(case: dict[str, Any]) -> None:
    """A call sends what the script expects, and comes to the result or the error that it says."""
    expected = {name: case[name] for name in ("result", "remaining", "error") if name in case}
    assert run_call(case) == expected


def test_every_file_of_vectors_is_run() -> None:
    """No file of cases lies there without a test."""
    run = {"merge", "both", "reconcile", "edits", "filters", "rounds", "access", "sharing"}
    assert {path.stem for path in vectors.FOLDER.glob("*.json")} == run
