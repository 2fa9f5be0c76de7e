"""The settings: one frozen dataclass, read from the command line, the environment and a TOML file."""

import dataclasses
import difflib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, get_args, get_type_hints

import platformdirs

from kintoun_server.domain.principals import AUTHENTICATED, EVERYONE
from kintoun_server.setting_kinds import (
    Kind,
    choice,
    day,
    flag,
    optional,
    path,
    principals,
    some_of,
    text,
    whole,
    words,
)
from kintoun_server.start_error import StartError

PREFIX = "KINTOUN_"
"""What precedes the name of a setting, in capitals, in the environment."""

ACCOUNT_POLICY = "account"
BASICAUTH_POLICY = "basicauth"


class SettingsError(StartError):
    """A setting is unknown, malformed or missing; the text is one line for the operator."""

    exit_status = 2


Line = Annotated[str, text()]
OptionalLine = Annotated[str | None, optional(text())]
File = Annotated[Path | None, optional(path())]
Principals = Annotated[frozenset[str], principals()]
Flag = Annotated[bool, flag()]
Positive = Annotated[int, whole(1)]
OptionalPositive = Annotated[int | None, optional(whole(1))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All that an operator can choose, under the names that Kinto has for the same things (protocol section 29).

    A setting is a field whose type is annotated with the kind of its value; one without ``repr`` is a secret and is
    printed nowhere. Below each stands what it means, in which unit, and why.
    """

    host: Annotated[str, text(r"\S+", "a host name or an IP address")] = "127.0.0.1"
    """Address to listen on. This machine only by default: Kintoun speaks plain HTTP, for a proxy with TLS in front."""
    port: Annotated[int, whole(0, 65535)] = 8888
    """TCP port to listen on; 0 = a free one of the kernel's choice, which is printed."""
    data: Annotated[Path, path()] = dataclasses.field(
        default_factory=lambda: platformdirs.user_data_path("kintoun", appauthor=False)
    )
    """Folder of the private database and of the secrets; unused with `mongodb_uri`."""
    mongodb_uri: Annotated[
        str | None, optional(text(r"mongodb(\+srv)?://\S+", "a URI that begins with mongodb:// or mongodb+srv://"))
    ] = dataclasses.field(default=None, repr=False)
    """The MongoDB replica set or sharded cluster to use; none = a private mongod is started."""
    mongodb_database: Annotated[str, text(r'[^/\\. "$*<>:|?\x00-\x1f]{1,63}', "the name of a database")] = "kintoun"
    """Name of the database that holds everything."""
    mongodb_driver: Annotated[str, choice("pymongo", "motor")] = "pymongo"
    """The Python driver. PyMongo is the one under maintenance; Motor is for those who hold a Motor client already."""
    mongod: File = None
    """The mongod to start without `mongodb_uri`; none = the one on PATH, else the one of the `embedded` extra."""

    userid_hmac_secret: Line = dataclasses.field(default="", repr=False)
    """Key that makes a user id of a name and a password: to change it orphans all data of Basic authentication.
    Required with `mongodb_uri`, the same for all servers; else, unless given, made once and kept in the data folder."""
    default_bucket_hmac_secret: Line = dataclasses.field(default="", repr=False)
    """Key that makes the id of the personal bucket of a user id; empty = one derived from `userid_hmac_secret` with
    `mongodb_uri`, otherwise made once and kept in the data folder."""

    multiauth_policies: Annotated[tuple[str, ...], some_of(ACCOUNT_POLICY, BASICAUTH_POLICY)] = (
        ACCOUNT_POLICY,
        BASICAUTH_POLICY,
    )
    """How people authenticate, in whatever order: where an account has the name only its password counts; any other
    pair of a name and a password is a user of `basicauth`, if that is among them."""
    account_cache_ttl_seconds: Annotated[int, whole(0)] = 30
    """Seconds that a verified password is remembered, in memory; 0 = not at all. A new password counts at once."""
    account_min_password_length: Annotated[int, whole(1, 1024)] = 8
    """Characters of a password at least, when it is set (NIST SP 800-63B)."""

    session_lifetime_seconds: Annotated[int, whole(1, 400 * 24 * 3600)] = 30 * 24 * 3600
    """Seconds that somebody who signs in with a browser stays signed in; counted anew when half of them are gone. No
    browser keeps a cookie for more than 400 days."""
    people_lookups_per_minute: Positive = 30
    """How often in a minute each account may look up others by `GET /v1/people` (429 above it)."""
    webapp_enabled: Flag = True
    """Whether the web app is served at `/`, where its package `kintoun-todo` is installed."""
    webapp_service_worker_enabled: Flag = True
    """Whether the web app keeps itself in browsers for offline use; `false` removes it from them, and no tasks."""

    project_name: Line = "Kintoun"
    """Name in the hello view."""
    project_docs: Line = "https://kinto.readthedocs.io/"
    """Address of the documentation, in the hello view."""
    version_json_path: File = None
    """File that `__version__` serves; none = what the package knows itself."""
    error_info_link: OptionalLine = None
    """Address in the `info` of a 500: where to report it."""

    http_scheme: Annotated[str | None, optional(choice("http", "https"))] = None
    """Scheme of the addresses in answers; none = that of the request. `https` behind a proxy that ends TLS."""
    http_host: Annotated[str | None, optional(text(r"[^\s/]+", "a host name with an optional port"))] = None
    """Host of the addresses in answers; none = that of the request."""
    trailing_slash_redirect_enabled: Flag = True
    """Whether a path with a slash at its end is redirected."""
    trailing_slash_redirect_ttl_seconds: Annotated[int, whole(-1)] = 3600
    """Seconds that this redirect may be cached; -1 = no such header."""
    version_prefix_redirect_enabled: Flag = True
    """Whether a path without `/v1` is redirected."""
    version_prefix_redirect_ttl_seconds: Annotated[int, whole(-1)] = -1
    """Seconds that this redirect may be cached; -1 = no such header, as the version that it leads to may change."""

    paginate_by: OptionalPositive = None
    """Objects in a page of a list at most; none = pages on request only."""
    storage_max_fetch_size: Positive = 10_000
    """Objects in one answer at most, whatever is asked for: it bounds the memory."""
    pagination_token_validity_seconds: Positive = 600
    """Seconds that the address of a next page stays valid."""
    batch_max_requests: Positive = 25
    """Requests in one batch at most; clients read it in the hello view."""

    log_format: Annotated[str | None, optional(choice("console", "json"))] = None
    """How a line of the log looks; none = `console` where standard error is a terminal, else `json`."""
    log_level: Annotated[str, choice("info", "warning", "error")] = "info"
    """The least of what is logged; a line for each request is `info`, or `error` where the server is at fault."""

    readonly: Flag = False
    """Whether every write is refused (405), but for signing in and out with a browser."""
    backoff: OptionalPositive = None
    """Seconds between requests that every answer asks of clients; none = no such header."""
    backoff_percentage: Annotated[int, whole(1, 100)] = 100
    """Share of the answers, in percent, that ask for `backoff`."""
    retry_after_seconds: Positive = 3
    """Seconds in the `Retry-After` of a 409, a 500 and a 503."""
    eos: Annotated[date | None, optional(day())] = None
    """Day on which the service ends, at its beginning in UTC: every answer announces it, and is 410 from then on."""
    eos_message: OptionalLine = None
    """What people are told about the end of the service."""
    eos_url: OptionalLine = None
    """Address where they can read more about it."""
    flush_endpoint_enabled: Flag = False
    """Whether `POST /v1/__flush__` erases everything, for anybody who asks: on servers for tests only."""
    user_data_delete_principals: Principals = frozenset()
    """Who may delete all data of a user by `__user_data__`. Kinto writes it `user-data_delete_principals`."""
    experimental_permissions_endpoint: Flag = True
    """Whether `GET /v1/permissions` tells people on which objects they have rights."""
    explicit_permissions: Flag = True
    """Whether the creator of an object is added to its writers, as all clients expect."""
    principals: Mapping[str, frozenset[str]] = dataclasses.field(
        default_factory=lambda: {
            "account_create": frozenset({EVERYONE}),
            "bucket_create": frozenset({AUTHENTICATED}),
        }
    )
    """Who may create, read or write all objects of a kind (protocol section 11.8); at first everyone may create an
    account, and everyone who is authenticated buckets."""
    disabled_methods: frozenset[str] = frozenset()
    """Methods that answer 405: each is switched off by itself, with `false` (protocol section 9)."""

    cors_origins: Annotated[tuple[str, ...], words()] = ("*",)
    """Origins whose pages may call the API from a browser; `*` = all."""
    cors_max_age_seconds: Annotated[int, whole(0)] = 3600
    """Seconds that a browser may remember the answer of a preflight."""
    heartbeat_timeout_seconds: Positive = 10
    """Seconds after which `__heartbeat__` calls the database dead."""

    max_body_bytes: Annotated[int, whole(1, 15 * 1024 * 1024)] = 4 * 1024 * 1024
    """Bytes of a request body at most (413 above): a document of MongoDB holds 16 MiB, ours wraps the body."""
    write_queue_length: Positive = 1000
    """Writes to one list that may wait; a full queue answers 503."""
    write_batch_size: Positive = 100
    """Writes to one list in one transaction at most."""
    read_timeout_seconds: Positive = 10
    """Seconds that a read may take in the database (503 after it)."""
    write_timeout_seconds: Positive = 10
    """Seconds that a write may take in the database (503 after it)."""

    @property
    def has_accounts(self) -> bool:
        """Whether accounts are among the ways in which people authenticate."""
        return ACCOUNT_POLICY in self.multiauth_policies


_SECRET = frozenset(field.name for field in dataclasses.fields(Settings) if not field.repr)
_OBJECT_KINDS = ("account", "bucket", "group", "collection", "record")
_PRINCIPALS = {
    f"{kind}_{permission}_principals": f"{kind}_{permission}"
    for kind in _OBJECT_KINDS
    for permission in ("create", "read", "write")
}
_METHODS = {
    f"{shape}_{kind}_{method}_enabled": f"{shape}_{kind}_{method}"
    for shape, methods in (("plural", ("get", "post", "delete")), ("object", ("get", "put", "patch", "delete")))
    for kind in _OBJECT_KINDS
    for method in methods
}

SETTING_KINDS: Mapping[str, Kind[object]] = {
    **{
        name: kind
        for name, hint in get_type_hints(Settings, include_extras=True).items()
        for kind in get_args(hint)
        if isinstance(kind, Kind)
    },
    **dict.fromkeys(_PRINCIPALS, principals()),
    **dict.fromkeys(_METHODS, flag()),
}
"""Every name that a setting can have, with the kind of its value."""


def load_settings(options: Mapping[str, object], config: Path | None, environ: Mapping[str, str]) -> Settings:
    """Read the settings; the command line wins over the environment, that over the file, that over the defaults.

    ``options`` maps names of settings to values of the command line (None = not given), ``config`` is a TOML file with
    one flat table, ``environ`` the environment, in which every variable named ``KINTOUN_…`` must be a setting. Relative
    paths in the file start at its folder. Raises SettingsError.
    """
    values = dict(_from_file(config)) if config else {}
    values.update(_from_environment(environ))
    values.update(_from_options(options))
    settings = _assemble(values)
    if settings.mongodb_uri and not settings.userid_hmac_secret:
        raise SettingsError(
            "With mongodb_uri the setting userid_hmac_secret must be given, the same for all servers of that database: "
            "set KINTOUN_USERID_HMAC_SECRET to a long random text."
        )
    return settings


def _from_file(config: Path) -> Iterator[tuple[str, object]]:
    try:
        table = tomllib.loads(config.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"The settings file {config} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise SettingsError(f"The settings file {config} is not TOML: {error}.") from error
    for name, raw in table.items():
        value = _read(name, raw, f"in {config}")
        yield name, config.absolute().parent / value if isinstance(value, Path) else value


def _from_environment(environ: Mapping[str, str]) -> Iterator[tuple[str, object]]:
    for variable, raw in environ.items():
        if variable.startswith(PREFIX):
            name = variable.removeprefix(PREFIX).lower()
            yield name, _read(name, raw, f"in the environment ({variable})", is_text=True)


def _from_options(options: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for name, raw in options.items():
        if raw is not None:
            origin = f"on the command line (--{name.replace('_', '-')})"
            yield name, _read(name, raw, origin, is_text=isinstance(raw, str))


def _read(name: str, raw: object, origin: str, *, is_text: bool = False) -> object:
    """Check one value as it was given; the error names the setting, where it stands, and what would be right."""
    if name not in SETTING_KINDS:
        similar = difflib.get_close_matches(name, SETTING_KINDS, n=1)
        hint = f" Did you mean {similar[0]}?" if similar else ""
        raise SettingsError(f"Unknown setting {name} {origin}.{hint}")
    kind = SETTING_KINDS[name]
    try:
        return kind.accept(kind.parse(str(raw)) if is_text else raw)
    except (ValueError, RuntimeError):
        found = "" if name in _SECRET else f", not {raw!r:.100}"
        raise SettingsError(f"The setting {name} {origin} must be {kind.expected}{found}.") from None


def _assemble(values: Mapping[str, object]) -> Settings:
    """Gather the two families of settings, make the paths absolute, and build the dataclass."""
    fields: dict[str, Any] = {name: values[name] for name in values.keys() - _PRINCIPALS.keys() - _METHODS.keys()}
    fields |= {name: value.absolute() for name, value in fields.items() if isinstance(value, Path)}
    defaults = Settings()
    given: dict[str, Any] = {_PRINCIPALS[name]: values[name] for name in values.keys() & _PRINCIPALS.keys()}
    disabled = frozenset(_METHODS[name] for name in values.keys() & _METHODS.keys() if not values[name])
    return dataclasses.replace(
        defaults, principals={**defaults.principals, **given}, disabled_methods=disabled, **fields
    )
