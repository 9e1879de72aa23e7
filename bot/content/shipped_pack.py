"""Reads the pack that comes with Rounds.

What reads a pack is imported on use: most starts need only its version.
"""

import yaml

from bot.content.other_packs import OtherPack
from bot.content.pack_loading import PACK_FILE, load_folder
from bot.content.pack_templates import shipped_pack_folder
from bot.domain.lesson import Pack


def shipped_pack_version() -> str:
    """Return the version of the pack that comes with Rounds, without reading its lessons, which takes seconds."""
    text = (shipped_pack_folder() / PACK_FILE).read_text(encoding="utf-8")
    return str(yaml.safe_load(text)["version"])


def read_shipped_names() -> OtherPack:
    """Return what the pack that comes with Rounds takes: its lesson ids and commands. Doesn't read its lessons."""
    from bot.content.clashes import read_other_pack

    names = read_other_pack(load_folder(shipped_pack_folder()))
    if names is None:
        raise AssertionError("the shipped pack has a pack.yaml")
    return names


def shipped_pack() -> Pack:
    """Return the pack that comes with Rounds. It is read anew at each call. Raises PackError if it is broken."""
    from bot.content.pack_reader import read_loadable_pack

    return read_loadable_pack(load_folder(shipped_pack_folder()))
