"""``/v1/session``: signing in and out with a browser (decision 0021)."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs

from kintoun_server import errors
from kintoun_server.domain.account_name import principal
from kintoun_server.domain.accounts import PASSWORD, required
from kintoun_server.domain.kinds import ACCOUNT
from kintoun_server.domain.principals import personal_bucket_id
from kintoun_server.domain.refusals import Invalid
from kintoun_server.domain.session import Session
from kintoun_server.errors import ApiError

from .body import parse_payload
from .handler import APIHandler
from .session_cookie import APP, APP_HEADER, is_from_app

_FIELDS = ("name", PASSWORD)
_ELSEWHERE = f"Only the web app signs in here, by a request of the same origin with {APP_HEADER}: {APP}."


class SessionHandler(APIHandler):
    """The session of whoever sends the request."""

    allow = ("GET", "HEAD", "POST", "DELETE", "OPTIONS")

    @property
    def methods(self) -> Sequence[str]:
        """All of them, while the server is read-only too: sessions are no data of users, and everybody can sign out."""
        return self.allow

    async def prepare(self) -> None:
        """Refuse what any endpoint refuses, and let no cache keep what is answered."""
        await super().prepare()
        self.set_header("Cache-Control", "no-cache, no-store")

    async def get(self) -> None:
        """Answer who is signed in, null for nobody; a cookie that is no longer good is cleared."""
        session = await self._checked()
        if session is None:
            self._clear()
        self._send(session)

    head = get

    async def post(self) -> None:
        """Sign in with the name and the password of an account.

        Raises:
            WrongCredentials: they are not those of an account.
            ApiError: 403, the request does not come from the web app.
            Invalid, UnacceptableMedia: the body is not one of these.
        """
        if unacceptable := self.media_fault():
            raise unacceptable
        if not is_from_app(self.request):
            raise ApiError(errors.FORBIDDEN, _ELSEWHERE)
        self.check_origin()
        name, password = _credentials(parse_payload(self.raw_body(), ACCOUNT).data)
        credential = await self.site.authenticator.sign_in(name, password)
        token, session = await self.site.sessions.begin(credential, self.site.now())
        if self.session:
            await self.site.sessions.end(self.session)
        self.site.cookie.set(self, token, self.site.sessions.seconds)
        self._send(session, 201)

    async def delete(self) -> None:
        """Sign out, here or ``everywhere``.

        Raises:
            Invalid: ``everywhere`` is neither true nor false.
        """
        everywhere = self._everywhere()
        session = await self._checked()
        if session:
            await self.site.sessions.end(session, everywhere=everywhere)
        self._clear()
        self._send(None)

    async def _checked(self) -> Session | None:
        """Answer the session, if the account is still what it was at its begin."""
        if unacceptable := self.accept_fault():
            raise unacceptable
        self.check_origin()
        if self.session:
            await self.site.store.objects.principals(self.caller)
        return self.session

    def _clear(self) -> None:
        """Take a cookie back that counts; any other is none of our business."""
        if self.site.cookie.token(self.request) is not None:
            self.site.cookie.clear(self)

    def _send(self, session: Session | None, status: int = 200) -> None:
        self.send({"data": self._shown(session) if session else None}, status)

    def _shown(self, session: Session) -> Mapping[str, object]:
        name = session.credential.account
        user_id = principal(name)
        bucket = personal_bucket_id(self.site.personal_secret, user_id)
        return {"name": name, "principal": user_id, "bucket": bucket, "expires": session.expires}

    def _everywhere(self) -> bool:
        given = parse_qs(self.request.query, keep_blank_values=True).get("everywhere", ["false"])[-1]
        if given not in ("true", "false"):
            raise Invalid("querystring", "everywhere", "must be true or false")
        return given == "true"


def _credentials(data: Mapping[str, Any] | None) -> tuple[str, str]:
    """Read the name and the password; what is wrong with them is told without either."""
    given = data or {}
    for field in _FIELDS:
        if field not in given:
            raise required(field)
        if not isinstance(given[field], str):
            raise Invalid("body", f"data.{field}", "must be a string")
    if len(given) > len(_FIELDS):
        raise Invalid("body", "data", f"has more than {' and '.join(_FIELDS)}")
    return given["name"], given[PASSWORD]
