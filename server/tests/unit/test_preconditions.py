"""If-Match and If-None-Match: protocol section 14."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kintoun_server.domain.preconditions import NONE, ETag, Precondition
from kintoun_server.domain.refusals import Invalid


def test_both_headers_are_read() -> None:
    """Digits between double quotes are a timestamp, `*` stands for any, and what is not sent is none."""
    assert Precondition.parse('"1500000000000"', None) == Precondition(if_match=1500000000000)
    assert Precondition.parse("*", '"0"') == Precondition("*", 0)
    assert Precondition.parse(None, None) == NONE


@pytest.mark.parametrize("header", ["If-Match", "If-None-Match"])
@pytest.mark.parametrize(
    "text", ["", "1", '"1', '1"', '""', 'W/"1"', '"1","2"', '"a"', '"-1"', '"1.0"', '"1" ', "**", '"*"', '"٣"', '"1"\n']
)
def test_malformed_headers_are_refused(header: str, text: str) -> None:
    """Weak, unquoted and listed ETags and all other text are malformed, and the answer names the header."""
    with pytest.raises(Invalid) as caught:
        Precondition.parse(text if header == "If-Match" else None, text if header == "If-None-Match" else None)
    (detail,) = caught.value.details
    assert (detail.location, detail.name) == ("header", header)
    assert detail.description == "The value should be integer between double quotes."


@given(text=st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    """Nothing that a client can send as a header raises anything else."""
    try:
        etag = Precondition.parse(text, None).if_match
    except Invalid:
        return
    assert text == ("*" if etag == "*" else f'"{text[1:-1]}"')


@pytest.mark.parametrize(
    ("if_match", "if_none_match", "exists", "missing"),
    [
        (None, None, True, True),
        (None, "*", False, True),
        (None, 7, True, True),  # a write ignores an If-None-Match that names an ETag
        (None, 8, True, True),
        ("*", None, True, False),
        (7, None, True, False),
        (8, None, False, False),
        (6, None, False, False),  # strictly equal, not: at least as old
        (7, "*", False, False),
        ("*", "*", False, False),
    ],
)
def test_writes(if_match: ETag | None, if_none_match: ETag | None, *, exists: bool, missing: bool) -> None:
    """The table of protocol section 14.2, for an object with the timestamp 7 and for one that does not exist."""
    condition = Precondition(if_match, if_none_match)
    assert condition.holds(7) is exists
    assert condition.holds(None) is missing


def test_reads() -> None:
    """A reader who names the current ETag in If-None-Match has what it asks for; any other does not."""
    assert Precondition(if_none_match=7).is_current(7)
    assert not Precondition(if_none_match=8).is_current(7)
    assert not Precondition(if_none_match="*").is_current(7)
    assert not Precondition(if_match=7).is_current(7)
    assert not NONE.is_current(7)
