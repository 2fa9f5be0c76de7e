"""The log: one line for each request, with what an operator wants to know, and with nothing that is people's own."""

import base64
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

if TYPE_CHECKING:
    from tests.conftest import Command

Start = Callable[..., "Command"]
Until = Callable[[Callable[[], Any], str], Any]
Log = Callable[[str], list[dict[str, Any]]]

ROUTE = "/v1/buckets/{bucket}/collections/{collection}/records/{record}"
PATH = "/v1/buckets/default/collections/plans/records/divorce"


def lines(server: "Command") -> list[dict[str, Any]]:
    """What is logged so far: the lines that are JSON."""
    return [json.loads(line) for line in server.said.splitlines() if line.startswith("{") and line.endswith("}")]


@pytest.fixture
def environ(mongod: str, tmp_path: Path) -> dict[str, str]:
    """Settings for a server on a database of its own."""
    return {
        "KINTOUN_MONGODB_URI": mongod,
        "KINTOUN_MONGODB_DATABASE": f"log_{abs(hash(tmp_path))}",
        "KINTOUN_USERID_HMAC_SECRET": "keep-this-key",
    }


@pytest.fixture
def server(command: Start, environ: dict[str, str]) -> "Command":
    """A server that writes its log to a file, as under a service manager."""
    started: Command = command("serve", "--port", "0", **environ)
    return started


@pytest.fixture
def alice(server: "Command") -> Iterator[httpx.Client]:
    """Someone with a password."""
    with httpx.Client(base_url=server.root, auth=("alice", "s3cret"), timeout=30, trust_env=False) as client:
        yield client


@pytest.fixture
def logged(server: "Command", until: Until) -> Log:
    """Waits for the lines of the request with an id."""

    def find(request_id: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = until(
            lambda: [line for line in lines(server) if line.get("request_id") == request_id], f"{request_id} in the log"
        )
        return found

    return find


def test_a_request_is_one_line(alice: httpx.Client, logged: Log) -> None:
    """It has all that is needed to find a slow route, a failing client, and what somebody complains about."""
    alice.put(PATH)
    answer = alice.get(PATH, headers={"X-Request-Id": "one"})
    (line,) = logged("one")
    user = alice.get("/v1/").json()["user"]["id"]
    assert 0 < line.pop("milliseconds") < 60_000
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "request",
        "level": "info",
        "request_id": "one",
        "user": user,
        "method": "GET",
        "route": ROUTE,
        "status": 200,
        "round_trips": 1,
        "bytes": len(answer.content),
    }


def test_an_error_has_its_number(server: "Command", alice: httpx.Client, logged: Log) -> None:
    """A refusal is no fault of the server: its line is no error, and has the errno of the answer."""
    assert alice.get("/v1/buckets/x", headers={"X-Request-Id": "no"}).status_code == 403
    assert httpx.get(f"{server.root}/v1/buckets/x", headers={"X-Request-Id": "who"}).status_code == 401
    assert alice.get("/v1/nope", headers={"X-Request-Id": "where"}).status_code == 404
    fields = ("status", "errno", "level", "route")
    assert [logged("no")[0][field] for field in fields] == [403, 121, "info", "/v1/buckets/{bucket}"]
    assert [logged("who")[0][field] for field in fields] == [401, 104, "info", "/v1/buckets/{bucket}"]
    assert [logged("where")[0][field] for field in fields] == [404, 111, "info", "(no route)"]
    assert logged("who")[0]["user"] is None


def test_round_trips_are_those_that_the_request_waited_for(alice: httpx.Client, logged: Log) -> None:
    """A write in a list that is there waits for one query, one command of writes and the commit; a heartbeat asks."""
    alice.put(PATH)
    for method, path, round_trips in (
        ("PUT", PATH, 3),
        ("GET", PATH, 1),
        ("GET", PATH.rpartition("/")[0], 2),
        ("GET", "/v1/__lbheartbeat__", 0),
        ("GET", "/v1/__heartbeat__", 2),
    ):
        alice.request(method, path, headers={"X-Request-Id": f"{method}{path}"})
        assert logged(f"{method}{path}")[0]["round_trips"] == round_trips, path


