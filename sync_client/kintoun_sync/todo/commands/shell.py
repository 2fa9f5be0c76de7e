"""``completion``: the script that a shell needs to complete commands and tasks."""

import click
from click.shell_completion import BashComplete, FishComplete, ShellComplete, ZshComplete

_CLASSES: dict[str, type[ShellComplete]] = {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}


@click.command(short_help="Print a shell's completion script.")
@click.argument("shell", type=click.Choice(list(_CLASSES)))
@click.pass_context
def completion(context: click.Context, *, shell: str) -> None:
    r"""Print the completion script of a shell.

    \b
    bash: eval "$(kintoun-todo completion bash)"   in ~/.bashrc
    zsh:  eval "$(kintoun-todo completion zsh)"    in ~/.zshrc, after compinit
    fish: kintoun-todo completion fish | source    in ~/.config/fish/config.fish
    """
    click.echo(_CLASSES[shell](context.find_root().command, {}, "kintoun-todo", "_KINTOUN_TODO_COMPLETE").source())
