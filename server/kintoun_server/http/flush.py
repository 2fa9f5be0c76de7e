"""``POST /v1/__flush__``: erasing everything, on test servers (protocol section 26)."""

from .handler import APIHandler


class FlushHandler(APIHandler):
    """Erases everything for whoever asks; there only with the setting ``flush_endpoint_enabled``."""

    allow = ("POST", "OPTIONS")
    authenticates = False

    async def post(self) -> None:
        """Erase everything."""
        await self.site.store.flush()
        for forget in self.site.on_flush:
            forget()
        self.send({}, 202)
