"""The table of errors, and the body of an error answer: protocol sections 5.1 and 5.2."""

import json

from kintoun_server import errors
from kintoun_server.errors import TABLE, ApiError, ErrorKind


def test_the_table_is_whole() -> None:
    """Every row that the module defines is in the table, once."""
    rows = [value for value in vars(errors).values() if isinstance(value, ErrorKind)]
    assert sorted(rows, key=repr) == sorted(TABLE, key=repr)
    assert len(set(TABLE)) == len(TABLE)


def test_the_body_of_an_error() -> None:
    """It holds code, errno and title always, and message, info and details where there are any."""
    assert ApiError(errors.UNKNOWN_OBJECT).body() == {"code": 404, "errno": 110, "error": "Not Found"}
    full = ApiError(errors.INVALID, "no", [{"location": "body"}]).body("https://example.org")
    assert full == {
        "code": 400,
        "errno": 107,
        "error": "Invalid parameters",
        "message": "no",
        "info": "https://example.org",
        "details": [{"location": "body"}],
    }


def test_messages_are_the_protocols() -> None:
    """An error without a message of its own has the one that clients show and tests of clients compare."""
    assert ApiError(errors.MODIFIED_MEANWHILE).body()["message"] == "Resource was modified meanwhile"
    assert ApiError(errors.FORBIDDEN).body()["message"] == "This user cannot access this resource."
    assert all(json.dumps(ApiError(kind).body()) for kind in TABLE)
