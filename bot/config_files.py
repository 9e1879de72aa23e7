"""Reads secrets from files that variables name, as Docker and Kubernetes mount them: `SLACK_BOT_TOKEN_FILE` and others.

Also finds variables that look like settings of Rounds and aren't.
"""

import os
from collections.abc import Collection, Mapping
from pathlib import Path

from dotenv import dotenv_values

from bot.errors import SettingsError

SECRETS = (
    "SLACK_BOT_TOKEN",
    "SLACK_APP_TOKEN",
    "SLACK_SIGNING_SECRET",
    "DATABASE_URL",
    "ROUNDS_ENCRYPTION_KEYS",
    "ROUNDS_LRS_USERNAME",
    "ROUNDS_LRS_PASSWORD",
)
"""The settings that may be in a file: each is named by the variable with `_FILE` at its end."""

SUFFIX = "_FILE"

MAX_FILE_BYTES = 64 * 1024
"""Most bytes of such a file. A secret is far shorter; a wrong path may name a large file."""


def read_variables(env_file: Path | str | None) -> dict[str, str]:
    """Return the variables of the environment and of `.env` that aren't empty; those of the environment go first."""
    named = dotenv_values(env_file) if env_file is not None else {}
    return {name.upper(): value for name, value in {**named, **os.environ}.items() if value}


def read_secret_files(variables: Mapping[str, str]) -> dict[str, str]:
    """Return the secrets that are in files, by the name of their setting. Raises SettingsError with every problem."""
    found: dict[str, str] = {}
    problems = []
    for name in SECRETS:
        path = variables.get(f"{name}{SUFFIX}")
        if path is None:
            continue
        if name in variables:
            problems.append(f"{name} and {name}{SUFFIX} are both set. Keep one of them")
            continue
        try:
            with Path(path).open("rb") as file:
                found[name] = file.read(MAX_FILE_BYTES).decode().strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it isn't text"
            problems.append(f"{name}{SUFFIX} names {path}, which can't be read ({reason})")
    if problems:
        raise SettingsError.from_problems(problems)
    return found


def find_unknown_settings(variables: Collection[str], known: Collection[str]) -> list[tuple[str, str | None]]:
    """Return variables that begin with ROUNDS_ and aren't settings, each with the setting that may be meant."""
    known = {*known, *(f"{name}{SUFFIX}" for name in SECRETS)}
    unknown = sorted(name for name in variables if name.startswith("ROUNDS_") and name not in known)
    if not unknown:
        return []
    from difflib import get_close_matches  # hardly ever needed

    return [(name, next(iter(get_close_matches(name, sorted(known), n=1)), None)) for name in unknown]
