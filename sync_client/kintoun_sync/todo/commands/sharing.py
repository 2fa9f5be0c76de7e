"""``share``: who may see and change what. All of it but leaving needs the server."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import click

from kintoun_sync import Access, Collection, Kind, Role, Shared
from kintoun_sync.todo.app import App, pass_app
from kintoun_sync.todo.completion import complete_task
from kintoun_sync.todo.failure import CommandFailure, ExitStatus
from kintoun_sync.todo.output import bold, json_option, say, show, show_json, table
from kintoun_sync.todo.people import find_who
from kintoun_sync.todo.safe_text import safe
from kintoun_sync.todo.task import Task, list_name

task_option = click.option(
    "--task", metavar="TASK", shell_complete=complete_task, help="Only this task, not its whole list."
)


@click.group(invoke_without_command=True, short_help="Share tasks; list what is shared.")
@json_option
@click.pass_context
def share(context: click.Context, *, as_json: bool) -> None:
    """Share tasks with people and groups; alone it lists what is shared with you, and by you.

    It is about your list of tasks, another one with --list, or one task with --task. People are named by their
    accounts, groups by @NAME. READER may view, EDITOR may view, edit, share and remove, CONTRIBUTOR may add tasks.
    """
    if context.invoked_subcommand is not None:
        return
    app: App = context.obj
    with_me = app.store.sharing.with_me()
    # Whoever may write something of others sees who else has access, and shares it no more than they do.
    of_others = {one.place for one in with_me}
    by_me = [one for one in app.store.sharing.by_me(*app.own_collections) if one.place not in of_others]
    if as_json:
        show_json({"with_me": list(map(_as_json, with_me)), "by_me": list(map(_as_json, by_me))})
        return
    opened = {list_name(collection) for collection in app.store.collections()}
    if with_me:
        show([bold("Shared with you"), *table([_with_me_row(one, opened) for one in with_me])])
    if by_me:
        rows = [(_name(app, one), "with " + ", ".join(map(str, one.others))) for one in by_me]
        show([bold("Shared by you"), *table(rows)])
    if not (with_me or by_me):
        say("Nothing is shared with you, or by you.")
    if any(_list_of(one) not in opened for one in with_me if one.collection):
        say("`kintoun-todo share open` puts what is shared with you on this device.")


@share.command("with", short_help="Share with a person or a group.")
@click.argument("who")
@click.option("--role", type=click.Choice([role.value for role in Role]), default="editor", help="editor by default.")
@task_option
@json_option
@pass_app
def share_with(app: App, *, who: str, role: str, task: str | None, as_json: bool) -> None:
    """Give a person, or a group (@NAME), a role; it takes the place of the one that they had."""
    target = _target(app, task)
    if task is None and target.collection.bucket == "default":
        app.store.sharing.create(target.collection)
    app.store.sharing.share(target.collection, find_who(app.store, who), role, record=target.record_id)
    if as_json:
        show_json({"list": target.list_name, "task": target.record_id, "who": who, "role": role})
    else:
        show([f"{safe(who)} is now {role} of {target.title}"])


@share.command("remove", short_help="Take somebody's access away.")
@click.argument("who")
@task_option
@json_option
@pass_app
def share_remove(app: App, *, who: str, task: str | None, as_json: bool) -> None:
    """Take a person's or a group's access away; the tasks leave their devices with their next sync."""
    target = _target(app, task)
    removal = app.store.sharing.remove(target.collection, find_who(app.store, who), record=target.record_id)
    if as_json:
        remaining = list(map(_access_as_json, removal.remaining))
        show_json({"list": target.list_name, "who": who, "objects": removal.objects, "remaining": remaining})
        return
    show([f"{safe(who)} has no access of their own any more ({removal.objects} changed)"])
    for left in removal.remaining:
        say(f"There still is: {safe(str(left))}")


@share.command("stop", short_help="Take everybody's access away but yours.")
@task_option
@json_option
@pass_app
def share_stop(app: App, *, task: str | None, as_json: bool) -> None:
    """Take everybody's access away but yours."""
    target = _target(app, task)
    removal = app.store.sharing.stop(target.collection, record=target.record_id)
    if as_json:
        show_json({"list": target.list_name, "objects": removal.objects})
    else:
        show([f"{target.title} is no longer shared"])


