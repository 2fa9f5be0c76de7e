"""The command `serve`, as an operator meets it: what it says, how it ends, how it comes back, and what it refuses."""

import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
import pytest

if TYPE_CHECKING:
    from tests.conftest import Command

Start = Callable[..., "Command"]
Until = Callable[[Callable[[], object], str], object]

RECORD = "/v1/buckets/default/collections/tasks/records/first"
ALICE = ("alice", "secret")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder that is not there yet."""
    return tmp_path / "data"


@pytest.fixture
def serve_on(command: Start) -> Start:
    """Starts a server on a data folder, on a port of the kernel's choice."""
    return lambda data, *options, **more: command("serve", "--port", "0", "--data", str(data), *options, **more)


def one_line(failed: "Command", status: int = 1) -> str:
    """The error of a command that did not start: the last line of what it said, and no traceback."""
    assert failed.ends() == status, failed.said
    line = failed.said.splitlines()[-1]
    assert line.startswith("kintoun-server: ")
    assert "Traceback" not in failed.said
    return line.removeprefix("kintoun-server: ")


def write(server: "Command", title: str) -> None:
    """Write the record as Alice, and have it acknowledged."""
    answer = httpx.put(server.root + RECORD, json={"data": {"title": title}}, auth=ALICE, timeout=30)
    assert answer.status_code in {200, 201}, answer.text


def read(server: "Command") -> str:
    """The title of the record, as Alice reads it."""
    answer = httpx.get(server.root + RECORD, auth=ALICE, timeout=30)
    assert answer.status_code == 200, answer.text
    title = answer.json()["data"]["title"]
    assert isinstance(title, str)
    return title


def test_it_says_what_it_does_and_last_of_all_where_it_is(serve_on: Start, data: Path) -> None:
    """It tells each step; the last three lines are the address, where the data lies, and how to stop."""
    server = serve_on(data)
    server.says("^Stop with")
    # Where the web app is installed beside it, there is its address too.
    lines = [line for line in server.said.splitlines() if not line.startswith("The app: ")]
    assert lines[0].startswith("Kintoun 0.")
    assert re.fullmatch(r"Starting a private mongod: /.+", lines[1])
    assert lines[-3:] == [
        f"Kintoun serves {server.root}/v1/",
        f"The data lies in {data}",
        f"Stop with Ctrl-C, or with: kill {server.process_id}",
    ]
    assert httpx.get(f"{server.root}/v1/").json()["project_name"] == "Kintoun"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_stops_in_good_order_and_comes_back(
    serve_on: Start, data: Path, mongod_of: Callable[[Path], int], gone: Callable[[int], bool], number: signal.Signals
) -> None:
    """Ctrl-C, SIGTERM and a terminal that is closed end it with status 0, mongod too; the next start has the data."""
    server = serve_on(data)
    write(server, "kept")
    mongod = mongod_of(data)
    server.send(number)
    assert server.ends() == 0, server.said
    assert gone(mongod)
    assert (data / "database" / "mongod.lock").read_text() == "", "mongod was not stopped in good order"
    assert read(serve_on(data)) == "kept"


def test_it_may_be_killed(
    serve_on: Start, data: Path, mongod_of: Callable[[Path], int], gone: Callable[[int], bool]
) -> None:
    """After kill -9 mongod does not live on, and the next start has all that was acknowledged; again and again."""
    server = serve_on(data)
    for number in range(3):
        write(server, f"kept {number}")
        mongod = mongod_of(data)
        server.kill()
        assert gone(mongod)
        server = serve_on(data)
        assert read(server) == f"kept {number}"


def test_its_mongod_may_be_killed(serve_on: Start, data: Path, mongod_of: Callable[[Path], int], until: Until) -> None:
    """After kill -9 of mongod the API says 503 until another one runs, and then has all that was acknowledged."""
    server = serve_on(data)
    write(server, "kept")
    os.kill(mongod_of(data), signal.SIGKILL)
    statuses: list[int] = []

    def answers() -> bool:
        statuses.append(httpx.get(server.root + RECORD, auth=ALICE, timeout=60).status_code)
        return statuses[-1] == 200

    until(answers, "an answer")
    assert set(statuses) <= {200, 503}
    assert read(server) == "kept"
    server.says("ended: it was killed")
    server.says("mongod takes writes again")
    assert server.stop() == 0


