"""Orders, their pages, and `_fields` of lists: protocol sections 16.3 to 16.5, and 10.6 for deletions."""

from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from tests.api.tasks import ALL, all_pages, encoded, fill, found, refusal


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("", list(reversed(ALL))),
        ("n", list(ALL)),
        ("-n", list(reversed(ALL))),
        ("+n", list(ALL)),
        ("last_modified", list(ALL)),
        ("-last_modified", list(reversed(ALL))),
        ("id", list(ALL)),
        ("-id", list(reversed(ALL))),
        ("done,-id", ["r4", "r3", "r9", "r8", "r7", "r6", "r5", "r2", "r1", "r0"]),
        ("done,last_modified", ["r4", "r3", "r0", "r1", "r2", "r5", "r6", "r7", "r8", "r9"]),
        ("place.city,id", ["r4", "r0", "r2", "r9", "r1", "r3", "r5", "r6", "r7", "r8"]),
        ("-place.city,-n", ["r8", "r7", "r6", "r5", "r3", "r1", "r9", "r2", "r0", "r4"]),
        ("$,,n", list(ALL)),
        ("nothing", list(reversed(ALL))),
    ],
)
def test_an_order(alice: httpx.Client, tasks: str, sort: str, expected: list[str]) -> None:
    """Several keys, nested ones, the order of the types, the newest first among equals; what is no key is ignored."""
    assert found(alice, tasks, f"_sort={sort}") == expected
    paged = [entry["id"] for page in all_pages(alice, f"{tasks}?_sort={encoded(sort)}&_limit=3") for entry in page]
    assert paged == expected


@pytest.mark.difference("sorted-values")
def test_long_texts_and_containers_are_equal_when_sorted(alice: httpx.Client, records: str) -> None:
    """Texts sort by their first 256 characters, arrays are equal among themselves, and so are objects."""
    long = "x" * 256
    fill(alice, records, {"a": {"t": f"{long}b"}, "b": {"t": f"{long}a"}, "c": {"t": "x" * 255 + "w"}})
    assert found(alice, records, "_sort=t") == ["c", "b", "a"]
    fill(alice, records, {"d": {"t": [2]}, "e": {"t": [1]}, "f": {"t": {"a": 2}}, "g": {"t": {"a": 1}}})
    assert found(alice, records, "_sort=t") == ["c", "b", "a", "e", "d", "g", "f"]
    assert found(alice, records, "gt_t=[1]&_sort=id") == ["f", "g"]
    assert found(alice, records, 'lt_t={"a":3}&_sort=id') == ["a", "b", "c", "d", "e"]


