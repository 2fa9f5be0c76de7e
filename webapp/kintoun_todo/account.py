"""Signing up, in and out by plain forms."""

from urllib.parse import quote

from .form import FormHandler
from .tasks import Refused

_UNREADABLE = "Please fill in a name and a password."
_TAKEN = "That name is taken. Please choose another one."
_WRONG = "The name or the password is wrong."
_NOT_ACCEPTED = "That name or password cannot be used. Names are short, without spaces; passwords are not empty."


class SignInHandler(FormHandler):
    """The page to sign in."""

    async def get(self) -> None:
        """Show the form."""
        self._show()

    head = get

    async def post(self) -> None:
        """Sign in, and go on to the tasks."""
        complaint = await self._sign_in()
        if complaint:
            self._show(complaint)
        else:
            self.see_other("/")

    async def _sign_in(self) -> str | None:
        """Begin a session, and answer what is wrong, None if nothing is."""
        name, password = self.form("name"), self.get_body_argument("password", "", strip=False)
        if not name or not password:
            self.set_status(400)
            return _UNREADABLE
        try:
            await self.client.call("POST", "/session", {"name": name, "password": password})
        except Refused as refused:
            return self._complaint(refused, {400: _WRONG, 401: _WRONG})
        return None

    def _complaint(self, refused: Refused, words: dict[int, str]) -> str:
        if refused.status not in words:
            raise refused
        self.set_status(refused.status)
        return words[refused.status]

    def _show(self, complaint: str | None = None) -> None:
        self.show("plain/sign-in.html", complaint=complaint, name=self.form("name"))


class SignUpHandler(SignInHandler):
    """The page to make an account."""

    async def post(self) -> None:
        """Make the account, sign in, and go on to the tasks."""
        complaint = await self._sign_up() or await self._sign_in()
        if complaint:
            self._show(complaint)
        else:
            self.see_other("/")

    async def _sign_up(self) -> str | None:
        name, password = self.form("name"), self.get_body_argument("password", "", strip=False)
        if not name or not password:
            self.set_status(400)
            return _UNREADABLE
        try:
            await self.client.call("PUT", f"/accounts/{quote(name, '')}", {"password": password}, If_None_Match="*")
        except Refused as refused:
            words = {400: _NOT_ACCEPTED, 401: _TAKEN, 403: _TAKEN, 404: _NOT_ACCEPTED, 412: _TAKEN}
            return self._complaint(refused, words)
        return None

    def _show(self, complaint: str | None = None) -> None:
        self.show("plain/sign-up.html", complaint=complaint, name=self.form("name"))


class SignOutHandler(FormHandler):
    """Where the button to sign out leads."""

    async def post(self) -> None:
        """End the session, and remove what the browser keeps of the pages."""
        await self.client.call("DELETE", "/session")
        self.see_other("/sign-in")
