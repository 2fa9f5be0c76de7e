"""Who may do what: each permission, handed to each kind of principal, tried with each method on each kind of object.

The expectations stand in `permission_matrix.toml` and `setting_matrix.toml`, written by hand from sections 6, 9, 11 and
14 of the protocol; none of the server's own rules is used to find them. `permission_world.py` describes the worlds in
which they are tried.
"""

import itertools
import re
import tomllib
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from kintoun_server.domain.kinds import KINDS as KIND_TABLE

from .permission_world import (
    COLUMNS,
    KEY,
    KINDS,
    NOT_SHARED,
    OPERATIONS,
    OWNER,
    Cell,
    Client,
    Sharing,
    World,
    ask,
    user_id,
)

Table = Mapping[str, Mapping[str, str]]
Key = tuple[str, str, str]

THREADS = 8

SHARINGS: Mapping[str, Sharing] = {
    "user id": Sharing("{holder}", thorough=True),
    "user id with a colon": Sharing("{holder:}", loses=()),
    "group": Sharing("/buckets/{world}/groups/friends", "{holder}"),
    "group of another bucket": Sharing("/buckets/{world}-hidden/groups/friends", "{holder:}", loses=()),
    "group of all": Sharing(
        "/buckets/{world}/groups/friends", "system.Authenticated", gains=("stranger",), loses=("anonymous",)
    ),
    "system.Authenticated": Sharing("system.Authenticated", gains=("stranger",), loses=("anonymous",)),
    "system.Everyone": Sharing("system.Everyone", gains=("stranger", "anonymous"), loses=()),
}


def explore(world: World, cells: list[Cell]) -> list[str]:
    """Try all cells in one world, those in which nothing may change first.

    Returns one line for each cell that came out differently than expected.
    """
    world.build({cell.column for cell in cells})
    before = world.state()
    still = [cell for cell in cells if not cell.changes]
    outcomes = [ask(world, cell) for cell in still]
    wrong = [] if world.state() == before else ["the world has changed, although no request was to change it"]
    moving = [cell for cell in cells if cell.changes]
    for cell in moving:
        outcomes.append(ask(world, cell))
        world.mend(cell)
    world.demolish()
    pairs = zip(still + moving, outcomes, strict=True)
    return wrong + [f"{cell}: got {outcome}" for cell, outcome in pairs if outcome != cell.outcome]


def parsed(text: str) -> Table:
    """One table of a file; its first line names the columns, and two blanks or more part the cells."""
    columns, *rows = [re.split(r"\s{2,}", line.strip()) for line in text.strip().splitlines()]
    return {row: dict(zip(columns, cells, strict=True)) for row, *cells in rows}


def tables(name: str) -> dict[str, Any]:
    """The texts of one file of expectations, at the places where they stand."""
    with (Path(__file__).parent / name).open("rb") as file:
        return tomllib.load(file)


OF_OBJECTS = tables("permission_matrix.toml")
OF_SETTINGS = tables("setting_matrix.toml")
NOTHING = parsed(OF_OBJECTS.pop("nothing"))
GRANTS = [(kind, permission) for kind in KINDS for permission in KIND_TABLE[kind].permissions]
SETTINGS = [f"{kind}_{permission}" for kind in KINDS for permission in ("read", "write", "create")]


def outcome(table: Table, row: str, column: str, role: str) -> str:
    """The outcome that a table names; behind a bar stands that of the anonymous."""
    authenticated, _, anonymous = table[row][column].partition("|")
    return anonymous if anonymous and role == "anonymous" else authenticated


def cells_of(table: Table, sharing: Sharing) -> list[Cell]:
    """The cells of one world; who loses by the sharing is to get nothing where the others gain."""
    cells = []
    for role in (*sharing.gains, *sharing.loses):
        theirs = table if role in sharing.gains else NOTHING
        for row, column in itertools.product(OPERATIONS, COLUMNS):
            differs = outcome(table, row, column, role) != outcome(NOTHING, row, column, role)
            if table[row][column] != "-" and (differs or (sharing.thorough and role in sharing.gains)):
                cells.append(Cell(role, row, column, outcome(theirs, row, column, role)))
    return cells


def is_of_all_worlds(cell: Cell) -> bool:
    """Tell whether a cell sees, or deletes, the buckets of other worlds too."""
    return cell.column == "bucket" and OPERATIONS[cell.row][1] in {"list", "list since"}


def is_open(sharing: str) -> bool:
    """Tell whether a permission that is shared so is given to people of other worlds too."""
    return "holder" not in SHARINGS[sharing].gains


