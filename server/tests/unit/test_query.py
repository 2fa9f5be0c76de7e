"""The query string of a list: protocol sections 15 and 16."""

import contextlib
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kintoun_server.domain.filters import Filter, Operator
from kintoun_server.domain.listing import Selection
from kintoun_server.domain.order import SortKey
from kintoun_server.domain.page_token import PageToken
from kintoun_server.domain.refusals import Invalid, Unreadable
from kintoun_server.domain.timestamps import FUTURE_LIMIT_MS
from kintoun_server.http.filter_parameters import MAX_FILTERS
from kintoun_server.http.query import PageRules, next_query, parse_list_query, parse_pairs

LIST, NOW = "/buckets/a/collections/b/records", 1_600_000_000_000
RULES = PageRules(paginate_by=None, max_fetch=100, secret="the key of the server")


def selection(query: str, rules: PageRules = RULES) -> Selection:
    """What the query string selects."""
    return parse_list_query(query, LIST, rules, NOW).selection


def test_no_parameters_select_the_whole_list() -> None:
    """Without parameters it is the whole list, in an answer of bounded size."""
    assert selection("") == Selection(limit=100)


@pytest.mark.parametrize(
    ("query", "since", "before"),
    [
        ("_since=5", 5, None),
        ('_since="5"', 5, None),
        ("_since=%225%22", 5, None),
        ("_since=+5+", 5, None),
        ("_since=0", 0, None),
        ("_before=7", None, 7),
        ("_to=7", None, 7),
        ("_since=5&_before=7", 5, 7),
        ("_since=null", None, None),
        (f"_since={NOW + FUTURE_LIMIT_MS - 1}", NOW + FUTURE_LIMIT_MS - 1, None),
    ],
)
def test_bounds(query: str, since: int | None, before: int | None) -> None:
    """Timestamps are read with and without quotes and blanks; null is none; `_to` is the old name of `_before`."""
    assert selection(query) == Selection(since=since, before=before, limit=100)


@pytest.mark.parametrize("name", ["_since", "_before", "_to"])
@pytest.mark.parametrize(
    ("text", "description"),
    [
        ("abc", '"abc" is not a number'),
        ("", "Invalid value for "),
        ("1.5", '"1.5" is not a number'),
        ("true", '"true" is not a number'),
        ("1" * 30, f'"{"1" * 30}" is not a number'),
        ("-1", "-1 is less than minimum value 0"),
        (str(NOW + FUTURE_LIMIT_MS), "Invalid value for "),
        ("9" * 19, "Invalid value for "),
    ],
    ids=["word", "empty", "decimal", "boolean", "long", "negative", "far future", "64 bits"],
)
def test_malformed_bounds_are_refused(name: str, text: str, description: str) -> None:
    """What is no timestamp, and what lies before the epoch or more than a day ahead, is refused by name."""
    with pytest.raises(Invalid) as caught:
        selection(f"{name}={text}")
    (detail,) = caught.value.details
    assert (detail.location, detail.name) == ("querystring", name)
    assert detail.description.startswith(description)


@pytest.mark.parametrize(
    ("query", "paginate_by", "limit"),
    [
        ("_limit=5", None, 5),
        ("_limit=0", None, 100),
        ("_limit=", None, 100),
        ("_limit=1000", None, 100),
        ("_limit=5", 3, 3),
        ("_limit=2", 3, 2),
        ("", 3, 3),
        ("_limit=0", 3, 3),
        ("", 1000, 100),
        ("_limit=" + "9" * 18, None, 100),
    ],
)
def test_the_size_of_a_page(query: str, paginate_by: int | None, limit: int) -> None:
    """It is what the client wants, at most what the operator lets one answer hold; 0 and nothing mean no wish."""
    assert selection(query, PageRules(paginate_by, 100, "key")).limit == limit


@pytest.mark.parametrize("text", ["-1", "abc", "1.5", "%2B5", "9" * 19, "٣", "1_000", "0x10", "1e3"])
def test_a_malformed_limit_is_refused(text: str) -> None:
    """What is no whole number of ordinary digits, or too long for 64 bits, is no page size."""
    with pytest.raises(Invalid) as caught:
        selection(f"_limit={text}")
    assert caught.value.details[0].name == "_limit"


@pytest.mark.parametrize("name", ["_since", "_before", "_to", "_limit", "_token", "_sort", "_fields"])
def test_a_parameter_that_stands_twice_is_refused(name: str) -> None:
    """Where two values could not both hold, neither is guessed."""
    with pytest.raises(Invalid, match="more than once"):
        selection(f"{name}=1&{name}=2")