def test_each_request_of_a_batch_is_one_line(alice: httpx.Client, logged: Log, until: Until) -> None:
    """It has the id of the batch and its place in it; a shared commit counts for all, and once for the batch."""
    alice.put(PATH)
    paths = [f"{PATH}1", f"{PATH}2", "/nope", f"{PATH}3"]
    requests = [{"method": "PUT", "path": path} for path in paths]
    assert alice.post("/v1/batch", json={"requests": requests}, headers={"X-Request-Id": "all"}).status_code == 200
    found = until(lambda: logged("all")[4:] and logged("all"), "the line of the batch")
    whole = found.pop()
    assert (whole["route"], whole["status"], whole.get("part")) == ("/v1/batch", 200, None)
    parts = sorted((line["part"], line["route"], line["status"], line["round_trips"]) for line in found)
    assert parts == [(1, ROUTE, 201, 3), (2, ROUTE, 201, 3), (3, "(no route)", 404, 0), (4, ROUTE, 201, 3)]
    assert whole["round_trips"] == 6


def test_redirects_preflights_and_answers_without_a_body_have_their_line(alice: httpx.Client, logged: Log) -> None:
    """Whatever is answered is logged: 304, 307, 200 to OPTIONS and to HEAD, and a method that HTTP does not know."""
    etag = alice.put(PATH).headers["etag"]
    preflight = {"Origin": "https://app.example", "Access-Control-Request-Method": "PUT"}
    for name, method, path, headers, status in (
        ("unchanged", "GET", PATH, {"If-None-Match": etag}, 304),
        ("slash", "GET", f"{PATH}/", {}, 307),
        ("version", "POST", "/buckets", {}, 307),
        ("preflight", "OPTIONS", PATH, preflight, 200),
        ("head", "HEAD", PATH, {}, 200),
        ("odd", "BREW", PATH, {}, 405),
    ):
        answer = alice.request(method, path, headers={**headers, "X-Request-Id": name})
        assert (answer.status_code, answer.headers["x-request-id"]) == (status, name)
        assert [line["status"] for line in logged(name)] == [status]
    assert logged("odd")[0]["method"] == "OTHER"


@pytest.mark.parametrize("asked", ["x" * 129, "a b", "é", "a;b"])
def test_a_malformed_id_is_replaced(server: "Command", alice: httpx.Client, logged: Log, asked: str) -> None:
    """An id that is too long, or not ASCII, is not logged and not answered; the request gets one of its own."""
    answer = alice.get("/v1/", headers={b"X-Request-Id": asked.encode()})
    given = answer.headers["x-request-id"]
    assert len(given) == 16
    assert logged(given)[0]["status"] == 200
    assert asked not in server.said


def test_nothing_that_is_peoples_own_is_logged(server: "Command", alice: httpx.Client, logged: Log) -> None:
    """No id of an object, no query, no body, no password, no header and no key stands in the log."""
    alice.put(PATH, json={"data": {"title": "lawyer"}})
    alice.get(f"{PATH}?because=infidelity", headers={"X-Request-Id": "last", "User-Agent": "browser-of-alice"})
    alice.put("/v1/buckets/secret%0Aplans", content=b"{malformed")
    logged("last")
    token = base64.b64encode(b"alice:s3cret").decode()
    for own in ("plans", "divorce", "lawyer", "because", "infidelity", "s3cret", token, "browser-of", "malformed"):
        assert own not in server.said, own
    assert "keep-this-key" not in server.said
    assert "alice" not in server.said


