"""`POST /v1/batch`: several requests in one. Protocol section 17."""

import base64
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

Body = dict[str, Any]


def send(client: httpx.Client, *requests: Body, **more: Any) -> list[Body]:  # noqa: ANN401 - any JSON
    """Send a batch, and give the responses in it; `more` are other fields of the batch."""
    answer = client.post("/batch", json={"requests": requests, **more})
    assert answer.status_code == 200, answer.text
    responses: list[Body] = answer.json()["responses"]
    assert len(responses) == len(requests)
    return responses


def statuses(responses: list[Body]) -> list[int]:
    """The status of each response."""
    return [response["status"] for response in responses]


def stamps(responses: list[Body]) -> list[int]:
    """The timestamp of each response's object."""
    return [response["body"]["data"]["last_modified"] for response in responses]


def put(path: str, data: Body | None = None, headers: dict[str, str] | None = None, **more: Any) -> Body:  # noqa: ANN401
    """A PUT within a batch; `more` are other fields of its body."""
    return {"method": "PUT", "path": path, "headers": headers or {}, "body": {"data": data or {}, **more}}


def basic(name: str) -> str:
    """The Authorization of someone."""
    return "Basic " + base64.b64encode(f"{name}:secret".encode()).decode()


def authorization_of(client: httpx.Client) -> str:
    """The Authorization that a client sends."""
    request = client.build_request("GET", "/")
    assert client.auth is not None
    return str(next(client.auth.auth_flow(request)).headers["Authorization"])


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


def test_the_batch_as_a_whole_is_refused(alice: httpx.Client, records: str) -> None:
    """A wrong shape, too many requests, or a batch in the batch: 400, and nothing is done."""
    good = put(f"{records}/a")
    for requests, message in (
        ([good, {"path": "/batch", "method": "POST"}], "Recursive call on /batch endpoint is forbidden."),
        ([good] * 26, "Number of requests is limited to 25"),
        ([good, {"path": "/", "foo": 1}], "Unrecognized keys in mapping"),
        ([good, {"path": "/", "headers": {"X": "a\r\nb"}}], "is not a header that HTTP allows"),
    ):
        answer = alice.post("/batch", json={"requests": requests})
        assert answer.status_code == 400
        assert message in answer.json()["message"]
    assert alice.post("/batch", json={}).json()["message"] == "requests in body: Required"
    assert alice.get(records).json()["data"] == []


def test_media_types_of_the_batch(alice: httpx.Client) -> None:
    """JSON goes in and JSON comes out: another Content-Type is 415, another Accept 406."""
    content = b'{"requests": []}'
    assert alice.post("/batch", content=content, headers={"Content-Type": "text/plain"}).status_code == 415
    assert alice.post("/batch", content=content, headers={"Accept": "text/html"}).status_code == 406
    assert alice.post("/batch", content=content, headers={"Content-Type": "application/json; charset=utf-8"}).is_success


@pytest.mark.difference("media-types-in-batches")
def test_the_media_type_of_each_request(alice: httpx.Client, record: str) -> None:
    """A request's own Content-Type is honoured: one that the method does not take is 415 in its place."""
    body = {"data": {"n": 1}}
    kinds = ["application/json", "application/json; charset=utf-8", "text/plain"]
    answers = send(
        alice,
        *({"method": "PUT", "path": record, "headers": {"content-type": kind}, "body": body} for kind in kinds),
        {"method": "PUT", "path": record, "headers": {"Accept": "text/html"}, "body": body},
    )
    assert statuses(answers) == [200, 200, 415, 406]


def test_the_kinds_of_patch(alice: httpx.Client, bob_id: str, record: str) -> None:
    """A merge patch, a JSON patch with its array, and a plain PATCH do within a batch what they do by themselves."""

    def patch(kind: str, body: Any) -> Body:  # noqa: ANN401 - any JSON
        return {"method": "PATCH", "path": record, "headers": {"Content-Type": kind}, "body": body}

    answers = send(
        alice,
        patch("application/merge-patch+json", {"data": {"title": None, "a": {"b": 1}}}),
        patch("application/json-patch+json", [{"op": "add", "path": "/data/a/c", "value": 2}]),
        patch("application/json-patch+json", [{"op": "add", "path": f"/permissions/read/{bob_id}"}]),
        patch("application/json", {"data": {"d": 3}}),
        patch("application/json", [{"op": "remove", "path": "/data/d"}]),
        {**patch("application/json", {}), "headers": {"Response-Behavior": "light"}, "body": {"data": {"e": 4}}},
    )
    assert statuses(answers) == [200, 200, 200, 200, 400, 200]
    stored = alice.get(record).json()
    del stored["data"]["last_modified"]
    assert stored["data"] == {"id": "first", "done": False, "a": {"b": 1, "c": 2}, "d": 3, "e": 4}
    assert stored["permissions"]["read"] == [bob_id]
    assert "a" not in answers[5]["body"]["data"]


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE"])
def test_other_methods(alice: httpx.Client, method: str) -> None:
    """A batch is a POST."""
    answer = alice.request(method, "/batch")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST, OPTIONS")


def test_it_is_found_without_the_version(root: str) -> None:
    """The redirect keeps the method and the body."""
    with httpx.Client(base_url=root, follow_redirects=True, trust_env=False) as client:
        answer = client.post("/batch/", json={"requests": [{"path": "/__lbheartbeat__"}]})
    assert [response["status"] for response in answer.json()["responses"]] == [200]


