"""The templates, which escape all that they are given."""

from jinja2 import Environment, PackageLoader, StrictUndefined

from .static_files import StaticFiles


def make_environment(files: StaticFiles) -> Environment:
    """Make the environment of all templates: `static(path)` answers the address of a file, `sheets` are paths."""
    environment = Environment(
        loader=PackageLoader(__package__),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(static=files.url, sheets=files.sheets)
    return environment
