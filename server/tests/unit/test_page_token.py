"""The token of the next page: protocol section 16.5."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kintoun_server.domain.page_token import PageToken
from kintoun_server.domain.refusals import Invalid

KEY, LIST = "the key of the server", "/buckets/a/collections/b/records"
TOKEN = PageToken(1500000000000, 1600000000000, "nonce", 1700000000000)


_values = st.tuples(st.integers(1, 7), st.none() | st.booleans() | st.integers() | st.floats(-1e9, 1e9) | st.text())
_stamps = st.integers(0, 2**63)


@given(st.builds(PageToken, _stamps, _stamps, st.text(), _stamps, st.lists(_values, max_size=3).map(tuple)))
def test_a_token_comes_back_as_it_was(token: PageToken) -> None:
    """Every token is read as it was written, and needs no escapes in a URL."""
    text = token.encode(KEY, LIST)
    assert PageToken.decode(text, KEY, LIST) == token
    assert all(character.isalnum() or character in "-_" for character in text)


@given(st.text() | st.text("abcXYZ019-_=", min_size=1))
def test_any_text_that_is_no_token_is_refused(text: str) -> None:
    """Whatever a client sends as a token is malformed unless the server made it, and raises nothing else."""
    with pytest.raises(Invalid) as caught:
        PageToken.decode(text, KEY, LIST)
    assert caught.value.details[0].description == "_token has invalid content"


@given(st.data())
def test_an_altered_token_is_refused(data: st.DataObject) -> None:
    """A token with one bit turned is none, wherever the bit is."""
    text = TOKEN.encode(KEY, LIST)
    raw = bytearray(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(Invalid):
        PageToken.decode(base64.urlsafe_b64encode(raw).rstrip(b"=").decode(), KEY, LIST)


@pytest.mark.parametrize(("key", "place"), [("another key", LIST), (KEY, "/buckets/a/collections/c/records")])
def test_a_token_belongs_to_one_server_and_one_list(key: str, place: str) -> None:
    """A token of another server, or of another list, is refused."""
    with pytest.raises(Invalid):
        PageToken.decode(TOKEN.encode(KEY, LIST), key, place)


def test_what_follows_a_token_belongs_to_it() -> None:
    """A token is signed as a whole: neither its beginning nor an extension of it is one."""
    text = TOKEN.encode(KEY, LIST)
    for other in (text[:-1], text[:-4], text[:8], text + "AAAA", ""):
        with pytest.raises(Invalid):
            PageToken.decode(other, KEY, LIST)
