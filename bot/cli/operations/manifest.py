"""The Slack app's manifest, for an operator to paste."""

import yaml

from bot.bootstrap import shipped_pack
from bot.errors import SettingsError
from bot.slack.manifest import SCOPES, manifest
from bot.web.server import SLACK_EVENTS_PATH


def build_manifest(url: str | None = None) -> str:
    """The app manifest as YAML; each scope carries its reason as a comment. `url`: see `rounds manifest --help`.

    SettingsError if Slack could not use that address.
    """
    if url is not None and not url.startswith("https://"):
        raise SettingsError(f"Slack sends to https addresses only, and not to {url}. Nothing was written.")
    request_url = f"{url.rstrip('/')}{SLACK_EVENTS_PATH}" if url else None
    text = yaml.safe_dump(manifest(shipped_pack().skills, request_url), sort_keys=False, allow_unicode=True, width=100)
    for scope, reason in SCOPES.items():
        text = text.replace(f"- {scope}\n", f"- {scope}  # {reason}\n")
    return text
