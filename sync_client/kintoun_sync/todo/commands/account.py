"""``login``, ``logout`` and ``profiles``: who asks which server."""

import os
import sys
from dataclasses import replace

import click

from kintoun_sync.todo.app import App, pass_app
from kintoun_sync.todo.credentials import credentials_file, remove_password, save_password
from kintoun_sync.todo.failure import CommandFailure, ExitStatus
from kintoun_sync.todo.output import json_option, say, show, show_json, table
from kintoun_sync.todo.profile import Profile, address, is_private, profile_names
from kintoun_sync.todo.safe_text import safe
from kintoun_sync.todo.server_view import ServerView, sign_up, view_server


@click.command(short_help="Say which server, and who you are.")
@click.argument("server", required=False)
@click.option("-u", "--user", metavar="NAME", help="Your name there.")
@click.option("--password-stdin", is_flag=True, help="Read the password from the first line of standard input.")
@click.option("--sign-up", "wish", flag_value="sign-up", help="Make an account of this name.")
@click.option("--no-account", "wish", flag_value="no-account", help="Any name with any password, without an account.")
@click.option("--keyring/--no-keyring", default=True, help="Keep the password in the keyring, if there is one.")
@json_option
@pass_app
def login(  # noqa: PLR0913 - one for each option
    app: App,
    *,
    server: str | None,
    user: str | None,
    password_stdin: bool,
    wish: str | None,
    keyring: bool,
    as_json: bool,
) -> None:
    """Say which server to synchronise with, and who you are there; it asks for what you do not say.

    The tasks that you have written before stay, and are sent with the first sync.
    """
    where = address(server or app.profile.server or _ask("Server"))
    name = user or app.profile.user or _ask("Name")
    if ":" in name:
        raise CommandFailure("a name has no colon", ExitStatus.USAGE)
    if not is_private(where):
        say(f"{where} is asked without encryption: others on the way can read the password.")
    view_server(where)
    password = _password(new=wish == "sign-up", from_stdin=password_stdin)
    if wish == "sign-up":
        sign_up(where, name, password)
    profile = replace(app.profile, server=where, user=name)
    view = _recognised(profile, password, wish)
    _check_owner(app, profile, view)
    saved = replace(profile, keyring=save_password(profile, password, use_keyring=keyring))
    saved.save()
    kept = "the keyring" if saved.keyring else str(credentials_file())
    if as_json:
        show_json({"profile": saved.name, "server": saved.server, "user": saved.user, "user_id": view.user_id})
    else:
        show([f"Logged in at {saved.server} as {safe(str(saved.user))}. The password is in {kept}."])
        say("`kintoun-todo sync` to begin.")


def _ask(what: str) -> str:
    if not sys.stdin.isatty():
        raise CommandFailure(f"{what.lower()}? `kintoun-todo login SERVER --user NAME`", ExitStatus.USAGE)
    return str(click.prompt(what, err=True)).strip()


def _password(*, new: bool, from_stdin: bool) -> str:
    if from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    elif given := os.environ.get("KTODO_PASSWORD"):
        password = given
    elif sys.stdin.isatty():
        password = str(click.prompt("Password", hide_input=True, confirmation_prompt=new, err=True))
    else:
        raise CommandFailure("the password? give it with --password-stdin or in KTODO_PASSWORD", ExitStatus.USAGE)
    if not password:
        raise CommandFailure("the password is empty", ExitStatus.USAGE)
    return password


def _recognised(profile: Profile, password: str, wish: str | None) -> ServerView:
    """Ask the server whether it knows us; a name without an account must be meant so."""
    server, user = str(profile.server), str(profile.user)
    view = view_server(server, (user, password))
    if view.user_id is None:
        raise CommandFailure(f"{server} does not take this name and password", ExitStatus.DENIED)
    if view.is_account or not view.has_accounts or wish == "no-account":
        return view
    if not sys.stdin.isatty():
        raise CommandFailure(
            f"there is no account {user!r} at {server}: --sign-up makes one, --no-account goes on without",
            ExitStatus.DENIED,
        )
    click.confirm(f"There is no account {safe(user)} at {server}. Sign up with this password?", abort=True, err=True)
    sign_up(server, user, password)
    return view_server(server, (user, password))


def _check_owner(app: App, profile: Profile, view: ServerView) -> None:
    owner = app.store.user_id
    before = app.profile.server
    if owner is not None and (owner != view.user_id or before not in (None, profile.server)):
        raise CommandFailure(
            f"the tasks of profile {profile.name} are of {owner}: use another one, `kintoun-todo --profile NAME login`"
        )


@click.command(short_help="Forget the server and the password.")
@click.option("--remove-tasks", is_flag=True, help="Remove the tasks from this device too.")
@click.option("-y", "--yes", is_flag=True, help="Also if that loses changes that were not sent.")
@json_option
@pass_app
def logout(app: App, *, remove_tasks: bool, yes: bool, as_json: bool) -> None:
    """Forget the password and the server; the tasks stay on this device."""
    waiting = app.store.waiting if remove_tasks else 0
    if waiting and not yes:
        question = f"{waiting} changes were not sent and will be lost"
        if not sys.stdin.isatty():
            raise CommandFailure(f"{question}: sync before, or say --yes")
        click.confirm(f"{question}. Go on?", abort=True, err=True)
    if app.profile.user is not None:
        remove_password(app.profile)
    app.profile.forget()
    if remove_tasks:
        app.store.close()
        app.profile.remove_tasks()
    if as_json:
        show_json({"profile": app.profile.name, "tasks_removed": remove_tasks})
    else:
        stay = "The tasks are gone from this device." if remove_tasks else "The tasks stay on this device."
        show([f"Logged out. {stay}"])


@click.command(short_help="List the profiles.")
@json_option
@pass_app
def profiles(app: App, *, as_json: bool) -> None:
    """List the profiles: accounts of servers, each with tasks of its own; --profile chooses one."""
    found = [Profile.load(name) for name in profile_names()]
    if as_json:
        show_json([{"profile": one.name, "server": one.server, "user": one.user} for one in found])
    elif found:
        now = app.profile.name
        show(
            table(
                [
                    ("*" if one.name == now else " ", one.name, one.user or "-", one.server or "no server")
                    for one in found
                ]
            )
        )
    else:
        say("There are no profiles yet; the first task, or `kintoun-todo login`, makes one.")
