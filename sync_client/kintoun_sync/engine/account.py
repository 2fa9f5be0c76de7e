"""Keeping account: what happens to records goes into the report and the journal."""

from kintoun_sync.json_value import same
from kintoun_sync.local import Local, Refused, Remote
from kintoun_sync.reconcile import NoteKind, Outcome
from kintoun_sync.report import Conflicting, Counts, Merged, PutBack, Refusal, SyncReport

from .replica import Replica


class Tally:
    """The account of one collection."""

    def __init__(self, report: SyncReport, replica: Replica) -> None:
        self._report = report
        self._replica = replica

    def pulled(self, before: Local | None, remote: Remote, outcome: Outcome) -> None:
        """Count what came from the server; what I had sent myself, and did not know of, counts as sent."""
        if before is not None and any(same(version, remote.data) for version in before.sent):
            self.pushed(before)
        data = None if before is None else before.data
        now = None if outcome.local is None else outcome.local.data
        if not same(data, now):
            _count(self._report.pulled, created=data is None, deleted=now is None)

    def pushed(self, sent: Local) -> None:
        """Count what went to the server."""
        _count(self._report.pushed, created=sent.base is None, deleted=sent.data is None)

    def happened(self, record_id: str, outcome: Outcome, refused: Refused | None = None) -> None:
        """Write the journal, and tell the report what a person may want to know."""
        place = (self._replica.bucket, self._replica.name, record_id)
        note = outcome.note
        if note is not None:
            self._replica.note(record_id, note)
            if note.kind is not NoteKind.PUT_BACK:
                self._report.merged.append(Merged(*place, note))
            elif refused is not None:
                self._report.put_back.append(PutBack(*place, refused.status, refused.message, note.mine, note.result))
        if outcome.conflict and outcome.local is not None and outcome.local.conflict is not None:
            self._report.conflicts.append(Conflicting(*place, tuple(outcome.local.conflict.fields)))

    def refused(self, record_id: str, refused: Refused) -> None:
        """Tell of a record that the server does not take as it is."""
        place = (self._replica.bucket, self._replica.name, record_id)
        self._report.refused.append(Refusal(*place, refused.status, refused.message))


def _count(counts: Counts, *, created: bool, deleted: bool) -> None:
    if deleted:
        counts.deleted += 1
    elif created:
        counts.created += 1
    else:
        counts.updated += 1