@share.command("who", short_help="List who has access.")
@task_option
@json_option
@pass_app
def share_who(app: App, *, task: str | None, as_json: bool) -> None:
    """List who has access."""
    target = _target(app, task)
    access = app.store.sharing.who(target.collection, record=target.record_id)
    if as_json:
        show_json({"access": list(map(_access_as_json, access)), "hidden": [kind.value for kind in access.hidden]})
        return
    show(table([(one.name, one.role.value, _remark(one)) for one in access]) if access else [])
    for kind in access.hidden:
        say(f"Who has access through the {kind} is not shown to you.")


@share.command("open", short_help="Put a shared list on this device.")
@click.argument("lists", nargs=-1, metavar="[LIST]...")
@json_option
@pass_app
def share_open(app: App, *, lists: Sequence[str], as_json: bool) -> None:
    """Put lists that are shared with you on this device, all of them or those that you name: BUCKET/NAME.

    Their tasks come with the next sync.
    """
    shared = {_list_of(one): one for one in app.store.sharing.with_me() if one.collection is not None}
    unknown = [name for name in lists if name not in shared]
    if unknown:
        raise CommandFailure(f"no list {unknown[0]!r} is shared with you; `kintoun-todo share` shows what is")
    opened = [shared[name] for name in dict.fromkeys(lists or shared)]
    for one in opened:
        app.store.collection(str(one.collection), bucket=one.bucket)
    if as_json:
        show_json([_list_of(one) for one in opened])
        return
    show(f"Opened: {safe(_list_of(one))}" for one in opened)
    say("`kintoun-todo sync` brings the tasks." if opened else "No list is shared with you.")


@share.command("leave", short_help="Let go of a shared list or task.")
@click.argument("name", metavar="[LIST]", required=False)
@task_option
@json_option
@pass_app
def share_leave(app: App, *, name: str | None, task: str | None, as_json: bool) -> None:
    """Let go of a list or a task that was shared with you: it leaves this device; who shared it is not told."""
    if (name is None) == (task is None):
        raise CommandFailure("say a LIST, or --task TASK", ExitStatus.USAGE)
    target = _target(app, task) if name is None else _Target(app.existing(name))
    app.store.sharing.leave(target.collection, record=target.record_id)
    if as_json:
        show_json({"list": target.list_name, "task": target.record_id})
    else:
        show([f"Left: {target.title}"])


@dataclass(frozen=True)
class _Target:
    """What is meant: a list, or one task of it."""

    collection: Collection
    task: Task | None = None

    @property
    def record_id(self) -> str | None:
        return None if self.task is None else self.task.id

    @property
    def list_name(self) -> str:
        return list_name(self.collection)

    name: str = ""

    @property
    def title(self) -> str:
        return safe((self.name or self.list_name) if self.task is None else self.task.description)


def _target(app: App, task: str | None) -> _Target:
    if task is None:
        return _Target(app.collection, name=app.lists.name_of(app.collection))
    (found,) = app.find([task])
    if found.record.last_modified is None:
        raise CommandFailure(f"the server does not have {found.description!r} yet: `kintoun-todo sync` first")
    return _Target(found.collection, found)


def _list_of(one: Shared) -> str:
    return f"{one.bucket}/{one.collection}"


def _name(app: App, one: Shared) -> str:
    if one.kind is Kind.RECORD:
        return f"{one.title} (in {one.collection})"
    if one.collection is None:
        return one.bucket
    titles = app.lists.titles()
    return titles.get(one.collection, one.collection) if one.bucket == app.store.own_bucket else _list_of(one)


def _with_me_row(one: Shared, opened: set[str]) -> tuple[str, str, str]:
    place = "everything in it" if one.collection is None else "on this device" if _list_of(one) in opened else ""
    where = one.title if one.kind is Kind.RECORD else one.kind.value
    return (_list_of(one) if one.collection else one.bucket, f"{one.role or 'none'}", f"{where}  {place}".strip())


def _remark(one: Access) -> str:
    parts = ["you"] if one.me else []
    parts += [f"through the {one.through}"] if one.through else []
    parts += ["a group: " + ", ".join(one.members)] if one.group and one.members else ["a group"] if one.group else []
    return ", ".join(parts)


def _access_as_json(one: Access) -> dict[str, Any]:
    return {
        "principal": one.principal,
        "name": one.name,
        "role": one.role.value,
        "permissions": list(one.permissions),
        "through": one.through and one.through.value,
        "me": one.me,
        "members": None if one.members is None else list(one.members),
    }


def _as_json(one: Shared) -> dict[str, Any]:
    return {
        "bucket": one.bucket,
        "collection": one.collection,
        "record": one.record,
        "kind": one.kind.value,
        "title": one.title,
        "role": one.role and one.role.value,
        "others": list(map(_access_as_json, one.others)),
    }
