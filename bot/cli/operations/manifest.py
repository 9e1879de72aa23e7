"""The Slack app's manifest, for an operator to paste."""

from collections.abc import Sequence
from pathlib import Path

import yaml

from bot.cli.operations.packs import read_packs
from bot.content.shipped_pack import shipped_pack
from bot.errors import SettingsError
from bot.slack.manifest import MAX_SLASH_COMMANDS, SCOPES, list_skills_without_room, manifest
from bot.web.server import SLACK_EVENTS_PATH


def build_manifest(url: str | None = None, pack_paths: Sequence[Path] = ()) -> str:
    """Return the manifest as YAML, with the reason for each scope as a comment. `url`: see `rounds manifest --help`.

    The skills of the packs at `pack_paths` get their commands, after those of the pack that comes with Rounds. A pack
    that is another version of that one takes its place.

    Raises SettingsError if Slack can't use that address, or has no room for all commands, and PackError if a pack can't
    be loaded or takes a command that another one has.
    """
    if url is not None and not url.startswith("https://"):
        raise SettingsError(f"Slack sends only to https addresses, not to {url}. Nothing was written.")
    request_url = f"{url.rstrip('/').removesuffix(SLACK_EVENTS_PATH)}{SLACK_EVENTS_PATH}" if url else None
    packs = {pack.slug: pack for pack in (shipped_pack(), *read_packs(pack_paths))}
    skills = [skill for pack in packs.values() for skill in pack.skills]
    if left_out := list_skills_without_room(skills):
        raise SettingsError(
            f"A Slack app can have {MAX_SLASH_COMMANDS} commands, so there is no room for "
            f"{', '.join(skill.command or '' for skill in left_out)}. Nothing was written. Leave some of them out of "
            "pack.yaml. Their skills work with /tip."
        )
    text = yaml.safe_dump(manifest(skills, request_url), sort_keys=False, allow_unicode=True, width=100)
    for scope, reason in SCOPES.items():
        text = text.replace(f"- {scope}\n", f"- {scope}  # {reason}\n")
    return text