def test_pages_of_an_order_are_stable(alice: httpx.Client, records: str) -> None:
    """While pages of a sorted list are turned, what does not change comes once and in order, whatever else does."""
    numbers = {f"r{number:02}": {"n": number // 3, "kept": number % 5 != 0} for number in range(30)}
    fill(alice, records, numbers)
    kept = [name for name, data in numbers.items() if data["kept"]]
    expected = sorted(kept, key=lambda name: (-int(str(numbers[name]["n"])), name))
    seen: list[str] = []
    turned = 0
    for turned, page in enumerate(all_pages(alice, f"{records}?_sort=-n,id&_limit=4"), 1):
        seen += [entry["id"] for entry in page]
        alice.put(f"{records}/new-{turned}", json={"data": {"n": turned, "new": True}})
        alice.delete(f"{records}/r{(turned * 5) % 30:02}")
        alice.put(f"{records}/r{(turned * 5 + 15) % 30:02}", json={"data": {"n": 100 - turned, "new": True}})
    assert turned > 7
    assert [name for name in seen if name in kept] == expected


def test_the_next_page_keeps_the_question(alice: httpx.Client, tasks: str) -> None:
    """The address of the next page repeats filters, order and fields, as they were written."""
    query = 'not_n="10"&like_title=*&_sort=-n&_fields=n,title&_limit=2'
    first = alice.get(f"{tasks}?{encoded(query)}")
    asked = parse_qs(urlsplit(first.headers["next-page"]).query)
    assert asked.pop("_token")
    assert asked == {"not_n": ['"10"'], "like_title": ["*"], "_sort": ["-n"], "_fields": ["n,title"], "_limit": ["2"]}
    pages = list(all_pages(alice, f"{tasks}?{encoded(query)}"))
    assert [[entry["id"] for entry in page] for page in pages] == [["r9", "r8"], ["r7", "r2"]]


def test_a_token_belongs_to_its_order(alice: httpx.Client, tasks: str) -> None:
    """The token of a list in one order is none in another."""
    first = alice.get(f"{tasks}?_sort=n&_limit=2")
    token = parse_qs(urlsplit(first.headers["next-page"]).query)["_token"][0]
    assert refusal(alice.get(f"{tasks}?_sort=-n&_limit=2&_token={token}")) == (None, "_token has invalid content")


def test_fields_of_a_list(alice: httpx.Client, tasks: str) -> None:
    """`_fields` leaves the attributes that it names, nested ones where they were, with id and timestamp."""
    answer = alice.get(f"{tasks}?_fields=title,place.city,what&_sort=id").json()["data"]
    assert [{name: value for name, value in entry.items() if name != "last_modified"} for entry in answer[:3]] == [
        {"id": "r0", "place": {"city": "Bern"}},
        {"id": "r1", "title": "Buy milk"},
        {"id": "r2", "title": "buy BREAD*", "place": {"city": "Bonn"}},
    ]
    assert all(isinstance(entry["last_modified"], int) for entry in answer)
    assert alice.get(f"{tasks}?_fields=").json() == alice.get(tasks).json()
    alice.delete(f"{tasks}/r0")
    since = answer[-1]["last_modified"]
    (bare,) = alice.get(f"{tasks}?_since={since}&_fields=title").json()["data"]
    (marked,) = alice.get(f"{tasks}?_since={since}&_fields=deleted").json()["data"]
    assert (sorted(bare), marked["deleted"]) == (["id", "last_modified"], True)


def test_fields_of_an_object(alice: httpx.Client, record: str) -> None:
    """`_fields` on an object leaves its permissions out as well; on a write it is ignored."""
    answer = alice.get(f"{record}?_fields=done").json()
    assert (sorted(answer), sorted(answer["data"])) == (["data"], ["done", "id", "last_modified"])
    assert sorted(alice.patch(f"{record}?_fields=done", json={"data": {}}).json()) == ["data", "permissions"]


def test_a_deletion_takes_filters(alice: httpx.Client, tasks: str) -> None:
    """DELETE deletes just what the filters keep, and answers its tombstones."""
    answer = alice.delete(f"{tasks}?{encoded('like_title=buy')}")
    assert sorted(entry["id"] for entry in answer.json()["data"]) == ["r1", "r2"]
    assert all(set(entry) == {"id", "last_modified", "deleted"} for entry in answer.json()["data"])
    assert sorted(found(alice, tasks, "")) == [name for name in ALL if name not in ("r1", "r2")]
    etag = alice.get(tasks).headers["etag"]
    nothing = alice.delete(f"{tasks}?nothing=1")
    assert (nothing.json(), nothing.headers["etag"]) == ({"data": []}, etag)


def test_a_deletion_takes_an_order_and_pages(alice: httpx.Client, tasks: str) -> None:
    """DELETE with an order and a limit deletes the first page of it, and the address of the next one works once."""
    first = alice.delete(f"{tasks}?has_title=true&_sort=n&_limit=2")
    assert [entry["id"] for entry in first.json()["data"]] == ["r1", "r2"]
    second = alice.delete(first.headers["next-page"])
    assert [entry["id"] for entry in second.json()["data"]] == ["r7", "r8"]
    again = alice.delete(first.headers["next-page"])
    assert refusal(again)[1] == "_token was already used or has expired."
    third = alice.delete(second.headers["next-page"])
    assert ([entry["id"] for entry in third.json()["data"]], "next-page" in third.headers) == (["r9"], False)
    assert sorted(found(alice, tasks, "")) == ["r0", "r3", "r4", "r5", "r6"]
