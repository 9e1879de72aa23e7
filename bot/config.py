"""The settings, from the environment and `.env`. One error names every missing or wrong setting."""

import base64
import re
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from bot.config_addresses import check_safe_for_tokens, is_safe_for_tokens
from bot.config_files import find_unknown_settings, read_secret_files, read_variables
from bot.config_lrs import LrsSettings
from bot.errors import SettingsError

ENV_FILE = ".env"
SLACK_API_URL = "https://slack.com/api/"
KEY_BYTES = 32
"""Bytes in an encryption key (Fernet's)."""

MAX_MESSAGES_PER_MINUTE = 6000
"""The highest setting for messages per minute and workspace: far more than Slack accepts, for simulated servers."""

NameList = Annotated[tuple[str, ...], NoDecode]
"""A list in one variable, separated by commas or spaces."""

_SIGNING_SECRET = re.compile(r"[0-9a-fA-F]{32}")
_PUBLIC_URL = re.compile(r"https?://[A-Za-z0-9.:\[\]-]{1,200}(?:/[A-Za-z0-9._~/-]{0,200})?")
_USER_ID = re.compile(r"[UW][A-Z0-9]{2,}")

MAX_PORT = 65535

_HINTS = {
    "SLACK_BOT_TOKEN": "Set it to the bot token (xoxb-…) of the installed app",
    "SLACK_APP_TOKEN": "Set it to an app-level token (xapp-…) with connections:write",
    "SLACK_SIGNING_SECRET": "Set it to the app's signing secret: 32 hex digits (Basic Information, App Credentials)",
}


class ProcessRole(Enum):
    """What a process does, with the settings it requires.

    RUN does everything on one machine over Socket Mode. With several machines, WEB answers Slack over HTTP, and WORKER
    sends deliveries.
    """

    RUN = ("slack_bot_token", "slack_app_token")
    WEB = ("slack_bot_token", "slack_signing_secret")
    WORKER = ("slack_bot_token",)

    @property
    def answers_slack(self) -> bool:
        """Whether it handles what people do in Slack."""
        return self is not ProcessRole.WORKER

    @property
    def sends_deliveries(self) -> bool:
        """Whether it sends deliveries."""
        return self is not ProcessRole.WEB


