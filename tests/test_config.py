"""Settings from the environment and `.env`: one error lists all problems, and nothing secret is shown."""

from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr

from bot.config import SLACK_API_URL, ProcessRole, Settings, find_unknown_variables, read_settings
from bot.errors import SettingsError

NAMES = (
    "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_API_URL", "DATABASE_URL",
    "ROUNDS_ENCRYPTION_KEYS", "ROUNDS_KEY_FILE", "ROUNDS_ADMINS", "ROUNDS_LOG_LEVEL", "ROUNDS_LOG_FORMAT",
    "ROUNDS_MESSAGES_PER_MINUTE", "ROUNDS_HISTORY",
    "ROUNDS_HOST", "ROUNDS_PORT", "ROUNDS_METRICS_HOST", "ROUNDS_METRICS_PORT", "ROUNDS_PUBLIC_URL",
    "ROUNDS_LRS_URL", "ROUNDS_LRS_USERNAME", "ROUNDS_LRS_PASSWORD", "ROUNDS_LRS_HOME_PAGE",
)  # fmt: skip

TOKENS = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}

LRS = {
    "ROUNDS_LRS_URL": "https://lms.example/xapi",
    "ROUNDS_LRS_USERNAME": "rounds",
    "ROUNDS_LRS_PASSWORD": "hush-lrs",
}

