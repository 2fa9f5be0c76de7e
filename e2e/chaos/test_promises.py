"""The checkers: each one finds what breaks its promise and shows it, and blames no server that kept it."""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from e2e.chaos.simulation import Simulation, version
from e2e.history import Answer, Final, History, Outcome, Poll, Read, Version, Write
from e2e.promises import PROMISES, acknowledged, atomic, chained, gapless, ordered, reliable, unavailable

_Checker = Callable[[History], None]


def _write(
    token: str | None,
    at: int | None = None,
    *,
    start: float | None = None,
    status: int | None = 200,
    after: int | str | None = None,
) -> Write:
    """A write to record x that took half a second from `start` on, by default from the second of its own timestamp.

    `after` is what it asked for: the ETag of If-Match, or "*" for If-None-Match.
    """
    started = float(at or 0) if start is None else start
    return Write(
        actor="writer",
        method="DELETE" if token is None else "PUT",
        record="x",
        token=token,
        if_match=after if isinstance(after, int) else None,
        create_only=after == "*",
        started=started,
        ended=started + 0.5,
        status=status,
        timestamp=at,
    )


def _to_y(write: Write) -> Write:
    return replace(write, record="y")


def _in_batch(write: Write) -> Write:
    return replace(write, batch="batch")


def _poll(since: int | None, etags: Sequence[int], *versions: Version, start: float = 900.0) -> Poll:
    return Poll(
        reader="reader",
        since=since,
        etags=tuple(etags),
        cursor=etags[0],
        versions=versions,
        started=start,
        ended=start + 0.5,
    )


def _read(found: Version | None, start: float = 900.0) -> Read:
    return Read(actor="reader", record="x", started=start, ended=start + 0.5, version=found)


def _history(
    *events: Write | Read | Poll, final: Sequence[Version] | None = None, live: Sequence[Version] | None = None
) -> History:
    """A history of these events; unless said otherwise it ends with what its accepted writes left."""
    history = History(
        writes=[event for event in events if isinstance(event, Write)],
        reads=[event for event in events if isinstance(event, Read)],
        polls=[event for event in events if isinstance(event, Poll)],
    )
    if final is None:
        final = [version(write.record, write.timestamp or 0, write.token) for write in history.accepted()]
    changes = {found.record: found for found in final}
    living = changes.values() if live is None else live
    history.final = Final({found.record: found for found in living if not found.deleted}, changes)
    return history


A100, B101, GONE102 = version("x", 100, "a"), version("x", 101, "b"), version("x", 102, None)

