"""The settings of the learning record store (LRS): where an LMS is told what people completed (xAPI)."""

import re
from typing import NamedTuple
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings

from bot.config_addresses import check_safe_for_tokens

_NEEDS = "Set ROUNDS_LRS_URL, ROUNDS_LRS_USERNAME, and ROUNDS_LRS_PASSWORD, or none of them"


class LearningRecordStore(NamedTuple):
    """Where statements about learning go, with the account there. `home_page`: where learners' ids are from, if set."""

    url: str
    username: str
    password: SecretStr
    home_page: str | None

    @property
    def host(self) -> str:
        """The host's name, with its port if that is unusual. Learners consent to this host."""
        return urlsplit(self.url).netloc


class LrsSettings(BaseSettings):
    """The settings of the LRS; all but the home page are set, or none."""

    # In this order: each is checked together with those before it.
    lrs_url: str | None = Field(default=None, repr=False, validation_alias=AliasChoices("ROUNDS_LRS_URL"))
    lrs_username: str | None = Field(
        default=None, repr=False, validate_default=True, validation_alias=AliasChoices("ROUNDS_LRS_USERNAME")
    )
    lrs_password: SecretStr | None = Field(
        default=None, validate_default=True, validation_alias=AliasChoices("ROUNDS_LRS_PASSWORD")
    )
    lrs_home_page: str | None = Field(default=None, validation_alias=AliasChoices("ROUNDS_LRS_HOME_PAGE"))

    @field_validator("lrs_url")
    @classmethod
    def _lrs_url(cls, value: str | None) -> str | None:
        if value is None:
            return None
        check_safe_for_tokens(value)
        parts = urlsplit(value)
        if parts.username is not None or parts.query or parts.fragment:
            raise ValueError("must be an address alone. The account belongs in ROUNDS_LRS_USERNAME and _PASSWORD")
        if parts.path.rstrip("/").endswith("/statements"):
            raise ValueError("must be the endpoint without statements, such as https://lms.hospital.example/xapi/")
        return value if value.endswith("/") else f"{value}/"

    @field_validator("lrs_username")
    @classmethod
    def _lrs_username(cls, value: str | None, info: ValidationInfo) -> str | None:
        _check_lrs_account(value, info)
        if value is not None and ":" in value:
            raise ValueError("must not contain a colon: it separates name and password (HTTP Basic)")
        return value

    @field_validator("lrs_password")
    @classmethod
    def _lrs_password(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        _check_lrs_account(value, info)
        return value

    @field_validator("lrs_home_page")
    @classmethod
    def _lrs_home_page(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is not None and info.data.get("lrs_url", "") is None:
            raise ValueError(f"is set, but ROUNDS_LRS_URL isn't. {_NEEDS}")
        if value is not None and not re.fullmatch(r"https?://[^\s/?#@]+(/[^\s?#]*)?", value):
            raise ValueError("must be the address of a website, such as https://hospital.example/")
        return value

    @property
    def learning_record_store(self) -> LearningRecordStore | None:
        """The LRS that statements go to; None if there is none."""
        if self.lrs_url is None or self.lrs_username is None or self.lrs_password is None:
            return None
        return LearningRecordStore(self.lrs_url, self.lrs_username, self.lrs_password, self.lrs_home_page)


def _check_lrs_account(value: object, info: ValidationInfo) -> None:
    """Raise ValueError if this part of the LRS's account is set and its address isn't, or the other way around.

    A wrong address, which `info` lacks, is a problem of its own.
    """
    if "lrs_url" not in info.data:
        return
    if value is None and info.data["lrs_url"] is not None:
        raise ValueError(f"is missing, and ROUNDS_LRS_URL is set. {_NEEDS}")
    if value is not None and info.data["lrs_url"] is None:
        raise ValueError(f"is set, but ROUNDS_LRS_URL isn't. {_NEEDS}")
