"""Commands and the answers that a page prints for them, compared with what a server really answers.

Ids, hashes, timestamps and dates differ from server to server. So the same printed one has to stand for the same real
one from the first answer to the last, and a command is typed with the real ones in it, as a reader types it.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from itertools import zip_longest
from typing import Any, Self

_NAMES = {
    "hash": r"[0-9a-f]{64}",
    "UUID": r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "timestamp": r"1[0-9]{12}",
}
_DATE = re.compile(r"\b[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT\b")
_NAME = re.compile("|".join(f"(?P<{kind}>(?<![0-9a-f]){pattern}(?![0-9a-f]))" for kind, pattern in _NAMES.items()))
_STATUS = re.compile(r"^HTTP/1\.1 (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer as HTTPie shows it: the names of headers in lower case, the JSON body None when there is none."""

    status: str
    headers: Mapping[str, str]
    body: Any

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the last answer in a text; what stands before it, such as the request that `-v` shows, is left out."""
        *_, start = _STATUS.finditer(text)
        head, _, body = text[start.end() :].partition("\n\n")
        headers = (line.partition(":") for line in head.split("\n") if line)
        named = {name.lower(): value.strip() for name, _, value in headers}
        return cls(start[1], named, json.loads(body) if body.strip() else None)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A command of a page and the answer that the page prints for it."""

    command: str
    answer: Answer


_FENCED = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def exchanges(page: str) -> Iterator[Exchange]:
    """Each `sh` block of a Markdown page with the `http` block after it; AssertionError where one lacks the other."""
    blocks = [(kind, text) for kind, text in _FENCED.findall(page) if kind in {"sh", "http"}]
    for (first, command), (second, answer) in zip_longest(blocks[::2], blocks[1::2], fillvalue=("nothing", "")):
        assert (first, second) == ("sh", "http"), (
            f"not a command and its answer: {first}, {second}\n{command}\n{answer}"
        )
        yield Exchange(command.strip(), Answer.parse(answer))


@dataclass
class Reader:
    """Someone who follows a page on a server of their own and notes which of its names are which of the page's."""

    real: dict[str, str] = field(default_factory=dict)
    """The real id, hash or timestamp for each printed one."""

    def learn(self, printed: str, real: str) -> None:
        """Note what stands for a printed name; AssertionError when it, or its counterpart, stood for another before."""
        assert self.real.setdefault(printed, real) == real, f"{printed} was {self.real[printed]}, now it is {real}"
        twice = [name for name, known in self.real.items() if known == real and name != printed]
        assert not twice, f"{real} has two names on the page: {printed} and {twice}"

    def typed(self, command: str) -> str:
        """The command with the reader's own names in it; AssertionError when no answer has shown one of them before."""

        def own(name: re.Match[str]) -> str:
            assert name[0] in self.real, f"no answer has shown the {name.lastgroup} {name[0]} before: {command}"
            return self.real[name[0]]

        return _NAME.sub(own, command)

    def compare(self, printed: Answer, real: Answer) -> None:
        """AssertionError unless the status, the printed headers and the body are as printed, names and dates aside."""
        assert real.status == printed.status, real
        for header, value in printed.headers.items():
            self._compare_text(f"{header}: {value}", f"{header}: {real.headers.get(header)}")
        self._compare_text(_written(printed.body), _written(real.body))
        for answer in (printed, real):
            check_last_modified(answer)

    def _compare_text(self, printed: str, real: str) -> None:
        assert _without_names(printed) == _without_names(real)
        for ours, theirs in zip(_NAME.finditer(printed), _NAME.finditer(real), strict=True):
            self.learn(ours[0], theirs[0])


def check_last_modified(answer: Answer) -> None:
    """AssertionError unless Last-Modified, where it is, is the ETag's instant as an HTTP date (protocol section 13)."""
    if "last-modified" in answer.headers and "etag" in answer.headers:
        instant = int(answer.headers["etag"].strip('"')) // 1000
        assert answer.headers["last-modified"] == formatdate(instant, usegmt=True), answer


def _written(body: object) -> str:
    return json.dumps(body, indent=1, sort_keys=True, ensure_ascii=False)


def _without_names(text: str) -> str:
    return _DATE.sub("<date>", _NAME.sub(lambda name: f"<{name.lastgroup}>", text))
