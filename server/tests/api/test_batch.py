"""`POST /v1/batch`: several requests in one. Protocol section 17."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from tests.api.batches import authorization_of, basic, put, send, stamps, statuses


def test_each_request_has_its_answer(alice: httpx.Client, records: str) -> None:
    """Responses come in the order of the requests, each with path, status, headers and body as by itself."""
    made, missing, head, read, current = send(
        alice,
        put(f"{records}/a", {"title": "first"}),
        {"path": f"{records}/nope?x=1"},
        {"path": records, "method": "HEAD"},
        {"path": f"/v1{records}/a"},
        {"path": records, "headers": {"If-None-Match": "*"}},
    )
    assert made["path"] == f"/v1{records}/a"
    assert made["status"] == 201
    stamp = made["body"]["data"]["last_modified"]
    assert made["body"]["data"] == {"id": "a", "title": "first", "last_modified": stamp}
    assert made["headers"]["ETag"] == f'"{stamp}"'
    assert made["headers"]["Content-Type"].startswith("application/json")
    assert missing["path"] == f"/v1{records}/nope"
    assert (missing["status"], missing["body"]["errno"]) == (404, 110)
    assert (head["status"], head["body"], head["headers"]["Total-Objects"]) == (200, "", "1")
    assert read["body"] == made["body"]
    assert (current["status"], current["body"]["errno"]) == (412, 114)


@pytest.mark.difference("empty-bodies-in-batches")
def test_an_answer_without_a_body(alice: httpx.Client, record: str) -> None:
    """A 304 has an empty object for its body, since clients expect a mapping."""
    etag = alice.get(record).headers["ETag"]
    (answer,) = send(alice, {"path": record, "headers": {"If-None-Match": etag}})
    assert (answer["status"], answer["body"], answer["headers"]["ETag"]) == (304, {}, etag)


def test_an_empty_batch(alice: httpx.Client, anonymous: httpx.Client) -> None:
    """Nothing is answered with nothing, whoever asks."""
    assert send(alice) == send(anonymous) == []


def test_a_chain_of_containers(alice: httpx.Client) -> None:
    """A bucket, a collection and records are made and read in one batch: a later request sees the earlier ones."""
    bucket = "/buckets/made-by-a-batch"
    records = f"{bucket}/collections/tasks/records"
    responses = send(
        alice,
        put(f"{records}/early"),
        put(bucket),
        put(f"{bucket}/groups/friends", {"members": ["account:zoe"]}),
        put(f"{bucket}/collections/tasks"),
        put(f"{records}/a"),
        {"method": "POST", "path": records, "body": {"data": {"n": 2}}},
        {"path": records},
        {"method": "PATCH", "path": f"{records}/a", "body": {"data": {"n": 1}}},
        {"method": "DELETE", "path": f"{bucket}/collections/tasks"},
        put(f"{records}/late"),
        {"method": "DELETE", "path": bucket},
        {"path": bucket},
    )
    assert statuses(responses) == [404, 201, 201, 201, 201, 201, 200, 200, 200, 404, 200, 403]
    assert [entry.get("n") for entry in responses[6]["body"]["data"]] == [2, None]


def test_records_of_one_batch_are_one_commit(alice: httpx.Client, records: str) -> None:
    """All of 25 records get timestamps without a gap, in the order of the requests, and the list ends with the last."""
    responses = send(alice, *(put(f"{records}/r{number}") for number in range(25)))
    first = stamps(responses)[0]
    assert stamps(responses) == list(range(first, first + 25))
    assert alice.get(records).headers["ETag"] == f'"{first + 24}"'


def test_collections_that_take_turns_are_one_commit_each(alice: httpx.Client, bucket: str) -> None:
    """Records of two collections that alternate have consecutive timestamps in each, answered in their places."""
    lists = [f"{bucket}/collections/{name}" for name in "ab"]
    send(alice, *map(put, lists))
    responses = send(alice, *(put(f"{lists[number % 2]}/records/r{number}") for number in range(20)))
    assert [response["body"]["data"]["id"] for response in responses] == [f"r{number}" for number in range(20)]
    for half in (responses[::2], responses[1::2]):
        assert stamps(half) == list(range(stamps(half)[0], stamps(half)[0] + 10))


def test_collections_and_groups_are_one_commit(alice: httpx.Client, bucket: str) -> None:
    """A group that is made in a batch counts for what comes after it in the same commit."""
    group, collection = f"{bucket}/groups/g", f"{bucket}/collections/c"
    responses = send(
        alice,
        put(group, {"members": []}),
        put(collection, permissions={"read": [group]}),
        {"method": "PATCH", "path": group, "body": {"data": {"members": ["account:zoe"]}}},
        {"method": "DELETE", "path": collection},
        put(collection),
    )
    assert statuses(responses) == [201, 201, 200, 200, 201]
    assert responses[4]["body"]["permissions"].keys() == {"write"}


def test_a_refusal_stays_in_its_place(alice: httpx.Client, bob_id: str, bob: httpx.Client, records: str) -> None:
    """What is refused changes nothing, and the others of the batch are kept, before and after it."""
    alice.put(f"{records}/hers")
    alice.put(f"{records}/his", json={"permissions": {"write": [bob_id]}})
    responses = send(
        bob,
        put(f"{records}/his", {"n": 1}),
        put(f"{records}/hers", {"n": 1}),
        put(f"{records}/his", {"n": 2}, {"If-Match": '"1"'}),
        {"method": "PATCH", "path": f"{records}/his", "body": {"data": {"m": 2}}},
        {"method": "PUT", "path": f"{records}/his", "body": [1]},
        {"method": "POST", "path": f"{records}/his"},
        {"path": "/nowhere"},
        {"path": "/v2/buckets"},
    )
    assert statuses(responses) == [200, 403, 412, 200, 400, 405, 404, 404]
    assert responses[2]["body"]["details"]["existing"]["n"] == 1
    assert responses[5]["headers"]["Allow"] == "GET, HEAD, PUT, PATCH, DELETE, OPTIONS"
    assert (responses[6]["body"]["errno"], responses[7]["body"]["errno"]) == (111, 116)
    assert "n" not in alice.get(f"{records}/hers").json()["data"]
    assert alice.get(f"{records}/his").json()["data"]["m"] == 2


def test_each_request_may_have_its_own_credentials(alice: httpx.Client, anonymous: httpx.Client, record: str) -> None:
    """The credentials of the batch count for each request, unless it brings its own; without any one is anonymous."""
    answers = send(
        anonymous,
        {"path": record},
        {"path": record, "headers": {"authorization": basic("bob")}},
        {"path": record, "headers": {"Authorization": basic("alice")}},
        {"path": "/", "headers": {"AUTHORIZATION": basic("bob")}},
    )
    assert statuses(answers) == [401, 403, 200, 200]
    assert answers[0]["headers"]["WWW-Authenticate"] == 'Basic realm="Realm"'
    assert answers[3]["body"]["user"]["id"].startswith("basicauth")
    assert statuses(send(alice, {"path": record, "headers": {"Authorization": ""}})) == [401]


def test_a_member_of_a_group_acts_in_the_same_batch(
    anonymous: httpx.Client, alice: httpx.Client, bob_id: str, bucket: str
) -> None:
    """A right that a request gives is there for the next one, and one that it takes is gone."""
    group, records = f"{bucket}/groups/g", f"{bucket}/collections/c/records"
    alice.put(group)
    alice.put(f"{bucket}/collections/c", json={"permissions": {"record:create": [group]}})
    as_alice, as_bob = ({"Authorization": basic(name)} for name in ("alice", "bob"))
    answers = send(
        anonymous,
        put(f"{records}/1", headers=as_bob),
        put(group, {"members": [bob_id]}, as_alice),
        put(f"{records}/2", headers=as_bob),
        put(group, {"members": []}, as_alice),
        put(f"{records}/3", headers=as_bob),
    )
    assert statuses(answers) == [403, 200, 201, 200, 403]
    give, take = ({"permissions": {"read": readers}} for readers in ([bob_id], []))
    patch = {"method": "PATCH", "path": f"{records}/2", "headers": as_alice}
    look = {"path": f"{records}/2", "headers": {"Authorization": basic("somebody else")}}
    answers = send(anonymous, look, {**patch, "body": give}, look, {**patch, "body": take}, look)
    assert statuses(answers) == [403, 200, 403, 200, 403]


def test_the_personal_bucket_is_made_within_a_batch(newcomer: httpx.Client) -> None:
    """The first touch may be a batch: what is missing is made, and the path keeps the alias."""
    records = "/buckets/default/collections/tasks/records"
    answers = send(newcomer, *(put(f"{records}/r{number}") for number in range(5)), {"path": "/buckets/default"})
    assert statuses(answers) == [201] * 5 + [200]
    assert stamps(answers[:5]) == list(range(stamps(answers)[0], stamps(answers)[0] + 5))
    assert answers[0]["path"] == f"/v1{records}/r0"
    assert answers[5]["body"]["data"]["id"] == newcomer.get("/").json()["user"]["bucket"]


def test_the_personal_bucket_is_deleted_and_used_within_a_batch(newcomer: httpx.Client) -> None:
    """Deletions under the alias keep their places, and what comes after them begins anew."""
    bucket, collection = "/buckets/default", "/buckets/default/collections/tasks"
    answers = send(
        newcomer,
        {"method": "DELETE", "path": collection},
        put(collection, {"n": 1}),
        put(f"{collection}/records/a"),
        {"method": "DELETE", "path": collection},
        put(f"{collection}/records/b"),
        {"path": f"{collection}/records"},
        {"method": "DELETE", "path": bucket},
        put(f"{bucket}/groups/g"),
        {"path": f"{bucket}/collections"},
        {"method": "PATCH", "path": collection, "body": {"data": {"n": 2}}},
        {"path": collection},
    )
    assert statuses(answers) == [200, 201, 201, 200, 201, 200, 200, 201, 200, 200, 200]
    assert [entry["id"] for entry in answers[5]["body"]["data"]] == ["b"]
    assert answers[8]["body"]["data"] == []
    assert answers[10]["body"]["data"]["n"] == 2


def test_a_personal_bucket_under_both_its_names(newcomer: httpx.Client) -> None:
    """Writes to one record keep their order when the bucket is now named by its alias and now by its id."""
    bucket = newcomer.get("/").json()["user"]["bucket"]
    mine, named = (f"/buckets/{name}/collections/c/records/r" for name in ("default", bucket))
    answers = send(newcomer, *(put(path, {"n": n}) for n, path in enumerate([mine, named, mine, named])))
    assert statuses(answers) == [201, 200, 200, 200]
    assert stamps(answers) == sorted(stamps(answers))
    assert newcomer.get(mine).json()["data"]["n"] == 3


def test_two_first_touches_at_once(root: str) -> None:
    """Batches that both meet a personal bucket for the first time both succeed, and nothing of them is lost."""
    path = "/buckets/default/collections/tasks/records"
    for number in range(10):
        clients = [httpx.Client(base_url=f"{root}/v1", auth=(f"twice-{number}", "x"), trust_env=False) for _ in "ab"]
        with ThreadPoolExecutor(2) as pool, clients[0], clients[1]:
            batches = [[put(f"{path}/{name}{n}") for n in range(5)] for name in "ab"]
            answers = list(pool.map(lambda pair: send(pair[0], *pair[1]), zip(clients, batches, strict=True)))
            assert [statuses(each) for each in answers] == [[201] * 5] * 2
            assert len(clients[0].get(path).json()["data"]) == 10


def test_exactly_one_batch_wins_a_race(root: str, alice: httpx.Client, records: str) -> None:
    """Of eight batches that each change a record and one more with the same If-Match, one wins on both."""
    paths = [f"{records}/x", f"{records}/y"]
    clients = [httpx.Client(base_url=f"{root}/v1", auth=("alice", "secret"), trust_env=False) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        for _ in range(20):
            etags = [f'"{stamp}"' for stamp in stamps(send(alice, *map(put, paths)))]

            def race(number: int, etags: list[str] = etags) -> list[int]:
                pairs = zip(paths, etags, strict=True)
                return statuses(
                    send(clients[number], *(put(path, {"by": number}, {"If-Match": etag}) for path, etag in pairs))
                )

            results = list(pool.map(race, range(8)))
            assert sorted(results) == [[200, 200]] + [[412, 412]] * 7
    for client in clients:
        client.close()


def test_what_kinto_js_publishes(newcomer: httpx.Client) -> None:
    """The batch of local changes that kinto.js sends is carried out, with a conflict where there is one."""
    path = "/buckets/default/collections/tasks/records"
    old, gone = stamps(send(newcomer, put(f"{path}/old", {"n": 1}), put(f"{path}/gone")))
    newcomer.put(f"{path}/old", json={"data": {"n": 2}})
    answers = send(
        newcomer,
        put(f"{path}/new", {"title": "two", "id": "new"}, {"If-None-Match": "*"}),
        put(f"{path}/old", {"n": 3, "id": "old"}, {"If-Match": f'"{old}"'}),
        {"method": "DELETE", "path": f"{path}/gone", "headers": {"If-Match": f'"{gone}"'}},
        {"method": "DELETE", "path": f"{path}/never", "headers": {"If-Match": f'"{gone}"'}},
        defaults={"headers": {"Authorization": authorization_of(newcomer)}},
    )
    assert statuses(answers) == [201, 412, 200, 404]
    assert answers[1]["body"]["details"]["existing"]["n"] == 2
    assert answers[2]["body"]["data"]["deleted"] is True
