"""Accounts: the endpoints of one and of all (protocol section 22)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from kintoun_server import errors
from kintoun_server.domain.accounts import PASSWORD, password_in, required
from kintoun_server.domain.change import Change, Method, Outcome
from kintoun_server.domain.kinds import ACCOUNT
from kintoun_server.domain.patch import PlainPatch
from kintoun_server.domain.refusals import Forbidden, Refusal
from kintoun_server.domain.uri import ListURI
from kintoun_server.errors import ApiError

from .credentials import CHALLENGE
from .handler import READS
from .list import ListHandler
from .object import ObjectHandler
from .resource import ResourceHandler

_PASSWORD_NEEDED = "A session cannot change accounts: send the name and the password of the account with the request."  # noqa: S105


class _AccountWrites(ResourceHandler):
    """What the two endpoints share: passwords are hashed before a change is submitted, and stand in no attribute."""

    async def prepare(self) -> None:
        """Refuse what any endpoint refuses.

        Raises:
            ApiError: 403, a write with nothing but the cookie of a session.
        """
        await super().prepare()
        if self.session and self.request.method not in READS:
            raise ApiError(errors.FORBIDDEN, _PASSWORD_NEEDED)

    @property
    def welcomes_newcomers(self) -> bool:
        """Whether somebody may come with credentials that no account has yet: to sign up."""
        return self.request.method in ("PUT", "POST")

    async def change(self, list_uri: ListURI, change: Change) -> Outcome:
        """Make one change.

        Raises:
            Refusal: the change is not made.
            Unavailable: too many passwords wait to be hashed.
        """
        outcome = await super().change(list_uri, await self._with_secret(change))
        self.site.authenticator.forget(outcome.stored.id)
        return outcome

    async def _with_secret(self, change: Change) -> Change:
        change, password = _without_password(change)
        if change.method is Method.DELETE or change.fault or change.unacceptable:
            return change
        try:
            text = self._password(change, password)
        except Refusal as fault:
            return replace(change, fault=fault)
        return replace(change, secret=await self.site.passwords.hash(text)) if text is not None else change

    def _password(self, change: Change, given: tuple[object, ...]) -> str | None:
        if change.id_made_up:
            raise required("id")
        if given:
            return password_in(given[0], self.site.settings.account_min_password_length)
        if change.method is Method.PATCH:
            return None
        raise required(PASSWORD)

    def _unreadable(self, refusal: Forbidden) -> Refusal | ApiError:
        """Answer the error for a list that the caller may not see."""
        if self.caller.user_id is not None:
            return refusal
        return ApiError(errors.ACCOUNTS_UNREADABLE, headers={"WWW-Authenticate": CHALLENGE})


class AccountHandler(_AccountWrites, ObjectHandler):
    """The endpoint of one account."""


class AccountListHandler(_AccountWrites, ListHandler):
    """The endpoint of the list of accounts."""

    async def get(self, *path: str) -> None:
        """Answer a page of the accounts that the caller may see.

        Raises:
            ApiError: 401, errno 999, for who has not signed in.
        """
        try:
            await super().get(*path)
        except Forbidden as refusal:
            raise self._unreadable(refusal) from None

    head = get

    async def delete(self, *path: str) -> None:
        """Delete the accounts that match and that the caller may write.

        Raises:
            ApiError: 401, errno 999, for who has not signed in.
        """
        try:
            await super().delete(*path)
        except Forbidden as refusal:
            raise self._unreadable(refusal) from None


def _without_password(change: Change) -> tuple[Change, tuple[object, ...]]:
    """Take the password out of a change, and answer it beside: an empty tuple where none is given.

    A JSON patch sets none (see ``accounts.secret_after``).
    """
    if isinstance(change.patch, PlainPatch):
        data, password = _split(change.patch.data)
        return replace(change, patch=replace(change.patch, data=data)), password
    data, password = _split(change.data)
    return replace(change, data=data), password


def _split(given: Mapping[str, Any] | None) -> tuple[Mapping[str, Any] | None, tuple[object, ...]]:
    if given is None:
        return None, ()
    data = {name: value for name, value in given.items() if name != PASSWORD}
    if isinstance(data.get("id"), str):
        data["id"] = ACCOUNT.spelled(data["id"])
    return data, (given[PASSWORD],) if PASSWORD in given else ()
