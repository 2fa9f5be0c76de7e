"""``groups``: people to share with under one name. All of it needs the server."""

from collections.abc import Sequence
from typing import Any

import click

from kintoun_sync import Group
from kintoun_sync.todo.app import App, pass_app
from kintoun_sync.todo.output import json_option, say, show, show_json, table
from kintoun_sync.todo.people import find_group
from kintoun_sync.todo.safe_text import safe


@click.group(invoke_without_command=True, short_help="Groups of people to share with.")
@json_option
@click.pass_context
def groups(context: click.Context, *, as_json: bool) -> None:
    """Make and change groups of people; alone it lists yours, and those that you are in."""
    if context.invoked_subcommand is not None:
        return
    app: App = context.obj
    own, joined = app.store.groups.list(), app.store.groups.joined()
    others = [group for group in joined if group.principal not in {one.principal for one in own}]
    if as_json:
        show_json({"own": list(map(_as_json, own)), "joined": list(map(_as_json, others))})
        return
    rows = [*((group, "yours") for group in own), *((group, "you are in it") for group in others)]
    show(table([(f"@{group.title}", remark, ", ".join(group.names)) for group, remark in rows]) if rows else [])
    if not rows:
        say("There are no groups; `kintoun-todo groups create friends bob mary` makes one.")


@groups.command(short_help="Make a group.")
@click.argument("name")
@click.argument("people", nargs=-1, metavar="[PERSON]...")
@json_option
@pass_app
def create(app: App, *, name: str, people: Sequence[str], as_json: bool) -> None:
    """Make a group; `kintoun-todo share with @NAME` shares with it."""
    _tell(app.store.groups.create(name.removeprefix("@"), people), as_json=as_json)


@groups.command(short_help="Take people in.")
@click.argument("name")
@click.argument("people", nargs=-1, required=True, metavar="PERSON...")
@json_option
@pass_app
def add(app: App, *, name: str, people: Sequence[str], as_json: bool) -> None:
    """Take people into a group."""
    _tell(app.store.groups.add(find_group(app.store, name), *people), as_json=as_json)


@groups.command(short_help="Put people out.")
@click.argument("name")
@click.argument("people", nargs=-1, required=True, metavar="PERSON...")
@json_option
@pass_app
def remove(app: App, *, name: str, people: Sequence[str], as_json: bool) -> None:
    """Put people out of a group; `share remove` takes away what they have edited, and so may still see."""
    _tell(app.store.groups.remove(find_group(app.store, name), *people), as_json=as_json)


@groups.command(short_help="Give a group another name.")
@click.argument("name")
@click.argument("title", metavar="NEW_NAME")
@json_option
@pass_app
def rename(app: App, *, name: str, title: str, as_json: bool) -> None:
    """Give a group another name; what is shared with it stays so."""
    _tell(app.store.groups.rename(find_group(app.store, name), title), as_json=as_json)


@groups.command(short_help="Remove a group.")
@click.argument("name")
@json_option
@pass_app
def delete(app: App, *, name: str, as_json: bool) -> None:
    """Remove a group; take away before what is shared with it, for a later group of this name would have it."""
    found = find_group(app.store, name)
    app.store.groups.delete(found)
    if as_json:
        show_json(_as_json(found))
    else:
        show([f"Removed: @{safe(found.title)}"])


def _tell(group: Group, *, as_json: bool) -> None:
    if as_json:
        show_json(_as_json(group))
    else:
        show([f"@{safe(group.title)}: {safe(', '.join(group.names)) or 'nobody'}"])


def _as_json(group: Group) -> dict[str, Any]:
    members = None if group.members is None else list(group.members)
    return {"id": group.id, "title": group.title, "principal": group.principal, "members": members}
