"""The app can be mounted."""

from kintoun_todo.static_files import StaticFiles


def test_the_page_s_modules_are_found_from_the_first_one() -> None:
    """The list of modules begins with the one that the page starts, and names each once."""
    modules = StaticFiles().modules
    assert modules[0] == "app/main.js"
    assert len(set(modules)) == len(modules)
