"""The Slack app's manifest, for an operator to paste."""

import yaml

from bot.content.shipped_pack import shipped_pack
from bot.errors import SettingsError
from bot.slack.manifest import SCOPES, manifest
from bot.web.server import SLACK_EVENTS_PATH


def build_manifest(url: str | None = None) -> str:
    """Return the manifest as YAML, with the reason for each scope as a comment. `url`: see `rounds manifest --help`.

    Raises SettingsError if Slack can't use that address.
    """
    if url is not None and not url.startswith("https://"):
        raise SettingsError(f"Slack sends only to https addresses, not to {url}. Nothing was written.")
    request_url = f"{url.rstrip('/').removesuffix(SLACK_EVENTS_PATH)}{SLACK_EVENTS_PATH}" if url else None
    text = yaml.safe_dump(manifest(shipped_pack().skills, request_url), sort_keys=False, allow_unicode=True, width=100)
    for scope, reason in SCOPES.items():
        text = text.replace(f"- {scope}\n", f"- {scope}  # {reason}\n")
    return text
