"""Pages with a form to sign in."""

from .form import FormHandler

_UNREADABLE = "Please fill in a name and a password."
_WRONG = "The name or the password is wrong."


class EntranceHandler(FormHandler):
    """A page at which somebody can sign in."""

    async def enter(self) -> str | None:
        """Sign in by the form that was sent, and answer what is wrong, None if nothing is."""
        name, password = self.form("name"), self.get_body_argument("password", "", strip=False)
        if name and password:
            return await self.enter_as(name, password)
        self.set_status(400)
        return _UNREADABLE

    async def enter_as(self, name: str, password: str) -> str | None:
        """Begin a session, and answer what is wrong, None if nothing is."""
        session = self.client.call("POST", "/session", {"name": name, "password": password})
        return await self.attempt(session, {400: _WRONG, 401: _WRONG})
