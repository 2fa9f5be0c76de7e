"""Which requests of a batch are committed together (decision 0013)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote

from kintoun_server.domain.kinds import ACCOUNT, BUCKET, COLLECTION
from kintoun_server.domain.principals import is_personal_bucket_id
from kintoun_server.domain.uri import ListURI, ObjectURI, locate
from kintoun_server.http.resource import PERSONAL
from kintoun_server.http.session_cookie import CREDENTIALS
from kintoun_server.http.site import PREFIX

from .subrequest import SubRequest


@dataclass(frozen=True, slots=True)
class Container:
    """The container whose lists a write changes: None for the root.

    ``owner`` are the credentials of a request on the alias of a personal bucket, which names another bucket for each.
    """

    uri: ObjectURI | None
    owner: tuple[str, ...] = ()

    @property
    def holds_records(self) -> bool:
        """Whether it is a collection."""
        return self.uri is not None and self.uri.list.kind is COLLECTION

    @property
    def bucket(self) -> str:
        """The id of the bucket that it is, or that it is in; empty for the root."""
        return "" if self.uri is None else self.uri.list.bucket or self.uri.id

    @property
    def is_alias(self) -> bool:
        """Whether its bucket is named by the alias of a personal bucket."""
        return self.bucket == PERSONAL

    def apart_from(self, other: "Container | None") -> bool:
        """Tell whether writes here and there can change places unnoticed.

        Only records of two collections can: buckets, groups and collections decide on rights elsewhere, and their
        deletion takes what is below them. An alias and the id of a personal bucket may be the same bucket.
        """
        if other is None or not (self.holds_records and other.holds_records):
            return False
        if self.is_alias and other.is_alias:
            return self.owner == other.owner and self.uri != other.uri
        if self.is_alias or other.is_alias:
            return not is_personal_bucket_id((other if self.is_alias else self).bucket)
        return self.uri != other.uri


@dataclass(slots=True)
class Step:
    """Requests that run at once, by their positions in the batch; ``container`` is None for one that runs alone."""

    container: Container | None
    positions: list[int] = field(default_factory=list)


def plan(requests: Sequence[SubRequest]) -> list[Step]:
    """Put the requests into steps that have the same effect as the requests one after another."""
    steps: list[Step] = []
    for position, request in enumerate(requests):
        container = _container(request)
        step = _step_to_join(steps, container)
        if step is None:
            step = Step(container)
            steps.append(step)
        step.positions.append(position)
    return steps


def _step_to_join(steps: Sequence[Step], container: Container | None) -> Step | None:
    if container is None:
        return None
    for step in reversed(steps):
        if step.container == container:
            return step
        if not container.apart_from(step.container):
            return None
    return None


def _container(request: SubRequest) -> Container | None:
    """Answer the container that a write of one object changes, None for a request that runs alone."""
    list_uri = _written_list(request)
    if list_uri is None:
        return None
    container = Container(list_uri.parent)
    if not container.is_alias:
        return container
    if list_uri.kind is COLLECTION and request.method != "PUT":
        # Makes the collection itself before the change, and so takes more rounds than the others.
        return None
    return Container(list_uri.parent, tuple(request.headers.get(name, "") for name in CREDENTIALS))


def _is_of_accounts(place: ListURI | ObjectURI) -> bool:
    return (place if isinstance(place, ListURI) else place.list).kind is ACCOUNT


def _written_list(request: SubRequest) -> ListURI | None:
    place = locate([unquote(segment) for segment in request.path.removeprefix(f"{PREFIX}/").split("/")])
    if place is not None and _is_of_accounts(place):
        # It decides who the callers of the requests after it are.
        return None
    if isinstance(place, ListURI):
        return place if request.method == "POST" else None
    if place is None or request.method not in ("PUT", "PATCH", "DELETE"):
        return None
    # A personal bucket is made before it is changed.
    return None if place.list.kind is BUCKET and place.id == PERSONAL else place.list