def test_parameters_that_change_nothing_are_ignored() -> None:
    """Unknown names with an underscore, and the order and the fields that there are anyway, are accepted."""
    assert selection("_cachebust=1&_cachebust=2&_expected=5&_sort=-last_modified&_fields=") == Selection(limit=100)


def test_everything_together() -> None:
    """Filters, an order, fields and bounds of one query string are one selection; a filter that stands twice is two."""
    asked = selection("a=1&a=2&not_b.c=x&_since=3&_sort=b,-a&_fields=a,b.c&_limit=7")
    assert asked == Selection(
        since=3,
        limit=7,
        filters=(
            Filter(Operator.EQ, ("a",), 1),
            Filter(Operator.EQ, ("a",), 2),
            Filter(Operator.NOT, ("b", "c"), "x"),
        ),
        order=(SortKey(("b",)), SortKey(("a",), descending=True)),
        fields=(("a",), ("b", "c")),
    )


def test_too_many_filters_are_refused() -> None:
    """A request has at most 100 filters."""
    assert len(selection("&".join(["a=1"] * MAX_FILTERS)).filters) == MAX_FILTERS
    with pytest.raises(Invalid, match="more than 100 filters"):
        selection("&".join(["a=1"] * (MAX_FILTERS + 1)))


def test_a_token_belongs_to_the_order_that_it_was_made_in() -> None:
    """A token is refused where the list is sorted in another way than the page that it came from."""
    made = parse_list_query("_sort=a", LIST, RULES, NOW)
    token = PageToken(500, 900, values=((2, "x"),)).encode(RULES.secret, made.place)
    continued = parse_list_query(f"_sort=a&_token={token}", LIST, RULES, NOW).selection
    assert (continued.position, continued.values) == (500, ((2, "x"),))
    for other in ("", "_sort=-a&", "_sort=b&", "_sort=a,b&", "_sort=a,last_modified&"):
        with pytest.raises(Invalid, match="_token has invalid content"):
            selection(f"{other}_token={token}")


def test_a_token_continues_where_the_page_before_ended() -> None:
    """The position of the token is that of the selection, and the token itself is handed on."""
    token = PageToken(position=500, timestamp=900)
    query = parse_list_query(f"_since=5&_limit=2&_token={token.encode(RULES.secret, LIST)}", LIST, RULES, NOW)
    assert query.selection == Selection(since=5, limit=2, position=500)
    assert query.token == token


def test_an_empty_token_is_none() -> None:
    """`_token=` begins at the first page; any other token that the server did not make is refused."""
    assert parse_list_query("_token=", LIST, RULES, NOW).token is None
    with pytest.raises(Invalid, match="_token has invalid content"):
        selection("_token=abc")


def test_the_next_page_repeats_the_query() -> None:
    """All parameters come along, their values to the letter, with the new token and the size of the page."""
    query = next_query('_since="5"&_limit=9&_token=old&_x=a%26b%C3%A9+c&_x=d', 2, "new-token_")
    assert parse_qs(query) == {"_since": ['"5"'], "_x": ["a&bé c", "d"], "_limit": ["2"], "_token": ["new-token_"]}


def test_blanks_around_parameters_are_stripped() -> None:
    """Names and values lose the blanks around them, not those inside; values may be empty."""
    assert parse_pairs("+_a%20=%20x+y%09&_b=&_c&") == [("_a", "x y"), ("_b", ""), ("_c", "")]


@pytest.mark.parametrize("query", ["_a=%00", "%00=1", "_a=x%00y"])
def test_a_nul_is_refused(query: str) -> None:
    """NUL is refused, in names and in values."""
    with pytest.raises(Invalid, match="Invalid character 0x00"):
        parse_pairs(query)


@pytest.mark.parametrize("query", ["_a=%ff", "%c3=1", "_a=%ed%a0%80"])
def test_what_is_no_text_is_refused(query: str) -> None:
    """Escapes that are not UTF-8 are refused, in names and in values."""
    with pytest.raises(Unreadable):
        parse_pairs(query)


@given(st.text(st.characters(codec="latin-1")) | st.text('_since=&%0aflmtoken"-19+;', max_size=30))
def test_any_query_string_is_read_or_refused(query: str) -> None:
    """Whatever stands behind the question mark, the answer is a bounded selection or a 400."""
    with contextlib.suppress(Invalid, Unreadable):
        found = selection(query)
        assert found.limit is not None
        assert 1 <= found.limit <= 100
