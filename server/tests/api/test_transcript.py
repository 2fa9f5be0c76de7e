"""The comparison that the tests of the tutorials rest on: it accepts and notices what a reader would."""

import pytest

from e2e.transcript import Answer, Reader, exchanges

PRINTED = """
HTTP/1.1 200 OK
ETag: "1434641515332"
Last-Modified: Thu, 18 Jun 2015 15:31:55 GMT

{"data": {"id": "23eed462-c063-4ae0-81b0-8bf2210bfe86", "last_modified": 1434641515332, "n": 1}}
"""
REAL = """
GET /v1/ HTTP/1.1
Accept: */*


HTTP/1.1 200 OK
Content-Length: 98
Etag: "1795447182873"
Last-Modified: Mon, 23 Nov 2026 15:19:42 GMT

{
    "data": {"last_modified": 1795447182873, "n": 1, "id": "67590769-0d3a-4d3c-8a53-7f4f1a2b3c4d"}
}
"""


def test_names_and_dates_may_differ() -> None:
    """An answer with ids, timestamps and dates of its own, in another order and with more headers, is as printed."""
    reader = Reader()
    reader.compare(Answer.parse(PRINTED), Answer.parse(REAL))
    assert reader.typed("'\"1434641515332\"'") == "'\"1795447182873\"'"
    assert reader.typed("a/23eed462-c063-4ae0-81b0-8bf2210bfe86") == "a/67590769-0d3a-4d3c-8a53-7f4f1a2b3c4d"


@pytest.mark.parametrize(
    ("there", "instead"),
    [
        ("200 OK", "201 Created"),
        ('"n": 1', '"n": 2'),
        ('"n": 1', '"n": "1"'),
        ('"n": 1', '"n": 1, "more": null'),
        ('"last_modified": 1795447182873', '"last_modified": 1795447182874'),
        ('Etag: "1795447182873"', 'Etag: "1795447182874"'),
        ('Etag: "1795447182873"\n', ""),
        ("15:19:42", "15:19:43"),
        ("67590769-0d3a-4d3c-8a53-7f4f1a2b3c4d", "1795447182873"),
        ("67590769-0d3a-4d3c-8a53-7f4f1a2b3c4d", "67590769"),
    ],
)
def test_any_other_difference_is_noticed(there: str, instead: str) -> None:
    """Another status, value or type, more than printed, a name that does not stay the same, a wrong date."""
    assert there in REAL
    with pytest.raises(AssertionError):
        Reader().compare(Answer.parse(PRINTED), Answer.parse(REAL.replace(there, instead)))


def test_one_name_stands_for_one_thing() -> None:
    """A printed name that stands for two real ones is noticed, and so is a real one that has two printed names."""
    reader = Reader({"1434641515332": "1795447182873"})
    with pytest.raises(AssertionError, match="was 1795447182873"):
        reader.learn("1434641515332", "1795447182874")
    with pytest.raises(AssertionError, match="two names"):
        reader.learn("1434641515333", "1795447182873")


def test_a_command_has_no_unheard_of_name() -> None:
    """A command whose id no answer has shown cannot be typed: its reader would not know what to put there."""
    with pytest.raises(AssertionError, match="UUID 23eed462"):
        Reader().typed("http GET /records/23eed462-c063-4ae0-81b0-8bf2210bfe86")


@pytest.mark.parametrize("page", ["```sh\na\n```\n", "```http\nHTTP/1.1 200 OK\n```\n```sh\na\n```\n"])
def test_a_command_needs_its_answer(page: str) -> None:
    """A command without an answer, or an answer without a command, is noticed."""
    with pytest.raises(AssertionError, match="not a command and its answer"):
        list(exchanges(page))
