"""``GET /v1/permissions``: what the caller may do, object by object (protocol section 21)."""

from collections.abc import Sequence

from kintoun_server.domain.access import checked, standing
from kintoun_server.domain.listing import Selection
from kintoun_server.domain.page_token import PageToken

from . import cors
from .handler import APIHandler
from .query import ListQuery, next_query, parse_list_query

PATH = "/permissions"


class PermissionsHandler(APIHandler):
    """Lists the objects on which the caller has a right of its own, anonymous callers included."""

    allow = ("HEAD", "GET", "OPTIONS")

    def exposed_headers(self) -> Sequence[str]:
        """List the headers that pages of other origins may read."""
        return cors.READ_LIST

    async def get(self) -> None:
        """Answer a page of entries."""
        if unacceptable := self.accept_fault():
            raise unacceptable
        self.check_origin()
        query = parse_list_query(self.request.query, PATH, self.site.pages, self.site.now())
        selection = checked(query.selection)
        self.set_header("Cache-Control", "no-cache, no-store")
        if self.request.method == "HEAD":
            total = str(await self.site.store.accesses.total(self.caller, selection))
            self.set_headers({"Total-Records": total, "Total-Objects": total})
            self.send({"data": []})
        else:
            await self._send_page(query, selection)

    head = get

    async def _send_page(self, query: ListQuery, selection: Selection) -> None:
        page = await self.site.store.accesses.page(self.caller, selection)
        if page.more:
            token = PageToken(0, 0, values=standing(page.entries[-1], selection.order))
            text = token.encode(self.site.token_secret, query.place)
            following = next_query(self.request.query, selection.limit or 0, text)
            self.set_header("Next-Page", f"{self.site.base_url(self.request)}{PATH}?{following}")
        self.send({"data": [selection.part(entry.body()) for entry in page.entries]})
