"""Any sequence of changes to one list keeps what the protocol promises: sections 10, 11, 13, 14 and 15."""

import copy
from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from kintoun_server.domain.change import Change, Method, Outcome, apply
from kintoun_server.domain.kinds import RECORD
from kintoun_server.domain.listing import Reach, Selection, shown
from kintoun_server.domain.objects import Scope, Stored
from kintoun_server.domain.permissions import Permissions, Rules
from kintoun_server.domain.preconditions import NONE, Precondition
from kintoun_server.domain.principals import AUTHENTICATED, EVERYONE, Caller
from kintoun_server.domain.refusals import Forbidden, Missing, PreconditionFailed, Refusal
from kintoun_server.domain.timestamps import FUTURE_LIMIT_MS, SEARCH_WIDTH
from tests.hostile_json import objects

IDS = ("r1", "r2", "r3")
CALLERS = tuple(Caller(name) for name in ("owner", "maker", "reader", "stranger", None))
COLLECTION: Permissions = {"write": ("owner",), "record:create": ("maker",), "read": ("reader",)}
PRINCIPALS = ("owner", "maker", "reader", "stranger", EVERYONE, AUTHENTICATED)
START = 1_000_000

access_lists = st.dictionaries(
    st.sampled_from(RECORD.permissions), st.lists(st.sampled_from(PRINCIPALS), max_size=3), max_size=2
)
changes = st.builds(
    Change,
    method=st.sampled_from(Method),
    id=st.sampled_from(IDS),
    caller=st.sampled_from(CALLERS),
    data=st.none() | objects(),
    permissions=st.none() | access_lists,
    last_modified=st.none() | st.integers(-2, 60) | st.integers(START - 60, START + 200) | st.just(START + 10**9),
)


def permitted(asked: Change, record: Stored | None) -> bool:
    """What protocol section 11.2 grants in this collection, written down without the server's own table."""
    principals = asked.caller.principals()
    own = record.permissions if record else {}
    held = {name for name, holders in own.items() if not principals.isdisjoint(holders)}
    may_create = not principals.isdisjoint({"owner", "maker"})
    may_write = "owner" in principals or "write" in held
    may_read = bool(held) or not principals.isdisjoint({"owner", "reader"})
    if asked.method is Method.PUT and asked.precondition.if_none_match == "*":
        return may_create
    if asked.method in {Method.PUT, Method.POST} and record is None:
        return may_create
    return may_read if asked.method is Method.POST or record is None else may_write


def attempt(old: Stored | None, asked: Change, scope: Scope) -> Outcome | Refusal:
    """Apply a change and answer what came of it."""
    try:
        return apply(old, asked, scope)
    except Refusal as refusal:
        return refusal


@dataclass
class Follower:
    """Someone who polls with `_since`, and what is on the device: protocol section 15.3."""

    caller: Caller
    cursor: int = 0
    device: dict[str, dict[str, Any]] = field(default_factory=dict)

    def reads(self, stored: Stored) -> bool:
        """Tell whether the follower may read an object."""
        asked = Change(method=Method.POST, id=stored.id, caller=self.caller)
        return not stored.deleted and permitted(asked, stored)

    def polls(self, entries: list[Stored], scope: Scope) -> None:
        """Take over what is newer than the cursor, tombstones of what could be read before among it."""
        full = self.caller.user_id == "owner"
        for stored in entries:
            if stored.last_modified > self.cursor:
                entry = shown(stored, scope, Reach(full, open=True), Selection(since=self.cursor))
                if self.reads(stored):
                    assert entry == stored.body()
                    self.device[stored.id] = entry
                elif entry is not None:
                    assert entry == {"id": stored.id, "last_modified": entry["last_modified"], "deleted": True}
                    assert self.cursor < entry["last_modified"] <= stored.last_modified
                    self.device.pop(stored.id, None)
        self.cursor = scope.clock


