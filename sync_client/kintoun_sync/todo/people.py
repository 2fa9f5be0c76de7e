"""How a person names people and groups: by the account, by ``@`` and the group's name, or as the protocol does."""

from kintoun_sync import Group, Store

from .failure import CommandFailure


def find_who(store: Store, name: str) -> Group | str:
    """Find whom a name means.

    Raises:
        CommandFailure: there is no such group.
    """
    return find_group(store, name) if name.startswith("@") else name


def find_group(store: Store, name: str) -> Group:
    """Find a group, one's own first, by its id or its title.

    Raises:
        CommandFailure: there is none, or more than one.
    """
    wanted = name.removeprefix("@")
    for groups in (store.groups.list(), store.groups.joined()):
        found = [group for group in groups if wanted in (group.id, group.title, group.principal)]
        if len(found) == 1:
            return found[0]
        if found:
            principals = ", ".join(group.principal for group in found)
            raise CommandFailure(f"there are several groups {wanted!r}: say which, {principals}")
    raise CommandFailure(f"there is no group {wanted!r}; `kintoun-todo groups` lists them")
