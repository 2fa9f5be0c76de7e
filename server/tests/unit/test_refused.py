"""Refusals of the rules as error answers: protocol section 5."""

from typing import Literal

import pytest
from kintoun_server.domain import refusals
from kintoun_server.domain.principals import Caller
from kintoun_server.domain.refusals import Detail, Invalid, Refusal
from kintoun_server.errors import ApiError
from kintoun_server.http.refused import error_of, validators

ALICE, NOBODY = Caller("alice"), Caller()


def answer(refusal: Refusal, caller: Caller = ALICE) -> ApiError:
    """The error that tells a caller of a refusal."""
    return error_of(refusal, caller, retry_after=3)


def media(header: Literal["Accept", "Content-Type"]) -> tuple[Refusal, list[dict[str, str]]]:
    """The refusal of a header, and the details that tell of it."""
    description = f"{header} header should be one of ['a/b']"
    refusal = refusals.UnacceptableMedia(header, ("a/b",))
    return refusal, [{"location": "header", "name": header, "description": description}]


ANSWERS: list[tuple[Refusal, int, int, object]] = [
    (refusals.Forbidden(), 403, 121, None),
    (refusals.WrongCredentials(), 401, 104, None),
    (refusals.StaleCredentials(), 401, 104, None),
    (refusals.Missing("record", "r"), 404, 110, {"id": "r", "resource_name": "record"}),
    (refusals.ParentMissing("bucket", "b"), 404, 111, {"id": "b", "resource_name": "bucket"}),
    (refusals.PreconditionFailed(1000), 412, 114, None),
    (refusals.PreconditionFailed(1000, {"a": 1}), 412, 114, {"existing": {"a": 1}}),
    (refusals.TooLarge(), 413, 113, None),
    (refusals.TimestampTaken(), 409, 122, None),
    (refusals.IdTaken(), 409, 122, None),
    (refusals.Unreadable("no text"), 400, 107, None),
    (Invalid("path", None, "no"), 400, 107, [{"location": "path", "name": None, "description": "no"}]),
    (media("Accept")[0], 406, 107, media("Accept")[1]),
    (media("Content-Type")[0], 415, 107, media("Content-Type")[1]),
]


@pytest.mark.parametrize(("refusal", "status", "errno", "details"), ANSWERS)
def test_each_refusal_has_its_answer(refusal: Refusal, status: int, errno: int, details: object) -> None:
    """Status, errno and details are those of the protocol's table."""
    error = answer(refusal)
    assert (error.kind.status, error.kind.errno, error.details) == (status, errno, details)


def test_no_refusal_is_without_an_answer() -> None:
    """The answers above are of all refusals that there are; 304 is no error, and is made elsewhere."""
    known = {kind for kind in vars(refusals).values() if isinstance(kind, type) and issubclass(kind, Refusal)}
    assert known - {type(refusal) for refusal, *_ in ANSWERS} == {Refusal, refusals.NotModified}


def test_an_anonymous_caller_is_asked_for_credentials() -> None:
    """Refused without credentials is 401 with a challenge, with credentials 403 without one."""
    error = answer(refusals.Forbidden(), NOBODY)
    assert (error.kind.status, error.kind.errno) == (401, 104)
    assert error.headers["WWW-Authenticate"].startswith("Basic realm=")
    assert "WWW-Authenticate" not in answer(refusals.Forbidden()).headers


def test_a_conflict_asks_for_a_retry() -> None:
    """A client that may try again is told when."""
    assert answer(refusals.TimestampTaken()).headers == {"Retry-After": "3"}


def test_a_failed_precondition_names_what_is_current() -> None:
    """A 412 carries ETag and Last-Modified, the same instant in milliseconds and in seconds."""
    headers = answer(refusals.PreconditionFailed(1500000000999)).headers
    assert headers == {"ETag": '"1500000000999"', "Last-Modified": "Fri, 14 Jul 2017 02:40:00 GMT"}


@pytest.mark.parametrize("timestamp", [0, 1, 1500000000000, 4102444800000])
def test_validators(timestamp: int) -> None:
    """Every timestamp that an object can have makes headers."""
    assert validators(timestamp)["ETag"] == f'"{timestamp}"'
    assert validators(timestamp)["Last-Modified"].endswith(" GMT")


@pytest.mark.parametrize(
    ("refusal", "message"),
    [
        (Invalid("body", "data", "is wrong"), "data in body: is wrong"),
        (Invalid("body", "data", "the data is wrong"), "the data is wrong"),
        (Invalid("path", None, "Invalid object id"), "path: Invalid object id"),
        (Invalid("body", "", "is wrong"), "is wrong"),
        (Invalid("header", "A", "first", Detail("header", "B", "second")), "A in header: first"),
    ],
)
def test_the_message_of_a_malformed_request(refusal: Invalid, message: str) -> None:
    """It is made of the first detail as protocol section 5.1 says, and all details stand in the answer."""
    error = answer(refusal)
    assert error.message == message
    assert [entry["description"] for entry in error.details] == [detail.description for detail in refusal.details]