class ListOfRecords(RuleBasedStateMachine):
    """The records of one collection, as the store keeps them: it applies changes one after another."""

    objects: dict[str, Stored]

    @initialize(explicit=st.booleans())
    def begin(self, *, explicit: bool) -> None:
        """Begin with an empty list, whose clock is the moment at which its container was made."""
        self.site_rules = Rules({}, explicit=explicit)
        self.objects = {}
        self.clock = self.now = START
        self.count = 0
        self.given = [START]
        self.antedated: set[str] = set()
        self.followers = [Follower(caller) for caller in (Caller("owner"), Caller("stranger"))]

    @rule(milliseconds=st.integers(-50, 100))
    def time_passes(self, milliseconds: int) -> None:
        """The wall clock goes on, or is set back a little."""
        self.now += milliseconds

    @rule(asked=changes, condition=st.sampled_from(["", "", "", "current", "stale", "exists", "new"]))
    def someone_writes(self, asked: Change, condition: str) -> None:
        """One change, with or without the right to make it."""
        old = self.objects.get(asked.id)
        current = old.last_modified if old else 0
        conditions = {
            "": NONE,
            "current": Precondition(if_match=current),
            "stale": Precondition(if_match=current + 1),
            "exists": Precondition(if_match="*"),
            "new": Precondition(if_none_match="*"),
        }
        self.submit(replace(asked, precondition=conditions[condition]))

    @precondition(lambda self: any(not stored.deleted for stored in self.objects.values()))
    @rule(methods=st.lists(st.sampled_from([Method.PUT, Method.PATCH, Method.DELETE]), min_size=2, max_size=8))
    def writers_race(self, methods: list[Method]) -> None:
        """Several writers send the ETag that they all have seen: exactly one of them wins."""
        live = next(stored for stored in self.objects.values() if not stored.deleted)
        condition = Precondition(if_match=live.last_modified)
        owner = Caller("owner")
        answers = [
            self.submit(Change(method=method, id=live.id, caller=owner, data={"by": number}, precondition=condition))
            for number, method in enumerate(methods)
        ]
        assert isinstance(answers[0], Outcome)
        assert all(isinstance(answer, PreconditionFailed | Missing) for answer in answers[1:])

    @rule(number=st.integers(0, 1))
    def someone_synchronises(self, number: int) -> None:
        """A follower who polls ends with exactly what may be read; only antedated changes may pass it by."""
        follower = self.followers[number]
        follower.polls(list(self.objects.values()), self.scope(follower.caller))
        readable = {stored.id: stored.body() for stored in self.objects.values() if follower.reads(stored)}
        for object_id in set(IDS) - self.antedated:
            assert follower.device.get(object_id) == readable.get(object_id)

    def submit(self, asked: Change) -> Outcome | Refusal:
        """Apply a change and hold the answer against what was there before."""
        old = self.objects.get(asked.id)
        live = None if old is None or old.deleted else old
        before = copy.deepcopy((old, asked))
        outcome = attempt(old, asked, self.scope(asked.caller))
        assert (old, asked) == before, "what was there is a value: it is replaced, and a refusal changes nothing"
        if isinstance(outcome, Refusal):
            assert isinstance(outcome, Forbidden) is not permitted(asked, live)
            return outcome
        assert permitted(asked, live)
        assert asked.precondition.holds(live.last_modified if live else None)
        if outcome.written:
            self.check_timestamp(asked, live, outcome.stored)
            self.check_content(asked, live, outcome)
            self.keep(outcome)
        else:
            assert (asked.method, outcome.stored) == (Method.POST, live)
        return outcome

    def scope(self, caller: Caller) -> Scope:
        """What the store knows of the list for a caller."""
        return Scope(
            kind=RECORD,
            lists={"bucket": {}, "collection": COLLECTION},
            principals=caller.principals(),
            rules=self.site_rules,
            clock=self.clock,
            count=self.count,
            now=self.now,
            taken={stored.last_modified for stored in self.objects.values()},
        )

    def check_timestamp(self, asked: Change, live: Stored | None, new: Stored) -> None:
        """Timestamps increase in the order of the changes, but for those that the client antedated."""
        stamp, wanted = new.last_modified, asked.last_modified
        assert stamp not in {stored.last_modified for stored in self.objects.values() if stored.id != new.id}
        assert live is None or stamp > live.last_modified
        if wanted is None or (live is not None and wanted <= live.last_modified):
            assert stamp == max(self.clock + 1, self.now)
        else:
            assert 0 <= wanted <= self.now + FUTURE_LIMIT_MS
            assert wanted <= stamp < wanted + SEARCH_WIDTH

    def check_content(self, asked: Change, live: Stored | None, outcome: Outcome) -> None:
        """What is stored is what was asked for, and nothing beside it."""
        new = outcome.stored
        assert outcome.created is (live is None)
        assert new.deleted is (asked.method is Method.DELETE)
        if new.deleted:
            assert new.body() == {"id": new.id, "last_modified": new.last_modified, "deleted": True}
            assert (new.data, new.permissions) == ({}, {})
            return
        kept = dict(live.data) if live and (asked.method is Method.PATCH or asked.data is None) else {}
        assert new.data == {**kept, **(asked.data or {})}
        assert all(new.permissions.values()), "no empty list is kept"
        if self.site_rules.explicit:
            assert (asked.caller.user_id or EVERYONE) in new.permissions["write"]
        direct = not asked.caller.principals().isdisjoint(new.permissions.get("write", ()))
        assert outcome.shown == (new.permissions if direct else {})

    def keep(self, outcome: Outcome) -> None:
        """Take the outcome over as the store does."""
        new = outcome.stored
        old = self.objects.get(new.id)
        now = {principal for holders in new.permissions.values() for principal in holders}
        before = {principal for holders in old.permissions.values() for principal in holders} if old else set()
        assert set(new.former_readers) == before.union(old.former_readers if old else ()) - now
        (self.antedated.add if new.last_modified <= self.clock else self.antedated.discard)(new.id)
        self.objects[new.id] = new
        self.given.append(new.last_modified)
        self.clock = max(self.clock, new.last_modified)
        self.count += outcome.created - new.deleted

    @invariant()
    def the_list_is_consistent(self) -> None:
        """The clock is the newest timestamp ever given, no two objects share one, and the count is exact."""
        if self.objects:
            stamps = [stored.last_modified for stored in self.objects.values()]
            assert self.clock == max(self.given)
            assert len(stamps) == len(set(stamps))
            assert self.count == sum(not stored.deleted for stored in self.objects.values())


TestListOfRecords = ListOfRecords.TestCase
TestListOfRecords.settings = settings(max_examples=60, stateful_step_count=40)
