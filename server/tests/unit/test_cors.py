"""Cross-origin resource sharing: protocol section 27."""

import pytest
from kintoun_server.http.cors import READ_LIST, READ_OBJECT, WRITE, allowed_origin, preflight_headers


@pytest.mark.parametrize(
    ("origin", "origins", "answer"),
    [
        ("https://app.example", ["*"], "*"),
        ("null", ["*"], "*"),
        ("https://app.example", ["https://app.example"], "https://app.example"),
        ("https://app.example", ["https://other.example", "https://app.example"], "https://app.example"),
        ("https://a.example", ["https://*.example"], "https://a.example"),
        ("https://app.example", ["https://other.example"], None),
        ("http://app.example", ["https://app.example"], None),
        ("https://app.example:8443", ["https://app.example"], None),
        ("https://app.example.evil", ["https://app.example"], None),
        ("https://APP.example", ["https://app.example"], None),
        ("https://app.example", [], None),
    ],
)
def test_who_may_call(origin: str, origins: list[str], answer: str | None) -> None:
    """All origins, or those that the setting names exactly or by a pattern, which are then echoed."""
    assert allowed_origin(origin, origins) == answer


def test_a_preflight_allows_every_header_that_it_asks_for() -> None:
    """The requested headers, Authorization and the exposed ones may be sent, by the methods of the endpoint."""
    headers = preflight_headers("content-type,if-match", ["GET", "OPTIONS"], ["ETag"])
    assert headers["Access-Control-Allow-Methods"] == "GET,OPTIONS"
    assert headers["Access-Control-Allow-Headers"].split(",") == ["ETag", "Authorization", "content-type", "if-match"]
    assert not preflight_headers("", [], [])["Access-Control-Allow-Headers"].endswith(",")


def test_what_pages_may_read() -> None:
    """Each kind of answer exposes what the protocol lists for it; every write also exposes its new ETag."""
    always = {"Content-Type", "Content-Length", "Retry-After", "Alert", "Backoff"}
    read_object = always | {"Cache-Control", "ETag", "Expires", "Pragma", "Last-Modified"}
    assert set(READ_OBJECT) == read_object
    assert set(READ_LIST) == read_object | {"Next-Page", "Total-Records", "Total-Objects"}
    assert set(WRITE) >= always | {"ETag", "Last-Modified"}
