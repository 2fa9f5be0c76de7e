"""Begins, finds, renews and ends the sessions of browsers."""

from kintoun_server.domain.credential import Credential
from kintoun_server.domain.session import Session, digest, new_token
from kintoun_server.settings import Settings

from .backend import AccountReads, SessionStore


class SessionKeeper:
    """The sessions of one server; each call raises ``Unavailable`` when the database does not answer."""

    def __init__(self, settings: Settings, sessions: SessionStore, accounts: AccountReads) -> None:
        """Keep them in a store."""
        self.seconds = settings.session_lifetime_seconds
        self._has_accounts = settings.has_accounts
        self._sessions = sessions
        self._accounts = accounts

    @property
    def lifetime(self) -> int:
        """How long a session lasts, in ms."""
        return self.seconds * 1000

    async def begin(self, credential: Credential, now: int) -> tuple[str, Session]:
        """Begin a session of somebody whose password was verified; answer its token, and the session."""
        token = new_token()
        session = Session.begin(token, credential, now, self.lifetime)
        await self._sessions.begin(session)
        return token, session

    async def find(self, token: str, now: int, *, anew: bool = False) -> Session | None:
        """Find the session of a token: one round trip.

        That its account is unchanged is for the query to check that each request makes anyway; ``anew`` checks it here.
        """
        if not self._has_accounts:
            return None
        session = await self._sessions.find(digest(token))
        if session is None or session.is_over(now):
            return None
        if anew:
            secret = await self._accounts.secret(session.credential.account)
            if secret is None or secret.version != session.credential.version:
                return None
        return session

    async def renew(self, session: Session, now: int) -> Session:
        """Let a session last for its full time again."""
        renewed = session.renewed(now, self.lifetime)
        await self._sessions.renew(renewed)
        return renewed

    async def end(self, session: Session, *, everywhere: bool = False) -> None:
        """End a session, or all of its account."""
        if everywhere:
            await self._sessions.end_all(session.credential.account)
        else:
            await self._sessions.end(session.digest)