_BROKEN: dict[str, tuple[_Checker, History, str]] = {
    "an acknowledged record is gone": (acknowledged, _history(_write("a", 100), final=[]), "holds in the end: nothing"),
    "an acknowledged update is gone": (
        acknowledged,
        _history(_write("a", 100), _write("b", 101), final=[A100]),
        "holds in the end: x at 100, holding a",
    ),
    "an acknowledged deletion is gone": (
        acknowledged,
        _history(_write("a", 100), _write(None, 102), final=[A100]),
        "holds in the end: x at 100, holding a",
    ),
    "a loss that a later write hides from the final state": (
        acknowledged,
        _history(_write("a", 100), _read(None, 105), _write("b", 110)),
        "found nothing",
    ),
    "an update that is lost and found again": (
        acknowledged,
        _history(_write("a", 100), _write("b", 101), _read(A100)),
        "found x at 100, holding a",
    ),
    "a refused write took effect": (
        acknowledged,
        _history(_write("a", 100), _write("b", status=412, start=101), final=[B101]),
        "token b -> 412",
    ),
    "a record that nobody wrote": (acknowledged, _history(final=[A100]), "nobody who was not refused wrote"),
    "a tombstone that nobody made": (
        acknowledged,
        _history(_write("a", 100), _write("b", start=101, status=None), final=[GONE102]),
        "nobody who was not refused wrote: x at 102, deleted",
    ),
    "two winners with one ETag": (
        chained,
        _history(_write("a", 100), _write("b", 101, after=100), _write("c", 102, after=100)),
        "token c If-Match 100",
    ),
    "a winner after somebody's unconditional write": (
        chained,
        _history(_write("a", 100), _write("b", 101), _write("c", 102, after=100)),
        "token c If-Match 100",
    ),
    "a winner after a write of unknown outcome that was seen": (
        chained,
        _history(_write("a", 100), _write("b", status=503, start=101), _read(B101), _write("c", 103, after=100)),
        "token c If-Match 100",
    ),
    "a winner with the ETag of a deletion": (
        chained,
        _history(_write(None, 100), _write("b", 101, after=100)),
        "token b If-Match 100",
    ),
    "a winner with an ETag that never was": (
        chained,
        _history(_write("a", 100), _write("b", 110, after=105)),
        "token b If-Match 105",
    ),
    "a winner with an ETag of the future": (
        chained,
        _history(_write("a", 100), _write("b", status=None, start=101), _write("c", 105, after=107)),
        "token c If-Match 107",
    ),
    "two creators": (
        chained,
        _history(_write("a", 100, after="*"), _write("b", 101, after="*")),
        "token b If-None-Match *",
    ),
    "one timestamp for two records": (
        ordered,
        _history(_write("a", 100), _to_y(_write("b", 100))),
        "one timestamp, two writes",
    ),
    "one timestamp for two states": (
        ordered,
        _history(_write("a", 100, start=1), _read(A100), _read(version("x", 100, "b"))),
        "one timestamp, two states",
    ),
    "another state than the one acknowledged": (
        ordered,
        _history(_write("a", 100), final=[version("y", 100, "b")]),
        "one timestamp, two changes",
    ),
    "a timestamp older than one that was answered before": (
        ordered,
        _history(_write("a", 100, start=1), _to_y(_write("b", 99, start=2))),
        "begun after that: writer PUT y",
    ),
    "a list older than a write that was answered before": (
        ordered,
        _history(_write("a", 100, start=1), _poll(None, [99], start=2)),
        "begun after that: reader polled",
    ),
    "a write numbered like the list before it": (
        ordered,
        _history(_poll(None, [100], start=1), _write("a", 100, start=2)),
        "begun after that: writer PUT x",
    ),
    "a change committed after a newer one was shown": (
        gapless,
        _history(_write("a", 100), _to_y(_write("b", 101)), _poll(None, [101], version("y", 101, "b"))),
        "has not seen: writer PUT x token a -> 200 at 100",
    ),
    "a change of unknown outcome that somebody else saw": (
        gapless,
        _history(_poll(None, [99], start=50), _poll(99, [101], version("y", 101, "b")), final=[A100]),
        "has not seen: x at 100",
    ),
    "a deletion that is not shown": (
        gapless,
        _history(_write("a", 100), _poll(None, [100], A100, start=101), _write(None, 102), _poll(100, [103], B101)),
        "has not seen: writer DELETE x",
    ),
    "a later page whose ETag promises more than the first page showed": (
        gapless,
        _history(_write("a", 100), _to_y(_write("b", 101)), _poll(99, [100, 101], A100)),
        "has not seen: writer PUT y",
    ),
    "an entry that is not newer than it was asked for": (
        gapless,
        _history(_write("a", 100), _poll(100, [100], A100)),
        "not newer than it was asked for",
    ),
    "a newer ETag with nothing to show": (gapless, _history(_poll(100, [101])), "a change that is not shown"),
    "a part of a batch": (
        atomic,
        _history(_in_batch(_write("a", 100)), _in_batch(_to_y(_write("b", 101))), _poll(99, [101], A100)),
        "but not, from the same batch: writer PUT y",
    ),
    "an ETag in the middle of a batch": (
        atomic,
        _history(_in_batch(_write("a", 100)), _in_batch(_to_y(_write("b", 101))), _poll(99, [100])),
        "the ETag 100 is newer than: writer PUT x",
    ),
    "a record that the reader never got": (
        reliable,
        _history(_write("a", 100), _poll(None, [100])),
        "the server holds: x at 100",
    ),
    "a record that the reader has in an old state": (
        reliable,
        _history(_write("a", 100), _write("b", 101), _poll(None, [101], A100)),
        "reader holds: x at 100",
    ),
    "a deletion that the reader never heard of": (
        reliable,
        _history(_write("a", 100), _write(None, 102), _poll(None, [102], A100)),
        "the server holds: no x",
    ),
    "a list and its changes that differ": (
        reliable,
        _history(_write("a", 100), live=[]),
        "a reader who starts from nothing holds: x at 100",
    ),
    "a server error": (
        unavailable,
        History(answers=[Answer("GET /", 200, None), Answer("PUT /x", 500, None)]),
        "PUT /x -> 500",
    ),
    "a 503 that does not say when to come back": (
        unavailable,
        History(answers=[Answer("PUT /x", 503, None)]),
        "Retry-After None",
    ),
}