def test_it_may_be_stopped_while_it_starts(serve_on: Start, data: Path, mongod_of: Callable[[Path], int]) -> None:
    """A signal during the start ends it with status 0, and leaves no mongod."""
    server = serve_on(data)
    server.says("^Starting a private mongod")
    assert server.stop() == 0
    assert "Kintoun serves" not in server.said
    server = serve_on(data)
    assert httpx.get(f"{server.root}/v1/").status_code == 200
    assert mongod_of(data)


def test_a_terminal_that_is_closed_does_not_matter_below_nohup(serve_on: Start, data: Path) -> None:
    """Who starts it with nohup wants it to go on."""
    server = serve_on(data, prefix=["nohup"])
    assert server.root
    server.send(signal.SIGHUP)
    server.send(signal.SIGTERM)
    assert server.ends() == 0
    assert "SIGHUP" not in server.said


@contextmanager
def unfinished_request(root: str) -> Iterator[socket.socket]:
    """A PUT of which the server has the head, and not yet the body `{"data": {}}`."""
    address = urlsplit(root)
    head = f"PUT {RECORD} HTTP/1.1\r\nHost: {address.netloc}\r\nContent-Length: 12\r\nExpect: 100-continue\r\n"
    head += "Content-Type: application/json\r\nAuthorization: Basic YWxpY2U6c2VjcmV0\r\n\r\n"
    with socket.create_connection((address.hostname, address.port), timeout=60) as connection:
        connection.sendall(head.encode())
        assert b" 100 " in connection.recv(1000)
        yield connection


def is_refused(root: str) -> bool:
    """Whether nobody listens there any more."""
    address = urlsplit(root)
    with socket.socket() as client:
        return client.connect_ex((address.hostname, address.port)) != 0


def test_requests_in_flight_are_answered_before_it_stops(serve_on: Start, data: Path, until: Until) -> None:
    """It takes no more connections, answers what it has begun to read, and only then ends; the write is kept."""
    server = serve_on(data)
    with unfinished_request(server.root) as connection, socket.create_connection(connection.getpeername()) as idle:
        server.send(signal.SIGTERM)
        until(lambda: is_refused(server.root), "the port to be closed")
        assert idle.recv(1) == b""
        connection.sendall(b'{"data": {}}')
        answer = connection.recv(10000)
        assert answer.startswith(b"HTTP/1.1 201 "), answer
    assert server.ends() == 0, server.said
    assert httpx.get(serve_on(data).root + RECORD, auth=ALICE, timeout=30).status_code == 200


def test_a_second_ctrl_c_ends_it_at_once(
    serve_on: Start, data: Path, mongod_of: Callable[[Path], int], gone: Callable[[int], bool]
) -> None:
    """Who does not want to wait for a request in flight presses Ctrl-C again; mongod goes too."""
    server = serve_on(data)
    with unfinished_request(server.root):
        mongod = mongod_of(data)
        server.send(signal.SIGINT)
        server.says("^SIGINT: ")
        began = time.monotonic()
        server.send(signal.SIGINT)
        assert server.ends() == 128 + signal.SIGINT
        assert time.monotonic() - began < 5
    assert gone(mongod)


def test_a_second_server_on_the_same_folder_is_refused(serve_on: Start, data: Path) -> None:
    """It is told which process has the folder, and the first goes on."""
    server = serve_on(data)
    write(server, "kept")
    line = one_line(serve_on(data))
    assert line.startswith(f"Another kintoun-server (process {server.process_id}) uses the data folder {data}: ")
    assert read(server) == "kept"


