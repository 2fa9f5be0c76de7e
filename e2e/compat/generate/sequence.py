"""Sequences of requests: each has a theme, and all of them mix."""

from collections.abc import Callable, Iterator, Mapping

from e2e.compat.exchange import Request
from e2e.compat.generate.accounts import accounts, permissions_endpoint
from e2e.compat.generate.batches import batches
from e2e.compat.generate.lists import changes, filters, ordering, pages
from e2e.compat.generate.malformed import malformed
from e2e.compat.generate.objects import objects, preconditions, rights, setup
from e2e.compat.generate.patches import patches
from e2e.compat.generate.personal import personal
from e2e.compat.generate.service import cross_origin, service
from e2e.compat.generate.values import data_for
from e2e.compat.generate.world import World

Make = Callable[[World], Request]

LENGTH = 70
"""Requests in one sequence at most."""
_MIX: Mapping[Make, float] = {
    objects: 4,
    preconditions: 1,
    rights: 1,
    changes: 0.7,
    filters: 0.7,
    patches: 0.7,
    malformed: 0.7,
    batches: 0.3,
    pages: 0.2,
    permissions_endpoint: 0.2,
    personal: 0.2,
    service: 0.3,
    cross_origin: 0.2,
}
THEMES: tuple[Make, ...] = (
    objects, filters, malformed, patches, preconditions, changes, batches, rights, ordering, pages, personal,
    permissions_endpoint, service, cross_origin, accounts,
)  # fmt: skip


def sequence(seed: int, index: int) -> tuple[World, Iterator[Request]]:
    """The world and the requests of sequence ``index`` for a seed; tell the world of each answer before the next."""
    theme = THEMES[index % len(THEMES)]
    world = World(f"{seed}-{index}")
    return world, _requests(world, theme)


def _requests(world: World, theme: Make) -> Iterator[Request]:
    yield from setup(world)
    if theme in {filters, ordering, pages}:
        for _ in range(9):
            data = {"data": data_for(world, "record")}
            path = f"/buckets/todo/collections/tasks/records/r{world.random.randint(0, 99)}"
            yield world.request("objects", "PUT", path, body=data)
    mix = {**_MIX, theme: sum(_MIX.values()) * 1.5}
    for _ in range(LENGTH):
        yield world.random.choices(list(mix), weights=list(mix.values()))[0](world)
