"""Order, pages, totals and deletion of lists: protocol section 16 (filters and sorting have tests of their own)."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest


@pytest.fixture
def ten(alice: httpx.Client, records: str) -> list[str]:
    """The ids of ten records, the newest first."""
    for number in range(10):
        assert alice.put(f"{records}/r{number}", json={"data": {"n": number}}).status_code == 201
    return [f"r{number}" for number in reversed(range(10))]


def pages(client: httpx.Client, path: str) -> Iterator[httpx.Response]:
    """All pages of a list."""
    answer = client.get(path)
    yield answer
    while "next-page" in answer.headers:
        answer = client.get(answer.headers["next-page"])
        yield answer


def ids(answer: httpx.Response) -> list[str]:
    """The ids of the objects in an answer."""
    assert answer.status_code == 200, answer.json()
    return [entry["id"] for entry in answer.json()["data"]]


def test_the_newest_comes_first(alice: httpx.Client, records: str, ten: list[str]) -> None:
    """Without more a list is in the order of timestamps, the newest first."""
    assert ids(alice.get(records)) == ten
    alice.patch(f"{records}/r4", json={"data": {"n": 44}})
    assert ids(alice.get(records))[0] == "r4"


@pytest.mark.parametrize("limit", [1, 3, 5, 9, 10, 11])
def test_pages_make_up_the_list(alice: httpx.Client, records: str, ten: list[str], limit: int) -> None:
    """The pages of any size hold all objects once and in order; only the last names no next page."""
    answers = list(pages(alice, f"{records}?_limit={limit}"))
    assert [object_id for answer in answers for object_id in ids(answer)] == ten
    assert all(len(ids(answer)) == limit for answer in answers[:-1])
    assert len(answers) == -(-10 // limit)


def test_a_next_page_is_absolute(alice: httpx.Client, root: str, records: str, ten: list[str]) -> None:
    """The address of a next page is absolute, keeps the parameters and adds a token."""
    first = alice.get(f"{records}?_since=5&_limit=4&_cachebust=x")
    address = urlsplit(first.headers["next-page"])
    assert f"{address.scheme}://{address.netloc}{address.path}" == f"{root}/v1{records}"
    query = parse_qs(address.query)
    assert {name: values for name, values in query.items() if name != "_token"} == {
        "_since": ["5"],
        "_limit": ["4"],
        "_cachebust": ["x"],
    }
    assert ids(alice.get(first.headers["next-page"])) == ten[4:8]


@pytest.mark.parametrize("limit", ["0", ""])
def test_no_limit(alice: httpx.Client, records: str, ten: list[str], limit: str) -> None:
    """A limit of nothing, or of zero, is none."""
    answer = alice.get(f"{records}?_limit={limit}")
    assert (ids(answer), "next-page" in answer.headers) == (ten, False)


@pytest.mark.parametrize(
    "query", ["_limit=-1", "_limit=abc", "_limit=1.5", "_limit=1&_limit=2", "_token=abc", "_token=e30="]
)
def test_a_malformed_page_is_refused(alice: httpx.Client, records: str, query: str) -> None:
    """A limit that is no whole number, or a token that is none of ours, gives 400."""
    answer = alice.get(f"{records}?{query}")
    assert (answer.status_code, answer.json()["errno"]) == (400, 107)
    assert answer.json()["details"][0]["location"] == "querystring"


def test_an_empty_token_is_ignored(alice: httpx.Client, records: str, ten: list[str]) -> None:
    """A token without content is the first page."""
    assert ids(alice.get(f"{records}?_limit=3&_token=")) == ten[:3]


@pytest.mark.parametrize("name", ["_expected", "_cachebust", "_foo"])
def test_other_reserved_parameters_are_ignored(alice: httpx.Client, records: str, ten: list[str], name: str) -> None:
    """A parameter that begins with an underscore and that nobody knows changes nothing."""
    assert ids(alice.get(f"{records}?{name}=1")) == ten


def test_a_token_of_a_read_may_be_used_again(alice: httpx.Client, records: str, ten: list[str]) -> None:
    """The address of a next page gives the same page twice."""
    following = alice.get(f"{records}?_limit=4").headers["next-page"]
    assert ids(alice.get(following)) == ids(alice.get(following)) == ten[4:8]


def test_new_objects_do_not_shift_the_pages(alice: httpx.Client, records: str, ten: list[str]) -> None:
    """What is created while somebody turns the pages neither repeats nor hides what was there."""
    first = alice.get(f"{records}?_limit=4")
    alice.put(f"{records}/new-a")
    alice.put(f"{records}/new-b")
    rest = [object_id for answer in pages(alice, first.headers["next-page"]) for object_id in ids(answer)]
    assert ids(first) + rest == ten


def test_deletions_do_not_shift_the_pages(alice: httpx.Client, records: str, ten: list[str]) -> None:
    """What is deleted from a page already read hides nothing of the pages to come."""
    first = alice.get(f"{records}?_limit=4")
    alice.delete(f"{records}/{ten[3]}")
    alice.delete(f"{records}/{ten[0]}")
    rest = [object_id for answer in pages(alice, first.headers["next-page"]) for object_id in ids(answer)]
    assert rest == ten[4:]


@pytest.mark.difference("etag-of-the-first-page")
def test_no_page_hides_what_came_between(alice: httpx.Client, records: str, ten: list[str]) -> None:
    """Who turns all pages while somebody writes, and then asks since the ETag of the last page, misses nothing."""
    answers = []
    for number, answer in enumerate(pages(alice, f"{records}?_limit=4")):
        answers.append(answer)
        alice.put(f"{records}/between-{number}")
    etag = answers[-1].headers["etag"]
    seen = {object_id for answer in answers for object_id in ids(answer)} | set(
        ids(alice.get(f"{records}?_since={etag}"))
    )
    assert seen == set(ids(alice.get(records)))
    assert seen >= set(ten)


def test_tombstones_come_in_pages(alice: httpx.Client, records: str, ten: list[str]) -> None:
    """Pages with `_since` hold tombstones among the objects, each once."""
    for object_id in ten[::2]:
        alice.delete(f"{records}/{object_id}")
    entries: list[dict[str, Any]] = []
    for answer in pages(alice, f"{records}?_since=0&_limit=3"):
        entries += answer.json()["data"]
    assert sorted(entry["id"] for entry in entries) == sorted(ten)
    assert {entry["id"] for entry in entries if entry.get("deleted")} == set(ten[::2])
    stamps = [entry["last_modified"] for entry in entries]
    assert stamps == sorted(stamps, reverse=True)


@pytest.mark.parametrize("query", ["", "?_limit=3", "?_limit=3&_since=0"])
def test_head_counts_the_objects(alice: httpx.Client, records: str, ten: list[str], query: str) -> None:
    """HEAD tells the number of objects under both names, whatever the limit, and no next page."""
    headers = alice.head(records + query).headers
    assert headers["total-objects"] == headers["total-records"] == str(len(ten))
    assert "next-page" not in headers


def test_each_kind_is_counted(alice: httpx.Client, bucket: str) -> None:
    """Groups and collections are counted as they come and go."""
    for kind in ("groups", "collections"):
        path = f"{bucket}/{kind}"
        for name in ("a", "b", "c"):
            alice.put(f"{path}/{name}")
        alice.delete(f"{path}/b")
        alice.put(f"{path}/a")
        assert alice.head(path).headers["total-objects"] == "2"


@pytest.mark.difference("totals-on-get")
def test_the_tutorial_counts_on_reading(alice: httpx.Client, records: str, ten: list[str]) -> None:
    """GET of a list tells its total too, as the tutorial shows, tombstones not counted."""
    assert alice.get(records).headers["total-records"] == "10"
    assert alice.get(f"{records}?_limit=3").headers.get("total-records", "10") == "10"
    etag = alice.get(records).headers["etag"]
    alice.delete(f"{records}/{ten[0]}")
    assert alice.get(f"{records}?_since={etag}").headers["total-records"] == "0"
    assert alice.get(records).headers["total-records"] == "9"


def test_a_setting_makes_pages(serve: Callable[..., str]) -> None:
    """`paginate_by` is the size of pages where none is asked for, and the largest that can be asked for."""
    with httpx.Client(base_url=serve(paginate_by=3) + "/v1", auth=("alice", "secret")) as client:
        records = "/buckets/b/collections/c/records"
        for path in ("/buckets/b", "/buckets/b/collections/c", *(f"{records}/r{number}" for number in range(7))):
            assert client.put(path).status_code == 201
        for query, sizes in (("", [3, 3, 1]), ("?_limit=5", [3, 3, 1]), ("?_limit=2", [2, 2, 2, 1])):
            assert [len(ids(answer)) for answer in pages(client, records + query)] == sizes, query
        assert client.head(records).headers["total-objects"] == "7"


def test_a_setting_bounds_one_answer(serve: Callable[..., str]) -> None:
    """`storage_max_fetch_size` bounds what one answer holds."""
    with httpx.Client(base_url=serve(storage_max_fetch_size=4) + "/v1", auth=("alice", "secret")) as client:
        records = "/buckets/b/collections/c/records"
        for path in ("/buckets/b", "/buckets/b/collections/c", *(f"{records}/r{number}" for number in range(7))):
            assert client.put(path).status_code == 201
        for query in ("", "?_limit=6"):
            assert len(ids(client.get(records + query))) <= 4


def test_a_list_is_deleted_page_by_page(alice: httpx.Client, records: str, ten: list[str]) -> None:
    """DELETE with a limit deletes one page, the newest first, and names the next one."""
    first = alice.delete(f"{records}?_limit=4")
    assert sorted(ids(first)) == sorted(ten[:4])
    assert ids(alice.get(records)) == ten[4:]
    second = alice.delete(first.headers["next-page"])
    assert sorted(ids(second)) == sorted(ten[4:8])
    third = alice.delete(second.headers["next-page"])
    assert (sorted(ids(third)), "next-page" in third.headers) == (sorted(ten[8:]), False)


def test_a_token_of_a_deletion_is_used_once(alice: httpx.Client, records: str, ten: list[str]) -> None:
    """The address of the next page of a deletion works once and gives 400 then."""
    following = alice.delete(f"{records}?_limit=4").headers["next-page"]
    assert alice.delete(following).status_code == 200
    answer = alice.delete(following)
    assert answer.status_code == 400
    assert "_token was already used or has expired." in answer.json()["message"]
    assert ids(alice.get(records)) == ten[8:]


def test_a_deletion_is_bounded_by_time(alice: httpx.Client, records: str, ten: list[str]) -> None:
    """DELETE takes `_before` and `_since`, and answers no tombstones of earlier deletions."""
    stamp = alice.get(f"{records}/{ten[4]}").json()["data"]["last_modified"]
    alice.delete(f"{records}/{ten[9]}")
    assert sorted(ids(alice.delete(f"{records}?_before={stamp}"))) == sorted(ten[5:9])
    assert sorted(ids(alice.delete(f"{records}?_since={stamp}"))) == sorted(ten[:4])
    assert ids(alice.get(records)) == [ten[4]]
