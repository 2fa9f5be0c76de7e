"""Kinto's first tutorial, of June 2015: its commands word by word, and its answers as far as they still hold."""

import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from e2e.terminal import Terminal
from e2e.transcript import Answer, Reader

TABLE = tomllib.loads(Path(__file__).with_name("tutorial_2015.toml").read_text())["exchange"]
SHOWN = "https://kinto.dev.mozaws.net"
MARY = "8d1661a89bd2670f3c42616e3527fa30521743e4b9825fa4ea05adc45ef695b6"
"""The hash in Mary's user id, which no answer of the tutorial shows before a command needs it."""


def expected(exchange: dict[str, Any]) -> Answer:
    """The answer of 2015 with what is different today."""
    answer, today = Answer.parse(exchange["answer"]), exchange.get("today", {})
    return replace(
        answer,
        status=today.get("status", answer.status),
        headers={**answer.headers, **today.get("headers", {})},
        body={**answer.body, **today.get("body", {})},
    )


def check_today(answer: Answer) -> None:
    """AssertionError unless an answer has what all have today, and what all had in 2015 (protocol section 33)."""
    assert answer.headers["content-type"] == "application/json; charset=UTF-8"
    assert "backoff" not in answer.headers
    assert answer.headers.keys() >= {"etag", "last-modified"}
    exposed = set(answer.headers["access-control-expose-headers"].lower().split(", "))
    assert exposed >= {"backoff", "retry-after", "alert", "etag", "last-modified"}
    match answer.body.get("data"):
        case list():
            assert exposed >= {"next-page", "total-records"}
        case {"last_modified": timestamp}:
            assert answer.headers["etag"] == f'"{timestamp}"'


def test_every_answer_is_that_of_2015(serve: Callable[..., str], tmp_path: Path) -> None:
    """Each request gets the status, the headers and the body of 2015, but for the documented differences."""
    root, terminal, reader = serve(), Terminal(tmp_path), Reader()
    mary = Answer.parse(terminal.run(f"http GET {root}/v1/ --auth 'mary:marypassword'")).body["user"]["id"]
    reader.learn(MARY, mary.removeprefix("basicauth_"))
    assert len(TABLE) == 22
    for exchange in TABLE:
        answer = Answer.parse(terminal.run(reader.typed(exchange["command"]).replace(SHOWN, root)))
        reader.compare(expected(exchange), answer)
        check_today(answer)
