"""Signing up, in and out by plain forms."""

from urllib.parse import quote

from .entrance import EntranceHandler
from .form import FormHandler

_TAKEN = "That name is taken. Please choose another one."
_NOT_ACCEPTED = "That name or password cannot be used. Names are short, without spaces; passwords are not empty."


class SignInHandler(EntranceHandler):
    """The page to sign in."""

    template = "plain/sign-in.html"

    async def get(self) -> None:
        """Show the form."""
        self._show()

    head = get

    async def post(self) -> None:
        """Begin a session, and go on to the tasks."""
        if complaint := await self.enter():
            self._show(complaint)
        else:
            self.see_other("/")

    def _show(self, complaint: str | None = None) -> None:
        self.show(self.template, complaint=complaint, name=self.form("name"))


class SignUpHandler(SignInHandler):
    """The page to make an account."""

    template = "plain/sign-up.html"

    async def enter_as(self, name: str, password: str) -> str | None:
        """Make the account, and sign in; whoever is signed in now makes it as anybody does."""
        account = self.anonymous.call("PUT", f"/accounts/{quote(name, '')}", {"password": password}, If_None_Match="*")
        words = {400: _NOT_ACCEPTED, 401: _TAKEN, 403: _TAKEN, 404: _NOT_ACCEPTED, 412: _TAKEN}
        return await self.attempt(account, words) or await super().enter_as(name, password)


class SignOutHandler(FormHandler):
    """Where the button to sign out leads."""

    async def post(self) -> None:
        """End the session; its cookie goes with it."""
        await self.client.call("DELETE", "/session")
        self.see_other("/sign-in")
