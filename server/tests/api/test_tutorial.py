"""The tutorial in docs/: its commands are typed in a terminal, and the answers compared with those that it prints."""

import re
import tomllib
from collections.abc import Callable
from pathlib import Path

from e2e.terminal import Terminal
from e2e.transcript import Answer, Reader, exchanges

PAGE = Path(__file__).parents[3] / "docs/tutorial/README.md"
TABLE_OF_2015 = Path(__file__).with_name("tutorial_2015.toml")
SHOWN = "http://127.0.0.1:8888"
"""The address on the page, which is the default one."""

REQUEST = re.compile(r"http (?P<method>[A-Z]+) '?https?://[^/]+(?P<path>/[^\s']+).*--auth '(?P<auth>[^']+)'", re.DOTALL)
OWN_NAME = re.compile(r"[0-9a-f-]{36}|[0-9]{13}")


def kind(command: str) -> tuple[str, str, str, bool]:
    """Method, path without ids and timestamps, credentials, and whether there is a precondition."""
    request = REQUEST.search(command)
    assert request, command
    return request["method"], OWN_NAME.sub("...", request["path"]), request["auth"], "If-Match" in command


def test_every_answer_is_as_printed(serve: Callable[..., str], tmp_path: Path) -> None:
    """Whoever types the commands of the page on an empty server gets the answers of the page."""
    address, terminal, reader = serve(), Terminal(tmp_path), Reader()
    for exchange in exchanges(PAGE.read_text(encoding="utf-8").replace(SHOWN, address)):
        answer = Answer.parse(terminal.run(reader.typed(exchange.command)))
        reader.compare(exchange.answer, answer)


def test_every_request_of_2015_is_on_the_page() -> None:
    """The page has each request of the tutorial of 2015, in its order, and may have others between them."""
    of_2015 = [kind(exchange["command"]) for exchange in tomllib.loads(TABLE_OF_2015.read_text())["exchange"]]
    not_yet_seen = iter([kind(exchange.command) for exchange in exchanges(PAGE.read_text(encoding="utf-8"))])
    assert [request for request in of_2015 if request not in not_yet_seen] == []