class Settings(LrsSettings):
    """The settings of Rounds; `.env.example` explains each."""

    model_config = SettingsConfigDict(
        env_file=ENV_FILE,
        env_ignore_empty=True,  # .env.example leaves optional settings empty
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        str_strip_whitespace=True,  # pasted values often end with some
    )

    slack_bot_token: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    slack_api_url: str = SLACK_API_URL
    database_url: str = Field(default="sqlite:///data/rounds.db", repr=False)
    encryption_keys: NameList = Field(default=(), repr=False, validation_alias=AliasChoices("ROUNDS_ENCRYPTION_KEYS"))
    key_file: Path = Field(default=Path("keys/reflections.key"), validation_alias=AliasChoices("ROUNDS_KEY_FILE"))
    admins: NameList = Field(default=(), validation_alias=AliasChoices("ROUNDS_ADMINS"))
    host: str = Field(default="127.0.0.1", validation_alias=AliasChoices("ROUNDS_HOST"))
    port: int = Field(default=3000, validation_alias=AliasChoices("ROUNDS_PORT", "PORT"))
    metrics_host: str = Field(default="127.0.0.1", validation_alias=AliasChoices("ROUNDS_METRICS_HOST"))
    metrics_port: int | None = Field(default=None, validation_alias=AliasChoices("ROUNDS_METRICS_PORT"))
    log_level: str = Field(default="info", validation_alias=AliasChoices("ROUNDS_LOG_LEVEL"))
    log_format: str = Field(default="text", validation_alias=AliasChoices("ROUNDS_LOG_FORMAT"))
    public_url: str | None = Field(default=None, validation_alias=AliasChoices("ROUNDS_PUBLIC_URL"))
    messages_per_minute: int = Field(default=300, validation_alias=AliasChoices("ROUNDS_MESSAGES_PER_MINUTE"))
    history: str = Field(default="fast", validation_alias=AliasChoices("ROUNDS_HISTORY"))

    @field_validator("encryption_keys", "admins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value

    @field_validator("slack_bot_token")
    @classmethod
    def _bot_token(cls, value: SecretStr | None) -> SecretStr | None:
        return _require_prefix("xoxb-", value, "a bot token")

    @field_validator("slack_app_token")
    @classmethod
    def _app_token(cls, value: SecretStr | None) -> SecretStr | None:
        return _require_prefix("xapp-", value, "an app-level token")

    @field_validator("slack_signing_secret")
    @classmethod
    def _signing_secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and value.get_secret_value().startswith(("xoxb-", "xapp-", "xoxp-")):
            raise ValueError("is a token. Set it to the app's signing secret: 32 hex digits")
        if value is not None and not _SIGNING_SECRET.fullmatch(value.get_secret_value()):
            raise ValueError(
                "isn't a signing secret: that is 32 hex digits. Copy it from Basic Information, App Credentials"
            )
        return value

    @field_validator("slack_api_url")
    @classmethod
    def _api_url(cls, value: str) -> str:
        check_safe_for_tokens(value)
        return value if value.endswith("/") else f"{value}/"

    @field_validator("public_url")
    @classmethod
    def _public_url(cls, value: str | None) -> str | None:
        if value is not None and not (is_safe_for_tokens(value) and _PUBLIC_URL.fullmatch(value)):
            raise ValueError("must be an https address without a query, such as https://rounds.example.org")
        return value.rstrip("/") if value else None

    @field_validator("database_url")
    @classmethod
    def _database_url(cls, value: str) -> str:
        if not re.match(r"(sqlite|postgres|postgresql)(\+\w+)?://", value):
            raise ValueError("must start with sqlite:// or postgres://")
        return value

    @field_validator("encryption_keys")
    @classmethod
    def _keys(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(map(_is_key, value)):
            raise ValueError(f"contains an invalid key: a Fernet key is {KEY_BYTES} bytes in URL-safe base64")
        return value

    @field_validator("admins")
    @classmethod
    def _user_ids(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(map(_USER_ID.fullmatch, value)):
            raise ValueError("contains an invalid Slack user id: a user id looks like U0123ABCD")
        return value

    @field_validator("log_level")
    @classmethod
    def _log_level(cls, value: str) -> str:
        if value.lower() not in {"debug", "info", "warning", "error"}:
            raise ValueError("must be one of debug, info, warning, error")
        return value.lower()

    @field_validator("messages_per_minute", mode="before")
    @classmethod
    def _messages_per_minute(cls, value: object) -> object:
        text = str(value)
        if not (text.isdecimal() and 1 <= int(text) <= MAX_MESSAGES_PER_MINUTE):
            raise ValueError(f"must be a whole number from 1 to {MAX_MESSAGES_PER_MINUTE}")
        return int(text)

    @field_validator("history")
    @classmethod
    def _history(cls, value: str) -> str:
        if value.lower() not in {"fast", "slow"}:
            raise ValueError("must be fast or slow")
        return value.lower()

    @field_validator("port", "metrics_port", mode="before")
    @classmethod
    def _ports(cls, value: object) -> object:
        text = str(value)
        if value is not None and not (text.isdecimal() and int(text) <= MAX_PORT):
            raise ValueError(f"must be a port: a whole number from 0 to {MAX_PORT}")
        return value

    @field_validator("log_format")
    @classmethod
    def _log_format(cls, value: str) -> str:
        if value.lower() not in {"text", "json"}:
            raise ValueError("must be text or json")
        return value.lower()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read secrets from files, too."""
        return init_settings, env_settings, dotenv_settings, _SecretFiles(settings_cls)

    def require_for(self, role: ProcessRole) -> "Settings":
        """Return these settings if they have what this role requires. Raises SettingsError with all that is missing."""
        missing = [_describe_missing(name.upper()) for name in role.value if getattr(self, name) is None]
        on_many_machines = role is not ProcessRole.RUN and not self.database_url.startswith("sqlite")
        if on_many_machines and not self.encryption_keys:
            missing.append(
                "ROUNDS_ENCRYPTION_KEYS is missing. Set it to the same keys in every process: a key file works on one "
                "machine only. Run: rounds keys new"
            )
        if missing:
            raise SettingsError.from_problems(missing)
        return self


class _SecretFiles(PydanticBaseSettingsSource):
    """Reads the secrets that are in files."""

    def __init__(self, settings_cls: type[BaseSettings]) -> None:
        """Read the files. Raises SettingsError with every problem."""
        super().__init__(settings_cls)
        self._secrets = read_secret_files(read_variables(ENV_FILE))

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Return the secret of this setting or None, the name it is validated by, and that it isn't JSON."""
        alias = field.validation_alias
        name = alias.choices[0] if isinstance(alias, AliasChoices) else field_name
        return self._secrets.get(str(name).upper()), str(name), False

    def __call__(self) -> dict[str, Any]:
        """Return the secrets that are in files, by the names they are validated by."""
        found = (self.get_field_value(field, name) for name, field in self.settings_cls.model_fields.items())
        return {name: value for value, name, _ in found if value is not None}


class RunSettings(Settings):
    """The settings for `rounds run`."""

    slack_bot_token: SecretStr
    slack_app_token: SecretStr


class WebSettings(Settings):
    """The settings for `rounds web`."""

    slack_bot_token: SecretStr
    slack_signing_secret: SecretStr


class WorkerSettings(Settings):
    """The settings for `rounds worker`."""

    slack_bot_token: SecretStr


_SETTINGS_BY_ROLE = {ProcessRole.RUN: RunSettings, ProcessRole.WEB: WebSettings, ProcessRole.WORKER: WorkerSettings}


def read_settings(role: ProcessRole | None = None) -> Settings:
    """Read the settings from the environment, then `.env`. Raises SettingsError with everything missing or wrong.

    `role` is what the process will run, so that the error also names what that role requires.
    """
    try:
        return (_SETTINGS_BY_ROLE[role] if role else Settings)()
    except ValidationError as error:
        raise SettingsError.from_problems(
            [_describe_problem(each) for each in error.errors(include_input=False)]
        ) from None


def find_unknown_variables() -> list[str]:
    """Return a sentence for each variable that looks like a setting and isn't."""
    known = {
        name
        for field in Settings.model_fields.values()
        if isinstance(field.validation_alias, AliasChoices)
        for name in map(str, field.validation_alias.choices)
    }
    return [
        f"{name} isn't a setting of Rounds, so it is ignored.{f' Did you mean {meant}?' if meant else ''}"
        for name, meant in find_unknown_settings(read_variables(ENV_FILE), known)
    ]


def _require_prefix(prefix: str, value: SecretStr | None, what: str) -> SecretStr | None:
    if value is not None and not value.get_secret_value().startswith(prefix):
        raise ValueError(f"isn't {what}: {what} starts with {prefix}")
    return value


def _is_key(text: str) -> bool:
    try:
        return len(base64.b64decode(text, altchars=b"-_", validate=True)) == KEY_BYTES
    except ValueError:
        return False


def _describe_problem(error: ErrorDetails) -> str:
    name = _get_variable(str(error["loc"][0]))
    return (
        _describe_missing(name)
        if error["type"] == "missing"
        else f"{name} {error['msg'].removeprefix('Value error, ')}"
    )


def _get_variable(name: str) -> str:
    """Return the variable of a setting. Pydantic names a setting by its field if its default was refused."""
    field = Settings.model_fields.get(name)
    alias = field.validation_alias if field else None
    return str(alias.choices[0] if isinstance(alias, AliasChoices) else name).upper()


def _describe_missing(name: str) -> str:
    return f"{name} is missing. {_HINTS[name]}"
