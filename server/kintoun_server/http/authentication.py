"""Who sends a request: an account, or else a user of Basic authentication (protocol sections 6.1 and 22)."""

import asyncio
import contextlib

from kintoun_server.domain.account_name import principal
from kintoun_server.domain.credential import Credential
from kintoun_server.domain.kinds import ACCOUNT
from kintoun_server.domain.principals import Caller, basicauth_id
from kintoun_server.domain.refusals import WrongCredentials
from kintoun_server.passwords import Passwords
from kintoun_server.settings import ACCOUNT_POLICY, BASICAUTH_POLICY, Settings

from .backend import AccountReads
from .credentials import BasicCredentials
from .verified import VerifiedCallers


class Authenticator:
    """Tells who sends a request by its Authorization header.

    Where there is an account of the name in it, only its password counts. Where there is none, the pair is a user of
    Basic authentication, or, without that policy, an anonymous caller whose ``credential`` says that the name is free.
    """

    def __init__(self, settings: Settings, accounts: AccountReads, passwords: Passwords) -> None:
        """Authenticate by the policies of the settings."""
        self._secret = settings.userid_hmac_secret
        self._policies = settings.multiauth_policies
        self._accounts = accounts
        self._passwords = passwords
        self._verified = VerifiedCallers(settings.account_cache_ttl_seconds)
        self._running: dict[bytes, asyncio.Task[Caller]] = {}

    async def caller(self, header: str | None, *, anew: bool = False) -> Caller:
        """Answer the caller; ``anew`` verifies the password again, whatever is remembered.

        Raises:
            WrongCredentials: the password is not that of the account.
            Unavailable: the database does not answer, or too many passwords wait to be verified.
        """
        credentials = BasicCredentials.read(header)
        if credentials is None:
            return Caller()
        name = ACCOUNT.spelled(credentials.user)
        if ACCOUNT_POLICY not in self._policies or not ACCOUNT.is_id(name):
            return self._nobody(credentials, None)
        digest = self._verified.digest(credentials)
        if anew:
            self._verified.forget(digest)
        elif known := self._verified.get(digest) or await self._joined(digest):
            return known
        return await self._verify_once(digest, credentials, name)

    async def sign_in(self, name: str, password: str) -> Credential:
        """Verify a name and a password in the same time whether there is such an account or not; answer the account.

        Raises:
            WrongCredentials: they are not those of an account.
            Unavailable: the database does not answer, or too many passwords wait to be verified.
        """
        account = ACCOUNT.spelled(name)
        secret = await self._accounts.secret(account) if ACCOUNT.is_id(account) else None
        if not await self._passwords.match(secret, password) or secret is None:
            raise WrongCredentials
        return Credential(account, secret.version)

    def forget(self, name: str) -> None:
        """Forget whoever was verified by an account that has changed."""
        self._verified.forget_account(name)

    def forget_everybody(self) -> None:
        """Forget whoever was verified, when all accounts are erased."""
        self._verified.forget_everybody()

    async def _joined(self, digest: bytes) -> Caller | None:
        """Wait for the verification of the same credentials that another request has begun; None if it fails."""
        if running := self._running.get(digest):
            # What it refused may be right by now.
            with contextlib.suppress(WrongCredentials):
                return await asyncio.shield(running)
        return None

    async def _verify_once(self, digest: bytes, credentials: BasicCredentials, name: str) -> Caller:
        task = self._running[digest] = asyncio.create_task(self._verify(credentials, name))
        try:
            caller = await asyncio.shield(task)
        finally:
            if self._running.get(digest) is task:
                del self._running[digest]
        if caller.user_id is not None:
            self._verified.remember(digest, caller)
        return caller

    async def _verify(self, credentials: BasicCredentials, name: str) -> Caller:
        """One indexed read and one run of argon2, whether there is an account or not."""
        secret = await self._accounts.secret(name)
        if await self._passwords.match(secret, credentials.password):
            return Caller(principal(name), Credential(name, secret.version if secret else None))
        if secret is not None:
            raise WrongCredentials
        return self._nobody(credentials, Credential(name, None))

    def _nobody(self, credentials: BasicCredentials, absent: Credential | None) -> Caller:
        """Answer who has credentials for which there is no account."""
        if BASICAUTH_POLICY in self._policies:
            return Caller(basicauth_id(self._secret, credentials.user, credentials.password), absent)
        if absent is None:
            raise WrongCredentials
        return Caller(credential=absent)