_KEPT: dict[str, History] = {
    "nothing": History(),
    "a write of unknown outcome that took effect": _history(
        _write("a", 100), _write("b", start=101, status=None), _read(B101), final=[B101]
    ),
    "a write of unknown outcome that did not": _history(
        _write("a", 100), _write("b", start=101, status=None), _read(A100)
    ),
    "a deletion of unknown outcome": _history(
        _write("a", 100), _write(None, start=101, status=503), _read(None), final=[GONE102]
    ),
    "a write that goes on after one of unknown outcome": _history(
        _write("a", 100), _write("b", start=101, status=503), _write("c", 103, after=102)
    ),
    "the same request again after an unknown outcome": _history(
        _write("a", 100),
        _write("b", start=101, status=None, after=100),
        _write("b", start=102, status=412, after=100),
        final=[B101],
    ),
    "a record created again after its deletion": _history(
        _write("a", 100, after="*"), _write(None, 102, after=100), _write("c", 103, after="*")
    ),
    "a change replaced while the reader was between two pages": _history(
        _write("a", 100),
        _to_y(_write("b", 104, start=103)),
        _write("c", 106, start=105.2),
        _poll(99, [104, 104], version("y", 104, "b"), start=105),
        _poll(104, [106], version("x", 106, "c"), start=200),
    ),
    "two requests at once, numbered in either order": _history(
        _write("a", 101, start=1), _to_y(_write("b", 100, start=1.2))
    ),
    "a batch of which one record was replaced while the reader was between two pages": _history(
        _in_batch(_write("a", 100)),
        _in_batch(_to_y(_write("b", 101))),
        _write("c", 106, start=105.2),
        _poll(99, [101, 101], version("y", 101, "b"), start=105),
        _poll(101, [106], version("x", 106, "c"), start=200),
    ),
    "a batch of which one was deleted by it": _history(
        _in_batch(_write(None, 100)),
        _in_batch(_to_y(_write("b", 101))),
        _poll(None, [101], version("y", 101, "b")),
    ),
    "unavailable for a while": History(answers=[Answer("PUT /x", 503, "3")]),
}


@pytest.mark.parametrize("what", _BROKEN)
def test_a_broken_promise_is_found_and_its_evidence_shown(what: str) -> None:
    """Each checker fails on the history that breaks its promise: with the promise, and with what broke it."""
    checker, history, evidence = _BROKEN[what]
    with pytest.raises(AssertionError) as caught:
        checker(history)
    promise, *shown = str(caught.value).split("\n")
    assert promise.startswith(f"{checker.__name__}: ")
    assert evidence in "\n".join(shown)


@pytest.mark.parametrize("what", _KEPT)
def test_a_kept_promise_is_not_called_broken(what: str) -> None:
    """No checker blames a server for what its clients could not know, or for what it may do."""
    for checker in PROMISES:
        checker(_KEPT[what])


def test_a_history_that_proves_nothing_is_refused() -> None:
    """Whether a reader ends with the server's records cannot be told before its last poll."""
    with pytest.raises(ValueError, match="no poll after the last write"):
        reliable(_history(_write("a", 100), _poll(None, [99], start=1)))


@pytest.mark.parametrize("seed", range(100))
def test_a_simulated_server_that_keeps_its_promises_is_never_blamed(seed: int) -> None:
    """Whatever happens at the same time, and whatever answers are lost: no checker finds fault with a right server."""
    history = Simulation(random.Random(seed)).run(clients=6, requests=30)  # noqa: S311 - repeatable, nothing secret
    assert {write.outcome for write in history.writes} == set(Outcome)
    for checker in PROMISES:
        checker(history)
