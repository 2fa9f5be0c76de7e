"""Where settings come from, and what is said of those that are wrong."""

import dataclasses
from datetime import date
from pathlib import Path

import pytest
from kintoun_server.settings import SETTING_KINDS, Settings, SettingsError, load_settings

FAMILIES = {"principals", "disabled_methods"}


def toml(folder: Path, text: str) -> Path:
    """A settings file with this text."""
    path = folder / "kintoun.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_nothing_given_is_the_defaults() -> None:
    """Without command line, file and environment every setting has its default, and other variables are no concern."""
    assert load_settings({}, None, {"PATH": "/bin", "KINTO_PORT": "1"}) == Settings()


def test_every_field_can_be_set() -> None:
    """Each field of the dataclass is a setting by its own name, except the two that gather families of settings."""
    assert {field.name for field in dataclasses.fields(Settings)} - set(SETTING_KINDS) == FAMILIES


def test_the_command_line_wins_over_the_environment_and_that_over_the_file(tmp_path: Path) -> None:
    """The order of precedence, with one setting at each level that no higher one gives."""
    config = toml(tmp_path, 'port = 1\nhost = "file"\nproject_name = "file"\n')
    environ = {"KINTOUN_PORT": "2", "KINTOUN_HOST": "environment"}
    settings = load_settings({"port": "3", "host": None, "data": None}, config, environ)
    assert (settings.port, settings.host, settings.project_name) == (3, "environment", "file")


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("port", "0", 0),
        ("readonly", "true", True),
        ("readonly", "ON", True),
        ("explicit_permissions", "no", False),
        ("version_prefix_redirect_ttl_seconds", "-1", -1),
        ("paginate_by", "", None),
        ("paginate_by", "100", 100),
        ("cors_origins", "https://a, https://b\nhttps://c", ("https://a", "https://b", "https://c")),
        ("cors_origins", "", ()),
        ("http_scheme", "https", "https"),
        ("eos", "2027-01-31", date(2027, 1, 31)),
        ("eos", "", None),
        ("backoff_percentage", "1", 1),
        ("backoff_percentage", "100", 100),
        ("log_format", "json", "json"),
        ("project_name", "Kintoun of tests", "Kintoun of tests"),
        ("mongod", "/opt/mongod", Path("/opt/mongod")),
        ("data", "~/kintoun", Path.home() / "kintoun"),
        ("data", "here", Path.cwd() / "here"),
    ],
)
def test_text_of_the_environment_is_read_as_its_kind(name: str, text: str, value: object) -> None:
    """Numbers, truth, lists, paths and nothing at all can be written as text."""
    assert getattr(load_settings({}, None, {f"KINTOUN_{name.upper()}": text}), name) == value


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [
        ("port = 9001", "port", 9001),
        ("readonly = true", "readonly", True),
        ('cors_origins = ["https://a", "https://b"]', "cors_origins", ("https://a", "https://b")),
        ('cors_origins = "https://a https://b"', "cors_origins", ("https://a", "https://b")),
        ("cors_origins = []", "cors_origins", ()),
    ],
)
def test_values_of_the_file_are_those_of_toml(tmp_path: Path, line: str, name: str, value: object) -> None:
    """In the file a number is a number, and a list is a list or text."""
    assert getattr(load_settings({}, toml(tmp_path, line), {}), name) == value


def test_paths_in_the_file_start_at_its_folder(tmp_path: Path) -> None:
    """A relative path in the file does not depend on where the command is run; an absolute one stays what it is."""
    settings = load_settings({}, toml(tmp_path, 'data = "here"\nmongod = "/opt/mongod"'), {})
    assert (settings.data, settings.mongod) == (tmp_path / "here", Path("/opt/mongod"))


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("port", "many", "a whole number, from 0 to 65535"),
        ("port", "65536", "a whole number, from 0 to 65535"),
        ("port", "-1", "a whole number, from 0 to 65535"),
        ("port", "1_0", "a whole number, from 0 to 65535"),
        ("port", "", "a whole number, from 0 to 65535"),
        ("paginate_by", "0", "a whole number, 1 or more (or empty)"),
        ("readonly", "maybe", "true or false"),
        ("readonly", "", "true or false"),
        ("http_scheme", "ftp", "one of http, https (or empty)"),
        ("mongodb_driver", "mongoengine", "one of pymongo, motor"),
        ("mongodb_database", "a.b", "the name of a database"),
        ("host", "a b", "a host name or an IP address"),
        ("data", "", "a path"),
        ("project_name", "a\nb", "text in one line"),
        ("object_record_get_enabled", "x", "true or false"),
        ("eos", "2027-02-30", "a day such as 2027-01-31 (or empty)"),
        ("eos", "31.1.2027", "a day such as 2027-01-31 (or empty)"),
        ("eos", "2027-01-31T12:00", "a day such as 2027-01-31 (or empty)"),
        ("eos", "20270131", "a day such as 2027-01-31 (or empty)"),
        ("backoff_percentage", "0", "a whole number, from 1 to 100"),
        ("backoff_percentage", "101", "a whole number, from 1 to 100"),
        ("session_lifetime_seconds", "34560001", "a whole number, from 1 to 34560000"),
        ("log_format", "xml", "one of console, json (or empty)"),
        ("log_level", "debug", "one of info, warning, error"),
    ],
)
def test_a_malformed_setting_is_named_with_its_place_and_with_what_is_right(
    name: str, text: str, expected: str
) -> None:
    """The one line has the setting, the variable that it came from, what would be right, and what was found."""
    variable = f"KINTOUN_{name.upper()}"
    with pytest.raises(SettingsError) as raised:
        load_settings({}, None, {variable: text})
    wanted = f"The setting {name} in the environment ({variable}) must be {expected}, not {text!r}."
    assert str(raised.value) == wanted
    assert raised.value.exit_status == 2