Set = Callable[..., None]


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Removes all settings of the test machine's environment, and any `.env`."""
    for name in (*NAMES, "PORT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Set:
    def set_all(**values: str) -> None:
        for name, value in values.items():
            monkeypatch.setenv(name, value)

    return set_all


def problems(part: ProcessRole | None = None) -> str:
    with pytest.raises(SettingsError) as caught:
        read_settings(part)
    return str(caught.value)


def test_everything_but_the_tokens_has_a_default() -> None:
    settings = read_settings()

    assert settings.slack_api_url == SLACK_API_URL
    assert settings.database_url == "sqlite:///data/rounds.db"
    assert settings.key_file == Path("keys/reflections.key")
    assert (settings.admins, settings.encryption_keys, settings.log_level) == ((), (), "info")


def test_empty_values_mean_unset(environment: Set) -> None:
    environment(**dict.fromkeys(NAMES, ""))

    assert read_settings() == Settings(_env_file=None)


def test_the_example_file_can_be_used_as_it_is() -> None:
    example = Path(__file__).parent.parent / ".env.example"
    Path(".env").write_text(example.read_text(encoding="utf-8"), encoding="utf-8")

    assert read_settings() == Settings(_env_file=None)


def test_the_example_file_names_every_setting_and_no_other() -> None:
    example = (Path(__file__).parent.parent / ".env.example").read_text(encoding="utf-8")

    named = {line.split("=")[0] for line in example.splitlines() if line and not line.startswith("#")}
    assert named == set(NAMES)


def test_the_environment_goes_before_the_file(environment: Set) -> None:
    Path(".env").write_text("ROUNDS_LOG_LEVEL=error\nROUNDS_ADMINS=U0FILE\n", encoding="utf-8")
    environment(ROUNDS_LOG_LEVEL="DEBUG")

    settings = read_settings()

    assert (settings.log_level, settings.admins) == ("debug", ("U0FILE",))


def test_what_was_pasted_with_spaces_around_it_is_read(environment: Set) -> None:
    environment(
        SLACK_API_URL=" https://slack.example/api\n", ROUNDS_ADMINS=" U0AAA,  U0BBB ", SLACK_BOT_TOKEN=" xoxb-1\n"
    )

    settings = read_settings()

    assert settings.slack_api_url == "https://slack.example/api/"
    assert settings.admins == ("U0AAA", "U0BBB")
    assert settings.slack_bot_token == SecretStr("xoxb-1")


def test_all_that_is_missing_or_wrong_stands_in_one_error(environment: Set) -> None:
    environment(
        SLACK_APP_TOKEN="xoxb-turned-round",
        SLACK_API_URL="http://slack.example/api/",
        DATABASE_URL="mysql://somewhere",
        ROUNDS_ENCRYPTION_KEYS="no-key",
        ROUNDS_ADMINS="amara",
        ROUNDS_PORT="99999",
        ROUNDS_LOG_LEVEL="loud",
        ROUNDS_MESSAGES_PER_MINUTE="many",
        ROUNDS_HISTORY="never",
    )

    said = problems(ProcessRole.RUN)

    assert said.splitlines() == [
        "Rounds didn't start because of its settings. Nothing was changed.",
        "  SLACK_BOT_TOKEN is missing. Set it to the bot token (xoxb-…) of the installed app",
        "  SLACK_APP_TOKEN isn't an app-level token: an app-level token starts with xapp-",
        "  SLACK_API_URL must be an https address (plain http works only for this machine)",
        "  DATABASE_URL must start with sqlite:// or postgres://",
        "  ROUNDS_ENCRYPTION_KEYS contains an invalid key: a Fernet key is 32 bytes in URL-safe base64",
        "  ROUNDS_ADMINS contains an invalid Slack user id: a user id looks like U0123ABCD",
        "  ROUNDS_PORT must be a port: a whole number from 0 to 65535",
        "  ROUNDS_LOG_LEVEL must be one of debug, info, warning, error",
        "  ROUNDS_MESSAGES_PER_MINUTE must be a whole number from 1 to 6000",
        "  ROUNDS_HISTORY must be fast or slow",
        "Fix them in the environment or in .env; .env.example explains each one.",
    ]


def test_no_secret_stands_in_an_error_or_in_the_settings_written_out(environment: Set) -> None:
    key = Fernet.generate_key().decode()
    environment(
        SLACK_BOT_TOKEN="hush-bot", SLACK_APP_TOKEN="hush-app", ROUNDS_ENCRYPTION_KEYS="hush-key", DATABASE_URL="hush"
    )
    wrong = problems(ProcessRole.RUN)
    environment(**TOKENS, ROUNDS_ENCRYPTION_KEYS=key, DATABASE_URL="postgres://rounds:hush@db/rounds")

    settings = read_settings(ProcessRole.RUN)

    for written in (wrong, repr(settings), str(settings)):
        assert "hush" not in written
        assert key not in written
        assert "xoxb-1" not in written


def test_an_error_holds_no_cause_that_would_show_the_values(environment: Set) -> None:
    environment(SLACK_BOT_TOKEN="hush")

    with pytest.raises(SettingsError) as caught:
        read_settings()

    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("number", ["0", "-5", "6001", "2.5", "³"])
def test_an_impossible_pace_is_refused(environment: Set, number: str) -> None:
    environment(ROUNDS_MESSAGES_PER_MINUTE=number)

    assert "ROUNDS_MESSAGES_PER_MINUTE must be a whole number" in problems()


def test_the_pace_is_the_operators_to_set(environment: Set) -> None:
    environment(ROUNDS_MESSAGES_PER_MINUTE="500", ROUNDS_HISTORY="Slow")

    settings = read_settings()

    assert (settings.messages_per_minute, settings.history) == (500, "slow")


def test_both_missing_tokens_are_named_at_once() -> None:
    said = problems(ProcessRole.RUN)

    assert "SLACK_BOT_TOKEN is missing" in said
    assert "SLACK_APP_TOKEN is missing" in said
    with pytest.raises(SettingsError) as caught:
        read_settings().require_for(ProcessRole.RUN)
    assert str(caught.value) == said


def test_tokens_are_not_needed_where_nothing_talks_to_slack() -> None:
    assert read_settings().slack_bot_token is None


def test_settings_with_both_tokens_are_enough(environment: Set) -> None:
    environment(**TOKENS)

    assert read_settings(ProcessRole.RUN).require_for(ProcessRole.RUN).slack_app_token == SecretStr("xapp-1")


def test_each_part_of_many_needs_what_it_uses_and_no_more(environment: Set) -> None:
    environment(SLACK_BOT_TOKEN="xoxb-1")

    assert read_settings(ProcessRole.WORKER).require_for(ProcessRole.WORKER).slack_app_token is None
    assert "SLACK_SIGNING_SECRET is missing" in problems(ProcessRole.WEB)
    assert "SLACK_APP_TOKEN" not in problems(ProcessRole.WEB)
    assert "SLACK_SIGNING_SECRET" not in problems(ProcessRole.RUN)


def test_a_token_in_the_place_of_the_signing_secret_is_told(environment: Set) -> None:
    environment(SLACK_SIGNING_SECRET="xoxb-hush")

    said = problems()

    assert "SLACK_SIGNING_SECRET is a token" in said
    assert "hush" not in said


@pytest.mark.parametrize("secret", [" ", "hush", "0" * 31, "0" * 33, "8f742231b10e8888abcd99yyyzzz85a5"])
def test_what_is_no_signing_secret_is_told_and_not_repeated(environment: Set, secret: str) -> None:
    environment(SLACK_BOT_TOKEN="xoxb-1", SLACK_SIGNING_SECRET=secret)

    said = problems(ProcessRole.WEB)

    assert "SLACK_SIGNING_SECRET isn't a signing secret: that is 32 hex digits." in said
    assert secret == " " or secret not in said


def test_a_signing_secret_is_32_hex_digits(environment: Set) -> None:
    environment(SLACK_BOT_TOKEN="xoxb-1", SLACK_SIGNING_SECRET=" 8f742231b10e8888abcd99aabbcc85a5\n")

    assert read_settings(ProcessRole.WEB).slack_signing_secret == SecretStr("8f742231b10e8888abcd99aabbcc85a5")


def test_the_port_that_a_platform_gives_is_used_unless_there_is_one_of_ours(environment: Set) -> None:
    environment(PORT="5000", ROUNDS_PORT="")
    assert read_settings().port == 5000

    environment(ROUNDS_PORT="4000")
    assert read_settings().port == 4000


@pytest.mark.parametrize(
    "address",
    [
        "https://slack.com/api/",
        "https://gateway.hospital.example:8443/slack",
        "http://127.0.0.1:3890/api/",
        "http://127.0.0.53/api/",
        "http://localhost:3890/api/",
        "http://[::1]:3890/api/",
        "HTTPS://SLACK.COM/api/",
    ],
)
def test_tokens_travel_encrypted_or_stay_on_this_machine(environment: Set, address: str) -> None:
    environment(SLACK_API_URL=address)

    assert read_settings().slack_api_url.rstrip("/") == address.rstrip("/")


@pytest.mark.parametrize(
    "address",
    [
        "http://slack.com/api/",
        "http://127.0.0.1.evil.example/api/",
        "http://localhost.evil.example/api/",
        "http://127.0.0.1@evil.example/api/",
        "http://10.0.0.1/api/",
        "https://",
        "https:///api/",
        "http://[::1/api/",
        "ftp://127.0.0.1/",
        "slack.com/api/",
    ],
)
def test_plain_http_to_another_machine_is_refused_however_its_name_begins(environment: Set, address: str) -> None:
    environment(SLACK_API_URL=address)

    assert "SLACK_API_URL must be an https address" in problems()


@pytest.mark.parametrize(
    "url", ["sqlite:///x.db", "postgres://u@h/d", "postgresql://u@h/d", "postgresql+psycopg://u@h/d"]
)
def test_databases_that_can_be_used_are_taken(environment: Set, url: str) -> None:
    environment(DATABASE_URL=url)

    assert read_settings().database_url == url


def test_several_keys_keep_their_order_for_the_newest_encrypts(environment: Set) -> None:
    keys = [Fernet.generate_key().decode() for _ in range(3)]
    environment(ROUNDS_ENCRYPTION_KEYS=f"{keys[0]},{keys[1]} {keys[2]}")

    assert list(read_settings().encryption_keys) == keys


SECRETS = ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "DATABASE_URL", "ROUNDS_ENCRYPTION_KEYS")


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_may_be_in_a_file(
    environment: Set, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    secrets = {
        "SLACK_BOT_TOKEN": "xoxb-secret", "SLACK_APP_TOKEN": "xapp-secret", "SLACK_SIGNING_SECRET": "0" * 32,
        "DATABASE_URL": "sqlite:///elsewhere.db", "ROUNDS_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
    }  # fmt: skip
    (tmp_path / "secret").write_text(f"{secrets[name]}\n")
    environment(**{f"{name}_FILE": str(tmp_path / "secret")})

    read = getattr(read_settings(), name.removeprefix("ROUNDS_").lower())

    value = read.get_secret_value() if isinstance(read, SecretStr) else read
    assert value in (secrets[name], (secrets[name],))


def test_a_secret_that_is_set_twice_or_cannot_be_read_is_named_and_not_shown(environment: Set, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("xapp-in-the-file")
    environment(
        SLACK_APP_TOKEN="xapp-secret",
        SLACK_APP_TOKEN_FILE=str(tmp_path / "token"),
        SLACK_BOT_TOKEN_FILE=str(tmp_path / "missing"),
    )

    with pytest.raises(SettingsError) as caught:
        read_settings(ProcessRole.RUN)

    assert "SLACK_APP_TOKEN and SLACK_APP_TOKEN_FILE are both set. Keep one of them" in str(caught.value)
    assert "SLACK_BOT_TOKEN_FILE names" in str(caught.value)
    assert "xapp" not in str(caught.value)


def test_variables_that_look_like_settings_are_named_with_what_is_meant(environment: Set, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("ROUNDS_ADMIN=U1\n")
    environment(ROUNDS_METRIC_PORT="9100", ROUNDS_ENCRYPTION_KEYS_FILE="/run/secrets/keys", ROUNDS_PORT="3000")

    assert find_unknown_variables() == [
        "ROUNDS_ADMIN isn't a setting of Rounds, so it is ignored. Did you mean ROUNDS_ADMINS?",
        "ROUNDS_METRIC_PORT isn't a setting of Rounds, so it is ignored. Did you mean ROUNDS_METRICS_PORT?",
    ]


@pytest.mark.parametrize("name", ["ROUNDS_PORT", "PORT", "ROUNDS_METRICS_PORT"])
@pytest.mark.parametrize("port", ["70000", "-1", "http", "3e3", "80.0"])
def test_an_impossible_port_is_refused_in_our_words(environment: Set, name: str, port: str) -> None:
    environment(**{name: port})

    with pytest.raises(SettingsError, match="must be a port: a whole number from 0 to 65535"):
        read_settings()


@pytest.mark.parametrize("role", [ProcessRole.WEB, ProcessRole.WORKER])
def test_processes_that_share_a_database_need_the_same_keys(environment: Set, role: ProcessRole) -> None:
    environment(**TOKENS, SLACK_SIGNING_SECRET="0" * 32, DATABASE_URL="postgres://host/rounds")

    with pytest.raises(SettingsError, match="ROUNDS_ENCRYPTION_KEYS is missing"):
        read_settings(role).require_for(role)

    environment(ROUNDS_ENCRYPTION_KEYS=Fernet.generate_key().decode())
    read_settings(role).require_for(role)


def test_settings_do_not_change_while_rounds_runs() -> None:
    with pytest.raises(ValueError, match="frozen"):
        read_settings().log_level = "debug"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("https://rounds.example.org", "https://rounds.example.org"),
        ("https://example.org:8443/rounds/", "https://example.org:8443/rounds"),
        ("http://127.0.0.1:3000", "http://127.0.0.1:3000"),
    ],
)
def test_the_public_address_is_kept_without_a_slash_at_its_end(environment: Set, typed: str, url: str) -> None:
    environment(ROUNDS_PUBLIC_URL=typed)

    assert read_settings().public_url == url


@pytest.mark.parametrize(
    "typed", ["rounds.example.org", "http://rounds.example.org", "https://a.example/?x=1", "https://a b", "ftp://a"]
)
def test_another_public_address_is_refused(environment: Set, typed: str) -> None:
    environment(ROUNDS_PUBLIC_URL=typed)

    assert "ROUNDS_PUBLIC_URL must be an https address" in problems()


def test_without_an_address_there_is_no_learning_record_store() -> None:
    assert read_settings().learning_record_store is None


def test_a_learning_record_store_is_an_address_and_an_account(environment: Set) -> None:
    environment(**LRS, ROUNDS_LRS_HOME_PAGE="https://hospital.example/")

    settings = read_settings()

    store = settings.learning_record_store
    assert store is not None
    assert (store.url, store.host, store.username) == ("https://lms.example/xapi/", "lms.example", "rounds")
    assert store.password.get_secret_value() == "hush-lrs"
    assert store.home_page == "https://hospital.example/"
    assert "hush" not in repr(settings)
    assert "hush" not in repr(store)


@pytest.mark.parametrize("missing", LRS)
def test_a_part_of_a_learning_record_store_is_refused(environment: Set, missing: str) -> None:
    environment(**{name: value for name, value in LRS.items() if name != missing})

    said = problems()

    wrong = missing if missing != "ROUNDS_LRS_URL" else "ROUNDS_LRS_USERNAME"
    assert f"  {wrong} is {'missing' if wrong == missing else 'set'}" in said
    assert "Set ROUNDS_LRS_URL, ROUNDS_LRS_USERNAME, and ROUNDS_LRS_PASSWORD, or none of them" in said
    assert "hush" not in said


@pytest.mark.parametrize(
    "address",
    [
        "http://lms.example/xapi/",
        "lms.example/xapi",
        "https://rounds:hush@lms.example/xapi/",
        "https://lms.example/xapi/?key=hush",
        "https://lms.example/xapi/statements",
        "https://lms.example:door/xapi/",
        "https:///xapi/",
    ],
)
def test_an_address_that_is_no_endpoint_is_the_only_problem(environment: Set, address: str) -> None:
    environment(**{**LRS, "ROUNDS_LRS_URL": address})

    said = problems()

    assert said.count("ROUNDS_LRS") == 1 + said.count("ROUNDS_LRS_USERNAME")
    assert "ROUNDS_LRS_URL must be" in said
    assert "hush" not in said


def test_a_learning_record_store_on_this_machine_needs_no_certificate(environment: Set) -> None:
    environment(**{**LRS, "ROUNDS_LRS_URL": "http://127.0.0.1:8100/xapi/"})

    store = read_settings().learning_record_store

    assert store is not None
    assert store.host == "127.0.0.1:8100"


def test_the_account_of_a_learning_record_store_can_be_in_files(environment: Set, tmp_path: Path) -> None:
    (tmp_path / "password").write_text("hush-lrs\n", encoding="utf-8")
    environment(**{**LRS, "ROUNDS_LRS_PASSWORD": "", "ROUNDS_LRS_PASSWORD_FILE": str(tmp_path / "password")})

    store = read_settings().learning_record_store

    assert store is not None
    assert store.password.get_secret_value() == "hush-lrs"


def test_a_home_page_alone_is_refused(environment: Set) -> None:
    environment(ROUNDS_LRS_HOME_PAGE="https://hospital.example/")

    assert "ROUNDS_LRS_HOME_PAGE is set, but ROUNDS_LRS_URL isn't" in problems()


@pytest.mark.parametrize("page", ["hospital", "ftp://hospital.example/", "https://who@hospital.example/"])
def test_a_home_page_is_the_address_of_a_website(environment: Set, page: str) -> None:
    environment(**LRS, ROUNDS_LRS_HOME_PAGE=page)

    assert "ROUNDS_LRS_HOME_PAGE must be the address of a website" in problems()
