"""A small implementation of what the pages ask of a server."""

import itertools
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from kintoun_todo import Answer


class MemoryApi:
    """Accounts, sessions and records of the bucket `default`, which is one for all here."""

    session_cookie = "kintoun-session"

    def __init__(self) -> None:
        self.passwords: dict[str, str] = {}
        self.over: set[str] = set()
        """Whose session has ended."""
        self.ends_behind = False
        """Whether an ended session is still told to be there: it ends with the next request."""
        self.read_only = False
        self.lists: dict[str, dict[str, dict[str, Any]]] = {}
        self._clock = itertools.count(1)
        self.fails = 0
        self.page = 100

    async def request(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,  # noqa: ANN401 - JSON
        headers: Mapping[str, str] = {},
        session: str | None = None,
    ) -> Answer:
        """Answer as the protocol asks."""
        if self.fails:
            return Answer(self.fails, {}, {"message": "<b>secret</b>"})
        if path == "/session":
            return self._session(method, body, session)
        if account := re.fullmatch(r"/accounts/([^/]+)", path):
            return Answer(403) if session else self._sign_up(unquote(account[1]), body)
        if not session or session in self.over:
            return Answer(401)
        if self.read_only:
            return Answer(405)
        return self._records(method, path, body, headers)

    def _records(self, method: str, path: str, body: Any, headers: Mapping[str, str]) -> Answer:  # noqa: ANN401 - JSON
        path, _, query = path.partition("?")
        found = re.fullmatch(r"/buckets/([^/]+)/collections/([^/]+)/records(?:/([^/]+))?", path)
        assert found, path
        if found[1] != "default":
            return Answer(403)
        records = self.lists.setdefault(found[2], {})
        if found[3] is None:
            return self._page(records, path, int(query.removeprefix("_token=") or 0))
        return self._record(method, records, found[3], body, headers)

    def _sign_up(self, name: str, body: Any) -> Answer:  # noqa: ANN401 - JSON
        if name in self.passwords:
            return Answer(412)
        self.passwords[name] = body["data"]["password"]
        return Answer(201, {}, body)

    def _session(self, method: str, body: Any, session: str | None) -> Answer:  # noqa: ANN401 - JSON
        if method == "POST":
            name, password = body["data"]["name"], body["data"]["password"]
            if self.passwords.get(name) != password:
                return Answer(401)
            self.over.discard(name)
            cookie = {"Set-Cookie": f"{self.session_cookie}={name}; HttpOnly; Path=/"}
            return Answer(201, cookie, {"data": {"name": name}})
        if method == "DELETE":
            return Answer(200, {"Set-Cookie": f"{self.session_cookie}=; Max-Age=0; Path=/"}, {"data": None})
        return Answer(200, {}, {"data": {"name": session} if session in self._known() else None})

    def _known(self) -> set[str]:
        return set(self.passwords) if self.ends_behind else self.passwords.keys() - self.over

    def _page(self, records: dict[str, dict[str, Any]], path: str, start: int) -> Answer:
        end = start + self.page
        more = {"Next-Page": f"http://elsewhere.example/v1{path}?_token={end}"} if end < len(records) else {}
        return Answer(200, more, {"data": list(records.values())[start:end]})

    def _record(
        self,
        method: str,
        records: dict[str, dict[str, Any]],
        id_: str,
        body: Any,  # noqa: ANN401 - JSON
        headers: Mapping[str, str],
    ) -> Answer:
        old = records.get(id_)
        if old is None and method != "PUT":
            return Answer(404)
        if old and headers.get("If-Match", f'"{old["last_modified"]}"') != f'"{old["last_modified"]}"':
            return Answer(412)
        if method == "DELETE":
            del records[id_]
            return Answer(200, {}, {"data": {"id": id_, "deleted": True}})
        records[id_] = {**(old or {}), **body["data"], "id": id_, "last_modified": next(self._clock)}
        return Answer(200, {}, {"data": records[id_]})