def test_a_readonly_server(serve: Callable[..., str]) -> None:
    """No batch is taken, since it is a POST."""
    answer = httpx.post(f"{serve(readonly=True)}/v1/batch", json={"requests": [{"path": "/"}]}, trust_env=False)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "OPTIONS")


def test_a_switched_off_method(serve: Callable[..., str]) -> None:
    """What is switched off is so within a batch."""
    root = serve(object_bucket_put_enabled=False, batch_max_requests=2)
    with httpx.Client(base_url=f"{root}/v1", auth=("a", "b"), trust_env=False) as client:
        assert statuses(send(client, put("/buckets/b"), {"path": "/buckets"})) == [405, 200]
        assert client.post("/batch", json={"requests": [{"path": "/"}] * 3}).status_code == 400


def test_pages_are_followed_from_within_a_batch(alice: httpx.Client, records: str) -> None:
    """The address of a next page is the one that the client can use by itself."""
    send(alice, *(put(f"{records}/r{number}") for number in range(3)))
    (page,) = send(alice, {"path": f"{records}?_limit=2"})
    assert page["path"] == f"/v1{records}"
    following = alice.get(page["headers"]["Next-Page"])
    assert [entry["id"] for entry in page["body"]["data"] + following.json()["data"]] == ["r2", "r1", "r0"]


def test_deep_records(alice: httpx.Client, records: str) -> None:
    """A record as deep as the limit allows is accepted within a batch as by itself, and one level more is not."""

    def nested(levels: int) -> Body:
        value: Any = 1
        for _ in range(levels):
            value = [value]
        return {"a": value}

    allowed = 61
    assert alice.put(f"{records}/a", json={"data": nested(allowed)}).status_code in {200, 201}
    assert alice.put(f"{records}/a", json={"data": nested(allowed + 2)}).status_code == 400
    (answer,) = send(alice, put(f"{records}/b", nested(allowed)))
    assert answer["status"] == 201
    assert answer["body"]["data"]["a"] == nested(allowed)["a"]
    (answer,) = send(alice, put(f"{records}/b", nested(allowed)), defaults={"body": {"data": {"b": nested(1)}}})
    assert answer["status"] == 200
    refused = alice.post("/batch", json={"requests": [put(f"{records}/c", nested(allowed + 2))]})
    assert refused.status_code == 400


def test_operators_stay_inert(alice: httpx.Client, records: str) -> None:
    """Keys and values that mean something to MongoDB are data within a batch too."""
    data = {"$set": {"a": 1}, "a.b": {"$gt": ""}, "_id": {"$oid": "x"}, "": 2**64 - 1}
    (answer,) = send(alice, put(f"{records}/a", data))
    assert answer["body"]["data"] == {**data, "id": "a", "last_modified": stamps([answer])[0]}
    assert alice.get(f"{records}/a").json() == answer["body"]


def test_odd_requests(alice: httpx.Client, records: str) -> None:
    """Whatever stands in a path or a query is answered in its place, as it would be by itself."""
    answers = send(
        alice,
        {"path": "/buckets/%ff"},
        {"path": f"{records}/a b", "method": "PUT"},
        {"path": f"{records}?_limit=x"},
        {"path": "/buckets/" + "x" * 70_000},
        {"path": f"{records}?" + "&".join(f"_a{n}=1" for n in range(2000))},
        {"path": f"{records}/a%2Fb", "method": "PUT"},
        {"path": f"{records}/a", "method": "PUT", "body": "text"},
        {"path": f"{records}/", "method": "GET"},
    )
    assert statuses(answers) == [400, 400, 400, 400, 400, 400, 400, 200]
    assert answers[7]["path"] == f"/v1{records}"


@pytest.fixture
def heavy(alice: httpx.Client, records: str) -> Iterator[str]:
    """The list of records that together are 12 MB long."""
    for number in range(4):
        body = {"data": {"text": "x" * 3_000_000}}
        assert alice.put(f"{records}/r{number}", json=body).status_code == 201
    yield records
    alice.delete(records)


@pytest.mark.difference("long-batches")
def test_long_answers_end_a_batch(alice: httpx.Client, heavy: str) -> None:
    """After 32 MiB of answers nothing more is begun, and each request that was not is told so."""
    answers = send(alice, *[{"path": heavy}] * 20, put(f"{heavy}/new"), {"path": "/"})
    assert statuses(answers) == [200] * 3 + [413] * 19
    assert answers[20]["body"]["errno"] == 113
    assert "Not begun" in answers[20]["body"]["message"]
    assert alice.get(f"{heavy}/new").status_code == 404


def test_defaults_that_multiply(alice: httpx.Client, records: str) -> None:
    """A large default body counts in each request that takes it: too much of it is 413, and nothing is done."""
    defaults = {"method": "POST", "path": records, "body": {"data": {"text": "x" * 200_000}}}
    answer = alice.post("/batch", json={"defaults": defaults, "requests": [{}] * 25})
    assert (answer.status_code, answer.json()["errno"]) == (413, 113)
    assert alice.get(records).json()["data"] == []


def test_pages_of_other_origins(alice: httpx.Client) -> None:
    """A browser may ask before it sends a batch from another page."""
    headers = {"Origin": "https://app.example", "Access-Control-Request-Method": "POST"}
    answer = alice.options("/batch", headers=headers)
    assert answer.status_code == 200
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    answer = alice.post("/batch", json={"requests": [{"path": "/"}]}, headers={"Origin": "https://app.example"})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert json.loads(answer.text)["responses"][0]["headers"]["Access-Control-Allow-Origin"] == "*"
