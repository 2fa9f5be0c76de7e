"""A browser without JavaScript."""

import re
from collections.abc import Mapping
from html import unescape
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from tornado.httpclient import AsyncHTTPClient, HTTPResponse


class Browser:
    """Keeps cookies, sends forms with their token, follows no redirect on its own."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.cookies: dict[str, str] = {}

    async def get(self, path: str, method: str = "GET", **headers: str) -> HTTPResponse:
        """Ask for a page."""
        return await self._fetch(path, method, None, headers)

    async def post(self, path: str, *, token: str | None = None, **fields: str) -> HTTPResponse:
        """Send a form, with the token of the page that it stands on unless another one is given."""
        if token is None:
            page = await self.get("/sign-in")
            token = hidden(page, "_xsrf")
        return await self._fetch(path, "POST", urlencode({"_xsrf": token, **fields}), {})

    async def _fetch(self, path: str, method: str, body: str | None, headers: Mapping[str, str]) -> HTTPResponse:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = await AsyncHTTPClient().fetch(
            self.origin + path,
            method=method,
            body=body,
            headers=sent,
            follow_redirects=False,
            raise_error=False,
            decompress_response=False,
        )
        for line in answer.headers.get_list("Set-Cookie"):
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
                if morsel["max-age"] == "0":
                    del self.cookies[name]
        return answer


def hidden(page: HTTPResponse, name: str) -> str:
    """Answer the value of the first hidden field of a name."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page.body.decode())
    assert found, page.body.decode()
    return unescape(found[1])
