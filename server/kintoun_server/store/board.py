"""The working set of one transaction: what was read, what the changes made of it, and what is to be written."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bson import Int64

from kintoun_server.domain.change import Change, Outcome, apply
from kintoun_server.domain.kinds import GROUP, Kind
from kintoun_server.domain.permissions import Rules
from kintoun_server.domain.principals import Caller
from kintoun_server.domain.timestamps import SEARCH_WIDTH
from kintoun_server.domain.uri import ListURI, ObjectURI

from .chain import Chain, principals_of
from .documents import encode, highest, list_key, with_lists
from .driver import OBJECTS, PURGES, Adjust, Document, Find, Operation, Put, Remove


class Board:
    """Changes applied one after another to documents of one snapshot; a later change sees the earlier ones."""

    def __init__(self, documents: Iterable[Document], rules: Rules, now: int) -> None:
        """Begin with the documents read; ``now`` is the wall clock in ms."""
        self._documents = {document["_id"]: document for document in documents}
        self._rules = rules
        self._now = now
        self._chains: dict[ListURI, Chain] = {}
        self._taken: dict[ListURI, set[int]] = {}
        self._touched: set[ListURI] = set()
        self._dirty: dict[str, Document] = {}
        self._removals: list[Operation] = []

    def chain(self, list_uri: ListURI) -> Chain:
        """Answer the list with its surroundings, as the changes so far have left it."""
        if list_uri not in self._chains:
            self._chains[list_uri] = Chain.among(list_uri, self._documents)
        return self._chains[list_uri]

    def principals(self, caller: Caller) -> frozenset[str]:
        """Answer all that the caller is.

        Raises:
            StaleCredentials: its account is not what it was when the password was verified.
        """
        return principals_of(caller, self._documents)

    def taken_query(self, list_uri: ListURI, changes: Sequence[Change]) -> Find | None:
        """Write the query for the timestamps in use near those that the changes ask for.

        None when they ask for none.
        """
        wanted = {change.last_modified for change in changes if change.last_modified is not None}
        spans = [{"$gte": stamp, "$lt": stamp + SEARCH_WIDTH} for stamp in wanted if 0 <= stamp < 2**63 - SEARCH_WIDTH]
        key = self.chain(list_uri).key
        if not spans or key is None:
            return None
        clauses = [{"parent": key, "last_modified": span} for span in spans]
        return Find(OBJECTS, {"$or": clauses}, projection={"last_modified": 1})

    def take(self, list_uri: ListURI, timestamps: Iterable[int]) -> None:
        """Note timestamps (ms) in use in the list."""
        self._taken.setdefault(list_uri, set()).update(timestamps)

    def add(self, documents: Iterable[Document]) -> None:
        """Add documents that were read later from the same snapshot."""
        self._documents.update({document["_id"]: document for document in documents})

    def apply(self, list_uri: ListURI, change: Change, principals: frozenset[str] | None = None) -> Outcome:
        """Apply one change; by default the caller is whatever the changes so far have left of its groups.

        Raises:
            Refusal: it is not made.
        """
        chain = self.chain(list_uri)
        taken = self._taken.setdefault(list_uri, set())
        old = chain.object(change.id, self._documents)
        if principals is None:
            principals = self.principals(change.caller)
        scope = chain.scope(principals, self._rules, self._now, taken)
        outcome = apply(old, change, scope)
        if outcome.written:
            self._write(chain, outcome)
            taken.add(outcome.stored.last_modified)
        return outcome

    def operations(self) -> list[Operation]:
        """List what is to be written.

        The containers' clocks and counts, whole documents, and what goes with deleted containers.
        """
        adjustments: list[Operation] = []
        for list_uri in self._touched:
            chain = self._chains[list_uri]
            plural = list_uri.kind.plural
            fields = {f"clocks.{plural}": Int64(chain.clock), f"counts.{plural}": chain.count}
            # The counter makes two commits conflict even where neither moves the clock: imports of past timestamps.
            adjustments.append(Adjust(OBJECTS, list_uri.parent_uri, {"$set": fields, "$inc": {"commits": 1}}))
        return [*adjustments, *(Put(OBJECTS, document) for document in self._dirty.values()), *self._removals]

    @property
    def purges(self) -> bool:
        """Tell whether containers were deleted, so that there is something to purge."""
        return bool(self._removals)

    def _write(self, chain: Chain, outcome: Outcome) -> None:
        uri = chain.list.object(outcome.stored.id)
        document = encode(uri, str(chain.key), outcome.stored)
        if chain.list.kind.lists:
            document = self._container(uri, document, outcome)
        self._documents[str(uri)] = self._dirty[str(uri)] = document
        self._touched.add(chain.list)
        live = 1 if outcome.created else -1 if outcome.stored.deleted else 0
        clock = max(chain.clock, outcome.stored.last_modified)
        self._chains[chain.list] = replace(chain, clock=clock, count=chain.count + live)

    def _container(self, uri: ObjectURI, document: Document, outcome: Outcome) -> Document:
        old = self._documents.get(str(uri))
        if old is not None and "generation" in old and (outcome.created or outcome.stored.deleted):
            self._purge(old["generation"], uri.list.kind)
        if outcome.stored.deleted:
            return {**document, "highest": highest(old)}
        if outcome.created or old is None:
            return with_lists(document, uri.list.kind, secrets.token_hex(8), highest(old))
        return {**document, **{name: old[name] for name in ("generation", "clocks", "counts")}}

    def _purge(self, generation: str, kind: Kind) -> None:
        self._removals.append(Put(PURGES, {"_id": generation}))
        if GROUP.name in kind.lists:
            # Groups count as principals wherever their URI stands, so they end in the same instant as their bucket.
            key = list_key(generation, GROUP)
            self._removals.append(Remove(OBJECTS, {"parent": key}))
            for uri in [uri for uri, document in self._documents.items() if document.get("parent") == key]:
                del self._documents[uri]