def run_matrix(root: str) -> dict[Key, list[str]]:
    """Explore a world for each grant and each way to share it; gives what came out wrong, by kind, permission, sharing.

    Where a permission is given to all, the lists of buckets are tried in a second world while there is no other one;
    with buckets that everyone can read last, as their tombstones stay in sight of the anonymous.
    """
    client = Client(root)
    together: dict[Key, tuple[World, list[Cell]]] = {}
    alone: dict[Key, tuple[World, list[Cell]]] = {}
    for number, (kind, permission, sharing) in enumerate((*grant, sharing) for grant in GRANTS for sharing in SHARINGS):
        cells = cells_of(parsed(OF_OBJECTS[kind][permission]), SHARINGS[sharing])
        key, parts = (kind, permission, sharing), (kind, permission, SHARINGS[sharing])
        apart = [cell for cell in cells if is_of_all_worlds(cell)] if is_open(sharing) else []
        together[key] = (World(client, f"w{number:03}", *parts), [cell for cell in cells if cell not in apart])
        alone[key] = (World(client, f"x{number:03}", *parts), apart)
    with ThreadPoolExecutor(THREADS) as pool:
        closed = [key for key in together if not is_open(key[2])]
        found = dict(zip(closed, pool.map(lambda key: explore(*together[key]), closed), strict=True))
        found["", "", ""] = explore(
            World(client, "nobody"), cells_of(NOTHING, NOT_SHARED._replace(gains=("stranger", "anonymous")))
        )
        opened = [key for key in together if is_open(key[2])]
        for key in sorted(opened, key=lambda key: (key[2] == "system.Everyone", key[0] == "bucket")):
            found[key] = explore(*alone[key]) if alone[key][1] else []
        for key, lines in zip(opened, pool.map(lambda key: explore(*together[key]), opened), strict=True):
            found[key] += lines
    client.close()
    return found


def run_settings(root: str) -> dict[str, list[str]]:
    """Explore a world for each setting, whose holder is in no list of the world; the worlds of buckets one by one."""
    client = Client(root)

    def run(setting: str) -> list[str]:
        return explore(World(client, setting), cells_of(parsed(OF_SETTINGS[setting]), NOT_SHARED))

    buckets = [setting for setting in SETTINGS if setting.startswith("bucket")]
    others = [setting for setting in SETTINGS if setting not in buckets]
    found = {setting: run(setting) for setting in buckets}
    with ThreadPoolExecutor(THREADS) as pool:
        found |= dict(zip(others, pool.map(run, others), strict=True))
    client.close()
    return found


@pytest.fixture(scope="module")
def wrong(serve: Callable[..., str]) -> Mapping[Key, list[str]]:
    """The cells that came out wrong, by kind, permission and sharing."""
    return run_matrix(serve(userid_hmac_secret=KEY))


@pytest.fixture(scope="module")
def wrong_by_setting(serve: Callable[..., str]) -> Mapping[str, list[str]]:
    """The cells that came out wrong, by setting; every other setting spells its holder with a colon."""
    principals = {
        f"{setting}_principals": [user_id(f"holder-{setting}", "_:"[number % 2])]
        for number, setting in enumerate(SETTINGS)
    }
    principals["bucket_create_principals"].append(user_id(OWNER))
    return run_settings(serve(userid_hmac_secret=KEY, **principals))


def test_every_permission_has_its_expectations() -> None:
    """The tables name exactly the kinds and permissions of the server, and each has all rows and columns.

    Accounts have a table of their own in the protocol, and tests of their own in `test_accounts.py`.
    """
    others = [kind for kind in KIND_TABLE.values() if kind.name != "account"]
    named = {(kind, permission) for kind, permissions in OF_OBJECTS.items() for permission in permissions}
    assert named == {(kind.name, permission) for kind in others for permission in kind.permissions}
    assert set(OF_SETTINGS) == set(SETTINGS)
    granted = [parsed(OF_OBJECTS[kind][permission]) for kind, permission in GRANTS]
    for table in (NOTHING, *granted, *(parsed(text) for text in OF_SETTINGS.values())):
        assert list(table) == list(OPERATIONS)
        assert all(tuple(columns) == COLUMNS for columns in table.values())


def test_who_has_nothing_can_do_nothing(wrong: Mapping[Key, list[str]]) -> None:
    """Who was given nothing can create buckets of their own, unless they are anonymous, and nothing else."""
    assert not wrong["", "", ""], "\n".join(wrong["", "", ""])


def test_the_matrix_is_complete() -> None:
    """A permission that is given to a user id is tried in every row and column of its table."""
    for kind, permission in GRANTS:
        cells = cells_of(parsed(OF_OBJECTS[kind][permission]), SHARINGS["user id"])
        tried = {(cell.row, cell.column) for cell in cells if cell.role == "holder"}
        assert len(tried) == len(OPERATIONS) * len(COLUMNS) - sum(
            text == "-" for row in NOTHING.values() for text in row.values()
        )


@pytest.mark.parametrize("sharing", SHARINGS)
@pytest.mark.parametrize(("kind", "permission"), GRANTS)
def test_a_permission_grants_what_the_table_says(
    wrong: Mapping[Key, list[str]], kind: str, permission: str, sharing: str
) -> None:
    """Who gains a permission, through this kind of principal, can do what the table says, and nobody else can."""
    lines = wrong[kind, permission, sharing]
    assert not lines, "\n".join(lines)


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_setting_grants_what_the_table_says(wrong_by_setting: Mapping[str, list[str]], setting: str) -> None:
    """Who is named in a setting of principals can do what the table says, with all objects of one kind."""
    assert not wrong_by_setting[setting], "\n".join(wrong_by_setting[setting])
