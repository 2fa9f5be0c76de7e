"""A server of which `account:admin` administers the accounts, and people who use it by name and password."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx

PASSWORD = "correct horse battery"
MISMATCH = (400, 107, "data.id in body: Username and account ID do not match.")
UNAUTHENTICATED = (401, 104, "Please authenticate yourself to use this endpoint.")
FORBIDDEN = (403, 121, "This user cannot access this resource.")
NOT_ACCEPTED = (401, 104, "The credentials are not accepted: the password is not that of the account.")


class AccountService:
    """A server of which `account:admin` administers the accounts; people come with or without a name."""

    def __init__(self, root: str) -> None:
        self.root = root
        self._client = httpx.Client(base_url=f"{root}/v1", timeout=30, trust_env=False)

    def send(
        self,
        method: str,
        path: str,
        who: str | None = None,
        data: object = None,
        *,
        password: str = PASSWORD,
        **more: Any,  # noqa: ANN401 - what httpx takes
    ) -> httpx.Response:
        """Send a request as `who`, with this in `data`."""
        if data is not None:
            more["json"] = {"data": data}
        auth = (who.encode(), password.encode()) if who else None
        return self._client.request(method, path, auth=auth, **more)

    def sign_up(self, name: str, password: str = PASSWORD) -> None:
        """Make an account."""
        answer = self.send("PUT", f"/accounts/{name}", data={"password": password})
        assert answer.status_code == 201, answer.text

    def user(self, who: str, password: str = PASSWORD) -> str | None:
        """The user id in the hello view, None when it names no user."""
        hello = self.send("GET", "/", who, password=password)
        assert hello.status_code == 200
        found = hello.json().get("user", {}).get("id")
        assert found is None or isinstance(found, str)
        return found

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


@contextmanager
def administered(serve: Callable[..., str]) -> Iterator[AccountService]:
    """Start a server with an administrator."""
    made = AccountService(serve(account_write_principals=["account:Admin"]))
    made.sign_up("admin")
    yield made
    made.close()


def refusal(answer: httpx.Response) -> tuple[int, int, str | None]:
    """Status, errno and message of an error."""
    body = answer.json()
    return answer.status_code, body["errno"], body.get("message")