def test_a_port_in_use_is_told(command: Start, data: Path) -> None:
    """The line names the port and the way out, and nothing was started before."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        line = one_line(command("serve", "--port", str(port), "--data", str(data)))
    assert line.startswith(f"Port {port} of 127.0.0.1 is in use: ")
    assert "--port" in line
    assert not data.exists()


def test_an_address_of_another_machine_is_told(serve_on: Start, data: Path) -> None:
    """A host that is not this one cannot be listened on."""
    line = one_line(serve_on(data, "--host", "192.0.2.1"))
    assert line.startswith("Cannot listen on 192.0.2.1, port 0: ")


@pytest.mark.parametrize("host", ["localhost", "::1"])
def test_the_address_is_printed_as_it_can_be_used(serve_on: Start, data: Path, host: str) -> None:
    """A name stays a name, and an address of IPv6 stands in brackets."""
    with socket.socket(socket.AF_INET6) as probe:
        if host == "::1" and probe.connect_ex(("::1", 9)) not in {0, 111, 61}:
            pytest.skip("this machine has no IPv6")
    server = serve_on(data, "--host", host)
    assert httpx.get(f"{server.root}/v1/", trust_env=False).status_code == 200


def test_a_data_folder_that_cannot_be_used_is_told(serve_on: Start, tmp_path: Path) -> None:
    """A file in its place is one line; so are missing rights, which root does not lack."""
    (tmp_path / "file").touch()
    assert one_line(serve_on(tmp_path / "file")) == f"The data folder {tmp_path / 'file'} cannot be used: it is a file."
    tmp_path.chmod(0o500)
    if os.geteuid() != 0:
        assert one_line(serve_on(tmp_path / "data")).endswith(" cannot be used: permission denied.")


@pytest.mark.parametrize(
    ("options", "environ", "said"),
    [
        (["--port", "many"], {}, "The setting port on the command line (--port) must be a whole number"),
        ([], {"KINTOUN_PAGINATE_BY": "-1"}, "The setting paginate_by in the environment (KINTOUN_PAGINATE_BY) must be"),
        ([], {"KINTOUN_PAGINATE": "1"}, "Unknown setting paginate in the environment (KINTOUN_PAGINATE). Did you mean"),
        (["--config", "/nowhere.toml"], {}, "The settings file /nowhere.toml cannot be read: No such file"),
        (["--mongodb-uri", "mongodb://a:1"], {}, "With mongodb_uri the setting userid_hmac_secret must be given"),
    ],
)
def test_wrong_settings_stop_the_start(
    command: Start, data: Path, options: list[str], environ: dict[str, str], said: str
) -> None:
    """One line with the setting, where it came from, and what would be right; status 2, and nothing was made."""
    failed = command("serve", "--data", str(data), *options, **environ)
    assert one_line(failed, 2).startswith(said)
    assert len(failed.said.splitlines()) == 1
    assert not data.exists()


def test_settings_come_from_a_file(serve_on: Start, data: Path, tmp_path: Path) -> None:
    """What stands in the TOML file is what the server does."""
    (tmp_path / "kintoun.toml").write_text('project_name = "Ours"\nbatch_max_requests = 7\n')
    server = serve_on(data, "--config", str(tmp_path / "kintoun.toml"))
    hello = httpx.get(f"{server.root}/v1/").json()
    assert (hello["project_name"], hello["settings"]["batch_max_requests"]) == ("Ours", 7)


@pytest.fixture
def without_mongod(tmp_path: Path) -> dict[str, str]:
    """The environment of a machine that has no mongod."""
    empty = tmp_path / "empty"
    (empty / "fiftyone").mkdir(parents=True)
    (empty / "fiftyone" / "__init__.py").touch()
    return {"PATH": str(empty), "PYTHONPATH": str(empty), "KINTOUN_MONGOD": "", "PYTHONDONTWRITEBYTECODE": "1"}


def test_without_a_mongod_there_is_a_demo_in_memory(
    serve_on: Start, data: Path, tmp_path: Path, without_mongod: dict[str, str]
) -> None:
    """It warns on the terminal and in the hello view, serves, and leaves nothing on disk, wherever that could be."""
    before = set(tmp_path.rglob("*"))
    server = serve_on(data, **without_mongod, HOME=str(tmp_path), TMPDIR=str(tmp_path))
    write(server, "forgotten")
    assert read(server) == "forgotten"
    assert "ALL DATA IS LOST" in server.said
    assert "The data lies in memory only, and nothing is written to disk" in server.said
    assert "LOST" in httpx.get(f"{server.root}/v1/").json()["warning"]
    assert server.stop() == 0
    assert set(tmp_path.rglob("*")) == before


def test_a_demo_does_not_hide_data_that_are_there(serve_on: Start, data: Path, without_mongod: dict[str, str]) -> None:
    """Who has data and lost mongod is told so, instead of finding an empty server."""
    write(serve_on(data), "kept")
    assert one_line(serve_on(data, **without_mongod)).startswith("No mongod was found to open the database in ")


@pytest.fixture
def standalone(mongod_binary: Path, tmp_path: Path, until: Until) -> Iterator[str]:
    """The URI of a mongod that is no replica set."""
    (tmp_path / "db").mkdir()
    options = ["--dbpath", "db", "--bind_ip", "./s.sock", "--nounixsocket"]
    process = subprocess.Popen([mongod_binary, *options], cwd=tmp_path, stdout=subprocess.DEVNULL)
    until((tmp_path / "s.sock").exists, "a mongod")
    yield f"mongodb://{str(tmp_path / 's.sock').replace('/', '%2F')}"
    process.kill()
    process.wait()


def test_a_standalone_mongod_is_refused(serve_on: Start, data: Path, standalone: str) -> None:
    """The one line says how to make it a replica set of one member."""
    environ = {"KINTOUN_USERID_HMAC_SECRET": "s"}
    line = one_line(serve_on(data, "--mongodb-uri", standalone, **environ))
    assert "standalone" in line
    assert "--replSet" in line
    assert "rs.initiate()" in line


def test_a_mongodb_that_does_not_answer_is_told(serve_on: Start, data: Path) -> None:
    """The line names what was tried, and has no secret in it."""
    environ = {"KINTOUN_USERID_HMAC_SECRET": "s", "KINTOUN_READ_TIMEOUT_SECONDS": "1"}
    line = one_line(serve_on(data, "--mongodb-uri", "mongodb://me:s3cret@127.0.0.1:9/", **environ))
    assert line.startswith("The database cannot be used: MongoDB does not answer: 127.0.0.1:9: ")
    assert "s3cret" not in line


@pytest.mark.parametrize("command_name", ["serve", "check"])
def test_a_malformed_mongodb_uri_is_told(command: Start, command_name: str) -> None:
    """What is wrong with it is one line, and the password is not in it."""
    environ = {"KINTOUN_USERID_HMAC_SECRET": "s", "KINTOUN_PORT": "0"}
    failed = command(command_name, "--mongodb-uri", "mongodb://me:s3:cret@127.0.0.1", **environ)
    assert one_line(failed, 2).startswith("The setting mongodb_uri is no MongoDB URI: Username and password must be ")
    assert "cret" not in failed.said


def test_with_a_mongodb_uri_servers_share_the_database(serve_on: Start, data: Path, mongod: str) -> None:
    """Two servers of one MongoDB show the same data, and neither needs a data folder."""
    environ = {"KINTOUN_USERID_HMAC_SECRET": "s", "KINTOUN_MONGODB_DATABASE": "test_serve"}
    first, second = (serve_on(data, "--mongodb-uri", mongod, **environ) for _ in range(2))
    write(first, "shared")
    assert read(second) == "shared"
    second.says("^The data lies in the database test_serve at mongodb://")
    assert not data.exists()
    assert [first.stop(), second.stop()] == [0, 0]


def test_the_command_explains_itself(command: Start) -> None:
    """`--version` and `--help` print and end well; no command at all is wrong usage."""
    version, guide, nothing = command("--version"), command("serve", "--help"), command()
    assert [version.ends(), guide.ends(), nothing.ends()] == [0, 0, 2]
    assert re.fullmatch(r"kintoun-server \d+\.\d+\.\d+\n", version.printed)
    for option in ("--host", "--port", "--data", "--mongodb-uri", "--config"):
        assert option in guide.printed