@pytest.mark.parametrize(
    "line",
    [
        'port = "9001"',
        "port = true",
        "port = 1.5",
        "[port]",
        "readonly = 1",
        "cors_origins = [1]",
        'cors_origins = ["a b"]',
        "host = 1",
        "data = 1",
        "mongod = false",
        "eos = 2027-01-31T12:00:00Z",
        "eos = 2027",
    ],
)
def test_a_value_of_another_type_in_the_file_is_refused(tmp_path: Path, line: str) -> None:
    """TOML has types, and nothing is guessed from a value of the wrong one."""
    config = toml(tmp_path, line)
    with pytest.raises(SettingsError, match=rf"^The setting \w+ in {config} must be "):
        load_settings({}, config, {})


def test_a_malformed_option_is_named_as_it_is_typed() -> None:
    """The line about an option of the command line has its dashes."""
    with pytest.raises(SettingsError, match=r"^The setting port on the command line \(--port\) must be "):
        load_settings({"port": "x"}, None, {})
    with pytest.raises(SettingsError, match=r"^The setting mongodb_uri on the command line \(--mongodb-uri\) must be "):
        load_settings({"mongodb_uri": "postgres://a"}, None, {})


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("batch_max_request", " Did you mean batch_max_requests?"),
        ("xyzzy", ""),
        ("principals", " Did you mean "),
    ],
)
def test_an_unknown_setting_stops_the_start(name: str, hint: str) -> None:
    """A name that is no setting is an error, with the name that was perhaps meant."""
    variable = f"KINTOUN_{name.upper()}"
    with pytest.raises(SettingsError) as raised:
        load_settings({}, None, {variable: "1"})
    assert str(raised.value).startswith(f"Unknown setting {name} in the environment ({variable}).{hint}")


def test_an_unknown_setting_in_the_file_stops_the_start(tmp_path: Path) -> None:
    """The same holds for the file."""
    config = toml(tmp_path, "potr = 1")
    with pytest.raises(SettingsError, match=rf"^Unknown setting potr in {config}\. Did you mean port\?$"):
        load_settings({}, config, {})


def test_a_file_that_is_missing_or_no_toml_stops_the_start(tmp_path: Path) -> None:
    """The line names the file, and what is wrong with it."""
    with pytest.raises(SettingsError, match=r"cannot be read: No such file or directory\.$"):
        load_settings({}, tmp_path / "none.toml", {})
    with pytest.raises(SettingsError, match=r"is not TOML: .*line 1"):
        load_settings({}, toml(tmp_path, "port 1"), {})


def test_a_secret_is_printed_nowhere() -> None:
    """Neither the text of the settings nor an error has the value of a secret in it, nor the URI with its password."""
    given = dict.fromkeys(["userid_hmac_secret", "default_bucket_hmac_secret"], "s3cret")
    given["mongodb_uri"] = "mongodb://user:s3cret@host"
    environ = {f"KINTOUN_{name.upper()}": value for name, value in given.items()}
    settings = load_settings({}, None, environ)
    assert {name: getattr(settings, name) for name in given} == given
    assert "s3cret" not in repr(settings)
    for name in given:
        with pytest.raises(SettingsError) as raised:
            load_settings({}, None, environ | {f"KINTOUN_{name.upper()}": "s3cret\n"})
        assert "s3cret" not in str(raised.value)


def test_with_a_mongodb_uri_the_secret_must_be_given() -> None:
    """Servers of one database must agree on the secret, so none is made up."""
    options = {"mongodb_uri": "mongodb://127.0.0.1/"}
    with pytest.raises(SettingsError, match=r"^With mongodb_uri the setting userid_hmac_secret must be given"):
        load_settings(options, None, {})
    assert load_settings(options, None, {"KINTOUN_USERID_HMAC_SECRET": "s"}).userid_hmac_secret == "s"


def test_principals_are_gathered_in_their_one_form(tmp_path: Path) -> None:
    """Each `<kind>_<permission>_principals` is an entry; a user id has one form there."""
    config = toml(tmp_path, f'record_read_principals = ["system.Everyone", "basicauth:{"a" * 64}"]')
    settings = load_settings({}, config, {"KINTOUN_GROUP_WRITE_PRINCIPALS": "account:a account:b"})
    assert settings.principals == {
        "account_create": {"system.Everyone"},
        "bucket_create": {"system.Authenticated"},
        "record_read": {"system.Everyone", "basicauth_" + "a" * 64},
        "group_write": {"account:a", "account:b"},
    }


def test_nobody_may_be_allowed_to_create_buckets() -> None:
    """Empty text is an empty set of principals, and not the default."""
    environ = {"KINTOUN_BUCKET_CREATE_PRINCIPALS": ""}
    assert load_settings({}, None, environ).principals["bucket_create"] == frozenset()


def test_methods_are_switched_off_one_by_one() -> None:
    """`false` puts the method among the disabled ones, `true` leaves it where it is."""
    environ = {"KINTOUN_PLURAL_BUCKET_POST_ENABLED": "false", "KINTOUN_OBJECT_RECORD_PATCH_ENABLED": "0"}
    environ["KINTOUN_OBJECT_GROUP_DELETE_ENABLED"] = "true"
    assert load_settings({}, None, environ).disabled_methods == {"plural_bucket_post", "object_record_patch"}


def test_a_day_may_be_one_of_toml(tmp_path: Path) -> None:
    """TOML has days of its own, and text in the same form is one too."""
    for line in ("eos = 2027-01-31", 'eos = "2027-01-31"'):
        assert load_settings({}, toml(tmp_path, line), {}).eos == date(2027, 1, 31)