def test_a_fault_of_the_server_has_its_reason(
    command: Start, tmp_path: Path, until: Until, mongod_of: Callable[[Path], int]
) -> None:
    """While mongod is gone the line of a 503 says why, and what mongod did is told in the same form."""
    server = command("serve", "--port", "0", "--data", str(tmp_path / "data"), KINTOUN_READ_TIMEOUT_SECONDS="1")
    assert httpx.get(server.root + PATH, auth=("alice", "s3cret"), timeout=60).status_code == 404
    mongod = mongod_of(tmp_path / "data")
    os.kill(mongod, signal.SIGSTOP)
    assert httpx.get(server.root + PATH, auth=("alice", "s3cret"), timeout=60).status_code == 503
    batch = {"requests": [{"path": "/__lbheartbeat__"}, {"path": PATH}, {"path": PATH}]}
    answer = httpx.post(f"{server.root}/v1/batch", json=batch, auth=("alice", "s3cret"), timeout=60)
    assert (answer.status_code, answer.json()["errno"], answer.headers["Retry-After"]) == (503, 201, "3")
    os.kill(mongod, signal.SIGKILL)
    failed = until(lambda: [line for line in lines(server) if line.get("status") == 503], "the line of the 503")[0]
    assert (failed["level"], failed["errno"], failed["route"]) == ("error", 201, ROUTE)
    assert failed["reason"]
    whole = until(
        lambda: [line for line in lines(server) if line["event"] == "request" and line["route"] == "/v1/batch"], "it"
    )
    assert (whole[0]["level"], whole[0]["errno"]) == ("error", 201)
    assert whole[0]["reason"].startswith(f"GET {ROUTE}: ")
    told = until(lambda: [line for line in lines(server) if "It is started again." in line["event"]], "its end")[0]
    assert (told["level"], told["logger"]) == ("error", "kintoun_server.embedded.mongod")
    assert "request_id" not in told


def test_a_level_leaves_out_what_is_below_it(command: Start, environ: dict[str, str], until: Until) -> None:
    """With `log_level` `error` a request that was answered leaves no line; the lines of the start are there as ever."""
    server = command("serve", "--port", "0", **environ, KINTOUN_LOG_LEVEL="error")
    assert httpx.get(f"{server.root}/v1/").status_code == 200
    assert server.stop() == 0
    until(lambda: "SIGTERM: stopping" in server.said, "the stop")
    assert lines(server) == []
    assert "Kintoun serves http://" in server.said


def test_a_line_for_people(command: Start, environ: dict[str, str], until: Until) -> None:
    """With `log_format` `console` a line is text, without colours where no terminal reads."""
    server = command("serve", "--port", "0", **environ, KINTOUN_LOG_FORMAT="console")
    assert httpx.get(f"{server.root}/v1/", headers={"X-Request-Id": "for-people"}).status_code == 200
    until(lambda: "request_id=for-people" in server.said, "the line")
    assert lines(server) == []
    assert "\x1b" not in server.said


def test_a_reader_that_goes_away_does_no_harm(environ: dict[str, str]) -> None:
    """When nobody reads the log any more (`serve 2>&1 | head`), requests are answered, and it can be stopped."""
    server = subprocess.Popen(
        [sys.executable, "-m", "kintoun_server", "serve", "--port", "0"],
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environ},
    )
    try:
        assert server.stderr
        root = next(line.split()[-1] for line in server.stderr if line.startswith("Kintoun serves "))
        while not server.stderr.readline().startswith("Stop with"):
            pass
        server.stderr.close()
        statuses = {httpx.get(root, timeout=30).status_code for _ in range(20)}
        assert statuses == {200}
        server.terminate()
        assert server.wait(60) == 0
    finally:
        server.kill()
        server.wait()


def test_what_python_says_at_its_end_does_no_harm() -> None:
    """After a reader has gone, words without the end of a line, as Python has for what it ignores, are no failure."""
    program = """
import sys
from kintoun_server.log import STANDARD_ERROR
sys.stdin.read()
STANDARD_ERROR.msg("nobody reads this")
sys.stderr.write("nor this")
"""
    ends = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    assert ends.stderr
    ends.stderr.close()
    ends.communicate(timeout=60)
    assert ends.returncode == 0


def test_a_batch_and_its_parts_have_their_lines(alice: httpx.Client, logged: Log, until: Until) -> None:
    """All have the id of the batch; the parts are numbered, and the batch counts the round trips of all once."""
    records = PATH.removeprefix("/v1").rpartition("/")[0]
    requests = [
        {"method": "GET", "path": "/buckets/nope"},
        {"method": "GET", "path": records, "headers": {"X-Request-Id": "another"}},
    ]
    alice.put(PATH)
    assert alice.post("/v1/batch", json={"requests": requests}, headers={"X-Request-Id": "many"}).status_code == 200
    until(lambda: "part" not in logged("many")[-1], "the line of the batch")
    found = [
        (line.get("part"), line["route"].rpartition("/")[2], line["status"], line["round_trips"])
        for line in logged("many")
    ]
    assert found == [(1, "{bucket}", 403, 1), (2, "records", 200, 2), (None, "batch", 200, 3)]
