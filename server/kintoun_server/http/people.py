"""``GET /v1/people?name=``: whether there is an account of a name, for whoever wants to share with it."""

from urllib.parse import parse_qs

from kintoun_server import errors
from kintoun_server.domain.account_name import principal
from kintoun_server.domain.kinds import ACCOUNT
from kintoun_server.domain.refusals import Forbidden, Invalid
from kintoun_server.errors import ApiError

from .handler import APIHandler

_NO_ACCOUNT = "Only somebody with an account may look for people."


class PeopleHandler(APIHandler):
    """Looks an account up by its whole name; how often, is limited for each caller."""

    allow = ("GET", "HEAD", "OPTIONS")

    async def get(self) -> None:
        """Answer a list of the account, or an empty one.

        Raises:
            Forbidden: nobody is signed in.
            ApiError: 403 for a caller without an account, 429 for one who asks too often.
            Invalid: there is no name to look for.
        """
        if unacceptable := self.accept_fault():
            raise unacceptable
        caller = await self._account()
        self.check_origin()
        if seconds := self.site.people_limit.wait(caller):
            raise ApiError(errors.TOO_MANY_REQUESTS, headers={"Retry-After": str(seconds)})
        name = ACCOUNT.spelled(self._name())
        self.set_header("Cache-Control", "no-cache, no-store")
        found = ACCOUNT.is_id(name) and await self.site.store.accounts.secret(name)
        self.send({"data": [{"name": name, "principal": principal(name)}] if found else []})

    head = get

    async def _account(self) -> str:
        """Answer the account of the caller; anybody can make users of Basic authentication without end."""
        if self.caller.user_id is None:
            raise Forbidden
        if self.caller.credential is None or self.caller.credential.version is None:
            raise ApiError(errors.FORBIDDEN, _NO_ACCOUNT)
        await self.site.store.objects.principals(self.caller)
        return self.caller.credential.account

    def _name(self) -> str:
        names = parse_qs(self.request.query, keep_blank_values=True).get("name", [])
        if len(names) != 1:
            raise Invalid("querystring", "name", "Required, once")
        return names[0]
