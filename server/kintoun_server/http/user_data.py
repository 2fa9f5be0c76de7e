"""``DELETE /v1/__user_data__/{principal}``: deleting what a user leaves behind (protocol section 26)."""

from kintoun_server.domain.principals import MAX_PRINCIPAL_LENGTH, canonical
from kintoun_server.domain.refusals import Forbidden, Invalid

from .handler import APIHandler


class UserDataHandler(APIHandler):
    """For the principals of the setting ``user_data_delete_principals`` only."""

    allow = ("DELETE", "OPTIONS")

    async def delete(self, principal: str) -> None:
        """Delete what only the principal may write, and take it off all other access control lists.

        Raises:
            Forbidden: the caller is none of those of the setting.
            Invalid: it stands for more than one user, or is no principal.
        """
        if unacceptable := self.accept_fault():
            raise unacceptable
        entitled = self.site.settings.user_data_delete_principals
        if entitled.isdisjoint(await self.site.store.objects.principals(self.caller)):
            raise Forbidden
        self.check_origin()
        if principal.startswith("system."):
            raise Invalid("path", "principal", "must be one user, and not all of them")
        if len(principal) > MAX_PRINCIPAL_LENGTH:
            raise Invalid("path", "principal", f"longer than {MAX_PRINCIPAL_LENGTH} characters")
        await self.site.store.delete_user_data(canonical(principal))
        self.send({"data": {"principal": principal}})
